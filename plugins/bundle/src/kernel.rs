//! A plugin's wasm half, compiled and bound.

use crate::cargo::{nested, output};
use crate::packages::Workspace;
use crate::script::minify;
use crate::target::{TARGET, ensure};
use crate::version::watch_sources;
use crate::{Error, emit, package_folder, variable};
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// The profile of kernels, in whatever workspace they are: quick loops; what makes them small is that
/// they hold no formatting and no panics (measured: opt-level "s" is no smaller under brotli, and
/// slower).
const PROFILE: &str = "kernel";
const SETTINGS: [&str; 6] = [
    "inherits='release'",
    "codegen-units=1",
    "lto=true",
    "opt-level=3",
    "panic='abort'",
    "strip=false",
];

/// What the kernels may use of wasm beyond what the compiler takes for granted: vectors of 128
/// bits, which every browser has had since 2023.
const FLAGS: &str = "-Ctarget-feature=+simd128";

/// Compiles the crate in `folder` (from the package's own) to wasm, and writes it and its glue to
/// OUT_DIR under the folder's name: `kernel.wasm` and `kernel.js` for `kernel`.
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
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let workspace = Workspace::of(&folder)?;
    let package = workspace.package(&folder)?;
    let library = package.dynamic_library().ok_or_else(|| Error::Metadata {
        message: format!("{} has no library of the crate type cdylib", package.name),
    })?;
    watch_sources(&workspace, &folder)?;

    ensure()?;
    let target = target_folder(Path::new(&variable("OUT_DIR")?), &variable("TARGET")?)?;
    let folder = compile(&folder, &target.join("kernels"))?;
    let (glue, wasm) = bind(&folder.join(library).with_extension("wasm"))?;
    emit(&format!("{name}.wasm"), &wasm)?;
    let script = format!("{name}.js");
    emit(&script, minify(&script, &glue)?.as_bytes())
}

/// Compiles the crate in `folder`, and gives the folder of the module.
fn compile(folder: &Path, target: &Path) -> Result<PathBuf, Error> {
    let settings = SETTINGS.map(|setting| format!("--config=profile.{PROFILE}.{setting}"));
    output(
        nested(variable("CARGO")?)
            .args(["build", "--lib", "--locked", "--profile", PROFILE, "--target", TARGET])
            .args(settings)
            .arg("--target-dir")
            .arg(target)
            .arg("--manifest-path")
            .arg(folder.join("Cargo.toml"))
            // This variable comes before every other place for flags, so that none of them can
            // replace ours in silence.
            .env("CARGO_ENCODED_RUSTFLAGS", FLAGS),
    )?;
    Ok(target.join(TARGET).join(PROFILE))
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

    /// A kernel without dependencies.
    fn tiny_kernel(body: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("src")).expect("src");
        for (file, text) in [
            (
                "Cargo.toml",
                "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
                 [lib]\ncrate-type = [\"cdylib\"]\n[workspace]\n",
            ),
            ("Cargo.lock", "version = 4\n[[package]]\nname = \"tiny\"\nversion = \"0.1.0\"\n"),
            ("src/lib.rs", body),
        ] {
            std::fs::write(folder.path().join(file), text).expect(file);
        }
        folder
    }

    #[test]
    fn the_compiler_uses_vectors() {
        ensure().expect("the target");
        let tiny = tiny_kernel(
            "#![no_std]\n\
             #[panic_handler] fn trap(_: &core::panic::PanicInfo<'_>) -> ! { loop {} }\n\
             #[unsafe(no_mangle)] pub fn tiny(a: &mut [i32; 64], b: &[i32; 64]) {\n\
             for (a, b) in a.iter_mut().zip(b) { *a = *a * 3 + b; }\n}\n",
        );
        let module = compile(tiny.path(), &tiny.path().join("target")).expect("compiles");
        let wasm = std::fs::read(module.join("tiny.wasm")).expect("a module");
        // i32x4.mul and i32x4.add: the prefix of vector opcodes, and their numbers in LEB128
        // (WebAssembly 2.0, 5.4.8).
        for opcode in [[0xfd, 0xb5, 0x01], [0xfd, 0xae, 0x01]] {
            assert!(wasm.windows(3).any(|bytes| bytes == opcode), "{opcode:02x?}");
        }
    }

    #[test]
    fn what_does_not_compile_says_why() {
        let tiny = tiny_kernel("compile_error!(\"too tiny\");");
        let error = compile(tiny.path(), &tiny.path().join("target")).expect_err("an error");
        assert!(error.to_string().contains("too tiny"), "{error}");
    }
}
