//! One job.

use super::check::check;
use super::{Baked, Outcome};
use crate::cache::{Action, Cache, Sealed};
use prebake_plugin::{AnyComponent, AnyJob, Digest, Inputs, Problem, SitePath, Source};
use std::any::Any;
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
    let watched = Watched { source, failed: AtomicBool::new(false) };
    let mut inputs = Inputs::new(&watched);
    // What a panic leaves half done is dropped here: the inputs, and whatever the job made.
    let artifact = catch_unwind(AssertUnwindSafe(|| component.bake(job, &mut inputs)))
        .unwrap_or_else(|payload| Err(vec![panicked(component.name(), &*payload)]))?;
    let problems = check(&artifact);
    if !problems.is_empty() {
        return Err(problems);
    }
    let settled = inputs.is_settled();
    let reads = inputs.into_reads();
    let sealed = Sealed::new(artifact);
    if settled && !watched.failed.into_inner() {
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

/// A source that knows whether the disk ever failed: such a failure is no recorded read, so what
/// was made in spite of it cannot be kept.
struct Watched<'a> {
    source: &'a dyn Source,
    failed: AtomicBool,
}

impl Watched<'_> {
    fn watch<T>(&self, answer: io::Result<T>) -> io::Result<T> {
        if answer.as_ref().is_err_and(|error| error.kind() != ErrorKind::NotFound) {
            self.failed.store(true, Ordering::Relaxed);
        }
        answer
    }
}

impl Source for Watched<'_> {
    fn read(&self, path: &SitePath) -> io::Result<Arc<[u8]>> {
        self.watch(self.source.read(path))
    }

    fn read_with_digest(&self, path: &SitePath) -> io::Result<(Arc<[u8]>, Digest)> {
        self.watch(self.source.read_with_digest(path))
    }

    fn list(&self, path: &SitePath) -> io::Result<Vec<String>> {
        self.watch(self.source.list(path))
    }
}
