//! Folders of pages that belong together, such as a manual.

use crate::diagnostic::Span;
use prebake_plugin::SitePath;
use serde::Serialize;

pub(super) const KEYS: [&str; 3] = ["folder", "path", "title"];

/// Folders whose files already mean something else.
const TAKEN: [&str; 4] = ["content", "templates", "static", ".prebake"];

/// A `[[section]]` table: Markdown files that become pages with a list of their own, apart from the
/// articles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// The folder of its files.
    pub folder: SitePath,
    /// Where its pages stand in the finished site: `manual/`. The folder's name, if not given.
    pub path: String,
    /// What links to it say. Its path, if not given.
    pub title: String,
    /// Where `prebake.toml` names the folder.
    #[serde(skip)]
    pub place: Span,
}

impl Section {
    /// Why both cannot stand in one site; `None` where they can.
    pub(super) fn clash(&self, other: &Self) -> Option<String> {
        let (own, others) = (self.folder.as_str(), other.folder.as_str());
        let nested = lies_in(own, others) || lies_in(others, own);
        let same = || self.path.eq_ignore_ascii_case(&other.path);
        if nested {
            Some(format!("`{own}` and `{others}` would hold the same files: sections lie apart"))
        } else {
            same().then(|| format!("two sections stand at `{}`", other.path))
        }
    }
}

/// The folder of a section.
pub(super) fn folder(text: &str) -> Result<SitePath, &'static str> {
    let folder = SitePath::new(text)?;
    if folder == SitePath::root() {
        return Err("names no folder below the site's root");
    }
    if TAKEN.iter().any(|taken| lies_in(folder.as_str(), taken)) {
        return Err("names a folder whose files already mean something else");
    }
    Ok(folder)
}

/// Where a section's pages stand, without a slash at either end.
pub(super) fn path(text: &str) -> Result<String, &'static str> {
    let path = SitePath::new(text)?;
    if path == SitePath::root() {
        return Err("is empty, and the home page stands there");
    }
    Ok(path.as_str().to_owned())
}

fn lies_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
