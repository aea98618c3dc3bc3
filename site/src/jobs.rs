//! Every computation that a site asks for, once.

use crate::bake::BakeJob;
use crate::cache::Action;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::html;
use crate::outline::Parsed;
use crate::parse::Tag;
use crate::plan::Components;
use crate::program::{Shift, Workshop};
use crate::read::{Text, read_articles};
use crate::site::{Options, Site};
use crate::source::SiteSource;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A computation that the site asks for, with the first tag that does.
pub(crate) struct AskedJob<'a> {
    pub(crate) bake: BakeJob<'a>,
    pub(crate) action: Action,
    pub(crate) tag: &'a Tag,
    pub(crate) article: &'a Arc<SourceFile>,
}

impl Site {
    /// The articles, parsed and planned. The shift, in which declared components can bake, is to be
    /// ended.
    pub(crate) fn articles(
        &self,
        source: &SiteSource,
        options: &Options,
        workshop: &Workshop,
    ) -> (Vec<Parsed>, Arc<Shift>, Vec<Diagnostic>) {
        let (config, mut diagnostics) = Config::load(source);
        let tools = self.tools(options);
        let (declared, shift, found) = workshop.open(&tools, &config, source, self.components());
        diagnostics.extend(found);
        let all = [self.components(), &declared].concat();
        let components = Components::new(&all);
        let (texts, found) = read_articles(source, &config.sections, |_| None::<()>);
        diagnostics.extend(found);
        let parse = |(text, _): &(Text, _)| Parsed::new(text, source, &components);
        let parsed: Vec<_> = texts.par_iter().map(parse).collect();
        let mut articles = Vec::new();
        for (article, found) in parsed {
            diagnostics.extend(found);
            if options.drafts || !article.entry.article.front.draft {
                articles.push(article);
            }
        }
        (articles, shift, diagnostics)
    }
}

/// Every computation that the tags of some articles ask for, once, in document order.
pub(crate) fn distinct_jobs(articles: &[Parsed]) -> Vec<AskedJob<'_>> {
    let mut seen = BTreeSet::new();
    let mut jobs = Vec::new();
    for Parsed { entry, planned } in articles {
        let article = &entry.article.source;
        for (tag, planned) in html::tags(&entry.article.body).into_iter().zip(planned) {
            let Some(planned) = planned else { continue };
            let component = &*planned.component;
            let action = Action::new(component, &planned.job);
            if seen.insert(action.id()) {
                let bake = BakeJob { component, job: planned.job.clone() };
                jobs.push(AskedJob { bake, action, tag, article });
            }
        }
    }
    jobs
}
