//! Whether the cache holds what the components make: cached results are computed again, and
//! compared file by file.

mod compare;
mod sample;

pub use sample::Sample;

use crate::bake::{Fresh, compute, in_pool};
use crate::cache::{Cache, Why};
use crate::diagnostic::Diagnostic;
use crate::jobs::{AskedJob, distinct_jobs};
use crate::plan::locate_all;
use crate::program::{Permission, Workshop};
use crate::progress::Progress;
use crate::site::{self, Site};
use crate::source::SiteSource;
use compare::difference;
use prebake_plugin::{Digest, Problem, Severity};
use rayon::prelude::*;
use std::time::Instant;

/// What to compare.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The figures of drafts, too.
    pub drafts: bool,
    /// Some of the results; all by default.
    pub sample: Option<Sample>,
    /// Which ones: another seed picks others.
    pub seed: u64,
    /// How many threads; as many as the machine has by default.
    pub jobs: Option<usize>,
    /// Keep what was computed now where the cache holds something else.
    pub repair: bool,
    /// Whether the programs that `prebake.toml` lists may run.
    pub commands: Permission,
}

/// What comparing found.
#[derive(Debug, Default)]
pub struct Verification {
    /// How many results of the cache were compared with fresh ones.
    pub compared: usize,
    /// How many of them were the same.
    pub same: usize,
    /// The files of these.
    pub files: usize,
    /// The bytes of these files.
    pub bytes: u64,
    /// How many of the others were put right.
    pub mended: usize,
    /// How many the cache does not hold: these figures have not been built as they are now.
    pub absent: usize,
    /// What is wrong, where it is used; and what kept results from being compared.
    pub diagnostics: Vec<Diagnostic>,
    /// Wall time in seconds.
    pub seconds: f64,
}

impl Verification {
    /// Whether nothing is wrong, or everything was put right.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let errors = self.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        errors.count() == 0
    }
}

impl Site {
    /// Computes again what the site takes from its cache, and compares. Writes nothing, unless it is
    /// to repair.
    pub fn verify(&self, options: &Options, progress: &dyn Progress) -> Verification {
        match self.source() {
            Ok(source) => in_pool(options.jobs, || self.verify_from(&source, options, progress)),
            Err(error) => Verification { diagnostics: vec![error], ..Verification::default() },
        }
    }

    fn verify_from(
        &self,
        source: &SiteSource,
        options: &Options,
        progress: &dyn Progress,
    ) -> Verification {
        let start = Instant::now();
        let asked = site::Options {
            drafts: options.drafts,
            commands: options.commands.clone(),
            ..site::Options::default()
        };
        let workshop = Workshop::default();
        let (articles, shift, mut diagnostics) = self.articles(source, &asked, &workshop);
        workshop.begin(&shift);
        // What else a build would say is not asked here.
        diagnostics.retain(|found| found.severity == Severity::Error);
        let jobs = distinct_jobs(&articles);
        let picked = match options.sample {
            None => (0..jobs.len()).collect(),
            Some(sample) => {
                let names: Vec<Digest> = jobs.iter().map(|job| job.action.id().0).collect();
                sample.pick(&names, options.seed)
            }
        };
        let cache = self.cache();
        let _turn = options.repair.then(|| cache.turn(|| progress.waiting()));
        for &index in &picked {
            jobs[index].bake.component.prepare();
        }
        progress.verifying(picked.len());
        let look = |index: usize| {
            let job = &jobs[index];
            progress.started(job.bake.component.name());
            let verdict = verdict(job, source, &cache, options.repair, progress);
            progress.finished(job.bake.component.name());
            (index, verdict)
        };
        let verdicts: Vec<_> = picked.into_par_iter().map(look).collect();
        progress.end();

        let mut found = Verification { diagnostics, ..Verification::default() };
        for (index, verdict) in verdicts {
            found.count(&jobs[index], verdict);
        }
        found.diagnostics.extend(cache.warning());
        found.diagnostics.extend(shift.end(progress));
        found.seconds = start.elapsed().as_secs_f64();
        found
    }
}

/// What comparing one result found.
enum Verdict {
    Same {
        files: usize,
        bytes: u64,
    },
    /// It is not in the cache.
    Absent,
    /// The cache holds something else, or had held it until now.
    Wrong {
        problem: Problem,
        mended: bool,
    },
    /// It cannot be computed.
    Failed(Vec<Problem>),
}

fn verdict(
    job: &AskedJob<'_>,
    source: &SiteSource,
    cache: &Cache,
    repair: bool,
    progress: &dyn Progress,
) -> Verdict {
    let AskedJob { bake, action, .. } = job;
    let name = bake.component.name();
    let kept = match cache.find(action, source) {
        Ok(kept) => Ok(kept),
        Err(Why::Damaged(file)) if repair => Err(damaged(name, file.as_deref())),
        Err(Why::Damaged(file)) => {
            return Verdict::Wrong { problem: damaged(name, file.as_deref()), mended: false };
        }
        Err(_) => return Verdict::Absent,
    };
    let compute = || compute(bake.component, &bake.job, source, progress, &|_| {});
    let (sealed, reads) = match compute() {
        Fresh { made: Ok(sealed), reads: Some(reads) } => (sealed, reads),
        Fresh { made: Ok(_), reads: None } => return Verdict::Failed(vec![doubtful(name)]),
        Fresh { made: Err(problems), .. } => return Verdict::Failed(problems),
    };
    let artifact = sealed.artifact();
    let (problem, steady) = match kept {
        Err(problem) => (problem, true),
        Ok(kept) => match difference(kept.artifact(), artifact) {
            None => {
                let bytes = artifact.files.iter().map(|file| file.bytes.len() as u64).sum();
                return Verdict::Same { files: artifact.files.len(), bytes };
            }
            // Once more, to tell a component that gives something else each time from a cache that
            // was filled by something else.
            Some(what) => match compute().made {
                Ok(again) if again == sealed => (foreign(name, &what), true),
                _ => (unsteady(name, &what), false),
            },
        },
    };
    let mended = repair && steady && cache.keep(action, reads, &sealed);
    Verdict::Wrong { problem, mended }
}

fn damaged(component: &str, file: Option<&str>) -> Problem {
    let what = file.map_or_else(|| "entry".to_owned(), |file| format!("`{file}`"));
    Problem::error("damaged-cache", format!("the cached {what} of this `{component}` is damaged"))
        .hint("the next build bakes it again, and so does `prebake verify --repair`")
}

fn foreign(component: &str, what: &str) -> Problem {
    let message = format!("`{component}` makes something else than what is in the cache: {what}");
    Problem::error("foreign-result", message).hint(
        "either it depends on something that Prebake does not know of, such as the environment or a \
         file outside of the site, or this came from another machine; `prebake verify --repair` \
         keeps what it makes now",
    )
}

fn unsteady(component: &str, what: &str) -> Problem {
    let message = format!("`{component}` makes something else each time: {what}");
    Problem::error("unsteady-result", message).hint(
        "the same input must give the same bytes: look for the clock, for random numbers without a \
         seed, and for the order of sets, of folders and of threads",
    )
}

fn doubtful(component: &str) -> Problem {
    let message = format!("the disk failed while `{component}` read from it");
    Problem::error("unreadable-file", message).hint("nothing was compared; try again")
}

impl Verification {
    fn count(&mut self, job: &AskedJob<'_>, verdict: Verdict) {
        let problems = match verdict {
            Verdict::Same { files, bytes } => {
                self.compared += 1;
                self.same += 1;
                self.files += files;
                self.bytes += bytes;
                return;
            }
            Verdict::Absent => {
                self.absent += 1;
                return;
            }
            Verdict::Wrong { mut problem, mended } => {
                self.compared += 1;
                if mended {
                    self.mended += 1;
                    problem.severity = Severity::Warning;
                    problem.hint = Some("it was mended".to_owned());
                }
                vec![problem]
            }
            Verdict::Failed(problems) => problems,
        };
        self.diagnostics.extend(locate_all(problems, job.tag, job.article));
    }
}
