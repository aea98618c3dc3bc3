//! Everything that can be said of a site without baking: what a build would say, and what readers
//! would stumble over.

mod alternatives;
mod anchors;
mod article;
mod files;
mod headings;
mod ids;
mod labels;
mod names;
mod pictures;

use crate::diagnostic::{Diagnostic, SourceFile, raise_warnings};
use crate::memory::Memory;
use crate::plan::Components;
use crate::progress::Silent;
use crate::run::{Draft, Made, Run};
use crate::site::{Options, Site, unreadable};
use crate::theme;
use crate::world::Witness;
use article::Looked;
use prebake_plugin::{Severity, SitePath};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::iter;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

/// What looking at a site found.
#[derive(Debug, Default)]
pub struct Check {
    /// Every mistake of every article.
    pub diagnostics: Vec<Diagnostic>,
    /// How many articles were looked at.
    pub articles: usize,
    /// The links that lead out of the site, which nobody has followed.
    pub outward: Vec<Outward>,
    /// Wall time, in seconds.
    pub seconds: f64,
}

/// A link that leads out of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outward {
    /// As it is written: `https://example.org/#part`.
    pub url: String,
    /// The article that writes it.
    pub source: Arc<SourceFile>,
    /// Where.
    pub range: Range<usize>,
}

impl Site {
    /// Looks for mistakes. Nothing is baked and nothing is written; no component's program is run.
    #[must_use]
    pub fn check(&self, options: &Options) -> Check {
        let start = Instant::now();
        let checked = self.run(&Memory::default(), options, &Silent, &|| false, check);
        let mut check = checked.unwrap_or_else(|error| Check {
            diagnostics: vec![unreadable(&error)],
            ..Check::default()
        });
        if options.strict {
            raise_warnings(&mut check.diagnostics);
        }
        check.seconds = start.elapsed().as_secs_f64();
        check
    }
}

fn check(run: &Run<'_>) -> Check {
    let unbaked = |drafts: &[Draft], _: &_| {
        let none = |draft: &Draft| iter::repeat_with(|| None).take(draft.tags()).collect();
        drafts.iter().map(none).collect()
    };
    let Made { drafts, pages, output, mut diagnostics, components, .. } = run.make(unbaked);
    let (components, source) = (Components::new(&components), run.source);
    let looked: Vec<Looked<'_>> =
        drafts.par_iter().map(|draft| Looked::new(run.parsed(draft, &components))).collect();
    let known = anchors::of_pages(&looked, &output);
    let column = theme::column(source);
    // Where something cannot be read, what it uses is not known.
    let unread: BTreeSet<&SitePath> = diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .filter_map(|found| Some(&found.span.as_ref()?.source.path))
        .collect();
    let found: Vec<(Vec<Diagnostic>, Vec<Outward>)> = looked
        .par_iter()
        .map(|article| {
            let mut found = alternatives::find(article, &components);
            found.extend(labels::find(article, &components));
            found.extend(headings::find(article));
            found.extend(ids::find(article));
            found.extend(pictures::find(article, column, source));
            found.extend(pictures::missing(article, source));
            if !unread.contains(&article.source().path) {
                found.extend(names::find(article));
            }
            let witness = Witness::new(source, &pages);
            let (broken, outward) = anchors::find(article, &known, &output, &witness);
            found.extend(broken);
            (found, outward)
        })
        .collect();
    let mut outward = Vec::new();
    for (found, links) in found {
        diagnostics.extend(found);
        outward.extend(links);
    }
    diagnostics.extend(files::find(&looked, source));
    Check { diagnostics, articles: drafts.len(), outward, seconds: 0.0 }
}
