//! The figure in the page: complete without JavaScript, and the island's model.

use super::cloud::Cloud;
use super::drawing::{self, svg};
use super::props::StepsProps;
use super::walk::Walk;
use crate::markup::{blank, caption, elements};
use prebake_kmeans_image_core::scaled;
use prebake_plugin::{Artifact, Island, Markup, Place, Problem, Trigger, escape};
use serde_json::{Map, Value};

/// The attributes of the caption.
const CAPTION: &str = " class=\"kmeans-steps-caption\"";

pub(super) fn render(
    props: &StepsProps,
    artifact: &Artifact,
    place: &Place<'_>,
) -> Result<Markup, Problem> {
    let walk: Walk = artifact.json(Walk::FILE)?;
    let cloud: Cloud = artifact.json(Cloud::FILE)?;
    let mut problems = Vec::new();
    let selected = choose(props, &walk, &mut problems)?;
    let caption = caption(CAPTION, props.caption.as_deref(), place, &mut problems);
    let steps = format!("{}{}", place.base, Walk::FILE);
    let model = Map::from_iter([
        ("steps".to_owned(), Value::from(steps.clone())),
        ("base".to_owned(), Value::from(place.base)),
        ("selected".to_owned(), Value::from(selected)),
    ]);
    let state = &walk.states[selected];
    let parts = Parts {
        svg: &svg(&cloud, &walk, selected),
        frame: &format!("{}{}", place.base, state.frame),
        size: (walk.width, walk.height),
        caption,
        says: [&state.says[0], &state.says[1]],
    };
    Ok(Markup {
        html: html(props, &parts, place),
        island: Some(Island {
            trigger: Trigger::Visible,
            model,
            preload: vec![steps],
            kernel: false,
        }),
        problems,
    })
}

/// The index of the step shown first. A walk that ends before the author's ends there.
fn choose(props: &StepsProps, walk: &Walk, problems: &mut Vec<Problem>) -> Result<usize, Problem> {
    let last = walk.states.len().checked_sub(1).ok_or_else(|| {
        Problem::error("damaged-artifact", "the baked figure has no step")
            .hint("run `prebake clean --cache` and build again")
    })?;
    let Some(selected) = props.selected else { return Ok(last) };
    let selected = usize::try_from(selected).unwrap_or(usize::MAX);
    if selected > last {
        problems.push(
            Problem::note("ends-early", format!("the walk ends at step {last}, which is shown"))
                .prop("selected"),
        );
    }
    Ok(selected.min(last))
}

/// The figure as it will be, but for what has to be baked.
pub(super) fn placeholder(props: &StepsProps, picture: (u32, u32), place: &Place<'_>) -> String {
    let (width, height) = scaled(picture, props.resolved().width);
    let parts = Parts {
        svg: &drawing::blank(),
        frame: &blank(width, height),
        size: (width, height),
        // Two captions are told when the figure is there.
        caption: caption(CAPTION, props.caption.as_deref(), place, &mut Vec::new()),
        says: ["…", "…"],
    };
    html(props, &parts, place)
}

/// What a figure shows.
struct Parts<'a> {
    /// The drawing, as SVG.
    svg: &'a str,
    /// The URL of the picture.
    frame: &'a str,
    /// In pixels.
    size: (u32, u32),
    /// HTML.
    caption: String,
    /// What was done, and what is off.
    says: [&'a str; 2],
}

/// The elements; inside a paragraph only phrasing ones, of which `<svg>` is one.
fn html(props: &StepsProps, parts: &Parts<'_>, place: &Place<'_>) -> String {
    let Parts { svg, frame, size: (width, height), caption, says } = parts;
    let alt = props.alt.clone().unwrap_or_else(|| {
        let stem = props.resolved().src.stem();
        format!("{}, every pixel in the colour that it is given to", stem.replace(['-', '_'], " "))
    });
    let alt = escape(&alt);
    let id = escape(props.id.as_deref().unwrap_or(place.unique));
    let (open, close, caption_tag) = elements("kmeans-steps", &id, &alt, place);
    let frame = escape(frame);
    let [did, error] = says.map(escape);
    format!(
        "{open}<span class=\"kmeans-steps-panels\">{svg}\
         <img src=\"{frame}\" width=\"{width}\" height=\"{height}\" alt=\"{alt}\" loading=\"lazy\" decoding=\"async\">\
         </span>\
         <span class=\"kmeans-steps-control\"></span>\
         <{caption_tag}>{caption}<span class=\"kmeans-steps-says\"><span>{did}</span> <span>{error}</span></span></{caption_tag}>\
         {close}",
    )
}
