//! What was baked and is not kept, for builds that follow each other.

use super::Outcome;
use crate::cache::Action;
use prebake_plugin::{Digest, Read, Source};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What jobs came to that the cache does not keep: problems, and artifacts that nothing proves. Without
/// it a build that does not wait would never hear of them.
#[derive(Debug, Default)]
pub struct Interim(Mutex<HashMap<(Digest, Digest), Entry>>);

#[derive(Debug)]
struct Entry {
    /// What was read, where that says it all: then it holds while the same would be read.
    reads: Option<Vec<Read>>,
    outcome: Outcome,
}

impl Interim {
    /// What `action` came to, if it would come to the same.
    #[must_use]
    pub fn find(&self, action: &Action, source: &dyn Source) -> Option<Outcome> {
        let mut entries = self.entries();
        let Entry { reads, outcome } = entries.get(&action.id())?;
        if reads.iter().flatten().all(|read| read.still_holds(source)) {
            return Some(outcome.clone());
        }
        entries.remove(&action.id());
        None
    }

    pub(super) fn keep(&self, action: &Action, reads: Option<Vec<Read>>, outcome: &Outcome) {
        let entry = Entry { reads, outcome: outcome.clone() };
        self.entries().insert(action.id(), entry);
    }

    /// Something has changed, and nobody knows what it means for what nothing proves.
    pub fn forget_unproven(&self) {
        self.entries().retain(|_, entry| entry.reads.is_some());
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<(Digest, Digest), Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
