//! Folders of pages that belong together, such as a manual.

use super::read::Reader;
use crate::diagnostic::Span;
use prebake_plugin::SitePath;
use serde::Serialize;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const KEYS: [&str; 3] = ["folder", "path", "title"];

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
    fn clash(&self, other: &Self) -> Option<String> {
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

impl Reader<'_> {
    pub(super) fn sections(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<Section> {
        let mut sections: Vec<Section> = Vec::new();
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type("section", "an array: `[[section]]`", value.get_ref(), value.span());
            return sections;
        };
        for item in items.iter() {
            let DeValue::Table(table) = item.get_ref() else {
                self.wrong_type("section", "a table", item.get_ref(), item.span());
                continue;
            };
            let Some(section) = self.section(table, item.span()) else { continue };
            match sections.iter().find_map(|other| section.clash(other)) {
                Some(clash) => self.report(clash, section.place.range),
                None => sections.push(section),
            }
        }
        sections
    }

    fn section(&mut self, table: &DeTable<'_>, whole: Range<usize>) -> Option<Section> {
        self.unknown_keys(table, &KEYS);
        let Some(value) = table.get("folder") else {
            self.report("a section needs a `folder`".to_owned(), whole);
            return None;
        };
        let folder = self.value("folder", value, folder_path)?;
        let path = match table.get("path") {
            Some(value) => self.value("path", value, page_path)?,
            None => folder.file_name().to_owned(),
        };
        let title = self.text(table, "title").unwrap_or_else(|| path.clone());
        let place = Span { source: Arc::clone(self.file), range: value.span() };
        Some(Section { folder, path: path + "/", title, place })
    }
}

/// The folder of a section.
fn folder_path(text: &str) -> Result<SitePath, &'static str> {
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
fn page_path(text: &str) -> Result<String, &'static str> {
    let path = SitePath::new(text)?;
    if path == SitePath::root() {
        return Err("is empty, and the home page stands there");
    }
    Ok(path.as_str().to_owned())
}

fn lies_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
