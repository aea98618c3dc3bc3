//! `cargo xtask test`: what must hold before anything is merged.
//!
//! Tests come last, so that the output ends with cargo's own account of them. Clippy, the docs and
//! the wasm check share the metadata of every dependency; the tests build each of them once more,
//! to run.

use super::{cargo, say, setup, step};
use std::env;
use std::process::Command;
use xtask::{Context, Result, process};

/// Nothing that clippy or rustdoc says is left for later.
const STRICT: [&str; 3] = ["--", "-D", "warnings"];
/// The maths that build and page share: it compiles without a standard library's threads.
const SHARED: &str = "prebake-quantize";

/// Property tests try the same cases on every machine, so that what fails here fails there. To
/// explore further, set the variable to another number, and `PROPTEST_CASES` to more.
const SEED: (&str, &str) = ("PROPTEST_RNG_SEED", "1982");

pub(crate) fn run(filters: &[String]) -> Result<()> {
    setup::run()?;
    if filters.is_empty() {
        for (name, mut command) in checks()? {
            step(name, || process::run(&mut command))?;
        }
    } else {
        say("── only the tests named, without the other checks");
    }
    say("── tests");
    let mut tests = cargo();
    tests.args(["test", "--workspace", "--locked"]);
    if env::var_os(SEED.0).is_none() {
        tests.env(SEED.0, SEED.1);
    }
    if !filters.is_empty() {
        // One filter could stand before the dashes, several only behind them.
        tests.arg("--").args(filters);
    }
    process::run(&mut tests)
}

fn checks() -> Result<Vec<(&'static str, Command)>> {
    let mut format = cargo();
    format.args(["fmt", "--all", "--check"]);
    let mut lints = cargo();
    lints.args(["clippy", "--workspace", "--all-targets", "--locked"]).args(STRICT);
    let mut docs = cargo();
    docs.args(["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings");
    let mut wasm = cargo();
    wasm.args(["clippy", "--lib", "--no-default-features", "--locked"]);
    wasm.args(["--target", setup::WASM]);
    for package in wasm_packages()? {
        wasm.args(["--package", &package]);
    }
    wasm.args(STRICT);
    Ok(vec![("format", format), ("lints", lints), ("docs", docs), ("wasm", wasm)])
}

/// What runs in the page: every plugin's `kernel/`, and the maths that build and page share.
fn wasm_packages() -> Result<Vec<String>> {
    let mut command = cargo();
    command.args(["metadata", "--no-deps", "--locked", "--format-version", "1"]);
    let metadata = process::output(&mut command)?;
    let metadata: serde_json::Value =
        serde_json::from_str(&metadata).context("cannot read cargo's metadata")?;
    let packages = metadata["packages"].as_array().context("cargo names no packages")?;
    let mut names = vec![SHARED.to_owned()];
    for package in packages {
        let manifest = package["manifest_path"].as_str().unwrap_or_default().replace('\\', "/");
        if manifest.ends_with("/kernel/Cargo.toml")
            && let Some(name) = package["name"].as_str()
        {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::{SHARED, wasm_packages};

    #[test]
    fn every_kernel_is_checked_for_wasm() {
        let packages = wasm_packages().unwrap();
        assert_eq!(packages[0], SHARED);
        assert!(packages.iter().any(|name| name == "prebake-kmeans-image-kernel"), "{packages:?}");
    }
}
