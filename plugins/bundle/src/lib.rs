//! For the `build.rs` of a plugin: its kernel as wasm with JavaScript glue, its scripts minified,
//! and its version.
#![doc = include_str!("../README.md")]

mod cargo;
mod error;
mod kernel;
mod lock;
mod packages;
mod script;
mod target;
mod version;

pub use error::Error;
pub use kernel::kernel;
pub use script::module;
pub use version::version;

use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A variable that cargo sets for every build script.
fn variable(name: &'static str) -> Result<String, Error> {
    env::var(name).map_err(|_| Error::NotABuildScript { variable: name })
}

/// The folder of the package whose build script this is.
fn package_folder() -> Result<PathBuf, Error> {
    variable("CARGO_MANIFEST_DIR").map(PathBuf::from)
}

/// Writes a file to OUT_DIR.
fn emit(name: &str, bytes: &[u8]) -> Result<(), Error> {
    let path = Path::new(&variable("OUT_DIR")?).join(name);
    std::fs::write(&path, bytes).map_err(|error| Error::File { path, error })
}

/// Tells cargo something, in the only language that it has for that: a line on standard output.
fn instruct(key: &str, value: impl std::fmt::Display) -> Result<(), Error> {
    writeln!(std::io::stdout(), "cargo::{key}={value}")
        .map_err(|error| Error::File { path: PathBuf::from("standard output"), error })
}

/// Has the build script run again when this file, or anything in this folder, changes.
fn watch(path: &Path) -> Result<(), Error> {
    instruct("rerun-if-changed", path.display())
}
