//! One job.

use super::check::check;
use super::{Baked, Outcome};
use crate::cache::{Action, Cache, Sealed};
use crate::source::Recorder;
use prebake_plugin::{AnyComponent, AnyJob, Inputs, Problem, Source};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

/// Bakes one job and keeps what came out.
pub(super) fn bake(
    component: &dyn AnyComponent,
    job: &AnyJob,
    action: Action,
    source: &dyn Source,
    cache: &Cache,
) -> Outcome {
    let start = Instant::now();
    let recorder = Recorder::new(source);
    let mut inputs = Inputs::new(&recorder);
    // What a panic leaves half done is dropped here: the inputs, and whatever the job made.
    let artifact = catch_unwind(AssertUnwindSafe(|| component.bake(job, &mut inputs)))
        .unwrap_or_else(|payload| Err(vec![panicked(component.name(), &*payload)]))?;
    let problems = check(&artifact);
    if !problems.is_empty() {
        return Err(problems);
    }
    let sealed = Sealed::new(artifact);
    if let Some(reads) = recorder.into_reads() {
        cache.keep(action, reads, &sealed);
    }
    Ok(baked(sealed, start, false))
}

/// What is told of an artifact that took the time since `start`.
pub(super) fn baked(sealed: Sealed, start: Instant, cached: bool) -> Baked {
    let digest = sealed.digest();
    let seconds = start.elapsed().as_secs_f64();
    Baked { artifact: Arc::new(sealed.into_artifact()), digest, seconds, cached }
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
