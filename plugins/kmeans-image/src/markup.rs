//! The figure in the page: complete without JavaScript, and the island's model.

use crate::delivery::{self, Delivery};
use crate::figure::{Figure, State};
use crate::picture::DEFAULT_WIDTH;
use crate::props::Props;
use prebake_kmeans_image_core::scaled;
use prebake_plugin::{Artifact, Island, Markup, Place, Problem, Trigger, escape};
use serde_json::Value;

/// The attributes of the caption.
const CAPTION: &str = " class=\"kmeans-image-caption\"";

pub(crate) fn render(
    props: &Props,
    artifact: &Artifact,
    place: &Place<'_>,
) -> Result<Markup, Problem> {
    let figure: Figure = artifact.json(Figure::FILE)?;
    let mut problems = Vec::new();
    let (selected, state) = choose(props, &figure, &mut problems)?;
    let caption = caption(CAPTION, props.caption.as_deref(), place, &mut problems);
    let url = |name: &str| format!("{}{name}", place.base);
    let way = figure.delivery.pick(props.delivery, delivery::kernel_bytes());
    let (picture, palettes) = match way {
        Delivery::Frames => (None, Figure::PALETTES),
        Delivery::IndexMap => (Some(&*figure.delivery.index_map.map), Figure::MAP_PALETTES),
        Delivery::Auto | Delivery::Recolour => {
            (Some(&*figure.delivery.recolour.picture), Figure::PALETTES)
        }
    };
    for name in picture.into_iter().chain([palettes]) {
        artifact.file(name).ok_or_else(|| damaged(&format!("has no `{name}`")))?;
    }
    // Without a picture the widget shows the frames themselves.
    let model = picture
        .map(|picture| ("picture".to_owned(), Value::from(url(picture))))
        .into_iter()
        .chain([
            ("palettes".to_owned(), Value::from(url(palettes))),
            ("base".to_owned(), Value::from(place.base)),
            ("selected".to_owned(), Value::from(selected)),
            ("k".to_owned(), Value::from(state.k)),
        ])
        .collect();
    let swatch = |colour| format!("<i style=\"background:{colour}\"></i>");
    let numbers = state.numbers().text();
    let parts = Parts {
        frame: &url(&state.frame),
        size: (figure.width, figure.height),
        swatches: state.palette.iter().map(swatch).collect(),
        caption,
        numbers: &numbers,
    };
    Ok(Markup {
        html: html(props, &parts, place),
        island: Some(Island {
            trigger: Trigger::Visible,
            model,
            preload: vec![url(palettes)],
            kernel: picture.is_some(),
        }),
        problems,
    })
}

/// The state that the figure shows. A picture with few colours ends early; then it is the last one.
pub(crate) fn choose<'f>(
    props: &Props,
    figure: &'f Figure,
    problems: &mut Vec<Problem>,
) -> Result<(usize, &'f State), Problem> {
    let wanted = props.resolved().selected;
    if let Some(state) = figure.states.get(wanted) {
        return Ok((wanted, state));
    }
    let state = figure.states.last().ok_or_else(|| damaged("has no state"))?;
    let distinct = state.numbers().colours();
    problems.push(
        Problem::note(
            "ends-early",
            format!(
                "the picture has too few distinct colours: `ks` ends at {distinct}, which is shown"
            ),
        )
        .prop("selected"),
    );
    Ok((figure.states.len() - 1, state))
}

fn damaged(what: &str) -> Problem {
    Problem::error("damaged-artifact", format!("the baked figure {what}"))
        .hint("run `prebake clean --cache` and build again")
}

/// The author's caption, the prop's text or else the tag's children, as an element with these
/// attributes; nothing where there is none.
pub(crate) fn caption(
    attributes: &str,
    prop: Option<&str>,
    place: &Place<'_>,
    problems: &mut Vec<Problem>,
) -> String {
    let children = place.children.trim();
    let caption = prop.map_or_else(|| children.to_owned(), escape);
    if prop.is_some() && !children.is_empty() {
        problems.push(
            Problem::warning(
                "two-captions",
                "the tag has a `caption` and children; only the prop is shown",
            )
            .prop("caption")
            .hint("remove one of the two"),
        );
    }
    if caption.is_empty() {
        return caption;
    }
    // One of several paragraphs needs an element that may hold them.
    let element = if caption.contains("<p>") && !place.inline { "div" } else { "span" };
    format!("<{element}{attributes}>{caption}</{element}> ")
}

/// The start and the end of a figure that shows a picture, and the element of its caption; inside a
/// paragraph only phrasing ones. `id` and `alt` are HTML.
pub(crate) fn elements(
    class: &str,
    id: &str,
    alt: &str,
    place: &Place<'_>,
) -> (String, &'static str, &'static str) {
    if place.inline {
        let open =
            format!("<span class=\"{class}\" id=\"{id}\" role=\"figure\" aria-label=\"{alt}\">");
        (open, "</span>", "span")
    } else {
        (format!("<figure class=\"{class}\" id=\"{id}\">"), "</figure>", "figcaption")
    }
}

/// A file's stem as words.
fn spoken(stem: &str) -> String {
    let words: Vec<&str> = stem.split(['-', '_', ' ']).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "picture".to_owned() } else { words.join(" ") }
}

/// The figure as it will be, but for what has to be baked.
pub(crate) fn placeholder(props: &Props, picture: (u32, u32), place: &Place<'_>) -> String {
    let resolved = props.resolved();
    let (width, height) = scaled(picture, resolved.width.unwrap_or(DEFAULT_WIDTH));
    let parts = Parts {
        frame: &blank(width, height),
        size: (width, height),
        swatches: "<i></i>".to_owned(),
        // Two captions are told when the figure is there.
        caption: caption(CAPTION, props.caption.as_deref(), place, &mut Vec::new()),
        numbers: "…",
    };
    html(props, &parts, place)
}

/// The URL of a picture of this size that shows nothing but a soft grey.
pub(crate) fn blank(width: u32, height: u32) -> String {
    format!(
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='{width}' \
         height='{height}'%3E%3Crect width='100%25' height='100%25' fill='%238883'/%3E%3C/svg%3E"
    )
}

/// What a figure shows.
struct Parts<'a> {
    /// The URL of the picture.
    frame: &'a str,
    /// In pixels.
    size: (u32, u32),
    /// HTML.
    swatches: String,
    /// HTML.
    caption: String,
    numbers: &'a str,
}

/// The elements; inside a paragraph only phrasing ones.
fn html(props: &Props, parts: &Parts<'_>, place: &Place<'_>) -> String {
    let Parts { frame, size: (width, height), swatches, caption, numbers } = parts;
    let alt = match &props.alt {
        Some(alt) => escape(alt),
        // It stays when the slider moves, so it cannot say how many colours.
        None => {
            let name = spoken(props.resolved().picture.stem());
            escape(&format!("{name} in a palette of its own"))
        }
    };
    let id = escape(props.id.as_deref().unwrap_or(place.unique));
    let (open, close, caption_tag) = elements("kmeans-image", &id, &alt, place);
    let frame = escape(frame);
    format!(
        "{open}\
         <span class=\"kmeans-image-stage\">\
         <img src=\"{frame}\" width=\"{width}\" height=\"{height}\" alt=\"{alt}\" loading=\"lazy\" decoding=\"async\">\
         </span>\
         <span class=\"kmeans-image-control\"></span>\
         <span class=\"kmeans-image-swatches\" aria-hidden=\"true\">{swatches}</span>\
         <{caption_tag}>{caption}<span class=\"kmeans-image-numbers\">{numbers}</span></{caption_tag}>\
         {close}",
    )
}
