//! `<KMeansSteps>`: k-means at work, step by step, on the picture and on its colours.

mod cloud;
mod drawing;
mod frame;
mod markup;
mod props;
mod says;
mod walk;

pub use props::{Start, StepsProps};
pub use walk::{Half, Walk, WalkState};

use crate::component::picture_problem;
use crate::picture::Picture;
use crate::widget;
use cloud::Cloud;
use prebake_plugin::{
    Artifact, Component, Context, Domain, Inputs, Markup, Numbers, Place, Problem, SitePath, Widget,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `<KMeansSteps>`: Lloyd's steps from a poor guess to where nothing changes, one by one.
#[derive(Debug, Clone, Copy, Default)]
pub struct KMeansSteps;

/// The part of the props that the artifact depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepsJob {
    /// The picture.
    pub src: SitePath,
    /// The working width in pixels.
    pub width: u32,
    /// The first guess.
    pub start: Guess,
}

/// Where the walk begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Guess {
    /// So many of the picture's darkest colours.
    Dark(usize),
    /// These.
    Colours(Vec<crate::figure::Colour>),
}

impl Component for KMeansSteps {
    const NAME: &'static str = "KMeansSteps";
    const VERSION: &'static str = widget::VERSION;
    const BINDABLE: &'static [&'static str] = &["selected"];
    const EXPLANATIONS: &'static str = crate::EXPLANATIONS;
    type Props = StepsProps;
    type Job = StepsJob;

    fn resolve(
        &self,
        props: StepsProps,
        context: &Context<'_>,
    ) -> Result<StepsProps, Vec<Problem>> {
        props.resolve(context)
    }

    fn picture<'p>(&self, props: &'p StepsProps) -> Option<&'p SitePath> {
        Some(&props.resolved().src)
    }

    fn job(&self, props: &StepsProps) -> StepsJob {
        props.resolved().clone()
    }

    fn bake(&self, job: &StepsJob, inputs: &mut Inputs<'_>) -> Result<Artifact, Vec<Problem>> {
        let bytes = inputs.read(&job.src).map_err(|problem| vec![problem.prop("src")])?;
        let mut picture = Picture::decode(&bytes, Some(job.width))
            .map_err(|error| vec![picture_problem(&job.src, error)])?;
        drop(bytes);
        let mut artifact = Artifact {
            name: format!("{}-steps", job.src.stem()),
            problems: std::mem::take(&mut picture.problems),
            ..Artifact::default()
        };
        let start = walk::start(&picture.pixels, &job.start);
        let cloud = Cloud::new(&picture.pixels, &start);
        let (walk, frames) = Walk::new(&picture, &cloud, &start);
        artifact.problems.extend(walk.problem(&job.start));
        artifact.states = walk.states.len();
        let fetched: usize = frames.iter().step_by(2).map(Vec::len).sum();
        artifact.notes.push(format!(
            "a frame is fetched as its round is shown; all {} of them are {fetched} bytes",
            frames.len().div_ceil(2)
        ));
        artifact.push(Walk::FILE, walk.to_json());
        artifact.push(Cloud::FILE, cloud.to_json());
        for (state, frame) in walk.states.iter().zip(frames) {
            artifact.push(&state.frame, frame);
        }
        Ok(artifact)
    }

    fn render(
        &self,
        props: &StepsProps,
        artifact: &Artifact,
        place: &Place<'_>,
    ) -> Result<Markup, Vec<Problem>> {
        markup::render(props, artifact, place).map_err(|problem| vec![problem])
    }

    fn placeholder(
        &self,
        props: &StepsProps,
        picture: Option<(u32, u32)>,
        place: &Place<'_>,
    ) -> Option<String> {
        Some(markup::placeholder(props, picture?, place))
    }

    fn domain(&self, prop: &str, _: &StepsProps, artifact: &Artifact) -> Option<Domain> {
        (prop == "selected" && artifact.states > 0).then(|| Domain::Range {
            min: 0.0,
            max: (artifact.states - 1) as f64,
            step: 1.0,
        })
    }

    fn numbers(&self, artifact: &Artifact) -> Result<Option<Numbers>, Problem> {
        let walk: Walk = artifact.json(Walk::FILE)?;
        let column = |of: &dyn Fn(&WalkState) -> f64| walk.states.iter().map(of).collect();
        let columns = BTreeMap::from(
            [
                ("step", (0..walk.states.len()).map(|step| step as f64).collect()),
                ("round", column(&|state| state.round as f64)),
                ("inertia", column(&|state| state.inertia as f64)),
                ("psnr_db", column(&|state| state.psnr_db.unwrap_or(f64::INFINITY))),
                ("moved", column(&|state| state.moved as f64)),
            ]
            .map(|(name, column)| (name.to_owned(), column)),
        );
        let last = walk.states.last();
        let whole = BTreeMap::from(
            [
                ("width", f64::from(walk.width)),
                ("height", f64::from(walk.height)),
                ("k", last.map_or(0.0, |state| state.palette.len() as f64)),
                ("steps", walk.states.len() as f64),
                ("rounds", last.map_or(0.0, |state| state.round as f64)),
            ]
            .map(|(name, number)| (name.to_owned(), number)),
        );
        Ok(Some(Numbers { control: "step".to_owned(), columns, whole }))
    }

    fn widget(&self) -> Option<Widget<'_>> {
        Some(Widget {
            name: "kmeans-steps",
            module: include_str!(concat!(env!("OUT_DIR"), "/steps.js")),
            style: include_str!("../../steps.css"),
            kernel: None,
            files: Vec::new(),
        })
    }
}
