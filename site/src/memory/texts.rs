//! Texts that an earlier process left, in a file one after another.

use crate::blob::Blob;
use crate::disk::Disk;
use prebake_plugin::Digest;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// A text among those of a file, by its digest and its length.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct StoredText(pub(super) Digest, pub(super) u64);

/// A file of texts. It is read when the first of them is asked for, and stays open, because most are
/// asked for together.
pub(super) struct Texts {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    bytes: Mutex<Option<Arc<Vec<u8>>>>,
}

impl Texts {
    pub(super) fn new(disk: Arc<dyn Disk>, path: PathBuf) -> Arc<Self> {
        Arc::new(Self { disk, path, bytes: Mutex::default() })
    }

    /// Gives the texts out, in their order.
    pub(super) fn blobs(self: Arc<Self>) -> impl FnMut(StoredText) -> Blob {
        let mut end = 0_u64;
        move |StoredText(digest, length)| {
            let (texts, start) = (Arc::clone(&self), end);
            end = start.saturating_add(length);
            let part = usize::try_from(start).unwrap_or(usize::MAX)
                ..usize::try_from(end).unwrap_or(usize::MAX);
            Blob::kept(digest, length, move |take| texts.read(part.clone(), take))
        }
    }

    /// Gives the room back.
    pub(super) fn close(&self) {
        *self.bytes.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn read(&self, part: Range<usize>, take: &mut dyn FnMut(&[u8])) {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let whole = bytes.get_or_insert_with(|| {
            // A file that cannot be read has no part that anybody could find.
            Arc::new(self.disk.read(&self.path).unwrap_or_default())
        });
        let whole = Arc::clone(whole);
        drop(bytes);
        whole.get(part).into_iter().for_each(take);
    }
}
