//! From the text of an article to its tree of Markdown and component tags.
//!
//! Tags and Markdown meet like this: what may be a tag is found first (`scan`, `tag`), hidden from
//! Markdown behind a word of the same length (`mask`), and judged by where that word comes out
//! (`settle`, `judge`). So are expressions in braces (`brace`). Then Markdown's events become HTML with stand-ins for components (`build`,
//! `run`, `nest`), and that a tree (`tree`).

mod anchor;
mod article;
mod brace;
mod build;
mod cursor;
mod date;
mod entity;
mod front;
mod html;
mod judge;
mod literal;
mod mask;
mod math;
mod mistake;
mod nest;
mod number;
mod payload;
pub mod props;
mod run;
mod scan;
mod scope;
mod script;
mod selector;
mod settle;
mod string;
mod style;
mod style_url;
mod tag;
mod tree;

pub(crate) use anchor::slug;
pub use article::{Options, article, article_with};
pub use front::KEYS;

use crate::diagnostic::SourceFile;
use crate::expression::Expression;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// An article, parsed.
#[derive(Debug, Clone)]
pub struct Article {
    /// The file it was parsed from.
    pub source: Arc<SourceFile>,
    /// What its front matter says.
    pub front: FrontMatter,
    /// Its `<style>` blocks, scoped to [`Style::scope`].
    pub style: Option<Style>,
    /// Its body, in document order.
    pub body: Vec<Node>,
    /// Its headings, in document order.
    pub headings: Vec<Heading>,
    /// What names mean in its expressions, but for figures.
    pub names: Names,
}

/// The values that an article's front matter and `<script>` give names to.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// What `let` declares as a number, a string or a boolean: a state, with its initial value.
    pub states: BTreeMap<String, Value>,
    /// All others.
    pub constants: BTreeMap<String, Value>,
    /// Where the `<script>` declares values and imports, in bytes of the source.
    pub declared: BTreeMap<String, Range<usize>>,
    /// The names that props, tags and expressions use.
    pub used: BTreeSet<String>,
}

/// The YAML block at the top of an article.
#[derive(Debug, Clone, Default)]
pub struct FrontMatter {
    /// The article's title.
    pub title: Option<String>,
    /// One or two sentences for lists and search engines.
    pub description: Option<String>,
    /// When it was published.
    pub date: Option<Date>,
    /// When it was last changed (`updated`, `lastUpdate`, `lastUpdated`).
    pub updated: Option<Date>,
    /// Built with `--drafts` only.
    pub draft: bool,
    /// Its place among the pages of its section.
    pub order: Option<f64>,
    /// Every value, for `{name}` in props.
    pub values: Map<String, Value>,
}

/// A date as written; `iso` where it can be read as a calendar date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Date {
    /// As the author wrote it.
    pub text: String,
    /// `2023-08-14`, or with a time as RFC 3339 has it.
    pub iso: Option<String>,
}

/// The article's own styles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// The class that wraps the article's body, and starts every selector.
    pub scope: String,
    /// The scoped CSS.
    pub css: String,
}

/// A piece of the body.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// HTML; a fragment, whose elements may be closed in a later node.
    Html(String),
    /// A component's tag.
    Component(Tag),
    /// An expression in braces, whose value stands in its place.
    Interpolation(Interpolation),
}

/// An expression in prose.
#[derive(Debug, Clone, PartialEq)]
pub struct Interpolation {
    /// What stands between the braces.
    pub expression: Arc<Expression>,
    /// Where that stands, in bytes of the source.
    pub span: Range<usize>,
    /// It stands in an attribute (the description of a picture), where only text can.
    pub in_attribute: bool,
}

/// A component's tag, with its props evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct Tag {
    /// The component that it names, after renaming by imports.
    pub component: String,
    /// The whole opening tag, in bytes of the source.
    pub span: Range<usize>,
    /// Its name, in bytes of the source.
    pub name_span: Range<usize>,
    /// Its props.
    pub props: Map<String, Value>,
    /// Where each prop stands.
    pub prop_spans: BTreeMap<String, Range<usize>>,
    /// The props that `bind:` ties to states, with the names of those. The prop's value is the
    /// state's initial one.
    pub binds: BTreeMap<String, String>,
    /// It stands inside a paragraph, where only phrasing content is valid.
    pub inline: bool,
    /// What stands between its opening and its closing tag.
    pub children: Vec<Node>,
}

/// A heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its anchor, unique in the article.
    pub id: String,
    /// Its text without markup, and without the expressions in `deferred`.
    pub text: String,
    /// Expressions that ask figures, and the bytes of `text` before them: they have a value when all
    /// is baked, and leave no trace in the anchor.
    pub deferred: Vec<(usize, Interpolation)>,
    /// Where it stands, in bytes of the source.
    pub span: Range<usize>,
}
