//! Test data that npm publishes: it is fetched, never committed.

use crate::{Context, Error, Result, process, workspace};
use std::fs;
use std::path::{Path, PathBuf};

/// The two files that say which packages, in which versions, with which digests.
const FILES: [&str; 2] = ["package.json", "package-lock.json"];
/// Written last, so that an installation that was cut short is begun again.
const STAMP: &str = "installed";

/// The folder of an npm package that the tests read, such as `commonmark-spec`.
///
/// # Errors
/// The packages are not installed, or not in the versions that the lock file names now: the
/// message names `cargo xtask setup`.
pub fn npm_package(name: &str) -> Result<PathBuf> {
    let place = Place::of_workspace();
    let folder = place.target.join("node_modules").join(name);
    if place.up_to_date() && folder.join("package.json").is_file() {
        return Ok(folder);
    }
    Err(Error::new(format!("the npm package {name} is not there: run `cargo xtask setup`")))
}

/// Whether every package that the lock file names is installed.
pub fn is_installed() -> bool {
    Place::of_workspace().up_to_date()
}

/// Installs the packages into `target/npm`, exactly those of the lock file, running none of their
/// scripts.
///
/// # Errors
/// `npm` fails, or the folder cannot be written.
pub fn install(npm: &Path) -> Result<()> {
    Place::of_workspace().install(npm)
}

struct Place {
    source: PathBuf,
    target: PathBuf,
}

impl Place {
    fn of_workspace() -> Self {
        let root = workspace();
        Self { source: root.join("xtask").join("npm"), target: root.join("target").join("npm") }
    }

    fn wanted(&self) -> Result<Vec<u8>> {
        let mut wanted = Vec::new();
        for name in FILES {
            let path = self.source.join(name);
            wanted.extend(fs::read(&path).context(format!("cannot read {}", path.display()))?);
        }
        Ok(wanted)
    }

    fn up_to_date(&self) -> bool {
        let stamp = fs::read(self.target.join(STAMP));
        matches!((stamp, self.wanted()), (Ok(stamp), Ok(wanted)) if stamp == wanted)
    }

    fn install(&self, npm: &Path) -> Result<()> {
        let wanted = self.wanted()?;
        let cannot = |path: &Path| format!("cannot write {}", path.display());
        fs::create_dir_all(&self.target).context(cannot(&self.target))?;
        for name in FILES {
            let path = self.target.join(name);
            fs::copy(self.source.join(name), &path).context(cannot(&path))?;
        }
        let mut command = process::command(npm);
        command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        process::run(command.current_dir(&self.target))?;
        let stamp = self.target.join(STAMP);
        fs::write(&stamp, wanted).context(cannot(&stamp))
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, STAMP};
    use std::fs;

    #[test]
    fn a_changed_lock_file_asks_for_a_new_installation() {
        let folder = tempfile::tempdir().unwrap();
        let place =
            Place { source: folder.path().join("source"), target: folder.path().join("target") };
        fs::create_dir_all(&place.source).unwrap();
        fs::create_dir_all(&place.target).unwrap();
        fs::write(place.source.join("package.json"), "{}").unwrap();
        assert!(!place.up_to_date(), "there is no lock file yet");

        fs::write(place.source.join("package-lock.json"), "[1]").unwrap();
        assert!(!place.up_to_date());
        fs::write(place.target.join(STAMP), place.wanted().unwrap()).unwrap();
        assert!(place.up_to_date());
        fs::write(place.source.join("package-lock.json"), "[2]").unwrap();
        assert!(!place.up_to_date());
    }

    #[test]
    fn the_lock_file_names_no_host() {
        let lock = fs::read_to_string(Place::of_workspace().source.join("package-lock.json"));
        let lock = lock.unwrap();
        assert!(lock.contains("\"integrity\": \"sha512-") && !lock.contains("resolved"));
        assert!(!lock.contains("://"), "{lock}");
    }
}
