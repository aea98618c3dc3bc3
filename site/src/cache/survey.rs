//! All that is in a cache, and what of it a site uses.

use super::Cache;
use super::entry::{Action, Entry, Variant};
use super::shelves::{FORMAT, Listing, Shelf, folder};
use crate::disk::{Disk, Kind};
use prebake_plugin::{Digest, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// All that is in a cache.
#[derive(Debug)]
pub struct Survey {
    pub(super) jobs: Vec<KnownJob>,
    /// The sizes of the files of artifacts.
    pub(super) store: BTreeMap<Digest, u64>,
    /// How many files hold pages as they were last made, and their bytes.
    pub(super) pages: (usize, u64),
    /// What belongs to nothing, with its size: damaged entries, what a killed process left, what an
    /// older Prebake kept.
    pub(super) strays: Vec<(PathBuf, u64)>,
}

/// What the cache knows of one job.
#[derive(Debug)]
pub(super) struct KnownJob {
    pub(super) entry: Entry,
    /// Which of its variants the site would take now.
    pub(super) used: Vec<bool>,
    /// The size of the entry.
    pub(super) bytes: u64,
    /// How many of these each variant takes.
    pub(super) sizes: Vec<u64>,
    /// When it was baked last.
    pub(super) baked: SystemTime,
}

/// How much of a cache there is of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// Results: artifacts, by component, job, version and what was read.
    pub results: usize,
    /// Distinct files, entries among them.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

impl Cache {
    /// Looks at all that there is; `used` are the jobs of the site.
    ///
    /// # Errors
    /// What the disk says.
    pub fn survey(&self, used: &[Action], source: &dyn Source) -> io::Result<Survey> {
        let shelves = &self.shelves;
        let disk = &*shelves.disk;
        let used: BTreeMap<Digest, &Action> =
            used.iter().map(|action| (action.key, action)).collect();
        let Listing { files: entries, mut strays } = shelves.all(Shelf::Actions)?;
        let mut jobs = Vec::new();
        for (key, bytes) in entries {
            let path = shelves.place(Shelf::Actions, key);
            let (read, baked) = match (disk.read(&path), disk.stamp(&path)) {
                // Another process was quicker.
                (Err(error), _) | (_, Err(error)) if error.kind() == ErrorKind::NotFound => {
                    continue;
                }
                (read, stamp) => (read?, stamp?.changed),
            };
            let Some(entry) = Entry::from_bytes(&read, key) else {
                strays.push(path);
                continue;
            };
            let is_used = |variant: &Variant| {
                used.get(&key).is_some_and(|action| variant.answers(action, source))
            };
            let used = entry.variants.iter().map(is_used).collect();
            let sizes = entry.variants.iter().map(Variant::size).collect();
            jobs.push(KnownJob { entry, used, bytes, sizes, baked });
        }
        let store = shelves.all(Shelf::Store)?;
        strays.extend(store.strays);
        for (folder, own) in [
            (shelves.writing(), &[][..]),
            (shelves.folder.clone(), &["actions", "store", "pages", "writing"]),
        ] {
            let names = shelves.names(&folder)?.into_iter();
            strays
                .extend(names.filter(|name| !own.contains(&&**name)).map(|name| folder.join(name)));
        }
        let above = folder(&shelves.root);
        let is_format = |name: &String| {
            name.strip_prefix('v').is_some_and(|digits| digits.parse::<u32>().is_ok())
        };
        let formats = shelves.names(&above)?.into_iter().filter(is_format);
        strays.extend(formats.filter(|name| name != FORMAT).map(|name| above.join(name)));
        let strays = strays.into_iter().map(|path| (weight(disk, &path, 3), path));
        let strays = strays.map(|(bytes, path)| (path, bytes)).collect();
        let names = shelves.names(&shelves.pages())?;
        let pages = names.iter().map(|name| weight(disk, &shelves.pages().join(name), 0));
        let pages = (names.len(), pages.sum());
        Ok(Survey { jobs, store: store.files.into_iter().collect(), pages, strays })
    }
}

/// The bytes of the files at and below `path`, so many folders deep.
fn weight(disk: &dyn Disk, path: &Path, depth: usize) -> u64 {
    match disk.kind(path) {
        Ok(Kind::File(bytes)) => bytes,
        Ok(Kind::Folder) if depth > 0 => {
            let names = disk.list(path).unwrap_or_default().into_iter();
            names.map(|name| weight(disk, &path.join(name), depth - 1)).sum()
        }
        _ => 0,
    }
}

impl Survey {
    /// The components, sorted.
    #[must_use]
    pub fn components(&self) -> BTreeSet<&str> {
        self.jobs.iter().map(|job| &*job.entry.component).collect()
    }

    /// What there is of one component.
    #[must_use]
    pub fn of_component(&self, component: &str) -> Share {
        self.share(|job, _| job.entry.component == component)
    }

    /// What the site uses now, of one component or of all.
    #[must_use]
    pub fn used(&self, component: Option<&str>) -> Share {
        self.share(|job, index| {
            job.used[index] && component.is_none_or(|name| job.entry.component == name)
        })
    }

    /// The pages as they were last made.
    #[must_use]
    pub fn pages(&self) -> Share {
        let (files, bytes) = self.pages;
        Share { results: 0, files, bytes }
    }

    /// All there is.
    #[must_use]
    pub fn total(&self) -> Share {
        let Share { results, .. } = self.share(|_, _| true);
        let entries: u64 = self.jobs.iter().map(|job| job.bytes).sum();
        let strays: u64 = self.strays.iter().map(|(_, bytes)| bytes).sum();
        Share {
            results,
            files: self.store.len() + self.jobs.len() + self.pages.0 + self.strays.len(),
            bytes: self.store.values().sum::<u64>() + entries + self.pages.1 + strays,
        }
    }

    /// When the result was baked that has been left alone longest.
    #[must_use]
    pub fn oldest(&self) -> Option<SystemTime> {
        self.jobs.iter().map(|job| job.baked).min()
    }

    fn share(&self, counts: impl Fn(&KnownJob, usize) -> bool) -> Share {
        let mut share = Share::default();
        let mut files = BTreeSet::new();
        for job in &self.jobs {
            let mut entry = job.bytes;
            let before = share.results;
            for (index, variant) in job.entry.variants.iter().enumerate() {
                if counts(job, index) {
                    share.results += 1;
                    files.extend(variant.artifact.files.iter().map(|file| file.digest));
                } else {
                    entry -= job.sizes[index].min(entry);
                }
            }
            if share.results > before {
                share.files += 1;
                share.bytes += entry;
            }
        }
        share.files += files.len();
        share.bytes += files.iter().filter_map(|digest| self.store.get(digest)).sum::<u64>();
        share
    }
}
