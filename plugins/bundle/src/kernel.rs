//! A plugin's wasm half, compiled and bound.

use crate::cargo::{nested, output};
use crate::packages::Workspace;
use crate::script::minify;
use crate::target::{TARGET, ensure};
use crate::{Error, emit, package_folder, variable, watch};
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// The workspace's profile for kernels.
const PROFILE: &str = "kernel";

/// What the kernels may use of wasm beyond what the compiler takes for granted: vectors of 128
/// bits, which every browser has had since 2023.
const FLAGS: &str = "-Ctarget-feature=+simd128";

/// Compiles the crate in `folder` (from the package's own) to wasm, and writes `kernel.wasm` and
/// its glue, `kernel.js`, to OUT_DIR.
///
/// The glue is a minified ES module as wasm-bindgen makes it for the web: its default export takes
/// `{ module_or_path: URL }` and resolves to the exports of the instance.
///
/// All kernels of a workspace are compiled in one folder, `kernels` in the outer target folder,
/// whatever the outer command and profile.
///
/// # Errors
/// Called outside a build script; the target is missing and cannot be installed; the crate does
/// not compile.
pub fn kernel(folder: impl AsRef<Path>) -> Result<(), Error> {
    let folder = package_folder()?.join(folder);
    let workspace = Workspace::of(&folder)?;
    let package = workspace.package(&folder)?;
    let library = package.dynamic_library().ok_or_else(|| Error::Metadata {
        message: format!("{} has no library of the crate type cdylib", package.name),
    })?;
    watch(&workspace.root.join("Cargo.toml"))?;
    watch(&workspace.root.join("Cargo.lock"))?;
    for package in workspace.closure(&folder)?.values() {
        for room in package.rooms()? {
            watch(&room)?;
        }
    }

    ensure()?;
    let target =
        target_folder(Path::new(&variable("OUT_DIR")?), &variable("TARGET")?)?.join("kernels");
    output(
        nested(variable("CARGO")?)
            .args(["build", "--lib", "--locked", "--profile", PROFILE, "--target", TARGET])
            .arg("--target-dir")
            .arg(&target)
            .arg("--manifest-path")
            .arg(folder.join("Cargo.toml"))
            // This variable comes before every other place for flags, so that none of them can
            // replace ours in silence.
            .env("CARGO_ENCODED_RUSTFLAGS", FLAGS),
    )?;
    let module = target.join(TARGET).join(PROFILE).join(library).with_extension("wasm");
    let (glue, wasm) = bind(&module)?;
    emit("kernel.wasm", &wasm)?;
    emit("kernel.js", minify(&glue)?.as_bytes())
}

/// The glue and the module that wasm-bindgen makes of a compiled kernel.
fn bind(module: &Path) -> Result<(String, Vec<u8>), Error> {
    let make = || {
        let mut bindgen = Bindgen::new();
        bindgen
            .input_path(module)
            .out_name("kernel")
            .web(true)?
            .typescript(false)
            .omit_default_module_path(true)
            .remove_name_section(true)
            .remove_producers_section(true);
        bindgen.generate_output()
    };
    let mut output = make().map_err(|error| Error::Bindgen { message: format!("{error:#}") })?;
    // Tells linkers what the code needs; browsers look at the code itself.
    output.wasm_mut().customs.remove_raw("target_features");
    Ok((output.js().to_owned(), output.wasm_mut().emit_wasm()))
}

/// The outer cargo's target folder: `<target>[/<triple>]/<profile>/build/<package>/out` is OUT_DIR.
fn target_folder(out: &Path, triple: &str) -> Result<PathBuf, Error> {
    let build = out.ancestors().find(|folder| folder.ends_with("build"));
    let target = build.and_then(Path::parent).and_then(Path::parent).ok_or_else(|| {
        Error::Metadata { message: format!("{} is not in a target folder", out.display()) }
    })?;
    match target.parent() {
        Some(parent) if target.ends_with(triple) => Ok(parent.to_path_buf()),
        _ => Ok(target.to_path_buf()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outer_profile_and_target_shares_one_folder() {
        for out in [
            "/w/target/debug/build/plugin-0123/out",
            "/w/target/release/build/plugin-0123/out",
            "/w/target/x86_64-unknown-linux-gnu/debug/build/plugin-0123/out",
            "/w/target/debug/build/plugin/0123/out",
        ] {
            let folder = target_folder(Path::new(out), "x86_64-unknown-linux-gnu");
            assert_eq!(folder.expect(out), Path::new("/w/target"));
        }
        assert!(target_folder(Path::new("/elsewhere"), "x86_64-unknown-linux-gnu").is_err());
    }
}
