//! The URLs of an article's own HTML, followed, and its elements finished.

use super::{Lead, Shown};
use crate::diagnostic::Diagnostic;
use crate::html::{self, set};
use crate::links::{self, Asset, encode};
use crate::read::Entry;
use crate::world::Witness;
use lol_html::html_content::Element;
use prebake_plugin::{SitePath, Twin};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// Follows the URLs that an article's own HTML carries.
pub(super) struct Linking<'a> {
    entry: &'a Entry,
    twins: BTreeMap<SitePath, (String, Twin)>,
    witness: &'a Witness<'a>,
    root: &'a str,
    pub(super) files: BTreeMap<String, Shown>,
    pictures: usize,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'a> Linking<'a> {
    /// `twins` are the pictures that figures show as well, `root` leads from the page to the site's
    /// root.
    pub(super) fn new(
        entry: &'a Entry,
        twins: BTreeMap<SitePath, (String, Twin)>,
        witness: &'a Witness<'a>,
        root: &'a str,
    ) -> Self {
        let files = BTreeMap::new();
        Self { entry, twins, witness, root, files, pictures: 0, diagnostics: Vec::new() }
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
        } else {
            for name in ["src", "href", "poster"] {
                if let Some(url) = html::attribute(element, name)
                    && let Some(followed) = self.follow(&url, name == "href")
                {
                    set(element, name, &followed);
                }
            }
        }
        self.candidates(element);
    }

    /// The URLs of a `srcset`: commas stand between them, descriptors behind them.
    fn candidates(&mut self, element: &mut Element<'_, '_>) {
        let Some(written) = html::attribute(element, "srcset") else { return };
        // The one kind of URL that holds commas, and leads nowhere.
        if written.contains("data:") {
            return;
        }
        let mut follow = |candidate: &str| {
            let (url, descriptor) =
                candidate.split_once(char::is_whitespace).unwrap_or((candidate, ""));
            let url = self.follow(url, false).unwrap_or_else(|| url.to_owned());
            format!("{url} {descriptor}").trim().to_owned()
        };
        let followed: Vec<String> =
            written.split(',').map(|candidate| follow(candidate.trim())).collect();
        set(element, "srcset", &followed.join(", "));
    }

    /// Where a URL of the article leads in the site: to a page, to a file of `static/`, or to a file
    /// that is emitted for it. `None` where it stays as it is written; where that loses what the
    /// page shows, a diagnostic says so.
    fn follow(&mut self, url: &str, is_link: bool) -> Option<String> {
        let local = links::local(url)?;
        let article = Arc::clone(&self.entry.article.source);
        let at = |found: Diagnostic| found.at(&article, links::written_at(&article, url));
        let folder = article.path.parent();
        let missing = |path: SitePath, error: io::Error, linking: &Self| {
            links::missing(&article, url, &path, &error, linking.witness.source())
        };
        match Lead::of(&local, &folder, self.witness) {
            Lead::Page(page) => Some(format!("{}{}{}", self.root, encode(&page), local.suffix)),
            Lead::Static(below) => Some(format!("{}{}{}", self.root, encode(&below), local.suffix)),
            Lead::File(path) => match self.emit(&path) {
                Ok(asset) => Some(encode(&asset.name) + &local.suffix),
                Err(error) => {
                    self.diagnostics.push(missing(path, error, self));
                    None
                }
            },
            Lead::Unpublished(path) => {
                let message = format!("`{path}` is no published article, so no page stands there");
                self.diagnostics.push(at(Diagnostic::warning("unpublished-link", message)));
                None
            }
            // A link may lead to what else is served there.
            Lead::Nothing(_) | Lead::Outside if is_link => None,
            Lead::Nothing(path) => {
                let error = self.witness.source().read(&path).err();
                let error = error.unwrap_or_else(|| io::ErrorKind::NotFound.into());
                self.diagnostics.push(missing(path, error, self));
                None
            }
            Lead::Outside => {
                self.diagnostics.push(at(outside(url)));
                None
            }
        }
    }

    fn path(&self, written: &str) -> Option<SitePath> {
        self.entry.article.source.path.parent().resolve(written).ok()
    }

    fn emit(&mut self, path: &SitePath) -> io::Result<Asset> {
        let asset = links::asset(path, self.witness.source())?;
        let place = format!("{}{}", self.entry.dir, asset.name);
        self.files.insert(place, Shown::Asset(path.clone()));
        Ok(asset)
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
            self.diagnostics.push(outside(&url).at(article, links::written_at(article, &url)));
            return;
        };
        if let Some((base, twin)) = self.twins.get(&path) {
            let url = format!("{base}{}", encode(&twin.file));
            set(element, "src", &url);
            size(element, twin.width, twin.height);
            return;
        }
        match self.emit(&path) {
            Ok(asset) => {
                if let Some((width, height)) = links::picture_size(&asset.bytes) {
                    size(element, width, height);
                }
                set(element, "src", &format!("{}{}", encode(&asset.name), local.suffix));
            }
            Err(error) => {
                self.diagnostics.push(links::missing(
                    article,
                    &url,
                    &path,
                    &error,
                    self.witness.source(),
                ));
            }
        }
    }
}

fn outside(url: &str) -> Diagnostic {
    Diagnostic::error("path-outside-site", format!("`{url}` leads out of the site"))
}

/// Gives an `<img>` its size, so that nothing moves when it arrives. Where the author gave one side,
/// the other follows from the picture's shape.
fn size(element: &mut Element<'_, '_>, width: u32, height: u32) {
    let given = |name| element.get_attribute(name).map(|text| text.trim().parse::<u32>().ok());
    let scaled = |side: u32, of: u32, to: u32| {
        let side = u64::from(side) * u64::from(to);
        ((side + u64::from(of) / 2) / u64::from(of.max(1))).to_string()
    };
    match (given("width"), given("height")) {
        (None, None) => {
            set(element, "width", &width.to_string());
            set(element, "height", &height.to_string());
        }
        (Some(Some(given)), None) => set(element, "height", &scaled(given, width, height)),
        (None, Some(Some(given))) => set(element, "width", &scaled(given, height, width)),
        _ => {}
    }
}

fn default(element: &mut Element<'_, '_>, name: &str, value: &str) {
    if !element.has_attribute(name) {
        set(element, name, value);
    }
}
