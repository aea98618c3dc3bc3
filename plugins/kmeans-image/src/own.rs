//! `<OwnPicture>`: what `<KMeansImage>` shows of the author's picture, made of the reader's.

mod markup;
mod props;

use crate::widget;
use prebake_plugin::{
    Artifact, Component, Context, Inputs, Markup, Place, Problem, Widget, WidgetFile,
};
use serde::{Deserialize, Serialize};

pub use props::OwnProps;

/// `<OwnPicture>`: the reader chooses a picture, and every palette of it is found in their browser,
/// by the functions that the build uses. Nothing is baked.
#[derive(Debug, Clone, Copy, Default)]
pub struct OwnPicture;

/// There is nothing to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoJob {}

impl Component for OwnPicture {
    const NAME: &'static str = "OwnPicture";
    const VERSION: &'static str = widget::VERSION;
    const INSTANT: bool = true;
    const EXPLANATIONS: &'static str = crate::EXPLANATIONS;
    type Props = OwnProps;
    type Job = NoJob;

    fn resolve(&self, props: OwnProps, _: &Context<'_>) -> Result<OwnProps, Vec<Problem>> {
        props.resolve()
    }

    fn job(&self, _: &OwnProps) -> NoJob {
        NoJob {}
    }

    fn bake(&self, _: &NoJob, _: &mut Inputs<'_>) -> Result<Artifact, Vec<Problem>> {
        Ok(Artifact { name: "own-picture".to_owned(), ..Artifact::default() })
    }

    fn render(
        &self,
        props: &OwnProps,
        _: &Artifact,
        place: &Place<'_>,
    ) -> Result<Markup, Vec<Problem>> {
        Ok(markup::render(props, place))
    }

    fn widget(&self) -> Option<Widget<'_>> {
        Some(Widget {
            name: "own-picture",
            module: include_str!(concat!(env!("OUT_DIR"), "/own.js")),
            style: include_str!("../own.css"),
            // The kernels are fetched once there is a picture, so they are files like any other.
            kernel: None,
            files: files(),
        })
    }
}

/// What is fetched when the reader has chosen a picture: the worker that finds its palettes, and
/// everything of `<KMeansImage>`, under the names of its own files.
fn files() -> Vec<WidgetFile<'static>> {
    let figure = widget::widget();
    let mut files = vec![
        WidgetFile {
            key: "own_worker",
            name: "own-worker.js",
            bytes: include_bytes!(concat!(env!("OUT_DIR"), "/own-worker.js")),
        },
        WidgetFile {
            key: "own_glue",
            name: "own-kernel.js",
            bytes: include_bytes!(concat!(env!("OUT_DIR"), "/own-kernel.js")),
        },
        WidgetFile {
            key: "own_wasm",
            name: "own-kernel.wasm",
            bytes: include_bytes!(concat!(env!("OUT_DIR"), "/own-kernel.wasm")),
        },
        WidgetFile { key: "figure", name: "kmeans-image.js", bytes: figure.module.as_bytes() },
        WidgetFile {
            key: "figure_style",
            name: "kmeans-image.css",
            bytes: figure.style.as_bytes(),
        },
    ];
    files.extend(figure.kernel.map(|kernel| WidgetFile {
        key: "wasm",
        name: "kmeans-image.wasm",
        bytes: kernel.wasm,
    }));
    files.extend(figure.files);
    files
}
