//! From an article's tree and its baked figures to the body of its page.

use crate::bake::Baked;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::html;
use crate::island::{WidgetFiles, kebab};
use crate::links::{self, encode};
use crate::page::{Listed, Page, PageDate, TocEntry, rfc3339};
use crate::parse::Tag;
use crate::plan::{PlannedTag, locate_all};
use crate::report::{FigureRow, Made};
use crate::site::Entry;
use lol_html::html_content::Element;
use prebake_plugin::{Place, Problem, SitePath, Source, Twin};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What an article's tags became.
pub struct Figures<'a> {
    /// Its tags, in document order.
    pub planned: &'a [Option<PlannedTag<'a>>],
    /// What was baked for them.
    pub baked: &'a [Option<Result<Baked, Vec<Problem>>>],
    /// The browser halves, by component.
    pub widgets: &'a BTreeMap<&'static str, WidgetFiles>,
}

/// An article's page, before its template.
pub struct Rendered {
    /// The page.
    pub page: Page,
    /// The article as lists and feeds show it.
    pub listed: Listed,
    /// The files that the page shows or links to, by their paths in the output.
    pub files: BTreeMap<String, Arc<[u8]>>,
    /// A line of the report for every figure.
    pub rows: Vec<FigureRow>,
}

/// Renders the body of an article.
pub fn render_article(
    entry: &Entry,
    figures: &Figures<'_>,
    pages: &BTreeMap<SitePath, String>,
    config: &Config,
    source: &dyn Source,
) -> (Rendered, Vec<Diagnostic>) {
    let article = &entry.article;
    let root = links::root_from(&entry.page());
    let mut placing = Placing {
        entry,
        figures,
        root: &root,
        files: BTreeMap::new(),
        rows: Vec::new(),
        placed: BTreeSet::new(),
        components: BTreeSet::new(),
        islands: false,
        diagnostics: Vec::new(),
    };
    let mut linking = Linking {
        entry,
        twins: twins(figures),
        pages,
        source,
        root: &root,
        files: BTreeMap::new(),
        pictures: 0,
        diagnostics: Vec::new(),
    };
    let body = html::render(
        &article.body,
        &mut |number, tag, children| placing.place(number, tag, children),
        &mut |element| finish(element, &mut linking),
    );
    let Placing { mut files, rows, components, islands, mut diagnostics, .. } = placing;
    files.extend(linking.files);
    diagnostics.extend(linking.diagnostics);
    let content = body.unwrap_or_else(|reason| {
        let found =
            Diagnostic::error("unreadable-html", format!("its HTML cannot be read: {reason}"));
        diagnostics.push(found.at(&article.source, 0..0));
        String::new()
    });

    let styles = components.iter().filter_map(|name| figures.widgets.get(name));
    let mut style: String = styles.map(|widget| widget.style).collect();
    style.extend(article.style.iter().map(|style| style.css.as_str()));
    let url = config.base_url.as_ref().map(|base| format!("{base}{}", encode(&entry.dir)));
    let page = Page {
        kind: "article",
        title: entry.title(),
        description: article.front.description.clone(),
        root: root.clone(),
        canonical: url.clone(),
        scope: article.style.as_ref().map(|style| style.scope.clone()).unwrap_or_default(),
        date: article.front.date.as_ref().map(PageDate::from),
        updated: article.front.updated.as_ref().map(PageDate::from),
        toc: article.headings.iter().map(TocEntry::from).collect(),
        content,
        style,
        islands,
    };
    let listed = listed(entry, &page, url);
    (Rendered { page, listed, files, rows }, diagnostics)
}

fn listed(entry: &Entry, page: &Page, url: Option<String>) -> Listed {
    let iso = [&page.updated, &page.date].into_iter().flatten();
    let iso = iso.filter_map(|date| date.iso.as_deref()).map(rfc3339).max();
    let content = match &url {
        Some(url) if iso.is_some() => absolute(&page.content, url),
        _ => String::new(),
    };
    Listed {
        title: page.title.clone(),
        description: page.description.clone(),
        href: encode(&entry.page()),
        url: url.unwrap_or_default(),
        date: page.date.clone(),
        updated: page.updated.clone(),
        iso,
        content,
    }
}

/// The body for feed readers: links made absolute, islands left as the static figures they hold.
fn absolute(content: &str, page_url: &str) -> String {
    let absolute = html::rewrite_links(content, &mut |element| {
        for name in ["src", "href", "poster"] {
            let Some(url) = html::attribute(element, name) else { continue };
            let joined = if url.starts_with('#') {
                Some(format!("{page_url}{url}"))
            } else {
                links::local(&url).map(|local| join(page_url, &local.path) + &local.suffix)
            };
            if let Some(joined) = joined {
                set(element, name, &joined);
            }
        }
    });
    let absolute = absolute.unwrap_or_default();
    html::unwrap_islands(&absolute)
}

/// Resolves a relative path against the absolute URL of a page's folder.
fn join(page_url: &str, path: &str) -> String {
    let mut base = page_url.trim_end_matches('/').to_owned();
    let mut rest = path;
    loop {
        if let Some(up) = rest.strip_prefix("../") {
            base.truncate(base.rfind('/').unwrap_or(base.len()));
            rest = up;
        } else if let Some(here) = rest.strip_prefix("./") {
            rest = here;
        } else {
            return format!("{base}/{}", encode(rest));
        }
    }
}

/// The pictures that a figure's own files show as well, and where.
fn twins(figures: &Figures<'_>) -> BTreeMap<SitePath, (String, Twin)> {
    let mut twins = BTreeMap::new();
    for baked in figures.baked.iter().flatten().flatten() {
        if let Some(twin) = &baked.artifact.twin {
            let place = (figure_base(baked), twin.clone());
            twins.entry(twin.picture.clone()).or_insert(place);
        }
    }
    twins
}

/// The folder of a figure's files, from its article's page.
fn figure_base(baked: &Baked) -> String {
    format!("figures/{}/", baked.folder())
}

/// Puts figures in the place of tags.
struct Placing<'a> {
    entry: &'a Entry,
    figures: &'a Figures<'a>,
    root: &'a str,
    files: BTreeMap<String, Arc<[u8]>>,
    rows: Vec<FigureRow>,
    placed: BTreeSet<String>,
    components: BTreeSet<&'static str>,
    islands: bool,
    diagnostics: Vec<Diagnostic>,
}

impl Placing<'_> {
    fn place(&mut self, number: usize, tag: &Tag, children: &str) -> String {
        let planned = self.figures.planned.get(number).and_then(Option::as_ref);
        let baked = self.figures.baked.get(number).and_then(Option::as_ref);
        let (Some(planned), Some(baked)) = (planned, baked) else { return String::new() };
        let article = &self.entry.article.source;
        let baked = match baked {
            Ok(baked) => baked,
            Err(problems) => {
                self.diagnostics.extend(locate_all(problems.clone(), tag, article));
                return String::new();
            }
        };
        let base = figure_base(baked);
        let first = self.placed.insert(base.clone());
        self.report(planned.component.name(), baked, first);
        if first {
            for file in &baked.artifact.files {
                let path = format!("{}{base}{}", self.entry.dir, file.name);
                self.files.insert(path, Arc::clone(&file.bytes));
            }
            let problems = baked.artifact.problems.clone();
            self.diagnostics.extend(locate_all(problems, tag, article));
        }
        let name = planned.component.name();
        let unique = format!("{}-{}", kebab(name), number + 1);
        let place = Place { base: &base, unique: &unique, inline: tag.inline, children };
        match planned.component.render(&planned.props, &baked.artifact, &place) {
            Ok(markup) => {
                self.components.insert(name);
                self.diagnostics.extend(locate_all(markup.problems, tag, article));
                match (markup.island, self.figures.widgets.get(name)) {
                    (Some(island), Some(widget)) => {
                        self.islands = true;
                        widget.wrap(&markup.html, &island, self.root)
                    }
                    _ => markup.html,
                }
            }
            Err(problems) => {
                self.diagnostics.extend(locate_all(problems, tag, article));
                String::new()
            }
        }
    }

    fn report(&mut self, component: &str, baked: &Baked, first: bool) {
        self.rows.push(FigureRow {
            component: component.to_owned(),
            name: baked.artifact.name.clone(),
            states: baked.artifact.states,
            bytes: baked.artifact.files.iter().map(|file| file.bytes.len() as u64).sum(),
            seconds: baked.seconds,
            made: match (first, baked.cached) {
                (false, _) => Made::Shared,
                (true, true) => Made::Cached,
                (true, false) => Made::Baked,
            },
            notes: baked.artifact.notes.clone(),
        });
    }
}

/// Follows the URLs that an article's own HTML carries.
struct Linking<'a> {
    entry: &'a Entry,
    twins: BTreeMap<SitePath, (String, Twin)>,
    pages: &'a BTreeMap<SitePath, String>,
    source: &'a dyn Source,
    root: &'a str,
    files: BTreeMap<String, Arc<[u8]>>,
    pictures: usize,
    diagnostics: Vec<Diagnostic>,
}

impl Linking<'_> {
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

/// Finishes an element of the article's own HTML.
fn finish(element: &mut Element<'_, '_>, linking: &mut Linking<'_>) {
    match element.tag_name().as_str() {
        // What scrolls has to be within reach of the keyboard.
        "pre" | "table" | "math" => default(element, "tabindex", "0"),
        // Markdown's task lists have no label to name their boxes.
        "input" => {
            let done = element.has_attribute("checked");
            default(element, "aria-label", if done { "done" } else { "to do" });
        }
        _ => {}
    }
    linking.link(element);
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

fn set(element: &mut Element<'_, '_>, name: &str, value: &str) {
    // The names are ours, and valid.
    let _ = element.set_attribute(name, &value.replace('&', "&amp;"));
}
