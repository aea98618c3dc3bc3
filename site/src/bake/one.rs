//! One job.

use super::check::check;
use super::{BakeJob, Baked, Outcome, Oven, Unbaked};
use crate::cache::{Action, Sealed, Why};
use crate::progress::Progress;
use crate::source::Recorder;
use prebake_plugin::{AnyComponent, AnyJob, Inputs, Problem, Read, Source};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

/// What a component makes of a job.
pub(crate) struct Fresh {
    /// The artifact, or the problems that were found: `plugin-panicked` where the component panics,
    /// `invalid-artifact` where a file of the artifact has an unfit name.
    pub(crate) made: Result<Sealed, Vec<Problem>>,
    /// What was read; `None` where the disk failed, or a file changed meanwhile: then it proves nothing.
    pub(crate) reads: Option<Vec<Read>>,
}

/// Has the component do the job; `report` is told how much of it is done.
pub(crate) fn compute(
    component: &dyn AnyComponent,
    job: &AnyJob,
    source: &dyn Source,
    progress: &dyn Progress,
    report: &(dyn Fn(f64) + Sync),
) -> Fresh {
    let recorder = Recorder::new(source);
    let log = |line: &str| progress.log(component.name(), line);
    let mut inputs = Inputs::new(&recorder).logging(&log).reporting(report);
    // What a panic leaves half done is dropped here: the inputs, and whatever the job made.
    let made = catch_unwind(AssertUnwindSafe(|| component.bake(job, &mut inputs)))
        .unwrap_or_else(|payload| Err(vec![panicked(component.name(), &*payload)]))
        .and_then(|artifact| {
            let problems = check(&artifact);
            if problems.is_empty() { Ok(Sealed::new(artifact)) } else { Err(problems) }
        });
    let settled = inputs.is_settled();
    Fresh { made, reads: recorder.into_reads().filter(|_| settled) }
}

/// Bakes one job and keeps what came out.
pub(super) fn bake(
    BakeJob { component, job }: &BakeJob<'_>,
    action: &Action,
    why: Why,
    Oven { source, cache, interim, progress, .. }: Oven<'_>,
) -> Outcome {
    let start = Instant::now();
    let report = |share| progress.advanced(action.key(), share);
    let Fresh { made, reads } = compute(*component, job, source, progress, &report);
    match (made, reads) {
        (Ok(sealed), Some(reads)) => {
            cache.keep(action, reads, &sealed);
            Ok(baked(sealed, start, Some(why)))
        }
        (made, reads) => {
            let outcome = made.map(|sealed| baked(sealed, start, Some(why)));
            let outcome = outcome.map_err(Unbaked::Problems);
            interim.keep(action, reads, &outcome);
            outcome
        }
    }
}

/// What is told of an artifact that took the time since `start`.
pub(super) fn baked(sealed: Sealed, start: Instant, why: Option<Why>) -> Baked {
    let digest = sealed.digest();
    let seconds = start.elapsed().as_secs_f64();
    Baked { artifact: Arc::new(sealed.into_artifact()), digest, seconds, why }
}

fn panicked(component: &str, payload: &(dyn Any + Send)) -> Problem {
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    Problem::error("plugin-panicked", format!("`{component}` panicked: {message}"))
        .hint("this is a mistake in the component, not in the article")
}
