//! Expressions in prose: printed for the states that the page begins with, and looked at in every
//! state that a reader can reach.

use super::Figures;
use super::compiled::Compiled;
use super::domain::Control;
use crate::bake::Unbaked;
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::expression::{Environment, Expression, Figure, Value};
use crate::html;
use crate::parse::{Article, Heading, Interpolation, Node, Tag};
use crate::plan::locate_all;
use prebake_plugin::{Numbers, escape};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the expressions of one article come to.
pub(super) struct Prose<'a> {
    source: &'a Arc<SourceFile>,
    environment: Environment,
    /// The values of each state that something on the page changes, where they are known.
    domains: BTreeMap<String, Vec<Value>>,
    /// For each of these, JavaScript that tells whether `v` is one of them.
    tests: BTreeMap<String, String>,
    /// States that nothing changes.
    still: BTreeSet<&'a str>,
    /// Names whose figures have no numbers, with what is shown instead; the reason was told, or they are
    /// still being baked.
    missing: BTreeMap<&'a str, &'static str>,
    compiled: Compiled,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Prose<'a> {
    /// Learns what the names of an article mean.
    pub(super) fn new(article: &'a Article, figures: &Figures<'_>) -> Self {
        let mut prose = Self {
            source: &article.source,
            environment: Environment::default(),
            domains: BTreeMap::new(),
            tests: BTreeMap::new(),
            still: BTreeSet::new(),
            missing: BTreeMap::new(),
            compiled: Compiled::default(),
            diagnostics: Vec::new(),
        };
        let tags = html::tags(&article.body);
        let bound: BTreeSet<&str> =
            tags.iter().flat_map(|tag| tag.binds.values()).map(String::as_str).collect();
        for (name, value) in &article.names.states {
            if bound.contains(name.as_str()) {
                prose.environment.states.insert(name.clone(), value.into());
            } else {
                prose.still.insert(name);
                prose.environment.constants.insert(name.clone(), value.into());
            }
        }
        for (name, value) in &article.names.constants {
            prose.environment.constants.insert(name.clone(), value.into());
        }
        prose.controls(&tags, figures);
        prose.figures(&tags, figures, &names(&article.body));
        prose
    }

    /// Learns the domains of the states from the controls that are bound to them.
    fn controls(&mut self, tags: &[&Tag], figures: &Figures<'_>) {
        let mut controls: BTreeMap<&str, Vec<Control>> = BTreeMap::new();
        for (tag, (planned, baked)) in tags.iter().zip(figures.planned.iter().zip(figures.baked)) {
            let (Some(planned), Some(Ok(baked))) = (planned, baked) else { continue };
            for (prop, state) in &tag.binds {
                let domain = planned.component.domain(prop, &planned.props, &baked.artifact);
                let Some(control) = domain.and_then(Control::new) else { continue };
                if let Some(Value::Number(initial)) = self.environment.states.get(state)
                    && !control.contains(*initial)
                {
                    let message = format!(
                        "the state `{state}` begins as {}, which the prop `{prop}` cannot be",
                        Value::Number(*initial)
                    );
                    let span = tag.prop_spans.get(prop).unwrap_or(&tag.span).clone();
                    let hint = format!("it takes {}", control.describe());
                    let found = Diagnostic::error("state-outside-domain", message);
                    self.diagnostics.push(found.at(self.source, span).hint(hint));
                }
                let all = controls.entry(state).or_default();
                if !all.contains(&control) {
                    all.push(control);
                }
            }
        }
        for (name, value) in &self.environment.states {
            let (values, test) = match (value, controls.get(name.as_str())) {
                (Value::Bool(_), _) => (vec![false.into(), true.into()], "true".to_owned()),
                (Value::Number(_), Some(controls)) => {
                    let tests: Vec<String> = controls.iter().map(Control::test).collect();
                    (controls.iter().flat_map(Control::values).collect(), tests.join("||"))
                }
                _ => continue,
            };
            self.domains.insert(name.clone(), values);
            self.tests.insert(name.clone(), test);
        }
    }

    /// Learns the numbers of the figures that expressions name.
    fn figures(&mut self, tags: &[&'a Tag], figures: &Figures<'_>, used: &BTreeSet<&str>) {
        let mut digests = BTreeMap::new();
        for (tag, (planned, baked)) in tags.iter().zip(figures.planned.iter().zip(figures.baked)) {
            let Some(id) = tag.props.get("id").and_then(serde_json::Value::as_str) else {
                continue;
            };
            let Environment { states, constants, .. } = &self.environment;
            if !used.contains(id) || states.contains_key(id) || constants.contains_key(id) {
                continue;
            }
            let (Some(planned), Some(Ok(baked))) = (planned, baked) else {
                let is_pending = matches!(baked, Some(Err(Unbaked::Pending(_))));
                self.missing.insert(id, if is_pending { "…" } else { "" });
                continue;
            };
            let span = tag.prop_spans.get("id").unwrap_or(&tag.span).clone();
            if digests.insert(id, baked.digest).is_some_and(|other| other != baked.digest) {
                let message = format!("two figures are called `{id}`, and prose asks for one");
                let found = Diagnostic::error("duplicate-id", message).at(self.source, span);
                self.diagnostics.push(found.hint("give each a name of its own"));
                continue;
            }
            match planned.component.numbers(&baked.artifact) {
                Ok(Some(numbers)) => {
                    self.environment.figures.insert(id.to_owned(), figure(&numbers));
                }
                Ok(None) => {
                    self.missing.insert(id, "");
                    let message =
                        format!("`<{}>` has no numbers that prose could ask for", tag.component);
                    let found = Diagnostic::error("no-numbers", message).at(self.source, span);
                    self.diagnostics
                        .push(found.hint(format!("where text is meant, write `\\{{{id}`")));
                }
                Err(problem) => {
                    self.missing.insert(id, "");
                    self.diagnostics.extend(locate_all(vec![problem], tag, self.source));
                }
            }
        }
    }

    /// The HTML of an expression: its value, in an element where the page keeps it current.
    pub(super) fn show(&mut self, interpolation: &Interpolation) -> String {
        let Interpolation { expression, span, in_attribute } = interpolation;
        let names = expression.names();
        if let Some(instead) = names.iter().find_map(|name| self.missing.get(name.text)) {
            return (*instead).to_owned();
        }
        for name in &names {
            if self.still.remove(name.text) {
                let at = span.start + name.range.start..span.start + name.range.end;
                let message = format!("nothing on the page changes `{}`", name.text);
                let note = Diagnostic::note("unbound-state", message);
                let hint = format!(
                    "tie a control to it with `bind:`, or declare it with `const {}`",
                    name.text
                );
                self.diagnostics.push(note.at(self.source, at).hint(hint));
            }
        }
        let mut mistakes = expression.check(&self.environment);
        if mistakes.is_empty() {
            mistakes = expression.check_over(&self.environment, &self.domains);
        }
        let text = match expression.shown(&self.environment) {
            Ok(text) if mistakes.is_empty() => text,
            Ok(_) => String::new(),
            Err(mistake) => {
                if mistakes.is_empty() {
                    mistakes.push(mistake);
                }
                String::new()
            }
        };
        let located = mistakes.into_iter().map(|it| it.into_diagnostic(self.source, span.start));
        let before = self.diagnostics.len();
        self.diagnostics.extend(located);
        if self.diagnostics.len() > before {
            return String::new();
        }
        if *in_attribute || !expression.is_live(&self.environment) {
            return escape(&text);
        }
        let number = self.compiled.add(expression, &self.environment);
        format!("<span data-expression=\"{number}\">{}</span>", escape(&text))
    }

    /// The text of a heading, as the page begins.
    pub(super) fn heading(&self, heading: &Heading) -> String {
        let mut text = heading.text.clone();
        for (at, interpolation) in heading.deferred.iter().rev() {
            text.insert_str(*at, &self.text(&interpolation.expression));
        }
        text.trim().to_owned()
    }

    /// Mistakes are told where the expression is shown.
    fn text(&self, expression: &Expression) -> String {
        expression.shown(&self.environment).unwrap_or_default()
    }

    /// The page's module script, if it has states, and every mistake.
    pub(super) fn finish(self) -> (Option<String>, Vec<Diagnostic>) {
        let has_states = !self.environment.states.is_empty();
        let script = has_states.then(|| self.compiled.script(&self.environment, &self.tests));
        (script, self.diagnostics)
    }
}

/// A figure's numbers, state by state.
fn figure(numbers: &Numbers) -> Figure {
    let count = numbers.columns.values().map(Vec::len).max().unwrap_or(0);
    let state = |index: usize| {
        let values = numbers
            .columns
            .iter()
            .filter_map(|(name, column)| Some((name.clone(), Value::Number(*column.get(index)?))));
        values.collect()
    };
    let fields = numbers.whole.iter().map(|(name, number)| (name.clone(), (*number).into()));
    Figure {
        control: numbers.control.clone(),
        states: (0..count).map(state).collect(),
        fields: fields.collect(),
    }
}

/// Every name that expressions of a body use.
fn names(body: &[Node]) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for node in body {
        match node {
            Node::Html(_) => {}
            Node::Component(tag) => found.extend(names(&tag.children)),
            Node::Interpolation(it) => {
                found.extend(it.expression.names().into_iter().map(|name| name.text));
            }
        }
    }
    found
}
