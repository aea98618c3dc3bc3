//! One job.

use super::check::check;
use super::{BakeJob, Baked, Outcome};
use crate::cache::{Action, Cache, Sealed, Why};
use prebake_plugin::{AnyComponent, AnyJob, Digest, Inputs, Problem, Read, SitePath, Source};
use std::any::Any;
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// What a component makes of a job.
pub(crate) struct Fresh {
    pub(crate) sealed: Sealed,
    pub(crate) reads: Vec<Read>,
    /// The disk failed meanwhile. No read says so, and what was made in spite of it proves nothing.
    pub(crate) doubtful: bool,
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
) -> Result<Fresh, Vec<Problem>> {
    let watched = Watched { source, failed: AtomicBool::new(false) };
    let mut inputs = Inputs::new(&watched);
    // What a panic leaves half done is dropped here: the inputs, and whatever the job made.
    let artifact = catch_unwind(AssertUnwindSafe(|| component.bake(job, &mut inputs)))
        .unwrap_or_else(|payload| Err(vec![panicked(component.name(), &*payload)]))?;
    let problems = check(&artifact);
    if !problems.is_empty() {
        return Err(problems);
    }
    let reads = inputs.into_reads();
    Ok(Fresh { sealed: Sealed::new(artifact), reads, doubtful: watched.failed.into_inner() })
}

/// Bakes one job and keeps what came out.
pub(super) fn bake(
    BakeJob { component, job }: &BakeJob<'_>,
    action: &Action,
    why: Why,
    source: &dyn Source,
    cache: &Cache,
) -> Outcome {
    let start = Instant::now();
    let Fresh { sealed, reads, doubtful } = compute(*component, job, source)?;
    if !doubtful {
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

/// A source that knows whether the disk ever failed.
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
