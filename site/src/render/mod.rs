//! From an article's tree and its baked figures to the body of its page.

mod compiled;
mod domain;
mod linking;
mod listed;
mod placing;
mod prose;

use crate::bake::Baked;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::html;
use crate::island::WidgetFiles;
use crate::links::{self, encode};
use crate::page::{Listed, Page, PageDate, TocEntry};
use crate::parse::Heading;
use crate::plan::PlannedTag;
use crate::read::{Entry, Pages};
use crate::report::FigureRow;
use linking::Linking;
use listed::listed;
use placing::{Placing, twins};
use prebake_plugin::{Problem, Source};
use prose::Prose;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Digits that change keep their width, so that the line around them does not move.
const STATE_STYLE: &str = "[data-expression]{font-variant-numeric:tabular-nums}";

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
    pages: &Pages,
    config: &Config,
    source: &dyn Source,
) -> (Rendered, Vec<Diagnostic>) {
    let article = &entry.article;
    let root = links::root_from(&entry.page());
    let mut placing = Placing::new(entry, figures, &root);
    let mut prose = Prose::new(article, figures);
    let mut linking = Linking::new(entry, twins(figures), pages, source, &root);
    let body = html::render(
        &article.body,
        &mut |number, tag, children| placing.place(number, tag, children),
        &mut |interpolation| prose.show(interpolation),
        &mut |element| linking.finish(element),
    );
    let Placing { mut files, rows, components, islands, mut diagnostics, .. } = placing;
    files.extend(linking.files);
    diagnostics.extend(linking.diagnostics);
    let title = match entry.own_heading() {
        Some(heading) => prose.heading(heading),
        None => entry.title(),
    };
    let toc = |heading: &Heading| TocEntry {
        level: heading.level,
        id: heading.id.clone(),
        text: prose.heading(heading),
    };
    let toc = article.headings.iter().map(toc).collect();
    let (state, found) = prose.finish();
    diagnostics.extend(found);
    let content = body.unwrap_or_else(|reason| {
        let found =
            Diagnostic::error("unreadable-html", format!("its HTML cannot be read: {reason}"));
        diagnostics.push(found.at(&article.source, 0..0));
        String::new()
    });

    let styles = components.iter().filter_map(|name| figures.widgets.get(name));
    let mut style: String = styles.map(|widget| widget.style).collect();
    if state.is_some() {
        style.push_str(STATE_STYLE);
    }
    style.extend(article.style.iter().map(|style| style.css.as_str()));
    let url = config.base_url.as_ref().map(|base| format!("{base}{}", encode(&entry.dir)));
    let page = Page {
        kind: if entry.section.is_some() { "section" } else { "article" },
        title,
        description: article.front.description.clone(),
        root: root.clone(),
        canonical: url.clone(),
        scope: article.style.as_ref().map(|style| style.scope.clone()).unwrap_or_default(),
        date: article.front.date.as_ref().map(PageDate::from),
        updated: article.front.updated.as_ref().map(PageDate::from),
        own_heading: entry.own_heading().is_some(),
        toc,
        content,
        style,
        islands,
        state,
    };
    let listed = listed(entry, &page, url);
    (Rendered { page, listed, files, rows }, diagnostics)
}
