//! Where a Chromium may be found.

use crate::{Error, Result, process};
use std::env;
use std::path::PathBuf;

/// Names it the surest way: a full path.
const VARIABLE: &str = "PREBAKE_CHROMIUM";

const NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
];

/// Usual places outside the search path, below the folder that the variable names; a variable that
/// is empty stands for the root.
const PLACES: [(&str, &str); 8] = [
    ("", "/Applications/Chromium.app/Contents/MacOS/Chromium"),
    ("", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    ("HOME", "Applications/Chromium.app/Contents/MacOS/Chromium"),
    ("HOME", "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    ("ProgramFiles", "Google/Chrome/Application/chrome.exe"),
    ("ProgramFiles(x86)", "Google/Chrome/Application/chrome.exe"),
    ("LOCALAPPDATA", "Google/Chrome/Application/chrome.exe"),
    ("LOCALAPPDATA", "Chromium/Application/chrome.exe"),
];

/// The Chromium to run: what `PREBAKE_CHROMIUM` names, or else the first found on the search path
/// and in the usual places; `None` where there is none.
///
/// # Errors
/// `PREBAKE_CHROMIUM` names no file: better said than passed over.
pub fn find() -> Result<Option<PathBuf>> {
    if let Some(path) = env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        let path = PathBuf::from(path);
        return if path.is_file() {
            Ok(Some(path))
        } else {
            Err(Error::new(format!("{VARIABLE} names no file: {}", path.display())))
        };
    }
    Ok(process::find(&NAMES).or_else(|| {
        PLACES
            .iter()
            .filter_map(|(variable, place)| match *variable {
                "" => Some(PathBuf::from(place)),
                variable => Some(PathBuf::from(env::var_os(variable)?).join(place)),
            })
            .find(|path| path.is_file())
    }))
}
