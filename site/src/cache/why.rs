//! Why a job is baked rather than taken from the cache.

use super::entry::{Action, Entry};
use prebake_plugin::{Read, ReadKind, SitePath, Source};
use serde_json::Value;
use std::fmt;
use std::io::ErrorKind;

/// Why there was nothing in the cache for a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Nothing like it was baked before.
    First,
    /// The cache knows a figure that the site no longer has, and that asked for the same but for
    /// these parts of its job.
    Props(Vec<String>),
    /// The component itself changed.
    Component,
    /// What it read changed; never empty, the most telling first.
    Reads(Vec<Change>),
    /// It was in the cache, but damaged: this file of it, or the entry itself.
    Damaged(Option<String>),
}

/// Something that a bake read and that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    kind: ChangeKind,
    path: SitePath,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ChangeKind {
    File,
    Gone,
    New,
    Folder,
}

impl Why {
    /// Why no variant of `entry` answers `action` now.
    pub(super) fn of(entry: &Entry, action: &Action, source: &dyn Source) -> Self {
        let Some(last) = entry.variants.iter().find(|variant| variant.version == action.version)
        else {
            return Self::Component;
        };
        let changed = last.reads.iter().filter(|read| !read.still_holds(source));
        let mut changes: Vec<Change> = changed.map(|read| Change::of(read, source)).collect();
        changes.sort_unstable();
        changes.dedup();
        Self::Reads(changes)
    }

    /// What to say of a job that the cache knows nothing of, given what it knows of the component's
    /// jobs that the site no longer has.
    pub(super) fn of_new<'a>(job: &Value, former: impl Iterator<Item = &'a Value>) -> Self {
        let nearest = former.filter_map(|former| differences(job, former)).min_by_key(Vec::len);
        nearest.map_or(Self::First, Self::Props)
    }
}

/// The keys at which two jobs differ; `None` where they have less than half in common.
fn differences(job: &Value, former: &Value) -> Option<Vec<String>> {
    let (job, former) = (job.as_object()?, former.as_object()?);
    let mut keys: Vec<&String> = job.keys().chain(former.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let all = keys.len();
    keys.retain(|key| job.get(*key) != former.get(*key));
    (2 * keys.len() <= all).then(|| keys.into_iter().cloned().collect())
}

impl Change {
    fn of(read: &Read, source: &dyn Source) -> Self {
        let gone =
            || source.read(&read.path).is_err_and(|error| error.kind() == ErrorKind::NotFound);
        let kind = match read.kind {
            ReadKind::Folder(_) => ChangeKind::Folder,
            ReadKind::Absent => ChangeKind::New,
            ReadKind::File(_) if gone() => ChangeKind::Gone,
            ReadKind::File(_) => ChangeKind::File,
        };
        Self { kind, path: read.path.clone() }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.path.file_name();
        match self.kind {
            ChangeKind::File => write!(f, "{name} changed"),
            ChangeKind::Gone => write!(f, "{name} is gone"),
            ChangeKind::New => write!(f, "{name} is new"),
            ChangeKind::Folder => write!(f, "other files in {name}/"),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First => f.write_str("first time"),
            Self::Props(names) => write!(f, "its {} changed", names.join(", ")),
            Self::Component => f.write_str("its component changed"),
            Self::Reads(changes) => match &changes[..] {
                [] => f.write_str("something it reads changed"),
                [one] => write!(f, "{one}"),
                [first, rest @ ..] => write!(f, "{first}, and {} more", rest.len()),
            },
            Self::Damaged(None) => f.write_str("its cache entry was damaged"),
            Self::Damaged(Some(file)) => write!(f, "the cached {file} was damaged"),
        }
    }
}
