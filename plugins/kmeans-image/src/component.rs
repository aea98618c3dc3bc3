//! The four steps of `<KMeansImage>`.

use crate::delivery::{Deliveries, Frames, Mapped, Recolour};
use crate::figure::{self, Figure, State};
use crate::index_map::IndexMap;
use crate::picture::{Picture, PictureError};
use crate::props::{ColourSpace, Props};
use crate::{delivery, markup, widget};
use prebake_kmeans_image_core::pack;
use prebake_plugin::{
    Artifact, Component, Context, DeliveryCost, Domain, Inputs, Markup, Numbers, Place, Problem,
    SitePath, Twin, Widget,
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
    const EXPLANATIONS: &'static str = crate::EXPLANATIONS;
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
        let (states, frames) = figure::measure(&picture, &job.ks, job.space, inputs.progress());
        let exact: Vec<_> = states.iter().map(State::packed).collect();
        let palettes = pack(picture.digest(), &exact);
        let (file, map) = rayon::join(
            || picture.encode(),
            || IndexMap::new(&picture, &frames, palettes.len() as u64),
        );
        let mut mapped = Mapped::new(&picture, &map, &frames);
        let map_palettes = pack(map.digest, &mapped.packed(&states));
        mapped.palettes_bytes = map_palettes.len() as u64;
        let palettes_bytes = palettes.len() as u64;
        let delivery = Deliveries {
            recolour: Recolour {
                picture: file.name.clone(),
                picture_bytes: file.bytes.len() as u64,
                palettes_bytes,
                picture_is_shown: picture.replaces_source,
            },
            index_map: mapped,
            frames: Frames {
                frames_bytes: states.iter().map(|state| state.frame_bytes).sum(),
                palettes_bytes,
            },
        };
        artifact.twin = picture.replaces_source.then(|| Twin {
            picture: job.src.clone(),
            file: file.name.clone(),
            width: picture.width,
            height: picture.height,
        });
        let figure = Figure {
            width: picture.width,
            height: picture.height,
            space: job.space,
            ks: states.iter().map(|state| state.k).collect(),
            states,
            delivery,
        };
        artifact.states = figure.states.len();
        artifact.push(file.name, file.bytes);
        artifact.push(Figure::PALETTES, palettes);
        artifact.push(map.file.name, map.file.bytes);
        artifact.push(Figure::MAP_PALETTES, map_palettes);
        artifact.push(Figure::FILE, figure.to_json());
        for (state, frame) in figure.states.iter().zip(frames) {
            artifact.push(&state.frame, frame.png);
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

    fn placeholder(
        &self,
        props: &Props,
        picture: Option<(u32, u32)>,
        place: &Place<'_>,
    ) -> Option<String> {
        Some(markup::placeholder(props, picture?, place))
    }

    fn domain(&self, prop: &str, _: &Props, artifact: &Artifact) -> Option<Domain> {
        let figure: Figure = artifact.json(Figure::FILE).ok()?;
        figure.domain(prop)
    }

    fn numbers(&self, artifact: &Artifact) -> Result<Option<Numbers>, Problem> {
        let figure: Figure = artifact.json(Figure::FILE)?;
        Ok(Some(figure.told()))
    }

    fn deliveries(&self, props: &Props, artifact: &Artifact) -> Vec<DeliveryCost> {
        let kernel = delivery::kernel_bytes();
        // What is damaged is told where the tag is rendered.
        artifact.json::<Figure>(Figure::FILE).map_or_else(
            |_| Vec::new(),
            |figure| figure.delivery.costs(figure.delivery.pick(props.delivery, kernel), kernel),
        )
    }

    fn widget(&self) -> Option<Widget<'_>> {
        Some(widget::widget())
    }
}

/// What the author is told of a picture that cannot be read.
pub(crate) fn picture_problem(path: &SitePath, error: PictureError) -> Problem {
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
