//! Every access to the disk goes through one trait, so that tests run the whole pipeline in memory
//! and can make any access fail.

mod memory;
mod real;
mod replace;
mod stamp;
#[cfg(test)]
mod tests;

pub use memory::{Access, MemoryDisk, Operation};
pub use real::RealDisk;
pub use replace::replace_file;
pub use stamp::Stamp;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file of this many bytes.
    File(u64),
    /// A folder.
    Folder,
}

/// What stands in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
}

/// What an [`Entry`] is; links are not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A link, or what is neither file nor folder.
    Other,
}

/// A disk: the real one, or one in memory.
///
/// Errors are those of the system; [`io::ErrorKind::NotFound`] means that nothing stands there.
pub trait Disk: Send + Sync {
    /// What stands at `path`, links followed.
    ///
    /// # Errors
    /// `NotFound`, or what the system says.
    fn kind(&self, path: &Path) -> io::Result<Kind>;

    /// Which version of a file stands at `path`, links followed; of a folder it is the names in it
    /// that count.
    ///
    /// # Errors
    /// `NotFound`, or what the system says; not every system can tell of folders.
    fn stamp(&self, path: &Path) -> io::Result<Stamp>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// `NotFound`, or what the system says.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// What stands in a folder, sorted by name. A name that is no UTF-8 comes back with its foreign
    /// bytes replaced, so that it is seen although it cannot be opened.
    ///
    /// # Errors
    /// `NotFound`, or what the system says.
    fn entries(&self, path: &Path) -> io::Result<Vec<Entry>>;

    /// The sorted names in a folder.
    ///
    /// # Errors
    /// As for [`entries`](Self::entries).
    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        Ok(self.entries(path)?.into_iter().map(|entry| entry.name).collect())
    }

    /// Where `path` really is, links resolved.
    ///
    /// # Errors
    /// `NotFound`, or what the system says.
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf>;

    /// Writes a whole file; the folder must exist.
    ///
    /// # Errors
    /// What the system says; the file may be cut short then.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Makes a folder and those above it.
    ///
    /// # Errors
    /// What the system says.
    fn create_folder(&self, path: &Path) -> io::Result<()>;

    /// Renames a file (replacing what stood at `to`) or a folder (`to` must not exist).
    ///
    /// # Errors
    /// What the system says.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file, or a folder with all that is in it, without following links.
    ///
    /// # Errors
    /// What the system says; part of a folder may be gone then.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Waits until nobody else, in this process or another, holds the lock file at `path`, and
    /// takes it. The file is made where it is missing, and stays when the lock is given back.
    ///
    /// # Errors
    /// What the system says; not every file system has locks.
    fn lock(&self, path: &Path) -> io::Result<Lock>;

    /// As [`lock`](Self::lock), but does not wait: `None` where somebody else holds it.
    ///
    /// # Errors
    /// As for [`lock`](Self::lock).
    fn try_lock(&self, path: &Path) -> io::Result<Option<Lock>>;
}

/// Holds a lock file until dropped; a process that dies gives its locks back.
#[must_use = "the lock is given back when this is dropped"]
pub struct Lock {
    _held: Box<dyn Send>,
}

impl Lock {
    /// A lock that is given back when `held` is dropped.
    pub fn new(held: impl Send + 'static) -> Self {
        Self { _held: Box::new(held) }
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lock")
    }
}
