//! `<PaletteCurve>`: what every number of colours gives and costs, as two curves over k.

mod axis;
mod markup;

use crate::component::{Job, KMeansImage};
use crate::props::{ColourSpace, Ks, Props as FigureProps};
use prebake_plugin::schemars::{self, JsonSchema};
use prebake_plugin::{
    Artifact, Component, Context, Domain, Inputs, Markup, Numbers, Place, Problem, SitePath, Widget,
};
use serde::Deserialize;

/// `<PaletteCurve>`: quality and cost of a picture's palettes against the number of colours. It
/// shows what `<KMeansImage>` bakes: beside one, nothing more is computed.
#[derive(Debug, Clone, Copy, Default)]
pub struct PaletteCurve;

/// The attributes of `<PaletteCurve>`: those of `<KMeansImage>` that say which palettes.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(crate = "schemars")]
pub struct CurveProps {
    /// The picture: a path relative to the article, or from the site's root with a leading `/`.
    /// Without it, the picture shown last before the tag.
    pub src: Option<String>,
    /// The number of colours marked first: one of `ks`.
    pub k: Option<i64>,
    /// The state marked first: an index into `ks`, counted from 0; in the place of `k`.
    pub selected: Option<i64>,
    /// The numbers of colours: a range such as `"1..64"` with both ends included, or a rising
    /// array such as `[1, 2, 4, 8]`; 1 to 256.
    pub ks: Ks,
    /// The colour space in which distances are measured while clustering.
    pub space: ColourSpace,
    /// Text under the curves, before the numbers of the marked state.
    pub caption: Option<String>,
    /// The width in pixels to which a wider picture is resampled; 1600 without it.
    pub width: Option<i64>,
    /// The `id` of the figure, for links to it.
    pub id: Option<String>,
    #[serde(skip)]
    figure: FigureProps,
}

impl Component for PaletteCurve {
    const NAME: &'static str = "PaletteCurve";
    const VERSION: &'static str = KMeansImage::VERSION;
    const ARTIFACT: &'static str = KMeansImage::NAME;
    const BINDABLE: &'static [&'static str] = KMeansImage::BINDABLE;
    const EXPLANATIONS: &'static str = crate::EXPLANATIONS;
    type Props = CurveProps;
    type Job = Job;

    fn resolve(
        &self,
        mut props: CurveProps,
        context: &Context<'_>,
    ) -> Result<CurveProps, Vec<Problem>> {
        // The props that both components have follow one set of rules.
        let mut figure = FigureProps::default();
        figure.src.clone_from(&props.src);
        figure.ks.clone_from(&props.ks);
        figure.caption.clone_from(&props.caption);
        figure.id.clone_from(&props.id);
        figure.k = props.k;
        figure.selected = props.selected;
        figure.space = props.space;
        figure.width = props.width;
        props.figure = KMeansImage.resolve(figure, context)?;
        Ok(props)
    }

    fn picture<'p>(&self, props: &'p CurveProps) -> Option<&'p SitePath> {
        KMeansImage.picture(&props.figure)
    }

    fn job(&self, props: &CurveProps) -> Job {
        KMeansImage.job(&props.figure)
    }

    fn bake(&self, job: &Job, inputs: &mut Inputs<'_>) -> Result<Artifact, Vec<Problem>> {
        KMeansImage.bake(job, inputs)
    }

    fn render(
        &self,
        props: &CurveProps,
        artifact: &Artifact,
        place: &Place<'_>,
    ) -> Result<Markup, Vec<Problem>> {
        markup::render(&props.figure, artifact, place).map_err(|problem| vec![problem])
    }

    fn placeholder(
        &self,
        props: &CurveProps,
        _: Option<(u32, u32)>,
        place: &Place<'_>,
    ) -> Option<String> {
        Some(markup::placeholder(&props.figure, place))
    }

    fn domain(&self, prop: &str, props: &CurveProps, artifact: &Artifact) -> Option<Domain> {
        KMeansImage.domain(prop, &props.figure, artifact)
    }

    fn numbers(&self, artifact: &Artifact) -> Result<Option<Numbers>, Problem> {
        KMeansImage.numbers(artifact)
    }

    fn widget(&self) -> Option<Widget<'_>> {
        Some(Widget {
            name: "palette-curve",
            module: include_str!(concat!(env!("OUT_DIR"), "/curve.js")),
            style: include_str!("../../curve.css"),
            kernel: None,
            files: Vec::new(),
        })
    }
}
