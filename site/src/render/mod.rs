//! From an article's tree and its baked figures to the body of its page.

mod linking;
mod listed;
mod placing;

use crate::bake::Baked;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::html;
use crate::island::WidgetFiles;
use crate::links::{self, encode};
use crate::page::{Listed, Page, PageDate, TocEntry};
use crate::plan::PlannedTag;
use crate::read::Entry;
use crate::report::FigureRow;
use crate::state::{RUNTIME, States};
use linking::Linking;
use listed::listed;
use placing::{Placing, twins};
use prebake_plugin::{Digest, Problem, SitePath, Source};
use std::collections::BTreeMap;
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
    let mut states = States::new(article, figures);
    let body = states.say(&article.body);
    let mut placing = Placing::new(entry, figures, &root);
    let mut linking = Linking::new(entry, twins(figures), pages, source, &root);
    let body = html::render(
        &body,
        &mut |number, tag, children| placing.place(number, tag, children),
        &mut |element| linking.finish(element),
    );
    let Placing { mut files, rows, components, islands, mut diagnostics, .. } = placing;
    files.extend(linking.files);
    diagnostics.extend(linking.diagnostics);
    diagnostics.append(&mut states.diagnostics);
    let modules = modules(&states, &mut files);
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
        own_heading: entry.own_heading().is_some(),
        toc: article.headings.iter().map(TocEntry::from).collect(),
        content,
        style,
        islands,
        modules: modules.iter().map(|path| format!("{root}{path}")).collect(),
    };
    let listed = listed(entry, &page, url);
    (Rendered { page, listed, files, rows }, diagnostics)
}

/// Adds the modules that make the page's states live to its files: its own, and what that imports.
fn modules(states: &States<'_>, files: &mut BTreeMap<String, Arc<[u8]>>) -> Vec<String> {
    let mut add = |name: &str, text: &str| {
        let file = format!("{name}-{}.js", Digest::of(text.as_bytes()).short());
        files.insert(format!("assets/{file}"), Arc::from(text.as_bytes()));
        file
    };
    let runtime = format!("./state-{}.js", Digest::of(RUNTIME.as_bytes()).short());
    let Some(module) = states.module(&runtime) else { return Vec::new() };
    [add("page", &module), add("state", RUNTIME)].map(|file| format!("assets/{file}")).into()
}
