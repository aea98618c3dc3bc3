//! The toolchain's standard library for wasm.

use crate::cargo::{line, nested, output};
use crate::{Error, variable};
use std::path::PathBuf;

/// The only target of kernels.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure that the compiler in use can compile for [`TARGET`].
///
/// rust-toolchain.toml names the target, but rustup ignores that where it may not install by
/// itself, and takes no notice of a target added later to the file of an installed toolchain.
///
/// # Errors
/// It cannot, and rustup is absent or failed: with the command to run.
pub(crate) fn ensure() -> Result<(), Error> {
    let rustc = variable("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    if is_installed(&rustc)? {
        return Ok(());
    }
    let mut command = nested("rustup");
    command.args(["target", "add", TARGET]);
    if let Ok(toolchain) = variable("RUSTUP_TOOLCHAIN") {
        command.args(["--toolchain", &toolchain]);
    }
    match output(&mut command) {
        Ok(_) if is_installed(&rustc)? => Ok(()),
        Ok(_) => Err(Error::MissingTarget {
            message: format!("rustup installed it, but not for the compiler in use, {rustc}"),
            command: line(&command),
        }),
        Err(error) => {
            Err(Error::MissingTarget { message: error.to_string(), command: line(&command) })
        }
    }
}

/// Whether the compiler finds a `core` for the target.
fn is_installed(rustc: &str) -> Result<bool, Error> {
    let libraries = output(nested(rustc).args(["--print", "target-libdir", "--target", TARGET]))?;
    let folder = PathBuf::from(String::from_utf8_lossy(&libraries).trim_end());
    Ok(std::fs::read_dir(folder).is_ok_and(|entries| {
        entries
            .filter_map(Result::ok)
            .any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
    }))
}
