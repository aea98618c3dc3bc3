//! Files that earlier builds read, and folders that they listed.

use super::Folder;
use crate::blob::Blob;
use crate::disk::{Disk, Stamp};
use crate::memory::Kept;
use prebake_plugin::Digest;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

/// Files and folders by where they really are, for as long as the disk says that they are the same.
#[derive(Default)]
pub struct Files {
    files: Kept<PathBuf, (Stamp, Blob)>,
    folders: Kept<PathBuf, (Stamp, Arc<Folder>)>,
    /// There is more or less than when somebody asked.
    changed: AtomicBool,
}

/// The same, for a later process: paths are those below the site's root.
#[derive(Serialize, Deserialize)]
pub(crate) struct Known {
    files: Vec<(PathBuf, Stamp, Digest)>,
    folders: Vec<(PathBuf, Stamp, Vec<String>)>,
}

impl Files {
    /// The file at `real`, read if need be.
    pub(super) fn file(&self, disk: &dyn Disk, real: &Path) -> io::Result<Blob> {
        self.same_or_new(&self.files, disk, real, || Ok(disk.read(real)?.into()))
    }

    /// The folder at `real`, listed by `list` if need be. One that holds links is listed each time:
    /// where these lead is not to be seen in it.
    pub(super) fn folder(
        &self,
        disk: &dyn Disk,
        real: &Path,
        list: impl FnOnce() -> io::Result<Arc<Folder>>,
    ) -> io::Result<Arc<Folder>> {
        self.same_or_new(&self.folders, disk, real, list)
    }

    fn same_or_new<T: Clone>(
        &self,
        known: &Kept<PathBuf, (Stamp, T)>,
        disk: &dyn Disk,
        real: &Path,
        look: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<T> {
        let now = SystemTime::now();
        let Ok(stamp) = disk.stamp(real) else { return look() };
        if let Some(kept) = known.find(real, |(kept, _)| *kept == stamp) {
            return Ok(kept.1.clone());
        }
        let new = look()?;
        // Whatever changes it from here on, or has since it was stamped, makes another stamp.
        if stamp.is_settled(now) {
            known.keep(real.to_owned(), (stamp, new.clone()));
            self.changed.store(true, Ordering::Relaxed);
        }
        Ok(new)
    }

    /// Forgets what was not asked for since the last time.
    pub(crate) fn forget_unused(&self) {
        if self.files.forget_unused() + self.folders.forget_unused() > 0 {
            self.changed.store(true, Ordering::Relaxed);
        }
    }

    /// Whether there is more or less than what was restored, or when this was asked last.
    pub(crate) fn have_changed(&self) -> bool {
        self.changed.swap(false, Ordering::Relaxed)
    }

    /// Forgets everything.
    pub(crate) fn forget_all(&self) {
        self.files.forget_all();
        self.folders.forget_all();
    }

    /// What a later process can use, for the site whose root really is at `root`.
    pub(crate) fn known(&self, root: &Path) -> Known {
        let below = |real: &Path| {
            let path = real.strip_prefix(root).ok()?;
            path.to_str()?;
            Some(path.to_owned())
        };
        let file = |real: &PathBuf, (stamp, blob): &(Stamp, Blob)| {
            Some((below(real)?, *stamp, blob.digest()))
        };
        let folder = |real: &PathBuf, (stamp, folder): &(Stamp, Arc<Folder>)| {
            Some((below(real)?, *stamp, folder.plain()?.to_vec()))
        };
        let (mut files, mut folders) = (self.files.map(file), self.folders.map(folder));
        files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        folders.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Known { files, folders }
    }

    /// Takes in what an earlier process knew. Bytes are read when somebody asks for them.
    pub(crate) fn restore(&self, known: Known, root: &Path, disk: &Arc<dyn Disk>) {
        for (path, stamp, digest) in known.files {
            let real = root.join(path);
            let (disk, place) = (Arc::clone(disk), real.clone());
            let read = move |take: &mut dyn FnMut(&[u8])| {
                disk.read(&place).iter().for_each(|bytes| take(bytes));
            };
            self.files.restore(real, (stamp, Blob::kept(digest, stamp.size, read)));
        }
        for (path, stamp, names) in known.folders {
            let real = root.join(path);
            let folder = Folder { real: real.clone(), names, odd: Vec::new() };
            self.folders.restore(real, (stamp, Arc::new(folder)));
        }
    }
}
