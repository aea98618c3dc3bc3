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
/// A plugin's kernels that do without the standard library, and those that have it. They are checked
/// apart: together, cargo would give the maths the library for both.
const KERNELS: [(&str, &str); 2] =
    [("wasm", "/kernel/Cargo.toml"), ("wasm with std", "-kernel/Cargo.toml")];

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
    // With what only those compile who want it; the tests compile the rest.
    lints.args(["clippy", "--workspace", "--all-targets", "--features", "prebake/external"]);
    lints.arg("--locked").args(STRICT);
    let mut docs = cargo();
    docs.args(["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings");
    let mut checks = vec![("format", format), ("lints", lints), ("docs", docs)];
    for (name, manifests) in KERNELS {
        let mut wasm = cargo();
        wasm.args(["clippy", "--lib", "--no-default-features", "--locked"]);
        wasm.args(["--target", setup::WASM]);
        for package in wasm_packages(manifests)? {
            wasm.args(["--package", &package]);
        }
        wasm.args(STRICT);
        checks.push((name, wasm));
    }
    Ok(checks)
}

/// What runs in the page: the maths that build and page share, and the kernels whose manifests'
/// paths end so.
fn wasm_packages(manifests: &str) -> Result<Vec<String>> {
    let mut command = cargo();
    command.args(["metadata", "--no-deps", "--locked", "--format-version", "1"]);
    let metadata = process::output(&mut command)?;
    let metadata: serde_json::Value =
        serde_json::from_str(&metadata).context("cannot read cargo's metadata")?;
    let packages = metadata["packages"].as_array().context("cargo names no packages")?;
    let mut names = vec![SHARED.to_owned()];
    for package in packages {
        let manifest = package["manifest_path"].as_str().unwrap_or_default().replace('\\', "/");
        if manifest.ends_with(manifests)
            && let Some(name) = package["name"].as_str()
        {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::{KERNELS, SHARED, wasm_packages};

    #[test]
    fn every_kernel_is_checked_for_wasm() {
        let [without_std, with_std] = KERNELS.map(|(_, path)| wasm_packages(path).unwrap());
        for (packages, kernel) in [
            (without_std, "prebake-kmeans-image-kernel"),
            (with_std, "prebake-kmeans-image-own-kernel"),
        ] {
            assert_eq!(packages[0], SHARED);
            assert!(packages.iter().any(|name| name == kernel), "{packages:?}");
        }
    }
}
