//! A source that remembers what it was asked.

use prebake_plugin::{Digest, Read, ReadKind, SitePath, Source};
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Passes everything on to another source and records it, absences and folder listings included.
pub struct Recorder<'a> {
    source: &'a dyn Source,
    reads: Mutex<Vec<Read>>,
    failed: AtomicBool,
}

impl<'a> Recorder<'a> {
    /// A recorder that has heard nothing yet.
    #[must_use]
    pub fn new(source: &'a dyn Source) -> Self {
        Self { source, reads: Mutex::default(), failed: AtomicBool::new(false) }
    }

    /// Everything that was asked, in order; `None` where the disk ever failed: such a failure is no
    /// answer to come back to, so what was made in spite of it cannot be kept.
    #[must_use]
    pub fn into_reads(self) -> Option<Vec<Read>> {
        let reads = self.reads.into_inner().unwrap_or_else(PoisonError::into_inner);
        (!self.failed.into_inner()).then_some(reads)
    }

    fn record(&self, path: &SitePath, answer: Result<ReadKind, ErrorKind>) {
        let kind = match answer {
            Ok(kind) => kind,
            Err(ErrorKind::NotFound) => ReadKind::Absent,
            Err(_) => return self.failed.store(true, Ordering::Relaxed),
        };
        let read = Read { path: path.clone(), kind };
        let mut reads = self.reads.lock().unwrap_or_else(PoisonError::into_inner);
        if reads.last() != Some(&read) {
            reads.push(read);
        }
    }
}

impl Source for Recorder<'_> {
    fn read(&self, path: &SitePath) -> io::Result<Arc<[u8]>> {
        Ok(self.read_with_digest(path)?.0)
    }

    fn read_with_digest(&self, path: &SitePath) -> io::Result<(Arc<[u8]>, Digest)> {
        let answer = self.source.read_with_digest(path);
        match &answer {
            // That a folder stands there is an answer, and a folder is known by what is in it.
            Err(error) if error.kind() == ErrorKind::IsADirectory => drop(self.list(path)),
            Err(error) => self.record(path, Err(error.kind())),
            Ok((_, digest)) => self.record(path, Ok(ReadKind::File(*digest))),
        }
        answer
    }

    fn list(&self, path: &SitePath) -> io::Result<Vec<String>> {
        let names = self.source.list(path);
        let answer = names.as_deref().map_err(io::Error::kind).map(ReadKind::folder);
        self.record(path, answer);
        names
    }
}
