//! From jobs to artifacts, in parallel, each once.

mod check;
mod interim;
mod one;

pub use interim::Interim;
pub(crate) use one::{Fresh, compute};

use crate::cache::{Action, Cache, Why};
use crate::progress::Progress;
use prebake_plugin::{AnyComponent, AnyJob, Artifact, Digest, Problem, Source};
use rayon::prelude::*;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

/// One computation to be done.
#[derive(Clone)]
pub struct BakeJob<'a> {
    /// Who can do it.
    pub component: &'a dyn AnyComponent,
    /// What is to be done.
    pub job: AnyJob,
}

/// An artifact, baked or from the cache.
#[derive(Debug, Clone, PartialEq)]
pub struct Baked {
    /// The artifact.
    pub artifact: Arc<Artifact>,
    /// Digest of the names and bytes of its files, the same on every machine.
    pub digest: Digest,
    /// Wall time from start to end, in seconds; in a busy pool that includes waiting.
    pub seconds: f64,
    /// Why it was baked; `None` where it was in the cache.
    pub why: Option<Why>,
}

impl Baked {
    /// Whether it was in the cache.
    #[must_use]
    pub fn is_cached(&self) -> bool {
        self.why.is_none()
    }

    /// Changes with everything that rendering may take from it.
    #[must_use]
    pub fn identity(&self) -> Digest {
        let Artifact { name, files: _, states, twin, notes, problems } = &*self.artifact;
        let all = json!([self.digest, name, states, twin, notes, problems]);
        Digest::of(all.to_string().as_bytes())
    }

    /// What the folder of the artifact's files is called: its name, made plain for URLs, and the
    /// start of its digest.
    #[must_use]
    pub fn folder(&self) -> String {
        let mut name = String::new();
        for character in self.artifact.name.to_lowercase().chars() {
            let plain = character.is_ascii_alphanumeric() || character == '_';
            match (plain, name.ends_with('-') || name.is_empty()) {
                (true, _) => name.push(character),
                (false, false) => name.push('-'),
                (false, true) => {}
            }
        }
        name.truncate(64);
        let name = name.trim_end_matches('-');
        let name = if name.is_empty() { "figure" } else { name };
        format!("{name}-{}", self.digest.short())
    }
}

/// Why there is no artifact.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Unbaked {
    /// These are in the way.
    Problems(Vec<Problem>),
    /// Nobody has waited for it; this is the key of its [`Action`].
    Pending(Digest),
}

impl Unbaked {
    /// What is in the way; nothing where it is only pending.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Problems(problems) => problems,
            Self::Pending(_) => &[],
        }
    }
}

/// What a job came to.
pub type Outcome = Result<Baked, Unbaked>;

/// What baking works with.
#[derive(Clone, Copy)]
pub struct Oven<'a> {
    /// The site's files.
    pub source: &'a dyn Source,
    /// What was baked before.
    pub cache: &'a Cache,
    /// What was baked before, and is not kept.
    pub interim: &'a Interim,
    /// Who is told.
    pub progress: &'a dyn Progress,
    /// Asked before each job that takes time, whether to begin it; else it is left pending.
    pub go_on: &'a (dyn Fn() -> bool + Sync),
}

impl<'a> Oven<'a> {
    /// One that bakes all that it is asked for.
    #[must_use]
    pub fn new(
        source: &'a dyn Source,
        cache: &'a Cache,
        interim: &'a Interim,
        progress: &'a dyn Progress,
    ) -> Self {
        Self { source, cache, interim, progress, go_on: &|| true }
    }
}

/// Does every job, each distinct one once, and gives the results in the order of `jobs`.
///
/// Runs on the current rayon pool; [`in_pool`] chooses its size. A job that panics has a
/// `plugin-panicked` problem, an artifact with an unfit file name an `invalid-artifact` one; neither
/// is kept in the cache.
#[must_use]
pub fn bake(jobs: &[BakeJob<'_>], oven: Oven<'_>) -> Vec<Outcome> {
    let Oven { cache, progress, go_on, .. } = oven;
    let actions: Vec<Action> =
        jobs.iter().map(|job| Action::new(job.component, &job.job)).collect();
    // The first of equal jobs stands for all of them.
    let mut first = BTreeMap::new();
    for (index, action) in actions.iter().enumerate() {
        first.entry(action.id()).or_insert(index);
    }
    let mut distinct: Vec<usize> = first.values().copied().collect();
    distinct.sort_unstable();

    let find = |index: usize| {
        let (start, action) = (Instant::now(), &actions[index]);
        match cache.find(action, oven.source) {
            Ok(sealed) => Ok(Ok(one::baked(sealed, start, None))),
            Err(why) => oven.interim.find(action, oven.source).ok_or(why),
        }
    };
    let mut outcomes: BTreeMap<usize, Outcome> = BTreeMap::new();
    let mut missing: Vec<(usize, Why)> = Vec::new();
    let found: Vec<_> = distinct.par_iter().map(|&index| (index, find(index))).collect();
    for (index, found) in found {
        match found {
            Ok(outcome) => drop(outcomes.insert(index, outcome)),
            Err(why) => missing.push((index, why)),
        }
    }

    for &(index, _) in &missing {
        jobs[index].component.prepare();
    }
    let is_instant = |&(index, _): &(usize, Why)| jobs[index].component.is_instant();
    let (instant, mut missing): (Vec<_>, Vec<_>) = missing.into_iter().partition(is_instant);
    let bake = |index: usize, why| one::bake(&jobs[index], &actions[index], why, oven);
    outcomes.extend(instant.into_iter().map(|(index, why)| (index, bake(index, why))));
    let pending = |index: usize| Err(Unbaked::Pending(actions[index].key()));
    if !go_on() {
        outcomes.extend(missing.into_iter().map(|(index, _)| (index, pending(index))));
    } else if !missing.is_empty() {
        // Taken here, not by each job: a thread that waits inside one job may be lent to another,
        // and two processes would then wait for each other's locks.
        let _turn = cache.turn(|| progress.waiting());
        cache.recall(&mut missing, &actions);
        progress.begin(missing.len());
        let work = |(index, why): (usize, Why)| {
            if !go_on() {
                return (index, pending(index));
            }
            let component = jobs[index].component.name();
            progress.started(component);
            // Looked for again: another process may have had its turn in between.
            let outcome = find(index).unwrap_or_else(|_| bake(index, why));
            progress.finished(component);
            (index, outcome)
        };
        outcomes.extend(missing.into_par_iter().map(work).collect::<Vec<_>>());
        progress.end();
    }
    actions.iter().map(|action| outcomes[&first[&action.id()]].clone()).collect()
}

/// Runs `work` on a pool of so many threads, or on one thread for each processor.
pub fn in_pool<T: Send>(threads: Option<usize>, work: impl FnOnce() -> T + Send) -> T {
    let pool = threads.map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build());
    match pool {
        Some(Ok(pool)) => pool.install(work),
        // A system that gives no more threads still has those of the global pool.
        Some(Err(_)) | None => work(),
    }
}
