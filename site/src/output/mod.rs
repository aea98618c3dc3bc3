//! The finished site, as values: every file by its URL.

mod media;
mod name;

pub use media::media_type;
pub use name::plain_file_name;

use crate::blob::Blob;
use crate::diagnostic::Diagnostic;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::sync::Arc;

/// Every file of the finished site, sorted by its path from the site's root, which is its URL before
/// percent-encoding: `quantization/index.html`.
///
/// A path is taken once, whatever its letters' case, so that the site can be copied to any system
/// and served from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    files: BTreeMap<String, Blob>,
    /// Every file and folder in lower case, with the path that took it.
    taken: BTreeMap<String, Taken>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Taken {
    path: String,
    is_folder: bool,
}

/// What has taken a path of an [`Output`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing<'a> {
    /// The path, which may differ from the one that was asked for by case.
    pub path: &'a str,
    /// It is a folder.
    pub is_folder: bool,
}

/// Why a file has no place in an [`Output`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misplaced {
    /// No such path can be: the reason stands behind the path in a message.
    Path {
        /// The path.
        path: String,
        /// The reason, such as "leads out of the site".
        reason: &'static str,
    },
    /// Another file or folder has this path, or one that differs by case only.
    Collision {
        /// The path.
        path: String,
        /// What was there first.
        other: String,
    },
}

impl Output {
    /// An empty site.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. Adding the same bytes again at the same path changes nothing, so that tags that
    /// share an artifact need not know of each other.
    ///
    /// # Errors
    /// [`Misplaced`]; the output is unchanged then.
    pub fn insert(
        &mut self,
        path: impl Into<String>,
        bytes: impl Into<Arc<[u8]>>,
    ) -> Result<(), Misplaced> {
        self.insert_blob(path, Blob::new(bytes.into()))
    }

    /// Adds a file as [`insert`](Self::insert) does; its bytes need not be in memory.
    ///
    /// # Errors
    /// As for [`insert`](Self::insert).
    pub fn insert_blob(&mut self, path: impl Into<String>, blob: Blob) -> Result<(), Misplaced> {
        let path = path.into();
        if let Err(reason) = check_path(&path) {
            return Err(Misplaced::Path { path, reason });
        }
        let folders = path.match_indices('/').map(|(end, _)| (&path[..end], true));
        let parts: Vec<(&str, bool)> = folders.chain([(&*path, false)]).collect();
        let taken = parts.iter().find_map(|&(part, is_folder)| {
            let taken = self.taken.get(&part.to_lowercase())?;
            (taken.path != part || taken.is_folder != is_folder).then_some(taken)
        });
        let same = || self.files.get(&path).is_none_or(|there| *there == blob);
        match taken {
            Some(taken) => {
                let other = taken.path.clone();
                return Err(Misplaced::Collision { path, other });
            }
            None if !same() => {
                let other = path.clone();
                return Err(Misplaced::Collision { path, other });
            }
            None => {}
        }
        for (part, is_folder) in parts {
            if let Entry::Vacant(vacant) = self.taken.entry(part.to_lowercase()) {
                vacant.insert(Taken { path: part.to_owned(), is_folder });
            }
        }
        self.files.insert(path, blob);
        Ok(())
    }

    /// The bytes of the file at `path`, read where they are not in memory yet.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Arc<[u8]>> {
        self.files.get(path)?.bytes()
    }

    /// The file at `path`.
    #[must_use]
    pub fn blob(&self, path: &str) -> Option<&Blob> {
        self.files.get(path)
    }

    /// Reads what is not in memory yet, and says whether nothing of it is lost.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.files.values().collect::<Vec<_>>().into_par_iter().all(|blob| blob.bytes().is_some())
    }

    /// The file or folder that has taken a path, whatever its letters' case.
    #[must_use]
    pub fn standing(&self, path: &str) -> Option<Standing<'_>> {
        let Taken { path, is_folder } = self.taken.get(&path.to_lowercase())?;
        Some(Standing { path, is_folder: *is_folder })
    }

    /// Every file, sorted by path; what is not in memory yet is read, and what is lost left out.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.files.iter().filter_map(|(path, blob)| Some((path.as_str(), blob.bytes()?)))
    }

    /// Every file, sorted by path; nothing is read.
    pub fn blobs(&self) -> impl ExactSizeIterator<Item = (&str, &Blob)> {
        self.files.iter().map(|(path, blob)| (path.as_str(), blob))
    }

    /// Whether somebody asked for bytes in vain.
    #[must_use]
    pub fn has_lost(&self) -> bool {
        self.files.values().any(Blob::is_lost)
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The size of all files together.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.values().map(Blob::length).sum()
    }
}

/// Looser than [`plain_file_name`]: what an author put into `static/` is copied as it is named.
pub(crate) fn check_path(path: &str) -> Result<(), &'static str> {
    if path.contains('\\') || path.chars().any(char::is_control) {
        return Err("holds a character that no URL of a site may hold");
    }
    for part in path.split('/') {
        match part {
            "" => return Err("holds an empty name"),
            "." | ".." => return Err("is not a plain path"),
            _ => {}
        }
    }
    Ok(())
}

impl fmt::Display for Misplaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path { path, reason } => write!(f, "`{path}` {reason}"),
            Self::Collision { path, other } if path == other => {
                write!(f, "two different files would be `{path}`")
            }
            Self::Collision { path, other } => {
                write!(f, "`{path}` and `{other}` cannot stand side by side")
            }
        }
    }
}

impl std::error::Error for Misplaced {}

impl From<Misplaced> for Diagnostic {
    fn from(misplaced: Misplaced) -> Self {
        let message = misplaced.to_string();
        match misplaced {
            Misplaced::Path { .. } => Self::error("invalid-output-path", message),
            Misplaced::Collision { .. } => Self::error("output-collision", message)
                .hint("rename one of them: names that differ by case only are one on some systems"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Misplaced, Output};

    fn put(output: &mut Output, path: &str, bytes: &str) -> Result<(), Misplaced> {
        output.insert(path, bytes.as_bytes())
    }

    #[test]
    fn files_come_back_sorted() {
        let mut output = Output::new();
        for path in ["b/index.html", "index.html", "a/x.png", "a/index.html"] {
            put(&mut output, path, path).unwrap();
        }
        let paths: Vec<&str> = output.iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["a/index.html", "a/x.png", "b/index.html", "index.html"]);
        assert_eq!(output.get("a/x.png").map(|bytes| &**bytes), Some(&b"a/x.png"[..]));
        assert_eq!((output.len(), output.bytes()), (4, 41));
    }

    #[test]
    fn collisions_are_found_and_change_nothing() {
        let mut output = Output::new();
        put(&mut output, "a/b/x.png", "1").unwrap();
        put(&mut output, "é", "1").unwrap();
        let before = output.clone();
        assert_eq!(put(&mut output, "a/b/x.png", "1"), Ok(()));
        for (path, other) in [
            ("a/b/x.png", "a/b/x.png"),
            ("a/b/X.png", "a/b/x.png"),
            ("A/b/y.png", "a"),
            ("a/B/y.png", "a/b"),
            ("a/b", "a/b"),
            ("A", "a"),
            ("a/b/x.png/y", "a/b/x.png"),
            ("É", "é"),
        ] {
            let collision = Misplaced::Collision { path: path.into(), other: other.into() };
            assert_eq!(put(&mut output, path, "2"), Err(collision));
        }
        assert_eq!(output, before);
    }

    #[test]
    fn paths_stay_inside_the_site() {
        for path in ["", "/a", "a/", "a//b", "..", "../a", "a/../b", "./a", "a\\b", "a\0b"] {
            let misplaced = put(&mut Output::new(), path, "1");
            assert!(matches!(misplaced, Err(Misplaced::Path { .. })), "{path:?}");
        }
    }
}
