//! Where a site of its own takes Prebake from.

use super::Refusal;
use super::quoted;
use crate::disk::{Disk, Kind};
use std::path::{Component, Path, PathBuf};

/// The folder of each package that a site leans on, in Prebake's own repository.
const PACKAGES: [(&str, &str); 3] =
    [("prebake", "site"), ("prebake-bundle", "plugins/bundle"), ("prebake-plugin", "plugins/api")];

/// Prebake's sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PrebakeSource {
    /// A Git repository, and the commit to take where not the newest is wanted.
    Git(String, Option<String>),
    /// A checkout.
    Folder(PathBuf),
}

impl PrebakeSource {
    /// What `--prebake` says: a URL, perhaps with `#` and a commit behind it, or a folder.
    pub(crate) fn read(text: &str, disk: &dyn Disk, current: &Path) -> Result<Self, Refusal> {
        if text.contains("://") {
            let (url, commit) = match text.split_once('#') {
                Some((url, commit)) => (url, Some(commit.to_owned())),
                None => (text, None),
            };
            return Ok(Self::Git(url.to_owned(), commit));
        }
        let folder = current.join(text);
        if holds_prebake(disk, &folder) {
            return Ok(Self::Folder(folder));
        }
        Err(Refusal::Unfit(match text.split_once(':') {
            Some((host, path)) if host.contains('@') => {
                format!("cargo knows `{text}` as `ssh://{host}/{path}`")
            }
            _ => format!("no sources of Prebake in `{text}`"),
        }))
    }

    /// The one to take where `--prebake` says nothing: the checkout that `cargo run` runs, or the
    /// repository that this program knows.
    pub(crate) fn known(disk: &dyn Disk, running: Option<&Path>) -> Option<Self> {
        let checkout = running.and_then(Path::parent).filter(|folder| holds_prebake(disk, folder));
        checkout.map(|folder| Self::Folder(folder.to_owned())).or_else(|| {
            let url = env!("CARGO_PKG_REPOSITORY");
            (!url.is_empty()).then(|| Self::Git(url.to_owned(), None))
        })
    }

    /// The URL of the repository, if it is one.
    pub(crate) fn url(&self) -> Option<&str> {
        match self {
            Self::Git(url, _) => Some(url),
            Self::Folder(_) => None,
        }
    }

    /// What stands behind each package in the manifest of the site in `root`.
    pub(super) fn dependencies(&self, root: &Path) -> [(&'static str, String); 3] {
        PACKAGES.map(|(package, folder)| {
            let table = match self {
                Self::Git(url, None) => format!("{{ git = {} }}", quoted(url)),
                Self::Git(url, Some(commit)) => {
                    format!("{{ git = {}, rev = {} }}", quoted(url), quoted(commit))
                }
                Self::Folder(checkout) => {
                    let path = between(root, &super::place(checkout, folder));
                    format!("{{ path = {} }}", quoted(&path))
                }
            };
            (package, table)
        })
    }
}

fn holds_prebake(disk: &dyn Disk, folder: &Path) -> bool {
    PACKAGES.iter().all(|(_, package)| {
        let manifest = super::place(folder, package).join("Cargo.toml");
        matches!(disk.kind(&manifest), Ok(Kind::File(_)))
    })
}

/// The way from a folder to a path, with forward slashes: relative where both are near each other,
/// so that they can be moved together.
fn between(folder: &Path, path: &Path) -> String {
    let (folder, path) = (plain(folder), plain(path));
    let shared = folder.iter().zip(&path).take_while(|(one, other)| one == other).count();
    let text = |parts: &[Component<'_>]| {
        let parts: PathBuf = parts.iter().collect();
        parts.to_string_lossy().replace('\\', "/")
    };
    // More than the root of the disk.
    if path[..shared].iter().any(|part| matches!(part, Component::Normal(_))) {
        format!("{}{}", "../".repeat(folder.len() - shared), text(&path[shared..]))
    } else {
        text(&path)
    }
}

/// The parts of an absolute path without `.` and `..`.
fn plain(path: &Path) -> Vec<Component<'_>> {
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(parts.pop_if(|last| matches!(last, Component::Normal(_)))),
            part => parts.push(part),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{PrebakeSource, between};
    use crate::disk::MemoryDisk;
    use std::path::Path;

    fn disk() -> MemoryDisk {
        let disk = MemoryDisk::new().with_folder("/code/notes");
        ["site", "plugins/bundle", "plugins/api"].iter().fold(disk, |disk, package| {
            disk.with_file(format!("/code/prebake/{package}/Cargo.toml"), "")
        })
    }

    #[test]
    fn a_folder_or_a_url_is_a_source() {
        let read = |text: &str| {
            let source = PrebakeSource::read(text, &disk(), Path::new("/code/notes"));
            source.map(|source| source.dependencies(Path::new("/code/notes/mine"))[1].1.clone())
        };
        assert_eq!(read("../prebake").unwrap(), "{ path = \"../../prebake/plugins/bundle\" }");
        assert_eq!(read("/code/prebake").unwrap(), "{ path = \"../../prebake/plugins/bundle\" }");
        let url = "https://example.org/prebake";
        assert_eq!(read(url).unwrap(), format!("{{ git = \"{url}\" }}"));
        let pinned = format!("{{ git = \"{url}\", rev = \"c0ffee\" }}");
        assert_eq!(read(&format!("{url}#c0ffee")).unwrap(), pinned);
        let refused = read("../elsewhere").unwrap_err().to_string();
        assert!(refused.contains("no sources of Prebake in `../elsewhere`"), "{refused}");
        let refused = read("git@example.org:me/prebake").unwrap_err().to_string();
        assert!(refused.contains("`ssh://git@example.org/me/prebake`"), "{refused}");
    }

    #[test]
    fn the_checkout_that_runs_is_known() {
        let known = |running| PrebakeSource::known(&disk(), Some(Path::new(running)));
        let checkout = PrebakeSource::Folder("/code/prebake".into());
        assert_eq!(known("/code/prebake/site"), Some(checkout));
        assert_ne!(known("/code/notes"), Some(PrebakeSource::Folder("/code".into())));
    }

    #[test]
    fn paths_are_relative_where_both_ends_are_near() {
        for (folder, path, expect) in [
            ("/a/site", "/a/prebake/site", "../prebake/site"),
            ("/a/./b/../site", "/a/site/prebake", "prebake"),
            ("/tmp/site", "/code/prebake", "/code/prebake"),
        ] {
            assert_eq!(between(Path::new(folder), Path::new(path)), expect);
        }
    }
}
