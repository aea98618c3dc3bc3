//! One article, from its text to its tree.

use super::build::Built;
use super::front::Front;
use super::judge::Verdict;
use super::literal::Literal;
use super::mask::without_marks;
use super::mistake::Mistake;
use super::scan::{Candidate, CandidateKind, Scanner};
use super::scope::Scope;
use super::settle::{Settled, settle};
use super::tag::{RawTag, TagKind};
use super::tree::DEEPEST;
use super::{Article, Style, Tag, build, front, script, style, tree};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::expression::Environment;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// What is done to an article's Markdown beyond what CommonMark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Front matter is read at the top.
    pub front_matter: bool,
    /// Tables, footnotes, strikethrough, task lists, math, heading attributes, alerts.
    pub extensions: bool,
    /// Straight quotes, `--` and `...` become typographic ones.
    pub smart_punctuation: bool,
    /// Headings get anchors made of their text.
    pub anchors: bool,
}

impl Default for Options {
    /// Everything on: what an article gets.
    fn default() -> Self {
        Self { front_matter: true, extensions: true, smart_punctuation: true, anchors: true }
    }
}

impl Options {
    fn markdown(self) -> pulldown_cmark::Options {
        use pulldown_cmark::Options as Markdown;
        let mut options = Markdown::empty();
        options.set(
            Markdown::ENABLE_TABLES
                | Markdown::ENABLE_FOOTNOTES
                | Markdown::ENABLE_STRIKETHROUGH
                | Markdown::ENABLE_TASKLISTS
                | Markdown::ENABLE_MATH
                | Markdown::ENABLE_HEADING_ATTRIBUTES
                | Markdown::ENABLE_GFM,
            self.extensions,
        );
        options.set(Markdown::ENABLE_SMART_PUNCTUATION, self.smart_punctuation);
        options
    }
}

/// Parses an article. `known` are the names of the components that there are; the tree holds no
/// others. Whatever the text, there is an article, and every mistake is reported.
#[must_use]
pub fn article(source: &Arc<SourceFile>, known: &[&str]) -> (Article, Vec<Diagnostic>) {
    article_with(source, known, Options::default())
}

/// [`article`], with some of its ways switched off.
#[must_use]
pub fn article_with(
    source: &Arc<SourceFile>,
    known: &[&str],
    options: Options,
) -> (Article, Vec<Diagnostic>) {
    let text = &*without_marks(&source.text);
    let mut mistakes = Vec::new();
    let mut front = if options.front_matter {
        front::parse(text)
    } else {
        front::Front { matter: Default::default(), body: 0, mistakes: Vec::new() }
    };
    mistakes.append(&mut front.mistakes);

    let Draft { settled, built, scope, mistakes: found } = draft(text, &front, known, options);
    mistakes.extend(found);
    let mut css = String::new();
    let class = style::scope_class(&source.path);
    for range in built.styles {
        let (scoped, broken) = style::scope(text, range, &class);
        css.push_str(&scoped);
        mistakes.extend(broken);
    }
    mistakes.extend(built.mistakes);

    for interpolation in built.interpolations.values() {
        let names = interpolation.expression.names().into_iter();
        scope.used.borrow_mut().extend(names.map(|name| name.text.to_owned()));
    }
    let mut evaluation =
        Tags { known, scope: &scope, mistakes: &mut mistakes, unknown: BTreeSet::new() };
    let mut tags = evaluation.all(&settled, &built.placed);
    // Where no component was meant, nothing needs closing either.
    let unknown = evaluation.unknown;
    mistakes.retain(|mistake| {
        let (code, start) = mistake.key();
        !(code == "unclosed-tag" && unknown.contains(&start))
    });
    let (body, too_deep) = tree::grow(&built.html, &mut tags, built.interpolations);
    mistakes.extend(too_deep.into_iter().map(|tag| {
        let message = format!("components stand in one another deeper than {DEEPEST} levels here");
        Mistake::new("nested-too-deep", message, tag.span)
    }));

    let mut diagnostics: Vec<Diagnostic> =
        mistakes.into_iter().map(|mistake| mistake.into_diagnostic(source)).collect();
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.as_ref().map(|span| span.range.start));
    let style = (!css.is_empty()).then_some(Style { scope: class, css });
    let article = Article {
        source: Arc::clone(source),
        front: front.matter,
        style,
        body,
        headings: built.headings,
        names: scope.into_names(),
    };
    (article, diagnostics)
}

/// An article whose tags and expressions are known.
struct Draft {
    settled: Settled,
    built: Built,
    scope: Scope,
    mistakes: Vec<Mistake>,
}

/// Tells tags and expressions from text. What expressions may begin with is known only when it is
/// known which scripts and tags count: so the text is read with every name that any of them gives,
/// and again with fewer where one of them is found in code.
fn draft(text: &str, front: &Front, known: &[&str], options: Options) -> Draft {
    /// Each round drops a name that only code gives.
    const ROUNDS: usize = 4;
    let declared = script::declared(text, front.body);
    let mut scanner = Scanner::new(text, front.body, known, declared.imports);
    let mut names: BTreeSet<String> = front.matter.values.keys().cloned().collect();
    names.extend(declared.values);
    let candidates = scanner.scan(&BTreeMap::new());
    names.extend(candidates.iter().filter_map(|it| figure_name(it, None)));
    names.retain(|name| script::is_name(name));

    let markdown = options.markdown();
    let mut round = 0;
    loop {
        round += 1;
        scanner = scanner.with_names(names.clone());
        let settled = settle(text, front.body, &mut scanner, markdown);
        let events = || {
            let parser = pulldown_cmark::Parser::new_ext(&settled.masked.text, markdown);
            parser.into_offset_iter().collect()
        };
        let mut built = build::build(text, &settled, events(), options, &Environment::default());
        let mut scope = Scope { values: front.matter.values.clone(), ..Scope::default() };
        let mut mistakes = Vec::new();
        for range in &built.scripts {
            mistakes.extend(script::read(text, range.clone(), known, &mut scope));
        }
        let placed = settled.candidates.iter().zip(&built.placed);
        let ids = placed.filter(|(_, placed)| placed.is_some());
        let mut real: BTreeSet<String> =
            ids.filter_map(|(it, _)| figure_name(it, Some(&scope))).collect();
        real.extend(scope.values.keys().filter(|name| names.contains(*name)).cloned());
        real.retain(|name| names.contains(name));
        let has_expressions = settled.candidates.iter().any(Candidate::is_expression);
        if has_expressions && real.len() < names.len() && round < ROUNDS {
            names = real;
            continue;
        }
        if built.has_named_headings {
            built = build::build(text, &settled, events(), options, &scope.environment());
        }
        return Draft { settled, built, scope, mistakes };
    }
}

/// The `id` of a tag, by which expressions may call its figure.
fn figure_name(candidate: &Candidate, scope: Option<&Scope>) -> Option<String> {
    let CandidateKind::Tag(tag) = &*candidate.kind else { return None };
    let id = &tag.props.iter().find(|prop| prop.name == "id")?.value;
    let empty = Scope::default();
    match id.evaluate(scope.unwrap_or(&empty)) {
        Ok(Value::String(id)) => Some(id),
        _ => None,
    }
}

/// Evaluates the tags of a settled text.
struct Tags<'a> {
    known: &'a [&'a str],
    scope: &'a Scope,
    mistakes: &'a mut Vec<Mistake>,
    /// Where tags start that name no component.
    unknown: BTreeSet<usize>,
}

impl Tags<'_> {
    /// For each candidate, its tag where it opens a component that there is.
    fn all(&mut self, settled: &Settled, placed: &[Option<bool>]) -> Vec<Option<Tag>> {
        if let Some(range) = &settled.unsettled {
            self.mistakes.push(unsettled(range));
        }
        let candidates = settled.candidates.iter().zip(&settled.verdicts).zip(placed);
        candidates
            .map(|((candidate, verdict), placed)| match (&*candidate.kind, verdict) {
                (CandidateKind::Incomplete(mistake), Verdict::Tag { .. })
                | (CandidateKind::CapitalHtml(mistake), Verdict::Tag { html: None }) => {
                    self.mistakes.push(mistake.clone());
                    None
                }
                (CandidateKind::Tag(raw), _) if raw.kind != TagKind::Close => {
                    placed.and_then(|inline| self.evaluate(raw, inline))
                }
                _ => None,
            })
            .collect()
    }

    fn evaluate(&mut self, raw: &RawTag, inline: bool) -> Option<Tag> {
        self.mistakes.extend(raw.mistakes.iter().cloned());
        let mut tag = Tag {
            component: String::new(),
            span: raw.range.clone(),
            name_span: raw.name_range.clone(),
            props: Default::default(),
            prop_spans: Default::default(),
            binds: Default::default(),
            inline,
            children: Vec::new(),
        };
        for prop in &raw.props {
            let value = match &prop.value {
                Literal::Name(state, range) if prop.is_bound => {
                    let value = self.scope.state(state, range);
                    if value.is_ok() {
                        tag.binds.insert(prop.name.clone(), state.clone());
                    }
                    value
                }
                value => value.evaluate(self.scope),
            };
            match value {
                Ok(value) => {
                    tag.props.insert(prop.name.clone(), value);
                    tag.prop_spans.insert(prop.name.clone(), prop.range.clone());
                }
                Err(mistake) => self.mistakes.push(mistake),
            }
        }
        self.scope.used.borrow_mut().insert(raw.name.clone());
        tag.component = match self.scope.imports.get(&raw.name) {
            Some(component) => component.clone()?,
            None if self.known.contains(&raw.name.as_str()) => raw.name.clone(),
            None => {
                let range = raw.name_range.clone();
                let names: Vec<&str> = self
                    .known
                    .iter()
                    .copied()
                    .chain(self.scope.imports.keys().map(String::as_str))
                    .collect();
                self.mistakes.push(script::unknown_component(&raw.name, range, &names));
                self.unknown.insert(raw.range.start);
                return None;
            }
        };
        Some(tag)
    }
}

fn unsettled(range: &Range<usize>) -> Mistake {
    let message = "what is code and what is a tag cannot be told apart from here on";
    Mistake::new("tangled-tags", message, range.start..range.start + 1)
        .hint("write fewer tags that hold backticks, dollar signs or line ends inside code")
}
