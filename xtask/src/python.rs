//! Test tools that PyPI publishes: they are fetched, never committed.

use crate::{Context, Error, Result, process, workspace};
use std::fs;
use std::path::{Path, PathBuf};

/// Written last: what was installed, or why nothing could be.
const STAMP: &str = "prebake-installed";
const REASON: &str = "prebake-missing";

/// The Python of the tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Python {
    /// Its interpreter, with the packages that the requirements name.
    Ready(PathBuf),
    /// Why this machine has none; tests that need it say so, and test nothing.
    Missing(String),
}

/// The Python that `cargo xtask setup` has made, or what kept it from making one.
///
/// # Errors
/// It was not run, or not with the requirements of now.
pub fn python() -> Result<Python> {
    let folder = folder();
    if let Ok(reason) = fs::read_to_string(folder.join(REASON)) {
        return Ok(Python::Missing(reason));
    }
    if is_installed() {
        return Ok(Python::Ready(interpreter(&folder)));
    }
    Err(Error::new("the tests' Python is not there: run `cargo xtask setup`"))
}

/// Whether the Python that the tests want is there.
pub fn is_installed() -> bool {
    let stamp = fs::read(folder().join(STAMP));
    matches!((stamp, fs::read(requirements())), (Ok(stamp), Ok(wanted)) if stamp == wanted)
}

/// Makes a virtual environment in `target/python`. Where there is no Python, or no registry is
/// reached, that is remembered, and returned.
///
/// # Errors
/// The folder cannot be written.
pub fn install() -> Result<Python> {
    let folder = folder();
    let cannot = || format!("cannot write {}", folder.display());
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).context(cannot());
        }
        _ => {}
    }
    if let Err(error) = try_install(&folder) {
        let reason = error.to_string();
        fs::create_dir_all(&folder).context(cannot())?;
        fs::write(folder.join(REASON), &reason).context(cannot())?;
        return Ok(Python::Missing(reason));
    }
    let wanted = fs::read(requirements()).context("cannot read the requirements")?;
    fs::write(folder.join(STAMP), wanted).context(cannot())?;
    Ok(Python::Ready(interpreter(&folder)))
}

fn try_install(folder: &Path) -> Result<()> {
    let python = process::find(&["python3", "python"]).context("no Python is installed")?;
    process::output(process::command(python).args(["-m", "venv"]).arg(folder))?;
    let mut pip = process::command(interpreter(folder));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    process::output(pip.arg(requirements())).map(drop)
}

fn folder() -> PathBuf {
    workspace().join("target").join("python")
}

fn requirements() -> PathBuf {
    workspace().join("xtask").join("python").join("requirements.txt")
}

fn interpreter(folder: &Path) -> PathBuf {
    if cfg!(windows) {
        folder.join("Scripts").join("python.exe")
    } else {
        folder.join("bin").join("python")
    }
}
