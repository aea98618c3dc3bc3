//! Where the files of a cache lie, and how they get there.

use crate::disk::{Disk, Kind, replace_file};
use crate::emit::{MARKER, MARKER_TEXT};
use prebake_plugin::Digest;
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The format of everything below it.
pub(super) const FORMAT: &str = "v2";

/// One of the two kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shelf {
    /// What is known of each action.
    Actions,
    /// The files of artifacts, by their digest.
    Store,
}

/// What lies on a shelf.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// The files, with their sizes.
    pub(super) files: Vec<(Digest, u64)>,
    /// Whatever else there is.
    pub(super) strays: Vec<PathBuf>,
}

/// The folders of one site's cache.
pub(super) struct Shelves {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) root: PathBuf,
    /// Everything of this format.
    pub(super) folder: PathBuf,
}

/// The folder that `prebake clean --cache` removes.
#[must_use]
pub fn folder(root: &Path) -> PathBuf {
    root.join(".prebake").join("cache")
}

/// The folder for what is being made and has no name yet; swept by the next build's turn.
#[must_use]
pub fn writing(root: &Path) -> PathBuf {
    folder(root).join(FORMAT).join("writing")
}

impl Shelves {
    pub(super) fn new(disk: Arc<dyn Disk>, root: &Path) -> Self {
        Self { disk, root: root.to_owned(), folder: folder(root).join(FORMAT) }
    }

    pub(super) fn place(&self, shelf: Shelf, digest: Digest) -> PathBuf {
        let digest = digest.to_string();
        self.shelf(shelf).join(&digest[..2]).join(digest)
    }

    fn shelf(&self, shelf: Shelf) -> PathBuf {
        self.folder.join(match shelf {
            Shelf::Actions => "actions",
            Shelf::Store => "store",
        })
    }

    /// Pages as they were last made.
    pub(super) fn pages(&self) -> PathBuf {
        self.folder.join("pages")
    }

    pub(super) fn writing(&self) -> PathBuf {
        writing(&self.root)
    }

    pub(super) fn read(&self, shelf: Shelf, digest: Digest) -> io::Result<Vec<u8>> {
        self.disk.read(&self.place(shelf, digest))
    }

    /// Writes a file whole; whatever is in its way was no part of a sound cache, and goes.
    pub(super) fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let folder = path.parent().unwrap_or(&self.folder);
        let write = || {
            self.disk.create_folder(folder)?;
            replace_file(&*self.disk, &self.writing(), path, bytes)
        };
        let clear = || {
            let blocked = self.disk.kind(path).is_ok_and(|kind| kind == Kind::Folder);
            self.clear_the_way(folder) || blocked && self.disk.remove(path).is_ok()
        };
        write()
            .or_else(|error| if clear() { write() } else { Err(error) })
            .map_err(|error| self.named(path, &error))
    }

    /// The error with the place that it is about.
    pub(super) fn named(&self, path: &Path, error: &io::Error) -> io::Error {
        let at = path.strip_prefix(&self.root).unwrap_or(path).display();
        io::Error::new(error.kind(), format!("`{at}`: {error}"))
    }

    /// Removes a file where `folder`, or one above it, should be; says whether there was one.
    fn clear_the_way(&self, folder: &Path) -> bool {
        let own = folder.ancestors().take_while(|above| above.starts_with(&self.folder));
        let is_file = |above: &&Path| matches!(self.disk.kind(above), Ok(Kind::File(_)));
        let file = own.filter(is_file).last();
        file.is_some_and(|file| self.disk.remove(file).is_ok())
    }

    /// Makes the folders, none of which may be linked out of the site.
    pub(super) fn prepare(&self) -> io::Result<()> {
        let disk = &*self.disk;
        let (home, kept) = (self.root.join(".prebake"), folder(&self.root));
        let root = disk.canonicalize(&self.root)?;
        let check = |folder: &Path| {
            let inside = disk.canonicalize(folder)?.starts_with(&root);
            let reason = "a link leads out of the site";
            if inside { Ok(()) } else { Err(io::Error::new(ErrorKind::PermissionDenied, reason)) }
        };
        for folder in [&home, &kept] {
            disk.create_folder(folder)?;
            check(folder)?;
        }
        let shelves = [Shelf::Actions, Shelf::Store].map(|shelf| self.shelf(shelf));
        for folder in shelves.iter().chain([&self.pages(), &self.writing()]) {
            let make = || disk.create_folder(folder);
            make().or_else(|error| if self.clear_the_way(folder) { make() } else { Err(error) })?;
            check(folder)?;
        }
        for (path, text) in [(home.join(".gitignore"), "*\n"), (kept.join(MARKER), MARKER_TEXT)] {
            // An empty one is what a full disk left.
            if !matches!(disk.kind(&path), Ok(Kind::File(1..) | Kind::Folder)) {
                disk.write(&path, text.as_bytes())?;
            }
        }
        Ok(())
    }

    /// What lies on a shelf.
    ///
    /// # Errors
    /// What the disk says, and where a link leads elsewhere: it could be removed through.
    pub(super) fn all(&self, shelf: Shelf) -> io::Result<Listing> {
        let top = self.shelf(shelf);
        let mut listing = Listing::default();
        let Listing { files, strays } = &mut listing;
        for prefix in self.names(&top)? {
            let folder = top.join(&prefix);
            if prefix.len() != 2 || self.disk.kind(&folder)? != Kind::Folder {
                strays.push(folder);
                continue;
            }
            for name in self.names(&folder)? {
                let path = folder.join(&name);
                let digest = digest(&name).filter(|_| name.starts_with(&prefix));
                match (digest, self.disk.kind(&path)) {
                    (Some(digest), Ok(Kind::File(bytes))) => files.push((digest, bytes)),
                    // Another process was quicker.
                    (_, Err(error)) if error.kind() == ErrorKind::NotFound => {}
                    (_, Err(error)) => return Err(error),
                    _ => strays.push(path),
                }
            }
        }
        Ok(listing)
    }

    /// The names in a folder of the cache; none where it is not there.
    pub(super) fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let real = match self.disk.canonicalize(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            answer => answer?,
        };
        let inside = folder.strip_prefix(&self.root).unwrap_or(folder);
        if real != self.disk.canonicalize(&self.root)?.join(inside) {
            let message = format!("`{}` is linked to another place", inside.display());
            return Err(io::Error::new(ErrorKind::PermissionDenied, message));
        }
        self.disk.list(folder)
    }

    /// Removes what a process left that died while writing; needs the turn.
    pub(super) fn sweep(&self) {
        let folder = self.writing();
        for name in self.disk.list(&folder).unwrap_or_default() {
            // What cannot be removed now is tried again next time.
            let _ = self.disk.remove(&folder.join(name));
        }
    }
}

/// The digest that is written so, as file names have it.
fn digest(name: &str) -> Option<Digest> {
    let read: Result<Digest, Error> = Digest::deserialize(name.into_deserializer());
    read.ok().filter(|digest| digest.to_string() == name)
}
