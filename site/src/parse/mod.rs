//! From the text of an article to its tree of Markdown and component tags.
//!
//! Tags and Markdown meet like this: what may be a tag is found first (`scan`, `tag`), hidden from
//! Markdown behind a word of the same length (`mask`), and judged by where that word comes out
//! (`settle`, `judge`). Then Markdown's events become HTML with stand-ins for components (`build`,
//! `run`, `nest`), and that a tree (`tree`).

mod anchor;
mod article;
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

pub use article::{Options, article, article_with};
pub(crate) use scope::nearest;

use crate::diagnostic::SourceFile;
use crate::expression::Expression;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
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
    /// What its `<script>` declares.
    pub states: BTreeMap<String, State>,
    /// What stays as it is: front-matter values and, over them, the script's constants.
    pub constants: Map<String, Value>,
}

/// What a reader can change: `let k = 3;` in the `<script>`.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The value that the page begins with: a number, a string or a boolean.
    pub value: Value,
    /// Where its name is declared, in bytes of the source.
    pub span: Range<usize>,
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
    /// An expression in prose.
    Expression(Prose),
}

/// An expression that stands in prose, `{k}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Prose {
    /// What stands between the braces.
    pub expression: Expression,
    /// The braces and what is between them, in bytes of the source.
    pub span: Range<usize>,
}

/// A prop that is tied to a state: `bind:k={k}`. The prop has the state's first value, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bind {
    /// The state's name.
    pub state: String,
    /// `bind:k={k}`, in bytes of the source.
    pub span: Range<usize>,
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
    /// Props that are tied to states, by their names.
    pub binds: BTreeMap<String, Bind>,
    /// It stands inside a paragraph, where only phrasing content is valid.
    pub inline: bool,
    /// What stands between its opening and its closing tag.
    pub children: Vec<Node>,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its anchor, unique in the article.
    pub id: String,
    /// Its text without markup.
    pub text: String,
    /// Where it stands, in bytes of the source.
    pub span: Range<usize>,
}
