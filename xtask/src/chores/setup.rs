//! `cargo xtask setup`: what the tests need and a fresh machine may not have.

use super::install::{self, Program};
use super::{say, step};
use std::path::PathBuf;
use xtask::{Context, Python, Result, browser, process, workspace};

/// The target that kernels are compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

const CHROMIUM: Program = Program {
    name: "Chromium",
    packages: [
        ("apt-get", &["chromium"]),
        ("dnf", &["chromium"]),
        ("pacman", &["chromium"]),
        ("brew", &["--cask", "chromium"]),
    ],
    otherwise: "install Chromium or Chrome, or set PREBAKE_CHROMIUM to its path",
};

const NPM: Program = Program {
    name: "npm",
    packages: [
        ("apt-get", &["npm"]),
        ("dnf", &["nodejs-npm"]),
        ("pacman", &["npm"]),
        ("brew", &["node"]),
    ],
    otherwise: "install Node.js with npm",
};

pub(crate) fn run() -> Result<()> {
    step("toolchain", toolchain)?;
    step("Chromium", || {
        let path = found_or_installed(&CHROMIUM, browser::find_chromium)?;
        say(&format!("   {}", path.display()));
        Ok(())
    })?;
    step("npm packages", || {
        if xtask::npm_packages_installed() {
            return Ok(());
        }
        let npm = found_or_installed(&NPM, || Ok(process::find(&["npm"])))?;
        xtask::install_npm_packages(&npm)
    })?;
    step("Python packages", || {
        if !xtask::python_installed()
            && let Python::Missing(reason) = xtask::install_python()?
        {
            say(&format!("   the tests that need Python will be skipped: {reason}"));
        }
        Ok(())
    })
}

/// A toolchain file's components and targets are ignored where rustup was told to install nothing
/// by itself, so ask for what is missing.
fn toolchain() -> Result<()> {
    let rustc = |arguments: &[&str]| {
        process::output(process::command("rustc").args(arguments).current_dir(workspace()))
    };
    let sysroot = PathBuf::from(rustc(&["--print", "sysroot"])?);
    if !sysroot.join("lib").join("rustlib").join(WASM).join("lib").is_dir() {
        rustup(&["target", "add", WASM])?;
    }
    for (program, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        let program = format!("{program}{}", std::env::consts::EXE_SUFFIX);
        // A distribution's own toolchain has its programs elsewhere on the search path.
        if !sysroot.join("bin").join(&program).is_file()
            && (process::find(&["rustup"]).is_some() || process::find(&[&program]).is_none())
        {
            rustup(&["component", "add", component])?;
        }
    }
    Ok(())
}

fn rustup(arguments: &[&str]) -> Result<()> {
    let mut command = process::command("rustup");
    process::run(command.args(arguments).current_dir(workspace()))
        .map_err(|error| error.within(format!("please run `rustup {}`", arguments.join(" "))))
}

/// The program, installed where it was not there.
fn found_or_installed(
    program: &Program,
    find: impl Fn() -> Result<Option<PathBuf>>,
) -> Result<PathBuf> {
    if let Some(path) = find()? {
        return Ok(path);
    }
    install::install(program)?;
    find()?.context(format!("{} is not there after its installation", program.name))
}
