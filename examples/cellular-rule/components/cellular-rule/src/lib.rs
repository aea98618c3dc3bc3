//! The build half of `<CellularRule>`: what an author may write, what is computed, and the figure as
//! it stands without JavaScript.
#![doc = include_str!("../README.md")]

mod figure;
mod props;

pub use props::Props;

use figure::{ALIVE, PICTURE};
use prebake_plugin::{
    Artifact, Component, Context, Domain, Inputs, Island, Kernel, Markup, Numbers, Place, Problem,
    Trigger, Widget,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `<CellularRule>`.
#[derive(Debug, Clone, Copy, Default)]
pub struct CellularRule;

/// The part of the props that the result depends on: tags that agree in it share one result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    number: u8,
    rows: usize,
}

impl Component for CellularRule {
    const NAME: &'static str = "CellularRule";
    const VERSION: &'static str = env!("PREBAKE_COMPONENT_VERSION");
    const BINDABLE: &'static [&'static str] = &["number"];
    type Props = Props;
    type Job = Job;

    /// Checks what the schema of the props cannot say.
    fn resolve(&self, props: Props, _: &Context<'_>) -> Result<Props, Vec<Problem>> {
        props.check().map_err(|problem| vec![problem])?;
        Ok(props)
    }

    fn job(&self, props: &Props) -> Job {
        Job { number: props.number, rows: usize::from(props.rows) }
    }

    /// Computes once what every reader gets. Files of the site are read through the inputs, so that
    /// the figure is baked again when they change; this one needs none.
    fn bake(&self, job: &Job, _: &mut Inputs<'_>) -> Result<Artifact, Vec<Problem>> {
        let name = format!("rule-{}", job.number);
        let mut artifact = Artifact { name, states: 256, ..Artifact::default() };
        artifact.push(PICTURE, figure::svg(job.number, job.rows).into_bytes());
        artifact.push(ALIVE, figure::alive(job.rows).to_string().into_bytes());
        Ok(artifact)
    }

    fn render(
        &self,
        props: &Props,
        _: &Artifact,
        place: &Place<'_>,
    ) -> Result<Markup, Vec<Problem>> {
        let model = [("number", props.number.into()), ("rows", props.rows.into())];
        Ok(Markup {
            html: figure::html(props, place),
            island: Some(Island {
                trigger: Trigger::Visible,
                model: model.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
                preload: Vec::new(),
                kernel: true,
            }),
            problems: Vec::new(),
        })
    }

    /// What a reader can choose, so that the build tries every expression with all of it.
    fn domain(&self, prop: &str, _: &Props, _: &Artifact) -> Option<Domain> {
        (prop == "number").then_some(Domain::Range { min: 0.0, max: 255.0, step: 1.0 })
    }

    /// What prose may ask: `{figure.at(number).alive}`.
    fn numbers(&self, artifact: &Artifact) -> Result<Option<Numbers>, Problem> {
        let alive = artifact.json::<Vec<f64>>(ALIVE)?;
        let numbers = (0..=255).map(f64::from).collect();
        Ok(Some(Numbers {
            control: "number".to_owned(),
            columns: BTreeMap::from([("number".to_owned(), numbers), ("alive".to_owned(), alive)]),
            whole: BTreeMap::new(),
        }))
    }

    fn widget(&self) -> Option<Widget<'_>> {
        Some(Widget {
            name: "cellular-rule",
            module: include_str!(concat!(env!("OUT_DIR"), "/widget.js")),
            style: include_str!("../widget.css"),
            kernel: Some(Kernel {
                name: "cellular-rule",
                glue: Some(include_str!(concat!(env!("OUT_DIR"), "/kernel.js"))),
                wasm: include_bytes!(concat!(env!("OUT_DIR"), "/kernel.wasm")),
            }),
            files: Vec::new(),
        })
    }
}
