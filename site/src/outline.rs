//! What a build has to know of an article before anything is baked.

use crate::diagnostic::Diagnostic;
use crate::html;
use crate::parse::Tag;
use crate::plan::{Components, PlannedTag, plan};
use crate::read::{Entry, Text};
use crate::source::SiteSource;
use prebake_plugin::{AnyComponent, AnyJob, Digest};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Whether an article is published, and what has to be baked for it. Known again by its text and the
/// names of the components that there are; the article itself is parsed when somebody asks for it.
pub struct Outline {
    /// Built with `--drafts` only.
    pub draft: bool,
    /// The computation that each of its tags needs, in document order; `None` where a diagnostic
    /// says why not.
    pub jobs: Vec<Option<TagJob>>,
    /// What is wrong with it, as far as its text tells.
    pub diagnostics: Vec<Diagnostic>,
    /// The components that it was made with, by [`Components::digest`].
    pub components: BTreeMap<String, Digest>,
    parsed: OnceLock<Parsed>,
}

/// What one tag asks a component for.
pub struct TagJob {
    /// The component.
    pub component: Arc<dyn AnyComponent>,
    /// The computation.
    pub job: AnyJob,
}

/// An article, and its tags in document order.
pub struct Parsed {
    /// The article.
    pub entry: Entry,
    /// Its tags; `None` where a diagnostic says why not.
    pub planned: Vec<Option<PlannedTag>>,
}

impl Outline {
    /// Parses an article and plans its tags.
    #[must_use]
    pub fn new(text: &Text, source: &SiteSource, components: &Components<'_>) -> Self {
        let (parsed, diagnostics) = Parsed::new(text, source, components);
        let job = |tag: &PlannedTag| TagJob {
            component: Arc::clone(&tag.component),
            job: tag.job.clone(),
        };
        let tags = html::tags(&parsed.entry.article.body);
        let component =
            |tag: &Tag| Some((tag.component.clone(), components.digest(&tag.component)?));
        Self {
            draft: parsed.entry.article.front.draft,
            components: tags.into_iter().filter_map(component).collect(),
            jobs: parsed.planned.iter().map(|tag| tag.as_ref().map(job)).collect(),
            diagnostics,
            parsed: OnceLock::from(parsed),
        }
    }

    /// The outline of an article of which there is nothing to say, as it was known before.
    #[must_use]
    pub fn known(
        draft: bool,
        jobs: Vec<Option<TagJob>>,
        components: BTreeMap<String, Digest>,
    ) -> Self {
        Self { draft, jobs, diagnostics: Vec::new(), components, parsed: OnceLock::new() }
    }

    /// Whether the components that it was made with are what they were.
    #[must_use]
    pub fn still_holds(&self, components: &Components<'_>) -> bool {
        self.components.iter().all(|(name, digest)| components.digest(name) == Some(*digest))
    }

    /// The article that this is the outline of; `parse` gives it where it is not known any more.
    pub fn parsed(&self, parse: impl FnOnce() -> Parsed) -> &Parsed {
        self.parsed.get_or_init(parse)
    }
}

impl Parsed {
    /// Parses an article and plans its tags.
    #[must_use]
    pub fn new(
        text: &Text,
        source: &SiteSource,
        components: &Components<'_>,
    ) -> (Self, Vec<Diagnostic>) {
        let (entry, mut diagnostics) = text.parse(source, &components.names());
        let (planned, found) = plan(&entry.article, components);
        diagnostics.extend(found);
        (Self { entry, planned }, diagnostics)
    }
}
