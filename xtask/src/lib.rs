#![doc = include_str!("../README.md")]

pub mod browser;
mod error;
mod npm;
pub mod process;
mod python;
mod serve;
mod size;

pub use browser::Browser;
pub use error::{Context, Error, Result};
pub use npm::{
    install as install_npm_packages, is_installed as npm_packages_installed, npm_package,
};
pub use python::{Python, install as install_python, is_installed as python_installed, python};
pub use serve::{StaticServer, serve_folder};
pub use size::{brotli_compress, brotli_len};

use std::path::{Path, PathBuf};

/// The workspace's root folder, an absolute path.
pub fn workspace() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}
