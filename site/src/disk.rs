//! Every access to the disk goes through one trait, so that tests run the whole pipeline in memory
//! and can make any access fail.

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

/// A disk: the real one, or one in memory.
///
/// Errors are those of the system; [`io::ErrorKind::NotFound`] means that nothing stands there.
pub trait Disk: Send + Sync {
    /// What stands at `path`, links followed.
    ///
    /// # Errors
    /// `NotFound`, or what the system says.
    fn kind(&self, path: &Path) -> io::Result<Kind>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// `NotFound`, or what the system says.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The sorted names in a folder.
    ///
    /// # Errors
    /// `NotFound`, or what the system says.
    fn list(&self, path: &Path) -> io::Result<Vec<String>>;

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
}
