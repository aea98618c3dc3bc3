//! From an article's tree and its baked figures to the body of its page.

mod compiled;
mod domain;
mod lead;
mod linking;
mod listed;
mod pending;
mod placing;
mod prose;

use crate::bake::Outcome;
use crate::blob::Blob;
use crate::config::BaseUrl;
use crate::diagnostic::Diagnostic;
use crate::html;
use crate::island::WidgetFiles;
use crate::links::{self, encode};
use crate::page::{Listed, Page, PageDate, TocEntry};
use crate::parse::Heading;
use crate::plan::PlannedTag;
use crate::read::Entry;
use crate::report::{FigureRow, Made};
use crate::source::SiteSource;
use crate::world::Witness;
pub use lead::Lead;
use linking::Linking;
use listed::listed;
use placing::{Placing, twins};
use prebake_plugin::{DeliveryCost, SitePath};
use prose::Prose;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// Digits that change keep their width, so that the line around them does not move.
const STATE_STYLE: &str = "[data-expression]{font-variant-numeric:tabular-nums}";

/// What an article's tags became.
pub struct Figures<'a> {
    /// Its tags, in document order.
    pub planned: &'a [Option<PlannedTag>],
    /// What was baked for them.
    pub baked: &'a [BakedTag],
    /// The browser halves, by component.
    pub widgets: &'a BTreeMap<&'a str, WidgetFiles>,
}

/// An article's page, before its template.
pub struct Rendered {
    /// The page.
    pub page: Page,
    /// The article as lists and feeds show it.
    pub listed: Listed,
    /// Its body with absolute links, for the feed.
    pub content: String,
    /// The files that the page shows or links to, by their paths in the output.
    pub files: BTreeMap<String, Shown>,
    /// What the report says of every figure.
    pub told: Vec<Told>,
}

/// Where the bytes of a file come from that a page shows or links to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shown {
    /// A file of the site.
    Asset(SitePath),
    /// The file of this name that was baked for the tag of this number.
    Baked(usize, String),
}

impl Shown {
    /// The bytes, given what was baked for the article's tags.
    ///
    /// # Errors
    /// What the disk said.
    pub fn blob(&self, baked: &[BakedTag], source: &SiteSource) -> io::Result<Blob> {
        match self {
            Self::Asset(path) => source.blob(path),
            Self::Baked(tag, name) => {
                let baked = baked.get(*tag).and_then(|baked| baked.as_ref()?.as_ref().ok());
                let mut files = baked.into_iter().flat_map(|baked| &baked.artifact.files);
                let file = files.find(|file| file.name == *name);
                let file = file.map(|file| Blob::new(Arc::clone(&file.bytes)));
                file.ok_or(io::ErrorKind::NotFound.into())
            }
        }
    }
}

/// What the report says of a figure, whether it was baked or found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The number of its tag, in document order.
    pub tag: usize,
    /// The component's name.
    pub component: String,
    /// An earlier tag of the page asked for the same.
    pub shared: bool,
    /// The ways in which its states can reach a reader; told once for tags that share and agree.
    pub deliveries: Vec<DeliveryCost>,
}

impl Told {
    /// The line of the report, given what was baked for the article's tags.
    #[must_use]
    pub fn row(&self, baked: &[BakedTag]) -> Option<FigureRow> {
        let baked = baked.get(self.tag)?.as_ref()?.as_ref().ok()?;
        Some(FigureRow {
            component: self.component.clone(),
            name: baked.artifact.name.clone(),
            states: baked.artifact.states,
            bytes: baked.artifact.files.iter().map(|file| file.bytes.len() as u64).sum(),
            seconds: baked.seconds,
            made: match (self.shared, &baked.why) {
                (true, _) => Made::Shared,
                (false, None) => Made::Cached,
                (false, Some(why)) => Made::Baked(why.clone()),
            },
            deliveries: self.deliveries.clone(),
            notes: baked.artifact.notes.clone(),
        })
    }
}

/// What baking a tag's job gave; `None` where a diagnostic says why there is no job.
pub type BakedTag = Option<Outcome>;

/// Renders the body of an article.
pub fn render_article(
    entry: &Entry,
    figures: &Figures<'_>,
    base_url: Option<&BaseUrl>,
    witness: &Witness<'_>,
) -> (Rendered, Vec<Diagnostic>) {
    let article = &entry.article;
    let root = links::root_from(&entry.page());
    let mut placing = Placing::new(entry, figures, &root, witness.source());
    let mut prose = Prose::new(article, figures);
    let mut linking = Linking::new(entry, twins(figures), witness, &root);
    let body = html::render(
        &article.body,
        &mut |number, tag, children| placing.place(number, tag, children),
        &mut |interpolation| prose.show(interpolation),
        &mut |element| linking.finish(element),
    );
    let Placing { mut files, told, components, islands, mut diagnostics, .. } = placing;
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
    let mut style: String = styles.map(|widget| &*widget.style).collect();
    if state.is_some() {
        style.push_str(STATE_STYLE);
    }
    style.extend(article.style.iter().map(|style| style.css.as_str()));
    let url = base_url.map(|base| format!("{base}{}", encode(&entry.dir)));
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
    let (listed, content) = listed(entry, &page, url);
    (Rendered { page, listed, content, files, told }, diagnostics)
}
