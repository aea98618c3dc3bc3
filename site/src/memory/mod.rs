//! What one build leaves for the next of the same process.
//!
//! Each stage is a function of what it reads; here stands what the stages made, by what they had
//! read: values and digests, never "nothing happened as far as anybody told". What the newest build
//! did not use is forgotten.

mod kept;
mod shelf;
mod texts;
mod work;

pub use kept::Kept;
pub use work::{Tally, Work};

use crate::bake::Interim;
use crate::blob::Blob;
use crate::body::Body;
use crate::cache::Figures;
use crate::diagnostic::Diagnostic;
use crate::outline::Outline;
use crate::program::Workshop;
use crate::source::Files;
use crate::theme::Templates;
use prebake_plugin::Digest;
use serde::Serialize;
use shelf::Labels;
use std::sync::{Arc, Mutex, PoisonError};
use texts::Texts;

/// The digest of the generator's own sources and of all that it is compiled from: a part of every key
/// that outlives a process.
pub const GENERATOR: &str = env!("PREBAKE_COMPONENT_VERSION");

/// The key of a value: the digest of all that it depends on.
pub(crate) fn key(of: &impl Serialize) -> Digest {
    // What keys are made of is plain, and always has a form.
    Digest::of(&serde_json::to_vec(of).unwrap_or_default())
}

/// What one build leaves for the next. Keep it from build to build of one site; a fresh one is right
/// too, and slower.
#[derive(Default)]
pub struct Memory {
    pub(crate) files: Arc<Files>,
    pub(crate) templates: Kept<Digest, Templates>,
    pub(crate) outlines: Kept<Digest, Outline>,
    pub(crate) figures: Arc<Figures>,
    pub(crate) interim: Interim,
    pub(crate) workshop: Workshop,
    pub(crate) bodies: Kept<Digest, Body>,
    pub(crate) pages: Kept<Digest, Made>,
    /// The keys that the newest good build used, if there was one.
    pub(crate) trails: Mutex<Option<Trails>>,
    labels: Mutex<Labels>,
    /// What may be open of the cache.
    texts: Mutex<Vec<Arc<Texts>>>,
}

/// The keys that a build used, page by page.
#[derive(Default)]
pub(crate) struct Trails {
    pub(crate) articles: Vec<Trail>,
    pub(crate) pages: Vec<(String, Digest)>,
}

/// The keys of one article.
pub(crate) struct Trail {
    /// The path of its page in the output.
    pub(crate) page: String,
    pub(crate) outline: Digest,
    /// `None` where it is not published.
    pub(crate) body: Option<Digest>,
}

/// A page or feed as it is emitted, or why there is none.
pub(crate) type Made = Result<Blob, Diagnostic>;

impl Memory {
    /// A build went well, and used these keys.
    pub(crate) fn took(&self, trails: Option<Trails>) {
        if trails.is_some() {
            *self.trails.lock().unwrap_or_else(PoisonError::into_inner) = trails;
        }
    }

    /// A build is over.
    pub(crate) fn forget_unused(&self) {
        self.close_texts();
        self.files.forget_unused();
        self.templates.forget_unused();
        self.outlines.forget_unused();
        self.figures.forget_unused();
        self.interim.forget_unused();
        self.workshop.forget_unused();
        self.bodies.forget_unused();
        self.pages.forget_unused();
    }

    /// Whether a text that an earlier process left turned out to be lost.
    pub(crate) fn is_astray(&self) -> bool {
        self.bodies.any(|body| body.gist.content.is_lost())
    }

    /// Forgets pages of which only the digest is known.
    pub(crate) fn forget_unreadable(&self) {
        self.pages
            .retain(|made| made.as_ref().is_err() || made.as_ref().is_ok_and(Blob::may_be_read));
    }

    /// Forgets what an earlier process may have left.
    pub(crate) fn forget_all(&self) {
        self.files.forget_all();
        self.outlines.forget_all();
        self.bodies.forget_all();
        self.pages.forget_all();
        self.labels().clear();
    }
}
