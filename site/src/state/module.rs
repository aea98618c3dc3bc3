//! A page's own module: initial values, the numbers that its expressions use, and the expressions.

use super::States;
use crate::expression::{Figure, FigureUse, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The runtime that the modules of all pages import.
pub const RUNTIME: &str = include_str!(concat!(env!("OUT_DIR"), "/state.js"));

/// How the module calls a state of that name. Names of the article are quoted, so that none can
/// clash with the module's own.
pub(super) fn state(name: &str) -> String {
    format!("s({})", quoted(name))
}

/// How the module calls a figure of that name.
pub(super) fn figure(name: &str) -> String {
    format!("f[{}]", quoted(name))
}

/// A JavaScript string, safe in a module.
fn quoted(text: &str) -> String {
    // JSON is a subset of JavaScript since ECMAScript 2019.
    serde_json::Value::from(text).to_string()
}

pub(super) fn write(states: &States<'_>, runtime: &str) -> String {
    let figures = states.uses.iter().filter_map(|(name, uses)| {
        let figure = states.environment.figures.get(name)?;
        Some(format!("{}:{}", quoted(name), numbers(figure, uses)))
    });
    let figures: Vec<String> = figures.collect();
    let initial = states.environment.states.iter().map(|(name, value)| {
        let test = states.reach.get(name).map_or_else(String::new, |reach| reach.test(value));
        format!("{}:[{},{test}]", quoted(name), literal(value))
    });
    let initial: Vec<String> = initial.collect();
    let functions: Vec<String> =
        states.functions.iter().map(|body| format!("()=>{body}")).collect();
    format!(
        "import{{begin,figure}}from{};const f={{{}}};begin({{{}}},s=>[{}]);\n",
        quoted(runtime),
        figures.join(","),
        initial.join(","),
        functions.join(",")
    )
}

/// The columns and fields of a figure that the page's expressions ask for.
fn numbers(figure: &Figure, uses: &FigureUse) -> String {
    let mut columns: BTreeSet<&str> = uses.columns.iter().map(String::as_str).collect();
    if uses.by_control || (columns.is_empty() && (uses.count || uses.by_index)) {
        columns.insert(&figure.control);
    }
    let columns: Vec<String> = columns
        .into_iter()
        .map(|name| {
            let values = figure
                .states
                .iter()
                .map(|state| state.get(name).map_or("null".to_owned(), literal));
            format!("{}:[{}]", quoted(name), values.collect::<Vec<_>>().join(","))
        })
        .collect();
    let whole: BTreeMap<&str, &Value> = uses
        .fields
        .iter()
        .filter_map(|name| Some((name.as_str(), figure.fields.get(name)?)))
        .collect();
    let whole: Vec<String> = whole
        .into_iter()
        .map(|(name, value)| format!("{}:{}", quoted(name), literal(value)))
        .collect();
    format!("figure({},{{{}}},{{{}}})", quoted(&figure.control), columns.join(","), whole.join(","))
}

fn literal(value: &Value) -> String {
    match value {
        Value::Text(text) => quoted(text),
        other => other.to_string(),
    }
}
