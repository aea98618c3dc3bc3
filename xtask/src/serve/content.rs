//! What a path names inside the served folder, and how it travels.

use crate::size::brotli_compress;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

pub(super) enum Resource {
    File {
        path: PathBuf,
        bytes: Vec<u8>,
    },
    /// A folder named without its trailing slash, from which relative links would go astray.
    Folder {
        location: String,
    },
    Missing,
}

/// Finds what `path` (decoded, starting with a slash) names under `root`, which is canonical.
pub(super) fn find(root: &Path, path: &str) -> Resource {
    // A backslash or a colon is a separator on some systems and part of a name on others.
    let plain = |part: &str| !matches!(part, "." | "..") && !part.contains(['\\', ':', '\0']);
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if !parts.iter().copied().all(plain) {
        return Resource::Missing;
    }
    let mut place = root.to_path_buf();
    place.extend(&parts);
    if place.is_dir() {
        if !path.ends_with('/') {
            let name = parts.last().copied().unwrap_or_default();
            return Resource::Folder { location: format!("{}/", percent_encode(name)) };
        }
        place.push("index.html");
    } else if path.ends_with('/') {
        return Resource::Missing;
    }
    // Links are followed before the check, so that none leads out.
    match place.canonicalize() {
        Ok(real) if real.starts_with(root) => match fs::read(&real) {
            Ok(bytes) => Resource::File { path: place, bytes },
            Err(_) => Resource::Missing,
        },
        _ => Resource::Missing,
    }
}

fn percent_encode(name: &str) -> String {
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

pub(super) struct MediaType {
    pub(super) name: &'static str,
    /// Whether a static host would compress it; pictures and fonts are compressed already.
    pub(super) compress: bool,
}

pub(super) fn media_type(path: &Path) -> MediaType {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let (name, compress) = match ending.to_ascii_lowercase().as_str() {
        "html" => ("text/html; charset=utf-8", true),
        "css" => ("text/css; charset=utf-8", true),
        "js" | "mjs" => ("text/javascript; charset=utf-8", true),
        "txt" | "md" => ("text/plain; charset=utf-8", true),
        "json" | "map" => ("application/json", true),
        "webmanifest" => ("application/manifest+json", true),
        "xml" => ("application/xml", true),
        "svg" => ("image/svg+xml", true),
        "wasm" => ("application/wasm", true),
        "bin" => ("application/octet-stream", true),
        "png" => ("image/png", false),
        "webp" => ("image/webp", false),
        "jpg" | "jpeg" => ("image/jpeg", false),
        "gif" => ("image/gif", false),
        "avif" => ("image/avif", false),
        "ico" => ("image/vnd.microsoft.icon", false),
        "woff2" => ("font/woff2", false),
        _ => ("application/octet-stream", false),
    };
    MediaType { name, compress }
}

/// What was compressed before, by any server of this process: the highest quality is slow.
static COMPRESSED: LazyLock<Mutex<HashMap<Vec<u8>, Compressed>>> = LazyLock::new(Mutex::default);

/// Filled by whoever asks first; others who want the same content wait for it alone.
type Compressed = Arc<OnceLock<Arc<[u8]>>>;

/// The bytes under brotli.
pub(super) fn compressed(bytes: Vec<u8>) -> Arc<[u8]> {
    let place: Compressed = {
        let mut known = COMPRESSED.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(bytes.clone()).or_default())
    };
    Arc::clone(place.get_or_init(|| brotli_compress(&bytes).into()))
}
