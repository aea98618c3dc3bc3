//! One job.

use super::check::check;
use super::{BakeJob, Baked, Outcome};
use crate::cache::{Action, Cache, Sealed, Why};
use crate::progress::Progress;
use crate::source::Recorder;
use prebake_plugin::{AnyComponent, AnyJob, Inputs, Problem, Read, Source};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

/// What a component makes of a job.
pub(crate) struct Fresh {
    pub(crate) sealed: Sealed,
    /// `None` where the disk failed, or a file changed meanwhile: then it proves nothing.
    pub(crate) reads: Option<Vec<Read>>,
}

/// Has the component do the job.
///
/// # Errors
/// The problems that it found; `plugin-panicked` where it panics, `invalid-artifact` where a file of
/// the artifact has an unfit name.
pub(crate) fn compute(
    component: &dyn AnyComponent,
    job: &AnyJob,
    source: &dyn Source,
    progress: &dyn Progress,
) -> Result<Fresh, Vec<Problem>> {
    let recorder = Recorder::new(source);
    let log = |line: &str| progress.log(component.name(), line);
    let mut inputs = Inputs::new(&recorder).logging(&log);
    // What a panic leaves half done is dropped here: the inputs, and whatever the job made.
    let artifact = catch_unwind(AssertUnwindSafe(|| component.bake(job, &mut inputs)))
        .unwrap_or_else(|payload| Err(vec![panicked(component.name(), &*payload)]))?;
    let problems = check(&artifact);
    if !problems.is_empty() {
        return Err(problems);
    }
    let settled = inputs.is_settled();
    let reads = recorder.into_reads().filter(|_| settled);
    Ok(Fresh { sealed: Sealed::new(artifact), reads })
}

/// Bakes one job and keeps what came out.
pub(super) fn bake(
    BakeJob { component, job }: &BakeJob<'_>,
    action: &Action,
    why: Why,
    source: &dyn Source,
    cache: &Cache,
    progress: &dyn Progress,
) -> Outcome {
    let start = Instant::now();
    let Fresh { sealed, reads } = compute(*component, job, source, progress)?;
    if let Some(reads) = reads {
        cache.keep(action, reads, &sealed);
    }
    Ok(baked(sealed, start, Some(why)))
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
