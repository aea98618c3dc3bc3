//! The events of one save, from the first to the last that matters.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What is not known to be whole is taken for whole when nothing has changed for this long,
const QUIET: Duration = Duration::from_millis(20);
/// or when something has changed again and again for this long.
const UNREST: Duration = Duration::from_millis(200);

/// What has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// A file is being written, or is gone, perhaps for a moment.
    Begun(PathBuf),
    /// A file is there, as a whole: closed, or moved to its place.
    Whole(PathBuf),
    /// A file has another name.
    Renamed(PathBuf, PathBuf),
    /// Perhaps a folder came or went, and what is watched is no longer what is there.
    Folders,
    /// No file: a figure that was baked meanwhile is there.
    Baked,
}

/// What one save did. Editors write over a file, or move a new one into its place, or move the old
/// one aside first; in between it is empty, half, or not there at all, and no build should see that.
/// But where a system says that a file is whole again, there is nothing to wait for.
#[derive(Debug, Default)]
pub(super) struct Burst {
    /// Whether folders changed.
    pub(super) folders: bool,
    /// Whether any file or folder did.
    pub(super) files: bool,
    baked: bool,
    /// Files that were begun.
    open: BTreeSet<PathBuf>,
    whole: bool,
}

impl Burst {
    /// Takes the changes that come after `first`, until all is whole, or quiet, or has been restless
    /// for long enough. `next` waits for one for as long as it is told.
    pub(super) fn take(first: Change, mut next: impl FnMut(Duration) -> Option<Change>) -> Self {
        let mut burst = Self::default();
        burst.note(first);
        let end = Instant::now() + UNREST;
        while Instant::now() < end {
            // What has come already belongs to it in any case.
            let patience = if burst.is_whole() { Duration::ZERO } else { QUIET };
            match next(patience) {
                Some(change) => burst.note(change),
                None => break,
            }
        }
        burst
    }

    fn is_whole(&self) -> bool {
        (self.whole || self.baked) && self.open.is_empty() && !self.folders
    }

    fn note(&mut self, change: Change) {
        self.files |= change != Change::Baked;
        match change {
            Change::Begun(path) => {
                if !is_aside(&path) {
                    self.open.insert(path);
                }
            }
            Change::Whole(path) => {
                self.open.remove(&path);
                self.whole |= !is_aside(&path);
            }
            // A file that was moved aside is missing until another stands in its place.
            Change::Renamed(from, to) => {
                if !is_aside(&to) {
                    self.open.remove(&from);
                }
            }
            Change::Folders => self.folders = true,
            Change::Baked => self.baked = true,
        }
    }
}

/// Whether editors make such files for themselves: what becomes of them can wait.
fn is_aside(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(['.', '#']) || name.ends_with('~') || name.ends_with("___")
}

#[cfg(test)]
mod tests {
    use super::{Burst, Change, QUIET};
    use std::path::PathBuf;
    use std::time::Duration;

    /// What is left of the changes when the burst is over, and how long was waited for each one.
    fn take(changes: Vec<Change>) -> (usize, Vec<Duration>) {
        let mut rest = changes.into_iter();
        let mut waits = Vec::new();
        let first = rest.next().unwrap();
        Burst::take(first, |wait| {
            waits.push(wait);
            // Nothing has come yet where nothing is waited for.
            if wait.is_zero() { None } else { rest.next() }
        });
        (rest.len(), waits)
    }

    fn begun(name: &str) -> Change {
        Change::Begun(PathBuf::from(name))
    }

    fn whole(name: &str) -> Change {
        Change::Whole(PathBuf::from(name))
    }

    fn renamed(from: &str, to: &str) -> Change {
        Change::Renamed(PathBuf::from(from), PathBuf::from(to))
    }

    #[test]
    fn a_save_ends_with_the_file_that_is_whole() {
        for save in [
            // Written over, in several pieces.
            vec![begun("a.md"), begun("a.md"), begun("a.md"), whole("a.md")],
            // While a figure is baked.
            vec![begun("a.md"), Change::Baked, whole("a.md")],
            vec![Change::Baked],
            // Moved into its place, from elsewhere and from beside it.
            vec![whole("a.md")],
            vec![begun("a.tmp"), begun("a.tmp"), whole("a.md"), renamed("a.tmp", "a.md")],
            vec![begun(".a.swp"), whole(".a.swp"), begun("a.md"), whole("a.md")],
            // The old one moved aside first.
            vec![
                begun("a.md"),
                whole("a.md~"),
                renamed("a.md", "a.md~"),
                begun("a.md"),
                whole("a.md"),
            ],
        ] {
            let waits = save.len();
            let (left, waited) = take(save.clone());
            assert_eq!((left, waited.len()), (0, waits), "{save:?}");
            assert!(waited.last().unwrap().is_zero(), "{save:?}: nothing is waited for at the end");
        }
    }

    #[test]
    fn what_may_not_be_whole_is_waited_for() {
        for save in [
            vec![begun("a.md")],
            vec![begun("a.md"), whole("a.md~"), renamed("a.md", "a.md~")],
            vec![begun("a.md"), begun("b.md"), whole("b.md")],
            vec![whole("a.md~")],
            vec![begun("a.md"), Change::Baked],
            vec![whole(".a.swp"), Change::Folders, whole("a.md")],
        ] {
            let (_, waited) = take(save.clone());
            assert_eq!(waited.last(), Some(&QUIET), "{save:?}");
        }
    }

    #[test]
    fn endless_changes_are_not_waited_out() {
        let mut left = 10_000;
        let burst = Burst::take(begun("a.md"), |quiet| {
            std::thread::sleep(quiet / 2);
            left -= 1;
            (left > 0).then(|| begun("a.md"))
        });
        assert!(left > 0 && !burst.folders);
    }
}
