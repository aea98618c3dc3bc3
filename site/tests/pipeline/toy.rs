//! A component for tests, and sites that use it.

use prebake::bake::{BakeJob, Baked, Interim, Outcome, Oven, bake};
use prebake::cache::Cache;
use prebake::disk::{Disk, MemoryDisk};
use prebake::progress::Silent;
use prebake::source::SiteSource;
use prebake_plugin::schemars::JsonSchema;
use prebake_plugin::{
    AnyComponent, AnyJob, Artifact, Component, Context, Inputs, Markup, Place, Problem, SitePath,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) const ROOT: &str = "/site";

/// Says a file aloud; counts how often it was asked to.
#[derive(Default)]
pub(crate) struct Shout {
    pub(crate) bakes: AtomicUsize,
    /// Something that no read and no version tells of.
    pub(crate) mood: &'static str,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "prebake_plugin::schemars")]
pub(crate) struct Props {
    /// From the site's root.
    src: String,
    #[serde(default = "shout")]
    name: String,
    #[serde(default)]
    whim: bool,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Job {
    src: SitePath,
    /// What to call the result.
    #[serde(default = "shout")]
    name: String,
    /// Goes on where the file cannot be read.
    #[serde(default)]
    careless: bool,
    #[serde(default)]
    panic: bool,
    /// Says something else each time.
    #[serde(default)]
    whim: bool,
}

fn shout() -> String {
    "shout.txt".to_owned()
}

impl Shout {
    pub(crate) fn bakes(&self) -> usize {
        self.bakes.load(Ordering::SeqCst)
    }
}

impl Component for Shout {
    const NAME: &'static str = "Shout";
    const VERSION: &'static str = "1";
    type Props = Props;
    type Job = Job;

    fn resolve(&self, props: Props, _: &Context<'_>) -> Result<Props, Vec<Problem>> {
        Ok(props)
    }

    fn job(&self, props: &Props) -> Job {
        let src = SitePath::new(&props.src).unwrap();
        Job { src, name: props.name.clone(), careless: false, panic: false, whim: props.whim }
    }

    fn bake(&self, job: &Job, inputs: &mut Inputs<'_>) -> Result<Artifact, Vec<Problem>> {
        let before = self.bakes.fetch_add(1, Ordering::SeqCst);
        let mut artifact = Artifact { name: job.src.stem().to_owned(), ..Artifact::default() };
        let text = match inputs.find(&job.src) {
            Ok(bytes) => String::from_utf8(bytes.unwrap_or_default().to_vec()).unwrap(),
            Err(_) if job.careless => String::new(),
            Err(problem) => return Err(vec![problem]),
        };
        assert!(!job.panic, "too loud");
        let beside = inputs.list(&job.src.parent()).unwrap_or_default().unwrap_or_default();
        let whim = if job.whim { before.to_string() } else { String::new() };
        artifact.push(&job.name, (text.to_uppercase() + self.mood + &whim).into_bytes());
        artifact.push("beside.json", serde_json::to_vec(&beside).unwrap());
        artifact.states = text.len();
        artifact.problems.push(Problem::note("said", "it was said"));
        Ok(artifact)
    }

    fn render(&self, _: &Props, _: &Artifact, place: &Place<'_>) -> Result<Markup, Vec<Problem>> {
        let html = format!("<p id=\"{}\">loud</p>", place.unique);
        Ok(Markup { html, island: None, problems: Vec::new() })
    }
}

pub(crate) fn site() -> MemoryDisk {
    MemoryDisk::new()
        .with_file("/site/content/a/one.txt", "one")
        .with_file("/site/content/b/two.txt", "two")
}

pub(crate) fn job(src: &str) -> AnyJob {
    AnyJob(json!({ "src": src }))
}

/// One build's baking.
pub(crate) fn bake_all(
    disk: &Arc<dyn Disk>,
    root: &Path,
    component: &dyn AnyComponent,
    jobs: &[AnyJob],
) -> (Vec<Result<Baked, Vec<Problem>>>, Cache) {
    let source = SiteSource::new(Arc::clone(disk), root).unwrap();
    let cache = Cache::new(Arc::clone(disk), root);
    let jobs: Vec<_> = jobs.iter().map(|job| BakeJob { component, job: job.clone() }).collect();
    let outcomes = bake(&jobs, Oven::new(&source, &cache, &Interim::default(), &Silent));
    let told = |outcome: Outcome| outcome.map_err(|unbaked| unbaked.problems().to_vec());
    (outcomes.into_iter().map(told).collect(), cache)
}

/// One build's baking of one job in a site in memory.
pub(crate) fn bake_one(disk: &MemoryDisk, shout: &Shout, job: AnyJob) -> Baked {
    let disk: Arc<dyn Disk> = Arc::new(disk.clone());
    let (mut baked, cache) = bake_all(&disk, Path::new(ROOT), shout, &[job]);
    assert_eq!(cache.warning(), None);
    baked.remove(0).unwrap()
}
