//! The folder that a program writes its files into.

use crate::cache;
use crate::disk::{Disk, Kind};
use crate::output::plain_file_name;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// The most that the files of one figure may hold, in bytes.
const MOST: u64 = 1 << 30;

/// A folder for one job, removed when dropped.
pub(super) struct Outbox<'a> {
    disk: &'a dyn Disk,
    path: PathBuf,
}

impl<'a> Outbox<'a> {
    /// An empty folder, where a build that is killed leaves what the next one sweeps.
    pub(super) fn new(disk: &'a dyn Disk, root: &Path) -> io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = cache::writing(root).join(format!("job-{}-{number}", process::id()));
        disk.create_folder(&path)?;
        Ok(Self { disk, path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The files of these names, or all that are there.
    ///
    /// # Errors
    /// In words: what the program did wrong, or what the disk says.
    pub(super) fn take(
        &self,
        names: Option<Vec<String>>,
    ) -> Result<Vec<(String, Vec<u8>)>, String> {
        let names = match names {
            Some(names) => names,
            None => self.disk.list(&self.path).map_err(|error| format!("`out`: {error}"))?,
        };
        let mut left = MOST;
        let mut files = Vec::with_capacity(names.len());
        for name in names {
            plain_file_name(&name).map_err(|reason| format!("the file name {name:?} {reason}"))?;
            let path = self.path.join(&name);
            let unreadable =
                |error: io::Error| format!("`{name}` cannot be read from `out`: {error}");
            if self.disk.canonicalize(&path).map_err(unreadable)? != path {
                return Err(format!("`{name}` is a link"));
            }
            let size = match self.disk.kind(&path).map_err(unreadable)? {
                Kind::File(size) => size,
                Kind::Folder => return Err(format!("`{name}` in `out` is a folder")),
            };
            left = left.checked_sub(size).ok_or_else(|| {
                format!("its files hold more than {} MiB, with `{name}`", MOST >> 20)
            })?;
            let bytes = self.disk.read(&path).map_err(unreadable)?;
            files.push((name, bytes));
        }
        Ok(files)
    }
}

impl Drop for Outbox<'_> {
    fn drop(&mut self) {
        // What cannot be removed now is swept by a later build.
        let _ = self.disk.remove(&self.path);
    }
}
