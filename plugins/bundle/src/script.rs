//! JavaScript made smaller.

use crate::{Error, emit, package_folder, watch};
use std::path::Path;

/// Minifies the ES module `file` (from the package's own folder) to a file of the same name in
/// OUT_DIR.
///
/// # Errors
/// Called outside a build script, or the file cannot be read or is no text.
pub fn module(file: impl AsRef<Path>) -> Result<(), Error> {
    let path = package_folder()?.join(file);
    watch(&path)?;
    let source = std::fs::read_to_string(&path)
        .map_err(|error| Error::File { path: path.clone(), error })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    emit(&name, minify(&source)?.as_bytes())
}

/// A script without its comments and needless white space.
pub fn minify(source: &str) -> Result<String, Error> {
    Ok(minifier::js::minify(source).to_string())
}
