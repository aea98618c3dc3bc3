//! An article, looked at from all sides.

use crate::diagnostic::{Diagnostic, SourceFile};
use crate::html::outline::{Element, outline};
use crate::html::tags;
use crate::links;
use crate::outline::Parsed;
use crate::parse::Tag;
use crate::plan::PlannedTag;
use crate::read::Entry;
use prebake_plugin::SitePath;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// An article, and what its page was made of.
pub(super) struct Looked<'a> {
    pub(super) entry: &'a Entry,
    /// Its tags, in document order.
    pub(super) tags: Vec<&'a Tag>,
    /// What they were planned to be.
    pub(super) planned: &'a [Option<PlannedTag>],
    /// Its elements and tags, in document order, and where each is written.
    pub(super) elements: Vec<(Element, Range<usize>)>,
}

impl<'a> Looked<'a> {
    pub(super) fn new(parsed: &'a Parsed) -> Self {
        let Parsed { entry, planned } = parsed;
        let tags = tags(&entry.article.body);
        let source = &entry.article.source;
        let mut places = Places { source, urls: BTreeMap::new(), tags: BTreeMap::new() };
        let located = |element: Element| {
            let place = match element.tag.and_then(|number| tags.get(number)) {
                Some(tag) => tag.name_span.clone(),
                None => places.next(&element),
            };
            (element, place)
        };
        let elements = outline(&entry.article.body).into_iter().map(located).collect();
        Self { entry, tags, planned, elements }
    }

    /// The file that it was written in.
    pub(super) fn source(&self) -> &'a Arc<SourceFile> {
        &self.entry.article.source
    }

    /// The elements of its own HTML.
    pub(super) fn own_elements(&self) -> impl Iterator<Item = &(Element, Range<usize>)> {
        self.elements.iter().filter(|(element, _)| element.tag.is_none())
    }

    /// The path in the site that a URL of the article means, if it means one.
    pub(super) fn path(&self, url: &str) -> Option<SitePath> {
        self.source().path.parent().resolve(&links::local(url)?.path).ok()
    }

    /// A warning about bytes of the article.
    pub(super) fn warning(
        &self,
        code: &str,
        message: impl Into<String>,
        place: &Range<usize>,
    ) -> Diagnostic {
        Diagnostic::warning(code, message).at(self.source(), place.clone())
    }
}

/// Where elements are written: the HTML of an article does not say where it comes from, but the same
/// words stand in the same order in both.
struct Places<'a> {
    source: &'a SourceFile,
    /// The places of each URL that are not taken yet, the first one last.
    urls: BTreeMap<String, Vec<Range<usize>>>,
    /// Those of each start tag.
    tags: BTreeMap<String, Vec<Range<usize>>>,
}

impl Places<'_> {
    /// The place of the next element in document order; the start of the article, where it cannot be
    /// found.
    fn next(&mut self, element: &Element) -> Range<usize> {
        let url = ["src", "href", "poster"].into_iter().find_map(|name| element.get(name));
        let by_url = url.and_then(|url| {
            let all = || links::places(self.source, url);
            take(self.urls.entry(url.to_owned()).or_insert_with(|| backwards(all())))
        });
        let by_tag = || {
            let written = &element.written;
            let all = self.source.text.match_indices(written.as_str());
            let all = || all.map(|(start, _)| start..start + written.len()).collect();
            take(self.tags.entry(written.clone()).or_insert_with(|| backwards(all())))
        };
        by_url.or_else(by_tag).unwrap_or(0..0)
    }
}

fn backwards(mut places: Vec<Range<usize>>) -> Vec<Range<usize>> {
    places.reverse();
    places
}

/// The next place; the last one again, where a reference definition is used twice.
fn take(places: &mut Vec<Range<usize>>) -> Option<Range<usize>> {
    if places.len() > 1 { places.pop() } else { places.first().cloned() }
}
