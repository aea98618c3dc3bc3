//! The files of one site, read once a build and never from outside its root.

mod memo;
mod walk;

pub use walk::Walk;

use crate::disk::{Disk, Kind};
use memo::Memo;
use prebake_plugin::{Digest, SitePath, Source};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// The files of one site, as one build sees them.
///
/// What was read stays in memory: a file is read and hashed once a build, and all who ask see the
/// same bytes, whatever happens to the disk meanwhile. Make a new source for the next build.
pub struct SiteSource {
    disk: Arc<dyn Disk>,
    root: PathBuf,
    files: Memo<Arc<File>>,
    folders: Memo<Arc<[String]>>,
}

struct File {
    bytes: Arc<[u8]>,
    digest: OnceLock<Digest>,
}

impl SiteSource {
    /// The site in the folder `root`.
    ///
    /// # Errors
    /// What the disk says where `root` cannot be found.
    pub fn new(disk: Arc<dyn Disk>, root: &Path) -> io::Result<Self> {
        let root = disk.canonicalize(root)?;
        Ok(Self { disk, root, files: Memo::default(), folders: Memo::default() })
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
        self.files.get(path, || {
            let bytes = self.disk.read(&self.locate(path)?)?.into();
            Ok(Arc::new(File { bytes, digest: OnceLock::new() }))
        })
    }

    fn folder(&self, path: &SitePath) -> io::Result<Arc<[String]>> {
        self.folders.get(path, || {
            let folder = self.locate(path)?;
            // Prebake's own folder is no part of the site, and comes and goes.
            let own = |name: &String| *path == SitePath::root() && name == ".prebake";
            let names =
                self.disk.list(&folder)?.into_iter().filter(|name| !own(name)).map(|name| {
                    let is_folder = matches!(self.disk.kind(&folder.join(&name)), Ok(Kind::Folder));
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
        let digest = *file.digest.get_or_init(|| Digest::of(&file.bytes));
        Ok((Arc::clone(&file.bytes), digest))
    }

    fn list(&self, path: &SitePath) -> io::Result<Vec<String>> {
        Ok(self.folder(path)?.to_vec())
    }
}

#[cfg(test)]
mod tests;
