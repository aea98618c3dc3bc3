//! The module script of a page with states: the runtime, and behind it the page's own states, the
//! numbers of figures that its expressions use, and the expressions as functions.

use crate::expression::{Environment, Expression, FigureUse, Naming, Value};
use crate::island::STATE;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The expressions of a page that follow its states.
#[derive(Default)]
pub(super) struct Compiled {
    /// The body of each function, and the states that it depends on.
    expressions: Vec<(String, BTreeSet<String>)>,
    uses: BTreeMap<String, FigureUse>,
}

impl Compiled {
    /// The number of an expression; those that say the same share one.
    pub(super) fn add(&mut self, expression: &Expression, environment: &Environment) -> usize {
        let naming = Naming {
            state: &|name| format!("s.{name}"),
            figure: &|name| format!("figures.{name}"),
        };
        let body = expression.to_javascript(environment, &naming);
        if let Some(at) = self.expressions.iter().position(|(other, _)| *other == body) {
            return at;
        }
        let names = expression.names().into_iter().map(|name| name.text.to_owned());
        let states = names.filter(|name| environment.states.contains_key(name)).collect();
        self.expressions.push((body, states));
        for (name, used) in expression.figure_uses(environment) {
            self.uses.entry(name).or_default().merge(used);
        }
        self.expressions.len() - 1
    }

    /// The script. `tests` has, for each state that an address may hold, JavaScript that tells whether
    /// `v` is a value of it.
    pub(super) fn script(
        &self,
        environment: &Environment,
        tests: &BTreeMap<String, String>,
    ) -> String {
        let mut script = STATE.to_owned();
        script.push('\n');
        if !self.uses.is_empty() {
            let figures = self.uses.iter().filter_map(|(name, used)| {
                Some(format!("{name}:{}", figure(environment.figures.get(name)?, used)))
            });
            // Writing to a string cannot fail.
            let _ = writeln!(script, "const figures={{{}}};", joined(figures));
        }
        let states = environment.states.iter().map(|(name, value)| match tests.get(name) {
            Some(test) => format!("{name}:[{},v=>{test}]", literal(value)),
            None => format!("{name}:[{}]", literal(value)),
        });
        let expressions = self.expressions.iter().map(|(body, states)| {
            let names = states.iter().map(|name| literal(&Value::Text(name.clone())));
            format!("[s=>{body},{}]", joined(names))
        });
        let _ = write!(script, "share({{{}}},[{}]);", joined(states), joined(expressions));
        script
    }
}

/// A call that makes a figure of the columns that are used, and of no others.
fn figure(figure: &crate::expression::Figure, used: &FigureUse) -> String {
    let control = used.by_control.then_some(&figure.control);
    let names: BTreeSet<&String> = used.columns.iter().chain(control).collect();
    let columns = names.into_iter().map(|name| {
        let column = figure.states.iter().map(|state| match state.get(name) {
            Some(value) => literal(value),
            None => "undefined".to_owned(),
        });
        format!("{}:[{}]", key(name), joined(column))
    });
    let fields = used
        .fields
        .iter()
        .filter_map(|name| Some(format!("{}:{}", key(name), literal(figure.fields.get(name)?))));
    let control = literal(&Value::Text(figure.control.clone()));
    let count = figure.states.len();
    format!("figure({count},{control},{{{}}},{{{}}})", joined(columns), joined(fields))
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(",")
}

/// A number, a string or a boolean as JavaScript. Nothing in it can end the script's element.
fn literal(value: &Value) -> String {
    match value {
        Value::Number(number) if *number == 0.0 && number.is_sign_negative() => "-0".to_owned(),
        Value::Text(text) => quoted(text),
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('<', "\\u003c")
}

/// The key of an object's member.
fn key(name: &str) -> String {
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && name != "__proto__";
    if is_word { name.to_owned() } else { format!("[{}]", quoted(name)) }
}
