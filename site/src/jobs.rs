//! Every computation that a site asks for, once.

use crate::bake::BakeJob;
use crate::cache::Action;
use crate::diagnostic::SourceFile;
use crate::html;
use crate::parse::Tag;
use crate::plan::PlannedTag;
use crate::read::Entry;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A computation that the site asks for, with the first tag that does.
pub(crate) struct AskedJob<'a> {
    pub(crate) bake: BakeJob<'a>,
    pub(crate) action: Action,
    pub(crate) tag: &'a Tag,
    pub(crate) article: &'a Arc<SourceFile>,
}

/// Every computation that the tags of some articles ask for, once, in document order.
pub(crate) fn distinct_jobs<'a>(
    entries: &'a [Entry],
    planned: &'a [Vec<Option<PlannedTag<'a>>>],
) -> Vec<AskedJob<'a>> {
    let mut seen = BTreeSet::new();
    let mut jobs = Vec::new();
    for (entry, planned) in entries.iter().zip(planned) {
        let article = &entry.article.source;
        for (tag, planned) in html::tags(&entry.article.body).into_iter().zip(planned) {
            let Some(PlannedTag { component, job, .. }) = planned else { continue };
            let action = Action::new(*component, job);
            if seen.insert(action.id()) {
                let bake = BakeJob { component: *component, job: job.clone() };
                jobs.push(AskedJob { bake, action, tag, article });
            }
        }
    }
    jobs
}
