//! The figure in the page: complete without JavaScript, and the island's model.

use super::cloud::Cloud;
use super::drawing::svg;
use super::props::StepsProps;
use super::walk::Walk;
use crate::markup::caption;
use prebake_plugin::{Artifact, Island, Markup, Place, Problem, Trigger, escape};
use serde_json::{Map, Value};

pub(super) fn render(
    props: &StepsProps,
    artifact: &Artifact,
    place: &Place<'_>,
) -> Result<Markup, Problem> {
    let walk: Walk = artifact.json(Walk::FILE)?;
    let cloud: Cloud = artifact.json(Cloud::FILE)?;
    let mut problems = Vec::new();
    let selected = choose(props, &walk, &mut problems)?;
    let alt = props.alt.clone().unwrap_or_else(|| {
        let stem = props.resolved().src.stem();
        format!("{}, every pixel in the colour that it is given to", stem.replace(['-', '_'], " "))
    });
    let caption = caption(props.caption.as_deref(), place, &mut problems);
    let steps = format!("{}{}", place.base, Walk::FILE);
    let model = Map::from_iter([
        ("steps".to_owned(), Value::from(steps.clone())),
        ("base".to_owned(), Value::from(place.base)),
        ("selected".to_owned(), Value::from(selected)),
    ]);
    let id = props.id.as_deref().unwrap_or(place.unique);
    Ok(Markup {
        html: html(
            id,
            &alt,
            caption.as_deref(),
            &walk,
            &svg(&cloud, &walk, selected),
            selected,
            place,
        ),
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

/// The elements; inside a paragraph only phrasing ones, of which `<svg>` is one.
fn html(
    id: &str,
    alt: &str,
    caption: Option<&str>,
    walk: &Walk,
    svg: &str,
    selected: usize,
    place: &Place<'_>,
) -> String {
    let (id, alt) = (escape(id), escape(alt));
    let state = &walk.states[selected];
    let (open, close, caption_tag) = if place.inline {
        let open = format!(
            "<span class=\"kmeans-steps\" id=\"{id}\" role=\"figure\" aria-label=\"{alt}\">"
        );
        (open, "</span>", "span")
    } else {
        (format!("<figure class=\"kmeans-steps\" id=\"{id}\">"), "</figure>", "figcaption")
    };
    let frame = escape(&format!("{}{}", place.base, state.frame));
    // A caption of several paragraphs needs an element that may hold them.
    let caption = caption.map_or_else(String::new, |caption| {
        let element = if caption.contains("<p>") && !place.inline { "div" } else { "span" };
        format!("<{element} class=\"kmeans-steps-caption\">{caption}</{element}> ")
    });
    let [did, error] = &state.says;
    let (did, error) = (escape(did), escape(error));
    format!(
        "{open}<span class=\"kmeans-steps-panels\">{svg}\
         <img src=\"{frame}\" width=\"{width}\" height=\"{height}\" alt=\"{alt}\" loading=\"lazy\" decoding=\"async\">\
         </span>\
         <span class=\"kmeans-steps-control\"></span>\
         <{caption_tag}>{caption}<span class=\"kmeans-steps-says\"><span>{did}</span> <span>{error}</span></span></{caption_tag}>\
         {close}",
        width = walk.width,
        height = walk.height,
    )
}
