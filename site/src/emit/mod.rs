//! From an [`Output`] to a folder, all at once or not at all.
//!
//! A site that stands is changed file by file, and files that have their bytes already are left alone
//! (`update`). Otherwise the new site is written beside the old one, as `.dist.prebake-next`; then the
//! old one becomes `.dist.prebake-last`, the new one `dist`, and the old one is removed. Whatever kills
//! the process in between, [`Turn::recover`] puts a whole site in its place, the old one or the new.

mod destination;
mod ledger;
mod update;

pub use destination::{Destination, Refusal};
pub use ledger::Ledger;

use crate::blob::Blob;
use crate::cache;
use crate::diagnostic::Diagnostic;
use crate::disk::{Disk, Lock};
use crate::output::Output;
use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The file by which Prebake knows the folders that it may replace or remove.
pub const MARKER: &str = ".made-by-prebake";

/// What the marker says to people.
pub const MARKER_TEXT: &str =
    "Prebake made this folder and may replace or remove it, with all that is in it.\n";

const NEXT: &str = "next";
const UNDO: &str = "undo";
const LAST: &str = "last";
const GONE: &str = "gone";

/// The right to write one destination; one process of a site has it at a time.
///
/// Where the file system has no locks, the renames still keep each site whole.
pub struct Turn<'a> {
    disk: &'a dyn Disk,
    destination: &'a Destination,
    _lock: Option<Lock>,
}

impl<'a> Turn<'a> {
    /// Waits until no other process has it.
    #[must_use]
    pub fn wait(disk: &'a dyn Disk, destination: &'a Destination) -> Self {
        Self { disk, destination, _lock: lock(disk, destination) }
    }

    /// Puts the site in the place of what stood at the destination.
    ///
    /// # Errors
    /// An `unwritable-output` diagnostic, or `refused-output` where somebody else's files came
    /// there meanwhile; the last good site stands untouched then.
    pub fn emit(&self, output: &Output) -> Result<(), Diagnostic> {
        self.emit_onto(output, &Ledger::default()).map(drop)
    }

    /// As [`emit`](Self::emit); `ledger` is of the site that was written here last, and that of this one
    /// comes back. Bytes are read only of files that have to be written.
    ///
    /// # Errors
    /// As for [`emit`](Self::emit), and where bytes are lost ([`Output::has_lost`]).
    pub fn emit_onto(&self, output: &Output, ledger: &Ledger) -> Result<Ledger, Diagnostic> {
        let Self { disk, destination, .. } = *self;
        let failed = |error: io::Error| {
            let stands = "the last good site stands, or comes back with the next run";
            let hint = match cache::room_for(&error) {
                Some(room) => format!("{room}; {stands}"),
                None => stands.to_owned(),
            };
            self.failure("written", &error).hint(hint)
        };
        let parent = destination.real().parent().unwrap_or(destination.real());
        disk.create_folder(parent).map_err(failed)?;
        tidy(disk, destination).map_err(failed)?;
        // Looked at again, because baking took its time.
        destination.check(disk, destination.real()).map_err(refused)?;
        self.write(output, ledger).map_err(|error| {
            // Best effort: what is left is tidied the next time.
            let _ = update::undo(disk, destination);
            let _ = remove_folder(disk, &destination.sibling(NEXT));
            failed(error)
        })
    }

    fn write(&self, output: &Output, ledger: &Ledger) -> io::Result<Ledger> {
        let Self { disk, destination, .. } = *self;
        let dist = destination.real();
        if stands(disk, &dist.join(MARKER))?
            && let Some((changes, found)) = update::compare(disk, dist, output, ledger)?
        {
            update::apply(disk, destination, output, &changes)?;
            return Ok(Ledger::after(disk, dist, output, changes.leave(found)));
        }
        write_all(disk, output.blobs(), &destination.sibling(NEXT))?;
        swap(disk, destination)?;
        // The new site stands; a part of the old one that resists is tidied the next time.
        let _ = remove_folder(disk, &destination.sibling(LAST));
        Ok(Ledger::of(disk, dist, output))
    }

    /// Tidies what a build left that was killed: the last good site is put back where it is
    /// missing.
    ///
    /// # Errors
    /// An `unwritable-output` diagnostic.
    pub fn recover(&self) -> Result<(), Diagnostic> {
        tidy(self.disk, self.destination).map_err(|error| self.failure("restored", &error))
    }

    /// Removes the folder; says whether one was there.
    ///
    /// # Errors
    /// As for [`emit`](Self::emit); the folder stands untouched, or is gone from its place.
    pub fn clean(&self) -> Result<bool, Diagnostic> {
        let Self { disk, destination, .. } = *self;
        let failed = |error: io::Error| self.failure("removed", &error);
        tidy(disk, destination).map_err(failed)?;
        destination.check(disk, destination.real()).map_err(refused)?;
        if !stands(disk, destination.real()).map_err(failed)? {
            return Ok(false);
        }
        // Renamed first, so that nobody meets a half of it.
        let gone = destination.sibling(GONE);
        disk.rename(destination.real(), &gone).map_err(failed)?;
        remove_folder(disk, &gone).map_err(failed)?;
        Ok(true)
    }

    fn failure(&self, verb: &str, error: &io::Error) -> Diagnostic {
        let named = self.destination.named().display();
        Diagnostic::error("unwritable-output", format!("`{named}` cannot be {verb}: {error}"))
    }
}

fn lock(disk: &dyn Disk, destination: &Destination) -> Option<Lock> {
    let folder = destination.root().join(".prebake");
    if !stands(disk, &folder).ok()? {
        disk.create_folder(&folder).ok()?;
        disk.write(&folder.join(".gitignore"), b"*\n").ok()?;
    }
    disk.lock(&folder.join("emit.lock")).ok()
}

/// Puts the last good site back where it is missing, and removes the rest.
fn tidy(disk: &dyn Disk, destination: &Destination) -> io::Result<()> {
    let [next, undone, last, gone] =
        [NEXT, UNDO, LAST, GONE].map(|ending| destination.sibling(ending));
    for folder in [&next, &undone, &last, &gone] {
        destination.check(disk, folder).map_err(io::Error::other)?;
    }
    update::undo(disk, destination)?;
    if !stands(disk, destination.real())? && stands(disk, &last)? {
        disk.rename(&last, destination.real())?;
    }
    for folder in [&next, &last, &gone] {
        if stands(disk, folder)? {
            remove_folder(disk, folder)?;
        }
    }
    Ok(())
}

fn write_all<'o>(
    disk: &dyn Disk,
    files: impl Iterator<Item = (&'o str, &'o Blob)>,
    folder: &Path,
) -> io::Result<()> {
    create_marked(disk, folder)?;
    let mut made = BTreeSet::new();
    for (path, blob) in files {
        let bytes = blob.bytes().ok_or_else(|| io::Error::other(format!("`{path}` is lost")))?;
        let (parent, _) = path.rsplit_once('/').unwrap_or_default();
        if !parent.is_empty() && made.insert(parent) {
            disk.create_folder(&place(folder, parent))?;
        }
        disk.write(&place(folder, path), bytes)
            .map_err(|error| io::Error::new(error.kind(), format!("`{path}`: {error}")))?;
    }
    Ok(())
}

/// Makes a folder; its marker comes first, so that whatever is left of it can be tidied.
fn create_marked(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    disk.create_folder(folder)?;
    disk.write(&folder.join(MARKER), MARKER_TEXT.as_bytes())
}

/// Where the file at a path of the output lies below a folder; nothing is the folder itself.
fn place(folder: &Path, path: &str) -> PathBuf {
    path.split('/').filter(|part| !part.is_empty()).fold(folder.to_owned(), |at, it| at.join(it))
}

fn swap(disk: &dyn Disk, destination: &Destination) -> io::Result<()> {
    let (real, last) = (destination.real(), destination.sibling(LAST));
    let stood = stands(disk, real)?;
    if stood {
        disk.rename(real, &last)?;
    }
    disk.rename(&destination.sibling(NEXT), real).inspect_err(|_| {
        if stood {
            // Where even this fails, the next run puts the last good site back.
            let _ = disk.rename(&last, real);
        }
    })
}

/// Removes the marker last, so that a folder that is removed by half is known for what it is.
fn remove_folder(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    for name in disk.list(folder)? {
        if name != MARKER {
            disk.remove(&folder.join(name))?;
        }
    }
    disk.remove(folder)
}

fn stands(disk: &dyn Disk, path: &Path) -> io::Result<bool> {
    match disk.kind(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn refused(refusal: Refusal) -> Diagnostic {
    Diagnostic::error("refused-output", refusal.to_string())
}
