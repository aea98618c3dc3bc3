//! What was baked and is not kept, for builds that follow each other.

use super::Outcome;
use crate::cache::Action;
use crate::memory::Kept;
use prebake_plugin::{Digest, Read, Source};

/// What jobs came to that the cache does not keep: problems, and artifacts that nothing proves. Without
/// it a build that does not wait would never hear of them.
#[derive(Default)]
pub struct Interim(Kept<(Digest, Digest), Entry>);

struct Entry {
    /// What was read, where that says it all: then it holds while the same would be read.
    reads: Option<Vec<Read>>,
    outcome: Outcome,
}

impl Interim {
    /// What `action` came to, if it would come to the same.
    #[must_use]
    pub fn find(&self, action: &Action, source: &dyn Source) -> Option<Outcome> {
        let holds =
            |entry: &Entry| entry.reads.iter().flatten().all(|read| read.still_holds(source));
        Some(self.0.find(&action.id(), holds)?.outcome.clone())
    }

    pub(super) fn keep(&self, action: &Action, reads: Option<Vec<Read>>, outcome: &Outcome) {
        self.0.keep(action.id(), Entry { reads, outcome: outcome.clone() });
    }

    /// Something has changed, and nobody knows what it means for what nothing proves.
    pub fn forget_unproven(&self) {
        self.0.retain(|entry| entry.reads.is_some());
    }

    /// A build is over.
    pub(crate) fn forget_unused(&self) {
        self.0.forget_unused();
    }
}
