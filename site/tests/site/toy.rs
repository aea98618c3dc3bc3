//! A component that is quick to bake, in two versions.

use prebake_plugin::schemars::JsonSchema;
use prebake_plugin::{
    Artifact, Component, Context, Inputs, Markup, Place, Problem, SitePath, escape,
};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// `<Shout src="words.txt" title="Words"/>` shows the text of a file in capitals, and what lies beside
/// it.
pub(crate) struct Shout<Version>(PhantomData<Version>);

pub(crate) struct First;
pub(crate) struct Second;

pub(crate) trait Version: Send + Sync + 'static {
    const TEXT: &'static str;
}

impl Version for First {
    const TEXT: &'static str = "1";
}

impl Version for Second {
    const TEXT: &'static str = "2";
}

impl<V> Default for Shout<V> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "prebake_plugin::schemars")]
pub(crate) struct Props {
    src: String,
    #[serde(default)]
    title: String,
    #[serde(skip)]
    path: SitePath,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Job(SitePath);

impl<V: Version> Component for Shout<V> {
    const NAME: &'static str = "Shout";
    const VERSION: &'static str = V::TEXT;
    type Props = Props;
    type Job = Job;

    fn resolve(&self, mut props: Props, context: &Context<'_>) -> Result<Props, Vec<Problem>> {
        props.path = context.path("src", &props.src).map_err(|problem| vec![problem])?;
        Ok(props)
    }

    fn job(&self, props: &Props) -> Job {
        Job(props.path.clone())
    }

    fn bake(&self, job: &Job, inputs: &mut Inputs<'_>) -> Result<Artifact, Vec<Problem>> {
        let bytes = inputs.read(&job.0).map_err(|problem| vec![problem])?;
        let text = String::from_utf8_lossy(&bytes).to_uppercase();
        let beside = inputs.list(&job.0.parent()).map_err(|problem| vec![problem])?;
        let mut artifact = Artifact { name: job.0.stem().to_owned(), ..Artifact::default() };
        if text.is_empty() {
            artifact.problems.push(Problem::note("said-nothing", "there is nothing to say"));
        }
        let said = format!("{} {text} {:?}", V::TEXT, beside.unwrap_or_default());
        artifact.states = text.len();
        artifact.push("said.txt", said.into_bytes());
        Ok(artifact)
    }

    fn render(
        &self,
        props: &Props,
        artifact: &Artifact,
        place: &Place<'_>,
    ) -> Result<Markup, Vec<Problem>> {
        let said = String::from_utf8_lossy(artifact.file("said.txt").unwrap_or_default());
        let html = format!(
            "<figure><a href=\"{}said.txt\">{}</a>{}{}</figure>",
            place.base,
            escape(&props.title),
            escape(&said),
            place.children
        );
        Ok(Markup { html, island: None, problems: Vec::new() })
    }
}
