//! Benches: packages outside the workspace, built with their own lock files; and pages.

mod build;
mod save;
mod scrub;

use super::{cargo, say};
use clap::Subcommand;
use xtask::{Result, process, workspace};

#[derive(Subcommand)]
pub(crate) enum What {
    /// K-means for every k beside quantette and, where Python has it, scikit-learn
    Kmeans,
    /// Building again: 1,000 posts of which one was edited, and the first article
    Build,
    /// The slider in Chromium: its kernel beside plain JavaScript, and a reader's drag
    Scrub,
    /// What an author waits for: from a save to the changed pixel in Chromium, a start, idle, memory
    Save,
}

/// Measures; the table goes to standard output.
pub(crate) fn run(what: What) -> Result<()> {
    match what {
        What::Kmeans => package("bench-kmeans"),
        What::Build => build::run(),
        What::Scrub => scrub::run(),
        What::Save => save::run(),
    }
}

/// Builds a package outside the workspace, then runs it.
fn package(name: &str) -> Result<()> {
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
