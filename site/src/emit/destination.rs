//! Which folders Prebake may replace or remove.

use super::MARKER;
use crate::cache;
use crate::disk::{Disk, Kind};
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// The folders of a site that are no output: no site is ever written over or into them.
const SOURCES: [&str; 4] = ["content", "templates", "static", ".prebake"];

/// A folder that Prebake may replace or remove: it is absent, empty, or bears the marker, and it is
/// none that the author needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    real: PathBuf,
    named: PathBuf,
    root: PathBuf,
}

/// Why a folder is left alone.
#[derive(Debug)]
pub struct Refusal {
    folder: PathBuf,
    reason: Reason,
}

#[derive(Debug)]
enum Reason {
    Holds(&'static str),
    Inside(&'static str),
    Linked,
    Foreign,
    File,
    Unreadable(io::Error),
}

impl Destination {
    /// The folder `out`, for the site in `root`, seen from the folder `current`.
    ///
    /// # Errors
    /// A [`Refusal`] where `out` is no folder, holds files without the marker, or is the root, its
    /// `content/`, `templates/`, `static/` or `.prebake/`, the current folder, or a folder that
    /// holds one of these or lies in one of the four; links and `..` are followed first.
    pub fn new(disk: &dyn Disk, out: &Path, root: &Path, current: &Path) -> Result<Self, Refusal> {
        let destination = Self::unchecked(disk, out, root, current)?;
        for name in SOURCES {
            let source = destination.locate(disk, &destination.root.join(name))?;
            if destination.real.starts_with(&source) && destination.real != source {
                return Err(destination.refusal(Reason::Inside(name)));
            }
        }
        destination.checked(disk, current)
    }

    /// The cache of the site in `root`, for removing it.
    ///
    /// # Errors
    /// A [`Refusal`] as for [`new`](Self::new), and where a link leads out of the site.
    pub fn cache(disk: &dyn Disk, root: &Path, current: &Path) -> Result<Self, Refusal> {
        let destination = Self::unchecked(disk, &cache::folder(root), root, current)?;
        if destination.real != cache::folder(&destination.root) {
            return Err(destination.refusal(Reason::Linked));
        }
        destination.checked(disk, current)
    }

    fn unchecked(
        disk: &dyn Disk,
        out: &Path,
        root: &Path,
        current: &Path,
    ) -> Result<Self, Refusal> {
        let parts = out.components().filter(|part| *part != Component::CurDir);
        let named = if out == Path::new(".") { out.to_owned() } else { parts.collect() };
        let mut destination = Self { real: PathBuf::new(), named, root: PathBuf::new() };
        destination.real = destination.locate(disk, &current.join(out))?;
        destination.root = destination.locate(disk, &current.join(root))?;
        Ok(destination)
    }

    fn checked(self, disk: &dyn Disk, current: &Path) -> Result<Self, Refusal> {
        let holds = |kept: &Path| kept.starts_with(&self.real);
        if holds(&self.root) {
            return Err(self.refusal(Reason::Holds("the site's root")));
        }
        if holds(&self.locate(disk, current)?) {
            return Err(self.refusal(Reason::Holds("the current folder")));
        }
        for name in SOURCES {
            if holds(&self.locate(disk, &self.root.join(name))?) {
                return Err(self.refusal(Reason::Holds(name)));
            }
        }
        self.check(disk, &self.real)?;
        Ok(self)
    }

    fn locate(&self, disk: &dyn Disk, path: &Path) -> Result<PathBuf, Refusal> {
        locate(disk, path).map_err(|error| self.refusal(Reason::Unreadable(error)))
    }

    fn refusal(&self, reason: Reason) -> Refusal {
        Refusal { folder: self.named.clone(), reason }
    }

    /// As it was named, for messages.
    #[must_use]
    pub fn named(&self) -> &Path {
        &self.named
    }

    /// Where it really is.
    #[must_use]
    pub fn real(&self) -> &Path {
        &self.real
    }

    /// The root of the site that is written here.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether `folder` may go: it is absent, empty, or bears the marker.
    pub(super) fn check(&self, disk: &dyn Disk, folder: &Path) -> Result<(), Refusal> {
        let named = if folder == self.real { &self.named } else { folder };
        let refuse = |reason| Err(Refusal { folder: named.to_owned(), reason });
        match disk.kind(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => refuse(Reason::Unreadable(error)),
            Ok(Kind::File(_)) => refuse(Reason::File),
            Ok(Kind::Folder) => match disk.list(folder) {
                Err(error) => refuse(Reason::Unreadable(error)),
                Ok(names) if names.is_empty() => Ok(()),
                Ok(_) => match disk.kind(&folder.join(MARKER)) {
                    Ok(Kind::File(_)) => Ok(()),
                    Err(error) if error.kind() != ErrorKind::NotFound => {
                        refuse(Reason::Unreadable(error))
                    }
                    _ => refuse(Reason::Foreign),
                },
            },
        }
    }

    /// The hidden folder beside it with this ending.
    pub(super) fn sibling(&self, ending: &str) -> PathBuf {
        let name = self.real.file_name().unwrap_or_default().to_string_lossy();
        self.real.with_file_name(format!(".{name}.prebake-{ending}"))
    }
}

/// Where `path` really is; what does not exist yet is taken below the nearest folder that does.
fn locate(disk: &dyn Disk, path: &Path) -> io::Result<PathBuf> {
    let mut missing = Vec::new();
    let mut there = path;
    loop {
        match disk.canonicalize(there) {
            Ok(mut real) => {
                for component in missing.into_iter().rev() {
                    match component {
                        Component::ParentDir => drop(real.pop()),
                        Component::Normal(name) => real.push(name),
                        Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
                    }
                }
                return Ok(real);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let mut components = there.components();
                match components.next_back() {
                    Some(last @ (Component::Normal(_) | Component::ParentDir)) => {
                        missing.push(last)
                    }
                    _ => return Err(error),
                }
                there = components.as_path();
            }
            Err(error) => return Err(error),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.folder.display();
        match &self.reason {
            Reason::Holds(kept) if SOURCES.contains(kept) => {
                write!(f, "`{folder}` is or holds the site's `{kept}/`")
            }
            Reason::Holds(kept) => write!(f, "`{folder}` is or holds {kept}"),
            Reason::Inside(name) => write!(f, "`{folder}` lies in the site's `{name}/`"),
            Reason::Linked => write!(f, "`{folder}` is linked to another place"),
            Reason::Foreign => {
                write!(f, "`{folder}` holds files that Prebake did not make (it has no `{MARKER}`)")
            }
            Reason::File => write!(f, "`{folder}` is no folder"),
            Reason::Unreadable(error) => write!(f, "`{folder}` cannot be looked at: {error}"),
        }
    }
}

impl std::error::Error for Refusal {}
