//! The files of one site, read once a build and never from outside its root.

mod files;
mod memo;
mod recorder;
mod walk;

pub use files::Files;
pub use recorder::Recorder;
pub use walk::Walk;

use crate::disk::{Disk, Entry, EntryKind, Kind};
use files::File;
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
    files: Memo<Arc<File>>,
    folders: Memo<Arc<[String]>>,
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

    fn file(&self, path: &SitePath) -> io::Result<Arc<File>> {
        self.files.get(path, || self.earlier.read(&*self.disk, &self.locate(path)?))
    }

    fn folder(&self, path: &SitePath) -> io::Result<Arc<[String]>> {
        self.folders.get(path, || {
            let folder = self.locate(path)?;
            // Prebake's own folder is no part of the site, and comes and goes.
            let own = |name: &String| *path == SitePath::root() && name == ".prebake";
            let entries = self.disk.entries(&folder)?.into_iter().filter(|it| !own(&it.name));
            let names = entries.map(|Entry { name, kind }| {
                let is_folder = match kind {
                    EntryKind::File => false,
                    EntryKind::Folder => true,
                    // Links are followed.
                    EntryKind::Other => {
                        matches!(self.disk.kind(&folder.join(&name)), Ok(Kind::Folder))
                    }
                };
                if is_folder { name + "/" } else { name }
            });
            let mut names: Vec<String> = names.collect();
            names.sort_unstable();
            Ok(names.into())
        })
    }
}

impl Source for SiteSource {
    fn read(&self, path: &SitePath) -> io::Result<Arc<[u8]>> {
        Ok(Arc::clone(&self.file(path)?.bytes))
    }

    fn read_with_digest(&self, path: &SitePath) -> io::Result<(Arc<[u8]>, Digest)> {
        let file = self.file(path)?;
        Ok((Arc::clone(&file.bytes), file.digest()))
    }

    fn list(&self, path: &SitePath) -> io::Result<Vec<String>> {
        Ok(self.folder(path)?.to_vec())
    }
}

#[cfg(test)]
mod tests;
