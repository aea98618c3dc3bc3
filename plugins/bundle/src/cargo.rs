//! Running cargo, rustc and rustup from inside a build script.
//!
//! The outer cargo tells its build scripts much through the environment, and a nested cargo would
//! take all of it for its own: the outer flags (which hide the target's own), the job server, a
//! compiler wrapper such as clippy-driver, the outer target folder and its lock.

use crate::Error;
use std::ffi::OsStr;
use std::process::Command;

/// Whether a nested program must not see this variable.
///
/// What says where crates come from (proxies, mirrors, credentials for them) stays.
fn is_the_outer_cargos(name: &str) -> bool {
    const KEPT: [&str; 5] =
        ["CARGO_HOME", "CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTR", "CARGO_SOURCE_"];
    const CLEARED: [&str; 6] = ["CARGO_", "CLIPPY_", "RUSTC", "RUSTDOC", "RUSTFLAGS", "__CARGO_"];
    if KEPT.iter().any(|prefix| name.starts_with(prefix)) {
        return false;
    }
    CLEARED.iter().any(|prefix| name.starts_with(prefix))
        || matches!(name, "CARGO" | "MAKEFLAGS" | "MFLAGS" | "MAKELEVEL")
}

/// The command with an environment as if it had been started from a shell.
pub(crate) fn nested(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_the_outer_cargos) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs the command to its end, and gives its standard output.
///
/// # Errors
/// It could not be started, or failed; with what it said on standard error.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>, Error> {
    let message = match command.output() {
        Ok(output) if output.status.success() => return Ok(output.stdout),
        Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
        Err(error) => error.to_string(),
    };
    Err(Error::Program { command: line(command), message })
}

/// The command as one would type it.
pub(crate) fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outer_build_does_not_leak_into_the_nested_one() {
        for name in [
            "CARGO",
            "CARGO_BUILD_RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_MAKEFLAGS",
            "CARGO_PROFILE_KERNEL_OPT_LEVEL",
            "CARGO_TARGET_DIR",
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            "CLIPPY_ARGS",
            "MAKEFLAGS",
            "RUSTC",
            "RUSTC_WORKSPACE_WRAPPER",
            "RUSTC_WRAPPER",
            "RUSTDOCFLAGS",
            "RUSTFLAGS",
        ] {
            assert!(is_the_outer_cargos(name), "{name}");
        }
        for name in [
            "CARGO_HOME",
            "CARGO_HTTP_PROXY",
            "CARGO_REGISTRIES_CRATES_IO_PROTOCOL",
            "HOME",
            "PATH",
            "RUSTUP_HOME",
            "RUSTUP_TOOLCHAIN",
        ] {
            assert!(!is_the_outer_cargos(name), "{name}");
        }
    }

    #[test]
    fn a_failed_program_says_what_it_said() {
        let error = output(nested("rustc").arg("--no-such-flag")).expect_err("no such flag");
        let text = error.to_string();
        assert!(text.starts_with("`rustc --no-such-flag` failed\n"), "{text}");
        assert!(text.contains("no-such-flag'"), "{text}");
    }
}
