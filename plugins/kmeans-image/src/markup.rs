//! The figure in the page: complete without JavaScript, and the island's model.

use crate::delivery::{self, Delivery};
use crate::figure::{Figure, State};
use crate::props::Props;
use prebake_plugin::{Artifact, Island, Markup, Place, Problem, Trigger, escape};
use serde_json::Value;

pub(crate) fn render(
    props: &Props,
    artifact: &Artifact,
    place: &Place<'_>,
) -> Result<Markup, Problem> {
    let figure: Figure = artifact.json(Figure::FILE)?;
    let mut problems = Vec::new();
    let (selected, state) = choose(props, &figure, &mut problems)?;
    let alt = match &props.alt {
        Some(alt) => alt.clone(),
        // It stays when the slider moves, so it cannot say how many colours.
        None => format!("{} in a palette of its own", spoken(props.resolved().picture.stem())),
    };
    let caption = caption(props.caption.as_deref(), place, &mut problems);
    let parts = Parts { id: props.id.as_deref().unwrap_or(place.unique), alt: &alt, caption };
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
    Ok(Markup {
        html: html(&parts, &figure, state, place),
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

/// The author's caption as HTML: the prop's text, or else the tag's children.
pub(crate) fn caption(
    prop: Option<&str>,
    place: &Place<'_>,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let children = Some(place.children.trim()).filter(|html| !html.is_empty());
    let Some(caption) = prop else {
        return children.map(str::to_owned);
    };
    if children.is_some() {
        problems.push(
            Problem::warning(
                "two-captions",
                "the tag has a `caption` and children; only the prop is shown",
            )
            .prop("caption")
            .hint("remove one of the two"),
        );
    }
    Some(escape(caption)).filter(|caption| !caption.is_empty())
}

/// A file's stem as words.
fn spoken(stem: &str) -> String {
    let words: Vec<&str> = stem.split(['-', '_', ' ']).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "picture".to_owned() } else { words.join(" ") }
}

/// What the author or the place says of the figure.
struct Parts<'a> {
    id: &'a str,
    alt: &'a str,
    /// HTML.
    caption: Option<String>,
}

/// The elements; inside a paragraph only phrasing ones.
fn html(parts: &Parts<'_>, figure: &Figure, state: &State, place: &Place<'_>) -> String {
    let id = escape(parts.id);
    let alt = escape(parts.alt);
    let (open, close, caption_tag) = if place.inline {
        let open = format!(
            "<span class=\"kmeans-image\" id=\"{id}\" role=\"figure\" aria-label=\"{alt}\">"
        );
        (open, "</span>", "span")
    } else {
        (format!("<figure class=\"kmeans-image\" id=\"{id}\">"), "</figure>", "figcaption")
    };
    let frame = escape(&format!("{}{}", place.base, state.frame));
    let swatches: String = state
        .palette
        .iter()
        .map(|colour| format!("<i style=\"background:{colour}\"></i>"))
        .collect();
    // A caption of several paragraphs needs an element that may hold them.
    let caption = parts.caption.as_ref().map_or_else(String::new, |caption| {
        let element = if caption.contains("<p>") && !place.inline { "div" } else { "span" };
        format!("<{element} class=\"kmeans-image-caption\">{caption}</{element}> ")
    });
    format!(
        "{open}\
         <span class=\"kmeans-image-stage\">\
         <img src=\"{frame}\" width=\"{width}\" height=\"{height}\" alt=\"{alt}\" loading=\"lazy\" decoding=\"async\">\
         </span>\
         <span class=\"kmeans-image-control\"></span>\
         <span class=\"kmeans-image-swatches\" aria-hidden=\"true\">{swatches}</span>\
         <{caption_tag}>{caption}<span class=\"kmeans-image-numbers\">{numbers}</span></{caption_tag}>\
         {close}",
        width = figure.width,
        height = figure.height,
        numbers = state.numbers().text(),
    )
}
