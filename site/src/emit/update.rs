//! Makes one site of another where it stands, file by file.
//!
//! ```text
//! .dist.prebake-next/   the files that come
//! .dist.prebake-undo/
//!   journal             says what is about to happen, before anything does
//!   old/                what had to go
//! ```
//!
//! Renaming the second folder makes the new site final. Whatever fails or kills the process before
//! that, [`undo`] brings the old one back.

use super::destination::Destination;
use super::ledger::{Found, Ledger};
use super::{GONE, MARKER, NEXT, UNDO, create_marked, place, remove_folder, stands, write_all};
use crate::blob::Blob;
use crate::disk::{Disk, Entry, EntryKind, Stamp, replace_file};
use crate::output::{Output, Standing, check_path};
use prebake_plugin::Digest;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// So many files are looked at by one thread at least: to look takes no longer than to wake one.
const FEW: usize = 32;

const JOURNAL: &str = "journal";
const OLD: &str = "old";

/// What has to happen to a site that stands; paths as in an [`Output`].
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Changes {
    /// Files where nothing stands yet.
    added: Vec<String>,
    /// Folders that have to be made for these; none lies in another.
    folders: Vec<String>,
    /// Files whose bytes change.
    replaced: Vec<String>,
    /// Files, and whole folders, that have to go.
    removed: Vec<String>,
}

/// Compares what stands at `dist` with the site that shall, and tells what it found there; `None` where
/// one has a file and the other a folder, where names differ by case only, or where a link stands in
/// the way. Folders and files that are as `ledger` has them are not looked into.
pub(super) fn compare(
    disk: &dyn Disk,
    dist: &Path,
    output: &Output,
    ledger: &Ledger,
) -> io::Result<Option<(Changes, Found)>> {
    let now = SystemTime::now();
    let mut changes = Changes::default();
    let (mut files, mut folders) = Found::default();
    let mut there = Vec::new();
    let known = ledger.entries();
    let mut level = vec![String::new()];
    while !level.is_empty() {
        let list = |folder: &String| {
            let place = place(dist, folder);
            let stamp = disk.stamp(&place).ok();
            let same = stamp.is_some() && ledger.folders.get(folder) == Some(&stamp);
            match known.get(folder.as_str()).filter(|_| same) {
                Some(entries) => Ok((stamp, entries.clone())),
                None => Ok((stamp.filter(|it| it.is_past(now)), disk.entries(&place)?)),
            }
        };
        let listed: Vec<io::Result<(Option<Stamp>, Vec<Entry>)>> =
            level.par_iter().with_min_len(FEW).map(list).collect();
        let mut next = Vec::new();
        for (folder, listed) in level.into_iter().zip(listed) {
            let (stamp, entries) = listed?;
            for entry in entries {
                if folder.is_empty() && entry.name == MARKER {
                    continue;
                }
                let path =
                    if folder.is_empty() { entry.name } else { format!("{folder}/{}", entry.name) };
                match (output.standing(&path), entry.kind) {
                    (None, _) => changes.removed.push(path),
                    (Some(Standing { path: same, is_folder: true }), EntryKind::Folder)
                        if same == path =>
                    {
                        next.push(path);
                    }
                    (Some(Standing { path: same, is_folder: false }), EntryKind::File)
                        if same == path =>
                    {
                        there.push(path);
                    }
                    _ => return Ok(None),
                }
            }
            folders.insert(folder, stamp);
        }
        level = next;
    }
    let look = |path: String| {
        let known = ledger.files.get(&path).copied().flatten();
        let blob = output.blob(&path)?;
        let found = look(disk, &place(dist, &path), blob, known, now);
        Some((path, found))
    };
    for (path, found) in
        there.into_par_iter().with_min_len(FEW).filter_map(look).collect::<Vec<_>>()
    {
        match found {
            Some(stamp) => drop(files.insert(path, stamp)),
            None => changes.replaced.push(path),
        }
    }
    changes.replaced.sort_unstable();
    for (path, _) in output.blobs() {
        if files.contains_key(path)
            || changes.replaced.binary_search_by(|it| (**it).cmp(path)).is_ok()
        {
            continue;
        }
        let mut new = path.match_indices('/').map(|(end, _)| &path[..end]);
        if let Some(first) = new.find(|folder| !folders.contains_key(*folder))
            && changes.folders.last().is_none_or(|last| last != first)
        {
            changes.folders.push(first.to_owned());
        }
        changes.added.push(path.to_owned());
    }
    Ok(Some((changes, (files, folders))))
}

/// The stamp of a file that has its bytes already, unless it is too fresh to tell a later change; `None`
/// where it has others.
fn look(
    disk: &dyn Disk,
    place: &Path,
    blob: &Blob,
    known: Option<(Stamp, Digest)>,
    now: SystemTime,
) -> Option<Option<(Stamp, Digest)>> {
    let stamp = disk.stamp(place).ok();
    if let Some((before, digest)) = known
        && stamp == Some(before)
    {
        return (digest == blob.digest()).then_some(known);
    }
    if stamp.is_some_and(|stamp| stamp.size != blob.length()) {
        return None;
    }
    let same = disk.read(place).is_ok_and(|there| blob.is(&there));
    same.then(|| stamp.filter(|it| it.is_past(now)).map(|stamp| (stamp, blob.digest())))
}

/// Makes the changes, all of them or none.
pub(super) fn apply(
    disk: &dyn Disk,
    destination: &Destination,
    output: &Output,
    changes: &Changes,
) -> io::Result<()> {
    let (dist, undone) = (destination.real(), destination.sibling(UNDO));
    let (next, gone) = (destination.sibling(NEXT), destination.sibling(GONE));
    if *changes == Changes::default() {
        return Ok(());
    }
    let coming = changes.added.iter().chain(&changes.replaced);
    let coming = coming.filter_map(|path| Some((&**path, output.blob(path)?)));
    write_all(disk, coming, &next)?;
    create_marked(disk, &undone)?;
    let journal = serde_json::to_vec(changes)?;
    replace_file(disk, &undone, &undone.join(JOURNAL), &journal)?;

    let bring = |path: &String| {
        let place = place(dist, path);
        if let Some(folder) = place.parent() {
            disk.create_folder(folder)?;
        }
        disk.rename(&super::place(&next, path), &place)
    };
    let take = |path: &String| {
        let old = place(&undone.join(OLD), path);
        if let Some(folder) = old.parent() {
            disk.create_folder(folder)?;
        }
        disk.rename(&place(dist, path), &old)
    };
    // In this order nothing that stands misses what it needs: pages change when the files that they
    // show are there, and what no page shows goes last.
    changes.added.iter().try_for_each(bring)?;
    changes.replaced.iter().try_for_each(|path| take(path).and_then(|()| bring(path)))?;
    changes.removed.iter().try_for_each(take)?;
    disk.rename(&undone, &gone)?;
    // The new site stands; what resists is tidied the next time.
    for folder in [&gone, &next] {
        let _ = remove_folder(disk, folder);
    }
    Ok(())
}

/// Brings the old site back where changes were begun and not made final.
pub(super) fn undo(disk: &dyn Disk, destination: &Destination) -> io::Result<()> {
    let (dist, undone) = (destination.real(), destination.sibling(UNDO));
    if !stands(disk, &undone)? {
        return Ok(());
    }
    // Without one, nothing was begun. It is written by us and in one step; what somebody else made
    // of it can at most leave a site to be written anew, never reach what lies outside it.
    if stands(disk, dist)? && stands(disk, &undone.join(JOURNAL))? {
        let journal = disk.read(&undone.join(JOURNAL))?;
        let changes: Changes = serde_json::from_slice(&journal).unwrap_or_default();
        changes.undo(disk, dist, &undone.join(OLD))?;
    }
    remove_folder(disk, &undone)
}

impl Changes {
    /// What is left of what was found, once they are made.
    pub(super) fn leave(&self, (files, mut folders): Found) -> Found {
        let Self { added, folders: new, replaced, removed } = self;
        for path in added.iter().chain(new).chain(replaced).chain(removed) {
            let (folder, _) = path.rsplit_once('/').unwrap_or(("", path));
            folders.entry(folder.to_owned()).and_modify(|stamp| *stamp = None);
        }
        (files, folders)
    }

    /// Unmakes what was made of them, however far that came.
    fn undo(&self, disk: &dyn Disk, dist: &Path, old: &Path) -> io::Result<()> {
        for path in self.removed.iter().chain(&self.replaced) {
            if let (Some(from), Some(to)) = (within(disk, old, path)?, within(disk, dist, path)?)
                && stands(disk, &from)?
            {
                disk.rename(&from, &to)?;
            }
        }
        for path in self.added.iter().chain(&self.folders) {
            if let Some(place) = within(disk, dist, path)?
                && stands(disk, &place)?
            {
                disk.remove(&place)?;
            }
        }
        Ok(())
    }
}

/// The place of `path` below a folder whose real path this is; `None` where there is none, or a link
/// leads elsewhere.
fn within(disk: &dyn Disk, folder: &Path, path: &str) -> io::Result<Option<PathBuf>> {
    let place = place(folder, path);
    let (Ok(()), Some(parent)) = (check_path(path), place.parent()) else { return Ok(None) };
    match disk.canonicalize(parent) {
        Ok(real) => Ok((real == parent).then_some(place)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
