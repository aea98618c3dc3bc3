//! One file a chore, and how their steps are told.

pub(crate) mod bench;
pub(crate) mod install;
pub(crate) mod screenshot;
pub(crate) mod setup;
pub(crate) mod test;

use std::io::Write;
use std::process::Command;
use std::time::Instant;
use xtask::{Result, process, workspace};

/// Says that a step begins, takes it, and says how long it took.
fn step(name: &str, take: impl FnOnce() -> Result<()>) -> Result<()> {
    say(&format!("── {name}"));
    let start = Instant::now();
    take().map_err(|error| error.within(format!("step `{name}`")))?;
    say(&format!("── {name}: {:.1} s", start.elapsed().as_secs_f64()));
    Ok(())
}

/// On standard error, beside what cargo tells of its own work.
fn say(line: &str) {
    // A closed standard error must not stop the work.
    writeln!(std::io::stderr(), "{line}").ok();
}

/// The cargo that runs this chore, in the workspace's root.
///
/// `cargo run` describes *this* package to the process it starts. A nested cargo that inherits the
/// description hands it to build scripts, which then believe themselves changed and run again.
fn cargo() -> Command {
    let mut command = process::command(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    command.current_dir(workspace());
    for (name, _) in std::env::vars_os() {
        let describes = name.to_str().is_some_and(|name| {
            ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|one| name.starts_with(one))
                || matches!(
                    name,
                    "CARGO" | "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE" | "OUT_DIR"
                )
        });
        if describes {
            command.env_remove(name);
        }
    }
    command
}
