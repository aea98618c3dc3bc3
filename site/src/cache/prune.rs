//! What may leave a cache.

use super::Cache;
use super::entry::Entry;
use super::shelves::Shelf;
use super::survey::Survey;
use prebake_plugin::Digest;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::time::SystemTime;

/// Which results stay, besides those that the site uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// No others.
    Used,
    /// Those of jobs that were baked since.
    Since(SystemTime),
    /// The latest, for as long as the cache holds no more bytes than this.
    AtMost(u64),
}

/// What is to leave a cache.
#[derive(Debug, Default)]
pub struct Removal {
    entries: Vec<Digest>,
    /// Entries of which some results stay.
    shortened: Vec<Entry>,
    store: Vec<Digest>,
    strays: Vec<PathBuf>,
    /// How many results leave.
    pub results: usize,
    /// How many bytes that frees.
    pub bytes: u64,
    /// How many bytes stay.
    pub left: u64,
}

impl Removal {
    /// Nothing leaves.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files() == 0 && self.shortened.is_empty()
    }

    /// How many files leave.
    #[must_use]
    pub fn files(&self) -> usize {
        self.entries.len() + self.store.len() + self.strays.len()
    }
}

/// What is to leave the surveyed cache so that `keep` holds. What the site uses stays always; what
/// belongs to nothing leaves always.
#[must_use]
pub fn removal(survey: &Survey, keep: Keep) -> Removal {
    let mut references: BTreeMap<Digest, usize> = BTreeMap::new();
    for variant in survey.jobs.iter().flat_map(|job| &job.entry.variants) {
        for file in &variant.artifact.files {
            *references.entry(file.digest).or_default() += 1;
        }
    }
    let size = |digest: &Digest| survey.store.get(digest).copied().unwrap_or(0);
    let mut entries: Vec<u64> = survey.jobs.iter().map(|job| job.bytes).collect();
    let mut left =
        survey.pages.1 + entries.iter().sum::<u64>() + references.keys().map(size).sum::<u64>();

    // The oldest first; of one job, the latest result last.
    let mut candidates: Vec<(usize, usize)> = Vec::new();
    for (at, job) in survey.jobs.iter().enumerate() {
        let unused = (0..job.used.len()).rev().filter(|&index| !job.used[index]);
        candidates.extend(unused.map(|index| (at, index)));
    }
    candidates.sort_by_key(|&(at, index)| (survey.jobs[at].baked, at, Reverse(index)));

    let mut dropped: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); survey.jobs.len()];
    for (at, index) in candidates {
        let job = &survey.jobs[at];
        let goes = match keep {
            Keep::Used => true,
            Keep::Since(time) => job.baked < time,
            Keep::AtMost(bytes) => left > bytes,
        };
        if !goes {
            continue;
        }
        dropped[at].insert(index);
        let rest = &mut entries[at];
        let goes = if dropped[at].len() == job.used.len() { *rest } else { job.sizes[index] };
        *rest -= goes;
        left -= goes;
        for file in &job.entry.variants[index].artifact.files {
            if let Some(count) = references.get_mut(&file.digest) {
                *count -= 1;
                if *count == 0 {
                    left -= size(&file.digest);
                }
            }
        }
    }

    let mut removal = Removal { left, ..Removal::default() };
    for (job, dropped) in survey.jobs.iter().zip(&dropped) {
        removal.results += dropped.len();
        if dropped.len() == job.used.len() {
            removal.entries.push(job.entry.action);
        } else if !dropped.is_empty() {
            let mut entry = job.entry.clone();
            let mut index = 0..;
            entry.variants.retain(|_| index.next().is_some_and(|index| !dropped.contains(&index)));
            removal.shortened.push(entry);
        }
    }
    let unreferenced =
        survey.store.keys().filter(|digest| references.get(digest).is_none_or(|&count| count == 0));
    removal.store = unreferenced.copied().collect();
    removal.strays = survey.strays.iter().map(|(path, _)| path.clone()).collect();
    removal.bytes = survey.total().bytes - left;
    removal
}

impl Cache {
    /// Removes what is to leave; needs the [`turn`](Cache::turn). Whatever stops it in between, what
    /// is left is a sound cache.
    ///
    /// # Errors
    /// What the disk says.
    pub fn remove(&self, removal: &Removal) -> io::Result<()> {
        let Removal { entries, shortened, store, strays, .. } = removal;
        let disk = &*self.shelves.disk;
        // What frees space comes before what needs some: the disk may be full. A result whose files
        // are gone counts as absent.
        let entries = entries.iter().map(|key| self.shelves.place(Shelf::Actions, *key));
        let store = store.iter().map(|digest| self.shelves.place(Shelf::Store, *digest));
        let files: Vec<PathBuf> = entries.chain(store).chain(strays.iter().cloned()).collect();
        let mut folders = BTreeSet::new();
        for path in &files {
            match disk.remove(path) {
                // What a build was writing has got its name meanwhile.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                removed => removed.map_err(|error| self.shelves.named(path, &error))?,
            }
            folders.extend(path.parent().filter(|folder| folder.starts_with(&self.shelves.folder)));
        }
        shortened.iter().try_for_each(|entry| self.write_entry(entry))?;
        for folder in folders.into_iter().rev() {
            // An empty folder does no harm.
            if folder != self.shelves.folder
                && disk.list(folder).is_ok_and(|names| names.is_empty())
            {
                let _ = disk.remove(folder);
            }
        }
        Ok(())
    }
}
