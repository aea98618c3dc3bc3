//! What stood at a destination when it was last looked at, so that it need not be read again.

use super::place;
use crate::cache::Cache;
use crate::disk::{Disk, Entry, EntryKind, Stamp};
use crate::output::Output;
use prebake_plugin::Digest;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::time::SystemTime;

/// Its name in the cache.
const NAME: &str = "dist";

/// Every file and folder of a finished site, with what the disk said of it then, unless that was too
/// fresh to tell a later change. It is believed as far as the disk says the same again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// The digest of the destination's path; nothing is known of any other.
    destination: Option<Digest>,
    pub(super) files: BTreeMap<String, Option<(Stamp, Digest)>>,
    /// The destination itself has an empty path.
    pub(super) folders: BTreeMap<String, Option<Stamp>>,
}

impl Ledger {
    /// What the cache has of the destination that really is at `dist`.
    #[must_use]
    pub fn load(cache: &Cache, dist: &Path) -> Self {
        let load = || serde_json::from_slice(&cache.page_memo(NAME)?).ok();
        let found: Option<Self> = load();
        found.filter(|it| it.destination == Some(name(dist))).unwrap_or_default()
    }

    /// Leaves it in the cache.
    pub fn keep(&self, cache: &Cache) {
        if let Ok(bytes) = serde_json::to_vec(self) {
            cache.keep_page_memo(NAME, &bytes);
        }
    }

    /// Looks at the whole of a site that was written a moment ago.
    pub(super) fn of(disk: &dyn Disk, dist: &Path, output: &Output) -> Self {
        let mut ledger = Self { destination: Some(name(dist)), ..Self::default() };
        let folders = output.blobs().flat_map(|(path, _)| above(path));
        let folders: BTreeSet<&str> = folders.chain([""]).collect();
        ledger.folders = folders.into_iter().map(|path| (path.to_owned(), None)).collect();
        ledger.files = output.blobs().map(|(path, _)| (path.to_owned(), None)).collect();
        ledger.look(disk, dist, output);
        ledger
    }

    /// The ledger of the site that became this one: `files` and `folders` are as they were found, and
    /// those of them that have changed since are `None`, or missing.
    pub(super) fn after(
        disk: &dyn Disk,
        dist: &Path,
        output: &Output,
        (mut files, mut folders): Found,
    ) -> Self {
        files.retain(|path, _| output.blob(path).is_some());
        for (path, _) in output.blobs() {
            if !files.contains_key(path) {
                files.insert(path.to_owned(), None);
                for folder in above(path) {
                    folders.entry(folder.to_owned()).or_insert(None);
                }
            }
        }
        folders.retain(|path, _| path.is_empty() || output.standing(path).is_some());
        let mut ledger = Self { destination: Some(name(dist)), files, folders };
        ledger.look(disk, dist, output);
        ledger
    }

    /// Stamps what has no stamp yet.
    fn look(&mut self, disk: &dyn Disk, dist: &Path, output: &Output) {
        let stamp = |path: &str| {
            let stamp = disk.stamp(&place(dist, path)).ok()?;
            stamp.is_past(SystemTime::now()).then_some(stamp)
        };
        let files = self.files.par_iter_mut().filter(|(_, known)| known.is_none());
        files.for_each(|(path, known)| {
            *known = output.blob(path).and_then(|blob| Some((stamp(path)?, blob.digest())));
        });
        let folders = self.folders.par_iter_mut().filter(|(_, known)| known.is_none());
        folders.for_each(|(path, known)| *known = stamp(path));
    }

    /// What stands in each folder.
    pub(super) fn entries(&self) -> HashMap<&str, Vec<Entry>> {
        let mut entries: HashMap<&str, Vec<Entry>> = HashMap::new();
        let folders = self.folders.keys().filter(|path| !path.is_empty());
        let folders = folders.map(|path| (path, EntryKind::Folder));
        for (path, kind) in folders.chain(self.files.keys().map(|path| (path, EntryKind::File))) {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let name = name.to_owned();
            entries.entry(folder).or_default().push(Entry { name, kind });
        }
        entries
    }
}

/// The files and folders that stand, with what the disk says of them.
pub(super) type Found =
    (BTreeMap<String, Option<(Stamp, Digest)>>, BTreeMap<String, Option<Stamp>>);

/// The folders above a path of the output.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(end, _)| &path[..end])
}

fn name(dist: &Path) -> Digest {
    Digest::of(dist.as_os_str().as_encoded_bytes())
}
