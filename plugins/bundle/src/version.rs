//! A component's version: what its results can depend on, as one digest.

use crate::lock::Lock;
use crate::packages::Workspace;
use crate::{Error, instruct, package_folder, watch};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Component, Path};

/// Sets `PREBAKE_COMPONENT_VERSION` for the package whose build script this is, to be read with
/// `env!`: the digest (64 hexadecimal digits of SHA-256) of its own sources, of those of its
/// kernel and of all their path dependencies, and of the resolved versions of what they take from
/// registries. Tests, benches and examples do not count; nor do line endings, nor where the
/// workspace lies.
///
/// # Errors
/// Called outside a build script, or the workspace cannot be read.
pub fn version() -> Result<(), Error> {
    let folder = package_folder()?;
    let workspace = Workspace::of(&folder)?;
    instruct("rustc-env", format_args!("PREBAKE_COMPONENT_VERSION={}", of(&workspace, &folder)?))?;
    watch_sources(&workspace, &folder)
}

/// Has the build script run again when something changes that the package in `folder` is made of.
pub(crate) fn watch_sources(workspace: &Workspace, folder: &Path) -> Result<(), Error> {
    watch(&workspace.root.join("Cargo.toml"))?;
    watch(&workspace.root.join("Cargo.lock"))?;
    for package in workspace.closure(folder)? {
        for room in package.rooms()? {
            watch(&room)?;
        }
    }
    Ok(())
}

/// The digest that [`version`] sets.
fn of(workspace: &Workspace, folder: &Path) -> Result<String, Error> {
    let path = workspace.root.join("Cargo.lock");
    let lock = std::fs::read_to_string(&path).map_err(|error| Error::File { path, error })?;
    let lock = Lock::parse(&lock)?;

    let mut digest = Record(Sha256::new());
    let mut registry = BTreeSet::new();
    for package in workspace.closure(folder)? {
        digest.add("package", package.name.as_bytes());
        for need in package.needs() {
            let asked = (&need.name, &need.kind, &need.req, &need.features);
            digest.add("need", format!("{asked:?} {}", need.uses_default_features).as_bytes());
        }
        for file in package.files()? {
            let bytes =
                std::fs::read(&file).map_err(|error| Error::File { path: file.clone(), error })?;
            digest.add("file", portable(&file, package.folder()).as_bytes());
            digest.add("bytes", &with_unix_line_endings(&bytes));
        }
        let wanted = package.needs().map(|need| need.name.as_str()).collect();
        registry.extend(lock.reached(&package.name, &wanted));
    }
    for package in registry {
        digest.add("registry", package.as_bytes());
    }
    Ok(digest.finish())
}

/// A file's path from its package's folder, with the same separators everywhere.
fn portable(file: &Path, folder: &Path) -> String {
    let inside = file.strip_prefix(folder).unwrap_or(file);
    let names = inside.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_string_lossy()),
        _ => None,
    });
    names.collect::<Vec<_>>().join("/")
}

/// Text as it is in the repository, whatever a checkout made of its line ends; other bytes as
/// they are.
fn with_unix_line_endings(bytes: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains("\r\n") && !text.contains('\0') => {
            Cow::Owned(text.replace("\r\n", "\n").into_bytes())
        }
        _ => Cow::Borrowed(bytes),
    }
}

/// A digest of entries that cannot run into each other.
struct Record(Sha256);

impl Record {
    fn add(&mut self, kind: &str, bytes: &[u8]) {
        self.0.update(kind);
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn finish(self) -> String {
        self.0.finalize().iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use tempfile::TempDir;

    /// A workspace of a plugin with a kernel, and a crate that both use.
    fn workspace() -> TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| write(&folder, path, text);
        write(
            "Cargo.toml",
            "[workspace]\nmembers = [\"plugin\", \"plugin/kernel\", \"maths\"]\n\
             [workspace.dependencies]\nmaths = { path = \"maths\" }\n",
        );
        write("Cargo.lock", "[[package]]\nname = \"plugin\"\nversion = \"0.1.0\"\n");
        let package = |name: &str, rest: &str| {
            format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}")
        };
        write("plugin/Cargo.toml", &package("plugin", ""));
        write(
            "plugin/kernel/Cargo.toml",
            &package("kernel", "[dependencies]\nmaths.workspace = true\n"),
        );
        write("maths/Cargo.toml", &package("maths", ""));
        for file in ["plugin/src/lib.rs", "plugin/kernel/src/lib.rs", "maths/src/lib.rs"] {
            write(file, "//! One.\n//! Two.\n");
        }
        folder
    }

    fn write(folder: &TempDir, path: &str, text: &str) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn digest(folder: &TempDir) -> String {
        // Links in the way to the temporary folder are resolved by cargo, too.
        let plugin = folder.path().join("plugin").canonicalize().expect("plugin");
        of(&Workspace::of(&plugin).expect("a workspace"), &plugin).expect("a digest")
    }

    #[test]
    fn is_the_same_wherever_the_workspace_lies() {
        let (here, there) = (workspace(), workspace());
        assert_eq!(digest(&here), digest(&there));
        assert_eq!(digest(&here).len(), 64);
    }

    #[test]
    fn changes_with_every_source_that_the_results_can_depend_on() {
        let folder = workspace();
        let mut seen = BTreeSet::from([digest(&folder)]);
        for (path, text) in [
            ("plugin/src/lib.rs", "//! One.\n//! 2.\n"),
            ("plugin/src/more.rs", ""),
            ("plugin/kernel/src/lib.rs", "//! Three.\n"),
            ("maths/src/lib.rs", "//! Three.\n"),
            (
                "Cargo.lock",
                "[[package]]\nname = \"plugin\"\nversion = \"0.1.0\"\ndependencies = [\"a\"]\n\
                 [[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry\"\n",
            ),
        ] {
            if path == "Cargo.lock" {
                let manifest = folder.path().join("plugin/Cargo.toml");
                let text = fs::read_to_string(&manifest).expect("a manifest");
                write(&folder, "plugin/Cargo.toml", &(text + "[dependencies]\na = \"1\"\n"));
                assert!(seen.insert(digest(&folder)), "plugin/Cargo.toml");
            }
            write(&folder, path, text);
            assert!(seen.insert(digest(&folder)), "{path}");
        }
    }

    #[test]
    fn what_lies_in_another_workspace_counts() {
        let (folder, other) = (workspace(), workspace());
        let far = other.path().join("maths").display().to_string();
        let manifest = fs::read_to_string(folder.path().join("plugin/Cargo.toml")).expect("it");
        let need = format!("[dependencies]\nfar = {{ package = \"maths\", path = '{far}' }}\n");
        write(&folder, "plugin/Cargo.toml", &(manifest + &need));
        let before = digest(&folder);
        write(&other, "plugin/src/lib.rs", "//! Not needed.\n");
        assert_eq!(digest(&folder), before);
        write(&other, "maths/src/lib.rs", "//! Three.\n");
        assert_ne!(digest(&folder), before);
    }

    #[test]
    fn does_not_change_with_tests_nor_line_endings() {
        let folder = workspace();
        let before = digest(&folder);
        write(&folder, "plugin/tests/it.rs", "");
        write(&folder, "plugin/examples/it.rs", "");
        write(&folder, "plugin/src/.lib.rs.swp", "");
        write(&folder, "plugin/src/lib.rs", "//! One.\r\n//! Two.\r\n");
        assert_eq!(digest(&folder), before);
    }

    #[test]
    fn a_renamed_file_and_moved_bytes_change_it() {
        let folder = workspace();
        write(&folder, "plugin/src/a.rs", "ab");
        write(&folder, "plugin/src/b.rs", "c");
        let before = digest(&folder);
        write(&folder, "plugin/src/a.rs", "a");
        write(&folder, "plugin/src/b.rs", "bc");
        let moved = digest(&folder);
        assert_ne!(moved, before);
        fs::rename(folder.path().join("plugin/src/a.rs"), folder.path().join("plugin/src/d.rs"))
            .expect("renamed");
        assert_ne!(digest(&folder), moved);
    }
}
