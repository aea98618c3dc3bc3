//! The body of an article's page, as builds keep it.

use crate::diagnostic::Diagnostic;
use crate::page::{Listed, Page};
use crate::render::{Rendered, Shown, Told};
use crate::world::{Pages, Seen};
use prebake_plugin::{Digest, Source};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What rendering an article made, and what it looked at.
pub struct Body {
    /// Changes with all that the page's template is given.
    pub digest: Digest,
    /// Changes with [`listed`](Self::listed).
    pub listed_digest: Digest,
    /// The article as lists and feeds show it.
    pub listed: Listed,
    /// The files that the page shows or links to, by their paths in the output.
    pub files: BTreeMap<String, Shown>,
    /// What the report says of every figure.
    pub told: Vec<Told>,
    /// Every mistake that rendering found.
    pub diagnostics: Vec<Diagnostic>,
    /// What was looked at; `None` where the disk failed.
    pub seen: Option<Vec<Seen>>,
    page: OnceLock<Page>,
}

impl Body {
    /// A body that was just rendered.
    #[must_use]
    pub fn new(rendered: Rendered, diagnostics: Vec<Diagnostic>, seen: Option<Vec<Seen>>) -> Self {
        let Rendered { page, listed, files, told } = rendered;
        let digest = page.digest();
        let listed_digest = Digest::of(json!(listed).to_string().as_bytes());
        let page = OnceLock::from(page);
        Self { digest, listed_digest, listed, files, told, diagnostics, seen, page }
    }

    /// A body of which there is nothing to say, as it was known before.
    #[must_use]
    pub fn known(
        digest: Digest,
        listed_digest: Digest,
        listed: Listed,
        files: BTreeMap<String, Shown>,
        told: Vec<Told>,
        seen: Vec<Seen>,
    ) -> Self {
        let (diagnostics, seen, page) = (Vec::new(), Some(seen), OnceLock::new());
        Self { digest, listed_digest, listed, files, told, diagnostics, seen, page }
    }

    /// Whether rendering would see the same again, and so make the same.
    #[must_use]
    pub fn still_holds(&self, source: &dyn Source, pages: &Pages) -> bool {
        let hold = |seen: &Vec<Seen>| seen.iter().all(|it| it.still_holds(source, pages));
        self.seen.as_ref().is_some_and(hold)
    }

    /// The page, before its template; `render` makes it where it was not kept.
    pub fn page(&self, render: impl FnOnce() -> Page) -> &Page {
        self.page.get_or_init(render)
    }
}
