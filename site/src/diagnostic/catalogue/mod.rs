//! What every code means: its cause, what to do, and an example that provokes it.
//!
//! The explanations are Markdown, beside this file for the generator's own codes and with each
//! plugin for its own ([`Component::EXPLANATIONS`](prebake_plugin::Component::EXPLANATIONS), which
//! also says how they are written). The tests build every example.

mod read;
mod write;

pub use read::entries;

use prebake_plugin::{AnyComponent, Severity, nearest};
use std::sync::Arc;

/// The generator's own explanations, and those of `prebake-plugin`.
const OWN: [&str; 7] = [
    include_str!("site.md"),
    include_str!("article.md"),
    include_str!("tags.md"),
    include_str!("expressions.md"),
    include_str!("figures.md"),
    include_str!("programs.md"),
    include_str!("check.md"),
];

/// Every code that a site can meet, each once, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    entries: Vec<Entry>,
}

/// What one code means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The code: `unknown-prop`.
    pub code: String,
    /// How serious it is.
    pub severity: Severity,
    /// What brings it about, in a sentence.
    pub cause: String,
    /// What to do, in order.
    pub body: Vec<Block>,
}

/// A piece of an explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Markdown: one or several paragraphs, or a list.
    Text(String),
    /// A file of an example.
    Example(Example),
}

/// A file of a site that provokes a diagnostic, or of the mended one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Its path from the site's root.
    pub path: String,
    /// Its language, as a code block names it.
    pub language: String,
    /// Its text.
    pub text: String,
    /// It belongs to the mended site.
    pub is_mended: bool,
}

/// Where an example lies that names no path.
pub const EXAMPLE: &str = "content/example/index.md";

impl Catalogue {
    /// The generator's codes, and those of `components`.
    #[must_use]
    pub fn new(components: &[Arc<dyn AnyComponent>]) -> Self {
        let texts = components.iter().map(|component| component.explanations());
        let mut entries: Vec<Entry> = OWN.into_iter().chain(texts).flat_map(entries).collect();
        // Components of one crate share their explanations; the first of equal codes stays.
        entries.sort_by(|a, b| a.code.cmp(&b.code));
        entries.dedup_by(|a, b| a.code == b.code);
        Self { entries }
    }

    /// All of them, sorted by code.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The one of this code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.code.as_str().cmp(code)).ok()?;
        self.entries.get(at)
    }

    /// The code that `wrong` was probably meant to be.
    #[must_use]
    pub fn nearest(&self, wrong: &str) -> Option<&str> {
        nearest(wrong, self.entries.iter().map(|entry| entry.code.as_str()))
    }
}

impl Entry {
    /// The files of the site that provokes it, or of the mended one; none where it comes from what
    /// no file says.
    pub fn example(&self, is_mended: bool) -> impl Iterator<Item = &Example> {
        self.body.iter().filter_map(move |block| match block {
            Block::Example(example) if example.is_mended == is_mended => Some(example),
            _ => None,
        })
    }
}
