//! The toolchain's standard library for wasm.

use crate::cargo::{line, nested, output};
use crate::{Error, variable};
use std::path::PathBuf;

/// The only target of kernels.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure that the compiler in use can compile for [`TARGET`].
///
/// rust-toolchain.toml names the target, but rustup ignores that where it may not install by
/// itself.
///
/// # Errors
/// It cannot, and rustup is absent or failed: with the command to run.
pub(crate) fn ensure() -> Result<(), Error> {
    let rustc = variable("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    ensure_for(&rustc, "rustup", variable("RUSTUP_TOOLCHAIN").ok().as_deref())
}

/// The same for this compiler and this rustup.
fn ensure_for(rustc: &str, rustup: &str, toolchain: Option<&str>) -> Result<(), Error> {
    if is_installed(rustc)? {
        return Ok(());
    }
    let mut command = nested(rustup);
    command.args(["target", "add", TARGET]);
    if let Some(toolchain) = toolchain {
        command.args(["--toolchain", toolchain]);
    }
    let message = match output(&mut command) {
        Ok(_) if is_installed(rustc)? => return Ok(()),
        Ok(_) => format!("rustup has it, but not for the compiler in use, {rustc}"),
        Err(error) => error.to_string(),
    };
    Err(Error::MissingTarget { message, command: line(&command) })
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    /// A program that stands in for another. A shell writes it: a file that this process has open
    /// for writing cannot be run, and a test beside this one may be starting a program just then,
    /// which holds open what is open here.
    fn program(folder: &Path, name: &str, script: &str) -> String {
        let path = folder.join(name);
        let written = Command::new("sh")
            .args(["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$0\" && chmod +x \"$0\""])
            .args([path.as_os_str(), script.as_ref()])
            .status();
        assert!(written.expect("a shell").success());
        path.display().to_string()
    }

    #[test]
    fn the_compiler_of_this_test_is_ready() {
        ensure_for("rustc", "no-rustup-is-needed", None).expect("the target");
    }

    #[test]
    fn a_missing_target_is_installed() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        let rustc = program(at, "rustc", &format!("echo {}/lib", at.display()));
        let rustup = program(
            at,
            "rustup",
            &format!(
                "echo \"$@\" > {0}/asked; mkdir {0}/lib; touch {0}/lib/libcore-1.rlib",
                at.display()
            ),
        );
        ensure_for(&rustc, &rustup, Some("1.95.0")).expect("installed");
        let asked = fs::read_to_string(at.join("asked")).expect("asked");
        assert_eq!(asked, "target add wasm32-unknown-unknown --toolchain 1.95.0\n");
    }

    #[test]
    fn where_it_cannot_be_installed_the_command_is_the_answer() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        let rustc = program(at, "rustc", &format!("echo {}/lib", at.display()));
        let offline = program(at, "rustup", "echo 'error: no network' >&2; exit 1");
        let elsewhere = program(at, "rustup-of-another", "exit 0");
        let absent = at.join("absent").display().to_string();
        for (rustup, reason) in [
            (&offline, "no network"),
            (&elsewhere, "not for the compiler in use"),
            (&absent, "No such file"),
        ] {
            let text = ensure_for(&rustc, rustup, Some("1.95.0")).expect_err(reason).to_string();
            assert!(text.contains(reason), "{text}");
            let command = "target add wasm32-unknown-unknown --toolchain 1.95.0\n";
            assert!(text.ends_with(&format!("\n\n    {rustup} {command}")), "{text}");
        }
    }
}
