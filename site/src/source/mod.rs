//! The files of one site, read once a build and never from outside its root.

mod files;
mod memo;
mod recorder;
mod walk;

pub use files::Files;
pub use recorder::Recorder;
pub use walk::Walk;

use crate::blob::Blob;
use crate::disk::{Disk, Entry, EntryKind, Kind};
use memo::Memo;
use prebake_plugin::{Digest, SitePath, Source};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files of one site, as one build sees them.
///
/// What was read stays in memory: a file is read and hashed once a build, and all who ask see the
/// same bytes, whatever happens to the disk meanwhile. Make a new source for the next build.
pub struct SiteSource {
    disk: Arc<dyn Disk>,
    root: PathBuf,
    earlier: Arc<Files>,
    files: Memo<Blob>,
    folders: Memo<Arc<Folder>>,
}

/// A folder of the site.
struct Folder {
    /// Where it really is.
    real: PathBuf,
    /// What stands in it, sorted; folders end in `/`.
    names: Vec<String>,
    /// Those of the names that are links, or neither files nor folders; sorted.
    odd: Vec<String>,
}

impl Folder {
    /// The names in it, where none of them is a link.
    fn plain(&self) -> Option<&[String]> {
        self.odd.is_empty().then_some(&self.names)
    }

    /// Whether a file or folder of that name stands in it, and is no link.
    fn has_plain(&self, name: &str) -> bool {
        let has = |names: &[String], name: &str| {
            names.binary_search_by(|other| (**other).cmp(name)).is_ok()
        };
        let folder = format!("{name}/");
        (has(&self.names, name) && !has(&self.odd, name))
            || (has(&self.names, &folder) && !has(&self.odd, &folder))
    }
}

impl SiteSource {
    /// The site in the folder `root`.
    ///
    /// # Errors
    /// What the disk says where `root` cannot be found.
    pub fn new(disk: Arc<dyn Disk>, root: &Path) -> io::Result<Self> {
        Self::remembering(disk, root, Arc::default())
    }

    /// A source that does not read again what stands as it did in `earlier` builds.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn remembering(disk: Arc<dyn Disk>, root: &Path, earlier: Arc<Files>) -> io::Result<Self> {
        let root = disk.canonicalize(root)?;
        Ok(Self { disk, root, earlier, files: Memo::default(), folders: Memo::default() })
    }

    /// Where the root really is.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Every file and folder that was asked for so far, there or not.
    #[must_use]
    pub fn asked(&self) -> Vec<SitePath> {
        let mut asked = self.files.asked();
        asked.extend(self.folders.asked());
        asked
    }

    /// Where `path` really is; inside the root.
    fn locate(&self, path: &SitePath) -> io::Result<PathBuf> {
        // Most ask for what was just listed, and only links have to be followed.
        if let Some(folder) = self.folders.known(&path.parent())
            && folder.has_plain(path.file_name())
        {
            return Ok(folder.real.join(path.file_name()));
        }
        // Joined part by part, because a verbatim Windows path knows no forward slashes.
        let parts = path.as_str().split('/').filter(|part| !part.is_empty());
        let named = parts.fold(self.root.clone(), |folder, part| folder.join(part));
        let real = self.disk.canonicalize(&named).map_err(|error| match error.kind() {
            // A file where a folder was meant: nothing stands below it.
            ErrorKind::NotADirectory => ErrorKind::NotFound.into(),
            _ => error,
        })?;
        if real.starts_with(&self.root) {
            Ok(real)
        } else {
            Err(io::Error::new(ErrorKind::PermissionDenied, "a link leads out of the site"))
        }
    }

    fn file(&self, path: &SitePath) -> io::Result<Blob> {
        self.files.get(path, || self.earlier.file(&*self.disk, &self.locate(path)?))
    }

    /// A file, whose bytes need not be read yet.
    ///
    /// # Errors
    /// As for [`Source::read`].
    pub(crate) fn blob(&self, path: &SitePath) -> io::Result<Blob> {
        self.file(path)
    }

    /// Whether a file that was known to be as it was turned out to be another when it was read. What
    /// was made of it may be wrong then.
    pub(crate) fn is_astray(&self) -> bool {
        self.files.any(Blob::is_lost)
    }

    fn folder(&self, path: &SitePath) -> io::Result<Arc<Folder>> {
        self.folders.get(path, || {
            let real = self.locate(path)?;
            self.earlier.folder(&*self.disk, &real, || self.list_folder(&real))
        })
    }

    fn list_folder(&self, real: &Path) -> io::Result<Arc<Folder>> {
        // Prebake's own folder is no part of the site, and comes and goes.
        let own = |name: &String| real == self.root && name == ".prebake";
        let (mut names, mut odd) = (Vec::new(), Vec::new());
        for Entry { name, kind } in self.disk.entries(real)? {
            let is_folder = match kind {
                EntryKind::File => false,
                EntryKind::Folder => true,
                EntryKind::Other => {
                    matches!(self.disk.kind(&real.join(&name)), Ok(Kind::Folder))
                }
            };
            if own(&name) {
                continue;
            }
            let name = if is_folder { name + "/" } else { name };
            if kind == EntryKind::Other {
                odd.push(name.clone());
            }
            names.push(name);
        }
        names.sort_unstable();
        odd.sort_unstable();
        Ok(Arc::new(Folder { real: real.to_owned(), names, odd }))
    }
}

impl Source for SiteSource {
    fn read(&self, path: &SitePath) -> io::Result<Arc<[u8]>> {
        self.read_with_digest(path).map(|(bytes, _)| bytes)
    }

    fn read_with_digest(&self, path: &SitePath) -> io::Result<(Arc<[u8]>, Digest)> {
        let file = self.file(path)?;
        let bytes = file.bytes().ok_or_else(|| io::Error::other("it changed meanwhile"))?;
        Ok((Arc::clone(bytes), file.digest()))
    }

    fn digest(&self, path: &SitePath) -> io::Result<Digest> {
        Ok(self.file(path)?.digest())
    }

    fn list(&self, path: &SitePath) -> io::Result<Vec<String>> {
        Ok(self.folder(path)?.names.clone())
    }
}

#[cfg(test)]
mod tests;
