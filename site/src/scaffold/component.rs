//! A new component, and what makes a site that has one a program.

use super::manifest::{add_dependency, add_to_command_line};
use super::{ComponentName, PrebakeSource, Refusal, Scaffold, fill, read};
use crate::disk::Disk;
use std::path::Path;

macro_rules! rooms {
    ($($path:literal),* $(,)?) => {
        [$((
            $path,
            include_str!(concat!("../../../examples/cellular-rule/components/cellular-rule/", $path)),
        )),*]
    };
}

/// All rooms of a component, by their paths from its folder: those of the example, which is built and
/// tested as it is.
const ROOMS: &[(&str, &str)] = &rooms!(
    "Cargo.toml",
    "README.md",
    "build.rs",
    "kernel/Cargo.toml",
    "kernel/src/lib.rs",
    "src/figure.rs",
    "src/lib.rs",
    "src/props.rs",
    "tests/figure.rs",
    "widget.css",
    "widget.js",
);

/// The example's names, for which those of the new component are put.
const EXAMPLE: [&str; 3] = ["CellularRule", "cellular-rule", "cellular_rule"];

const MAIN: &str = include_str!("../../../examples/cellular-rule/src/main.rs");
pub(super) const MANIFEST: &str = include_str!("../../scaffold/crate/manifest.toml");
/// The versions that Prebake is tested with.
const LOCK: &str = include_str!("../../../Cargo.lock");
const RUSTFMT: &str = include_str!("../../../rustfmt.toml");

/// A component in Rust for the site in `root`, which becomes a program if it is none yet.
pub(crate) fn rust_component(
    name: &ComponentName,
    disk: &dyn Disk,
    root: &Path,
    prebake: Option<&PrebakeSource>,
) -> Result<Scaffold, Refusal> {
    let mut scaffold = Scaffold::default();
    let folder = format!("components/{}", name.kebab());
    for (room, text) in ROOMS {
        scaffold.make(format!("{folder}/{room}"), renamed(text, name));
    }
    match read(disk, root, "Cargo.toml")? {
        Some(manifest) => {
            let line = format!("{} = {{ path = \"{folder}\" }}", name.kebab());
            let manifest = add_dependency(&manifest, &line)?;
            let main = read(disk, root, "src/main.rs")?.unwrap_or_default();
            let main = add_to_command_line(&main, &format!("{}::{}", name.module(), name.tag()))?;
            scaffold.changed.insert("Cargo.toml".to_owned(), manifest.into());
            scaffold.changed.insert("src/main.rs".to_owned(), main.into());
        }
        None => {
            let prebake = prebake.ok_or_else(|| {
                let reason = "say where Prebake's sources are, which the component is built with: \
                              `--prebake https://…` or `--prebake ../prebake`";
                Refusal::Unfit(reason.to_owned())
            })?;
            let dependencies = prebake.dependencies(root);
            let values = dependencies.each_ref().map(|(package, table)| (*package, &**table));
            let line = format!("{} = {{ path = \"{folder}\" }}", name.kebab());
            scaffold.make("Cargo.toml", add_dependency(&fill(MANIFEST, &values), &line)?);
            scaffold.make("Cargo.lock", LOCK);
            scaffold.make("rustfmt.toml", RUSTFMT);
            scaffold.make("src/main.rs", renamed(MAIN, name));
        }
    }
    Ok(scaffold)
}

fn renamed(text: &str, name: &ComponentName) -> String {
    let names = [name.tag(), &*name.kebab(), &*name.module()];
    EXAMPLE.iter().zip(names).fold(text.to_owned(), |text, (old, new)| text.replace(old, new))
}
