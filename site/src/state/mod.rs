//! What prose and figures share: the states of an article, the expressions that show them, and the
//! module that keeps a page's text current.
//!
//! A state lives where a control is bound to it. One that nothing is bound to can never change, and
//! counts as a constant.

mod domain;
mod module;

pub use module::RUNTIME;

use crate::diagnostic::{Diagnostic, SourceFile};
use crate::expression::{Environment, Figure, FigureUse, Naming, Value};
use crate::html;
use crate::parse::{Article, Node, Prose, Tag};
use crate::render::Figures;
use domain::Reach;
use prebake_plugin::{Numbers, escape};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The states of one article's page, and what its prose says of them.
pub struct States<'a> {
    source: &'a Arc<SourceFile>,
    environment: Environment,
    /// The values that a reader can bring each state to.
    reach: BTreeMap<String, Reach>,
    uses: BTreeMap<String, FigureUse>,
    /// JavaScript functions' bodies, each once, in the order that the page's spans name them.
    functions: Vec<String>,
    /// What is wrong with the expressions.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a> States<'a> {
    /// What the names of `article` mean, once its figures are baked.
    #[must_use]
    pub fn new(article: &'a Article, figures: &Figures<'_>) -> Self {
        let tags = html::tags(&article.body);
        let mut states = Self {
            source: &article.source,
            environment: Environment::default(),
            reach: reach(&tags, figures),
            uses: BTreeMap::new(),
            functions: Vec::new(),
            diagnostics: Vec::new(),
        };
        let environment = &mut states.environment;
        for (name, value) in &article.constants {
            environment.constants.insert(name.clone(), Value::from(value));
        }
        for (name, state) in &article.states {
            let value = Value::from(&state.value);
            if states.reach.contains_key(name) {
                environment.states.insert(name.clone(), value);
            } else {
                environment.constants.insert(name.clone(), value);
            }
        }
        let asked = names(&article.body);
        for (number, tag) in tags.iter().enumerate() {
            let Some(id) = tag.props.get("id").and_then(|id| id.as_str()) else { continue };
            if !asked.contains(id) || environment.figures.contains_key(id) {
                continue;
            }
            match numbers(number, figures) {
                Ok(Some(numbers)) => {
                    environment.figures.insert(id.to_owned(), figure(numbers));
                }
                Ok(None) => {}
                Err(problem) => {
                    let found = Diagnostic::from(problem);
                    states.diagnostics.push(found.at(&article.source, tag.span.clone()));
                }
            }
        }
        states
    }

    /// The body with every expression replaced by its text; where the text can change, in an element
    /// that the page's module finds.
    pub fn say(&mut self, body: &[Node]) -> Vec<Node> {
        let say = |node: &Node| match node {
            Node::Html(html) => Node::Html(html.clone()),
            Node::Component(tag) => {
                Node::Component(Tag { children: self.say(&tag.children), ..tag.clone() })
            }
            Node::Expression(prose) => Node::Html(self.text(prose)),
        };
        body.iter().map(say).collect()
    }

    fn text(&mut self, prose: &Prose) -> String {
        let Prose { expression, span } = prose;
        let mut mistakes = expression.check(&self.environment);
        let mut text = String::new();
        if mistakes.is_empty() {
            match expression.shown(&self.environment) {
                Ok(shown) => text = escape(&shown),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if mistakes.is_empty() {
            let domains = self.reach.iter().map(|(name, reach)| (name.clone(), reach.values()));
            mistakes = expression.check_over(&self.environment, &domains.collect());
        }
        if !mistakes.is_empty() {
            // Behind the brace.
            let offset = span.start + 1;
            let located = mistakes.into_iter().map(|it| it.into_diagnostic(self.source, offset));
            self.diagnostics.extend(located);
            return text;
        }
        if !expression.is_live(&self.environment) {
            return text;
        }
        for (name, one) in expression.figure_uses(&self.environment) {
            self.uses.entry(name).or_default().merge(one);
        }
        let naming =
            Naming { state: &|name| module::state(name), figure: &|name| module::figure(name) };
        let function = expression.to_javascript(&self.environment, &naming);
        let known = self.functions.iter().position(|there| *there == function);
        let number = known.unwrap_or_else(|| {
            self.functions.push(function);
            self.functions.len() - 1
        });
        format!("<span class=\"state\" data-state=\"{number}\">{text}</span>")
    }

    /// The module that makes the page's states live; `None` where nothing is bound to any. It
    /// imports the runtime from `runtime`, a URL relative to it.
    #[must_use]
    pub fn module(&self, runtime: &str) -> Option<String> {
        (!self.environment.states.is_empty()).then(|| module::write(self, runtime))
    }
}

/// What the controls of the article let a reader reach, by the names of the states.
fn reach(tags: &[&Tag], figures: &Figures<'_>) -> BTreeMap<String, Reach> {
    let mut reach: BTreeMap<String, Reach> = BTreeMap::new();
    for (number, tag) in tags.iter().enumerate() {
        let Some(planned) = figures.planned.get(number).and_then(Option::as_ref) else { continue };
        let Some(Some(Ok(baked))) = figures.baked.get(number) else { continue };
        for (prop, bind) in &tag.binds {
            let domain = planned.component.domain(prop, &planned.props, &baked.artifact);
            reach.entry(bind.state.clone()).or_default().add(domain);
        }
    }
    reach
}

/// Every name that an expression of the body says.
fn names(body: &[Node]) -> BTreeSet<&str> {
    body.iter()
        .flat_map(|node| match node {
            Node::Html(_) => BTreeSet::new(),
            Node::Component(tag) => names(&tag.children),
            Node::Expression(prose) => {
                prose.expression.names().into_iter().map(|name| name.text).collect()
            }
        })
        .collect()
}

fn numbers(
    number: usize,
    figures: &Figures<'_>,
) -> Result<Option<Numbers>, prebake_plugin::Problem> {
    let planned = figures.planned.get(number).and_then(Option::as_ref);
    match (planned, figures.baked.get(number)) {
        (Some(planned), Some(Some(Ok(baked)))) => planned.component.numbers(&baked.artifact),
        _ => Ok(None),
    }
}

fn figure(numbers: Numbers) -> Figure {
    let count = numbers.columns.values().map(Vec::len).min().unwrap_or(0);
    let state = |at: usize| {
        let columns = numbers.columns.iter();
        columns.map(|(name, column)| ((*name).to_owned(), Value::Number(column[at]))).collect()
    };
    let whole = numbers.whole.iter();
    Figure {
        control: numbers.control.to_owned(),
        states: (0..count).map(state).collect(),
        fields: whole.map(|(name, value)| ((*name).to_owned(), Value::Number(*value))).collect(),
    }
}
