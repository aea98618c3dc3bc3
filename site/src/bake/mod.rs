//! From jobs to artifacts, in parallel, each once.

mod check;
mod one;

pub(crate) use one::{Fresh, compute};

use crate::cache::{Action, Cache, Why};
use crate::progress::Progress;
use prebake_plugin::{AnyComponent, AnyJob, Artifact, Digest, Problem, Source};
use rayon::prelude::*;
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

/// What a job came to.
pub type Outcome = Result<Baked, Vec<Problem>>;

/// Does every job, each distinct one once, and gives the results in the order of `jobs`.
///
/// Runs on the current rayon pool; [`in_pool`] chooses its size. A job that panics has a
/// `plugin-panicked` problem, an artifact with an unfit file name an `invalid-artifact` one; neither
/// is kept in the cache.
#[must_use]
pub fn bake(
    jobs: &[BakeJob<'_>],
    source: &dyn Source,
    cache: &Cache,
    progress: &dyn Progress,
) -> Vec<Outcome> {
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
        let start = Instant::now();
        let sealed = cache.find(&actions[index], source)?;
        Ok(one::baked(sealed, start, None))
    };
    let mut outcomes: BTreeMap<usize, Outcome> = BTreeMap::new();
    let mut missing: Vec<(usize, Why)> = Vec::new();
    let found: Vec<_> = distinct.par_iter().map(|&index| (index, find(index))).collect();
    for (index, found) in found {
        match found {
            Ok(baked) => drop(outcomes.insert(index, Ok(baked))),
            Err(why) => missing.push((index, why)),
        }
    }

    if !missing.is_empty() {
        for &(index, _) in &missing {
            jobs[index].component.prepare();
        }
        // Taken here, not by each job: a thread that waits inside one job may be lent to another,
        // and two processes would then wait for each other's locks.
        let _turn = cache.turn(|| progress.waiting());
        cache.recall(&mut missing, &actions);
        progress.begin(missing.len());
        let work = |(index, why): (usize, Why)| {
            let job = &jobs[index];
            progress.started(job.component.name());
            // Looked for again: another process may have had its turn in between.
            let outcome = find(index)
                .or_else(|_: Why| one::bake(job, &actions[index], why, source, cache, progress));
            progress.finished(job.component.name());
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
