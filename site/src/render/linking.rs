//! The URLs of an article's own HTML, followed, and its elements finished.

use crate::diagnostic::Diagnostic;
use crate::html::{self, set};
use crate::links::{self, encode};
use crate::read::Entry;
use lol_html::html_content::Element;
use prebake_plugin::{SitePath, Source, Twin};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Follows the URLs that an article's own HTML carries.
pub(super) struct Linking<'a> {
    entry: &'a Entry,
    twins: BTreeMap<SitePath, (String, Twin)>,
    pages: &'a BTreeMap<SitePath, String>,
    source: &'a dyn Source,
    root: &'a str,
    pub(super) files: BTreeMap<String, Arc<[u8]>>,
    pictures: usize,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'a> Linking<'a> {
    /// `twins` are the pictures that figures show as well, `root` leads from the page to the site's
    /// root.
    pub(super) fn new(
        entry: &'a Entry,
        twins: BTreeMap<SitePath, (String, Twin)>,
        pages: &'a BTreeMap<SitePath, String>,
        source: &'a dyn Source,
        root: &'a str,
    ) -> Self {
        let files = BTreeMap::new();
        Self { entry, twins, pages, source, root, files, pictures: 0, diagnostics: Vec::new() }
    }

    /// Finishes an element of the article's own HTML.
    pub(super) fn finish(&mut self, element: &mut Element<'_, '_>) {
        match element.tag_name().as_str() {
            // What scrolls has to be within reach of the keyboard.
            "pre" | "table" | "math" => default(element, "tabindex", "0"),
            // Markdown's task lists have no label to name their boxes.
            "input" if element.has_attribute("disabled") => {
                let done = element.has_attribute("checked");
                default(element, "aria-label", if done { "done" } else { "to do" });
            }
            _ => {}
        }
        self.link(element);
    }

    fn link(&mut self, element: &mut Element<'_, '_>) {
        if element.tag_name() == "img" {
            self.picture(element);
            return;
        }
        for name in ["src", "href", "poster"] {
            let Some(url) = html::attribute(element, name) else { continue };
            let Some(local) = links::local(&url) else { continue };
            let Some(path) = self.path(&local.path) else { continue };
            if let Some(page) = self.page_at(&path) {
                set(element, name, &format!("{}{}{}", self.root, encode(page), local.suffix));
            } else if let Ok(url) = self.emit(&path) {
                set(element, name, &(url + &local.suffix));
            }
        }
    }

    fn path(&self, written: &str) -> Option<SitePath> {
        self.entry.article.source.path.parent().resolve(written).ok()
    }

    /// The page of an article, named by its file or by its folder.
    fn page_at(&self, path: &SitePath) -> Option<&str> {
        let index = path.resolve("./index.md").ok();
        let page = self.pages.get(path).or_else(|| self.pages.get(&index?));
        page.map(String::as_str)
    }

    fn emit(&mut self, path: &SitePath) -> std::io::Result<String> {
        let asset = links::asset(path, self.source)?;
        self.files.insert(format!("{}{}", self.entry.dir, asset.name), asset.bytes);
        Ok(encode(&asset.name))
    }

    fn picture(&mut self, element: &mut Element<'_, '_>) {
        let first = self.pictures == 0;
        self.pictures += 1;
        default(element, "loading", if first { "eager" } else { "lazy" });
        default(element, "decoding", "async");
        let Some(url) = html::attribute(element, "src") else { return };
        let Some(local) = links::local(&url) else { return };
        let article = &self.entry.article.source;
        let Some(path) = self.path(&local.path) else {
            let found =
                Diagnostic::error("path-outside-site", format!("`{url}` leads out of the site"));
            self.diagnostics.push(found.at(article, links::written_at(article, &url)));
            return;
        };
        if let Some((base, twin)) = self.twins.get(&path) {
            let url = format!("{base}{}", encode(&twin.file));
            set(element, "src", &url);
            size(element, twin.width, twin.height);
            return;
        }
        match links::asset(&path, self.source) {
            Ok(asset) => {
                if let Some((width, height)) = links::picture_size(&asset.bytes) {
                    size(element, width, height);
                }
                set(element, "src", &format!("{}{}", encode(&asset.name), local.suffix));
                self.files.insert(format!("{}{}", self.entry.dir, asset.name), asset.bytes);
            }
            Err(error) => {
                self.diagnostics.push(links::missing(article, &url, &path, &error, self.source));
            }
        }
    }
}

/// Gives an `<img>` its size, so that nothing moves when it arrives. Where the author gave one side,
/// the style sheet keeps the shape.
fn size(element: &mut Element<'_, '_>, width: u32, height: u32) {
    if !element.has_attribute("width") && !element.has_attribute("height") {
        set(element, "width", &width.to_string());
        set(element, "height", &height.to_string());
    }
}

fn default(element: &mut Element<'_, '_>, name: &str, value: &str) {
    if !element.has_attribute(name) {
        set(element, name, value);
    }
}
