//! What one build leaves for the next of the same process.
//!
//! Each stage is a function of what it reads; here stands what the stages made, by what they had
//! read: values and digests, never "nothing happened as far as anybody told". What the newest build
//! did not use is forgotten.

mod kept;
mod shelf;
mod work;

pub use kept::Kept;
pub use work::{Tally, Work};

use crate::bake::Interim;
use crate::body::Body;
use crate::cache::Figures;
use crate::diagnostic::Diagnostic;
use crate::outline::Outline;
use crate::program::Workshop;
use crate::source::Files;
use crate::theme::Templates;
use prebake_plugin::Digest;
use std::sync::{Arc, Mutex, PoisonError};

/// The digest of the generator's own sources and of all that it is compiled from: a part of every key
/// that outlives a process.
pub const GENERATOR: &str = env!("PREBAKE_COMPONENT_VERSION");

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
    /// What is on the shelves of the cache, as far as it is known.
    labels: Mutex<Vec<Option<Digest>>>,
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
pub(crate) type Made = Result<Arc<[u8]>, Diagnostic>;

impl Memory {
    /// A build went well, and used these keys.
    pub(crate) fn took(&self, trails: Option<Trails>) {
        if trails.is_some() {
            *self.trails.lock().unwrap_or_else(PoisonError::into_inner) = trails;
        }
    }

    /// A build is over.
    pub(crate) fn forget_unused(&self) {
        self.files.forget_unused();
        self.templates.forget_unused();
        self.outlines.forget_unused();
        self.figures.forget_unused();
        self.workshop.forget_unused();
        self.bodies.forget_unused();
        self.pages.forget_unused();
    }
}
