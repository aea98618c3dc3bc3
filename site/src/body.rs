//! The body of an article's page, as builds keep it.

use crate::blob::Blob;
use crate::diagnostic::Diagnostic;
use crate::page::{Line, Listed, Page};
use crate::render::{Rendered, Shown, Told};
use crate::world::{Pages, Seen};
use prebake_plugin::{Digest, Source};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What rendering an article made, and what it looked at.
pub struct Body {
    /// All but the page.
    pub gist: Gist,
    /// Every mistake that rendering found.
    pub diagnostics: Vec<Diagnostic>,
    page: OnceLock<Page>,
}

/// What is known of a body without its page; a later process goes on from this.
#[derive(Clone, Serialize, Deserialize)]
pub struct Gist {
    /// Changes with all that the page's template is given.
    pub digest: Digest,
    /// Changes with [`listed`](Self::listed).
    pub listed_digest: Digest,
    /// The article as lists and feeds show it.
    pub listed: Listed,
    /// Its body with absolute links, for the feed.
    #[serde(skip)]
    pub content: Blob,
    /// The files that the page shows or links to, by their paths in the output.
    pub files: BTreeMap<String, Shown>,
    /// What the report says of every figure.
    pub told: Vec<Told>,
    /// What was looked at; `None` where the disk failed.
    pub seen: Option<Vec<Seen>>,
}

impl Body {
    /// A body that was just rendered.
    #[must_use]
    pub fn new(rendered: Rendered, diagnostics: Vec<Diagnostic>, seen: Option<Vec<Seen>>) -> Self {
        let Rendered { page, listed, content, files, told } = rendered;
        let digest = page.digest();
        let listed_digest = Digest::of(json!(listed).to_string().as_bytes());
        let content = content.into_bytes().into();
        let gist = Gist { digest, listed_digest, listed, content, files, told, seen };
        Self { gist, diagnostics, page: OnceLock::from(page) }
    }

    /// A body of which there is nothing to say, as it was known before.
    #[must_use]
    pub fn known(gist: Gist) -> Self {
        Self { gist, diagnostics: Vec::new(), page: OnceLock::new() }
    }

    /// Whether rendering would see the same again, and so make the same.
    #[must_use]
    pub fn still_holds(&self, source: &dyn Source, pages: &Pages) -> bool {
        let hold = |seen: &Vec<Seen>| seen.iter().all(|it| it.still_holds(source, pages));
        self.gist.seen.as_ref().is_some_and(hold)
    }

    /// The page, before its template; `render` makes it where it was not kept.
    pub fn page(&self, render: impl FnOnce() -> Page) -> &Page {
        self.page.get_or_init(render)
    }

    /// The article as templates see it in lists. Where its text is lost, it has none, and the build
    /// goes astray.
    #[must_use]
    pub fn line(&self, with_content: bool) -> Line<'_> {
        let text = || str::from_utf8(self.gist.content.bytes()?).ok();
        let content = if with_content { text().unwrap_or_default() } else { "" };
        Line { listed: &self.gist.listed, content }
    }
}
