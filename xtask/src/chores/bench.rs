//! Benches: packages outside the workspace, built with their own lock files.

use super::cargo;
use clap::Subcommand;
use xtask::{Result, process, workspace};

#[derive(Subcommand)]
pub(crate) enum What {
    /// K-means for every k beside quantette and, where Python has it, scikit-learn
    Kmeans,
}

/// Builds the bench, then runs it; its table goes to standard output.
pub(crate) fn run(what: What) -> Result<()> {
    let name = match what {
        What::Kmeans => "bench-kmeans",
    };
    let manifest = workspace().join("xtask").join(name).join("Cargo.toml");
    let target = workspace().join("target").join("bench");
    process::run(
        cargo()
            .args(["run", "--quiet", "--release", "--locked", "--manifest-path"])
            .arg(manifest)
            .arg("--target-dir")
            .arg(target),
    )
}
