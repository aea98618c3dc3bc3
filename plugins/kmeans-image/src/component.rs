//! The four steps of `<KMeansImage>`.

use crate::figure::{Figure, Measured};
use crate::picture::{Picture, PictureError};
use crate::props::{ColourSpace, Props};
use crate::{markup, widget};
use prebake_plugin::{
    Artifact, Component, Context, Domain, Inputs, Markup, Numbers, Place, Problem, SitePath, Twin,
    Widget,
};
use serde::{Deserialize, Serialize};

/// `<KMeansImage>`: a picture in k colours, for every k of a domain, behind one slider.
#[derive(Debug, Clone, Copy, Default)]
pub struct KMeansImage;

/// The part of the props that the artifact depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The picture.
    pub src: SitePath,
    /// The numbers of colours, rising, each from 1 to 256.
    pub ks: Vec<u16>,
    /// Where distances are measured.
    pub space: ColourSpace,
    /// The author's working width in pixels; `None` for the default.
    pub width: Option<u32>,
}

impl Component for KMeansImage {
    const NAME: &'static str = "KMeansImage";
    const VERSION: &'static str = widget::VERSION;
    const BINDABLE: &'static [&'static str] = &["k", "selected"];
    type Props = Props;
    type Job = Job;

    fn resolve(&self, props: Props, context: &Context<'_>) -> Result<Props, Vec<Problem>> {
        props.resolve(context)
    }

    fn picture<'p>(&self, props: &'p Props) -> Option<&'p SitePath> {
        Some(&props.resolved().picture)
    }

    fn job(&self, props: &Props) -> Job {
        let resolved = props.resolved();
        Job {
            src: resolved.picture.clone(),
            ks: resolved.ks.clone(),
            space: props.space,
            width: resolved.width,
        }
    }

    fn bake(&self, job: &Job, inputs: &mut Inputs<'_>) -> Result<Artifact, Vec<Problem>> {
        let bytes = inputs.read(&job.src).map_err(|problem| vec![problem.prop("src")])?;
        let mut picture = Picture::decode(&bytes, job.width)
            .map_err(|error| vec![picture_problem(&job.src, error)])?;
        drop(bytes);
        let mut artifact = Artifact {
            name: job.src.stem().to_owned(),
            problems: std::mem::take(&mut picture.problems),
            ..Artifact::default()
        };
        let file = picture.encode();
        if picture.replaces_source {
            artifact.twin = Some(Twin {
                picture: job.src.clone(),
                file: file.name.to_owned(),
                width: picture.width,
                height: picture.height,
            });
        } else {
            artifact.notes.push(format!(
                "its `<img>` keeps its own file: a reader who wakes the figure fetches {} too, {} bytes",
                file.name,
                file.bytes.len()
            ));
        }
        artifact.push(file.name, file.bytes);
        let Measured { figure, frames } = Measured::new(&picture, &job.ks, job.space);
        artifact.states = figure.states.len();
        artifact.push(Figure::PALETTES, figure.pack(picture.digest()));
        artifact.push(Figure::FILE, figure.to_json());
        for (state, frame) in figure.states.iter().zip(frames) {
            artifact.push(&state.frame, frame);
        }
        Ok(artifact)
    }

    fn render(
        &self,
        props: &Props,
        artifact: &Artifact,
        place: &Place<'_>,
    ) -> Result<Markup, Vec<Problem>> {
        markup::render(props, artifact, place).map_err(|problem| vec![problem])
    }

    fn domain(&self, prop: &str, _: &Props, artifact: &Artifact) -> Option<Domain> {
        let figure: Figure = artifact.json(Figure::FILE).ok()?;
        figure.domain(prop)
    }

    fn numbers(&self, artifact: &Artifact) -> Result<Option<Numbers>, Problem> {
        let figure: Figure = artifact.json(Figure::FILE)?;
        Ok(Some(figure.told()))
    }

    fn widget(&self) -> Option<Widget> {
        Some(widget::widget())
    }
}

fn picture_problem(path: &SitePath, error: PictureError) -> Problem {
    let problem = match error {
        PictureError::Unsupported(what) => {
            Problem::error("unsupported-picture", format!("`{path}` is {what}"))
                .hint("save it as PNG, JPEG or WebP")
        }
        PictureError::TooLarge { width, height } => Problem::error(
            "picture-too-large",
            format!("`{path}` has {width} × {height} pixels, more than 50 million"),
        )
        .hint("make it smaller: pages show at most 1600 pixels across"),
        PictureError::Corrupt(reason) => {
            Problem::error("corrupt-picture", format!("`{path}` cannot be decoded: {reason}"))
                .hint("open it in a picture editor and save it again")
        }
    };
    problem.prop("src")
}
