//! A declared component in the page.

use super::props::ProgramProps;
use super::protocol::{Picture, Shown};
use crate::config::ComponentConfig;
use crate::html::{self, attribute, set};
use crate::island::kebab;
use crate::links::{encode, picture_size};
use prebake_plugin::{Artifact, Island, Markup, Place, Problem, escape};
use serde_json::Value;

pub(super) fn render(
    config: &ComponentConfig,
    props: &ProgramProps,
    shown: &Shown,
    artifact: &Artifact,
    place: &Place<'_>,
) -> Result<Markup, Vec<Problem>> {
    let mut problems = Vec::new();
    let children = place.children.trim();
    let (view, mut caption) = match (&shown.html, &shown.picture) {
        (Some(html), _) => (placed(html, artifact, place.base), children),
        (None, Some(picture)) => (image(picture, props, artifact, place, &mut problems), children),
        // What stands between the tags is shown until the widget is there.
        (None, None) => (children.to_owned(), ""),
    };
    let given = props.caption.as_ref().or(shown.caption.as_ref()).map(|text| escape(text));
    if let Some(given) = &given {
        if props.caption.is_some() && !caption.is_empty() {
            let message = "the tag has a `caption` and children; only the prop is shown";
            let two = Problem::warning("two-captions", message).prop("caption");
            problems.push(two.hint("remove one of the two"));
        }
        if props.caption.is_some() || caption.is_empty() {
            caption = given;
        }
    }
    let island = config.widget.is_some().then(|| Island {
        trigger: config.trigger,
        model: model(props, shown, place.base),
        preload: Vec::new(),
        kernel: false,
    });
    let html = wrapped(config, props, place, &view, caption);
    Ok(Markup { html, island, problems })
}

/// The elements around the view; inside a paragraph only phrasing ones.
fn wrapped(
    config: &ComponentConfig,
    props: &ProgramProps,
    place: &Place<'_>,
    view: &str,
    caption: &str,
) -> String {
    let id = props.id.as_deref().unwrap_or(place.unique);
    let (outer, inner, under) = match (place.inline, caption.is_empty()) {
        (true, _) => ("span", "span", "span"),
        (false, true) => ("div", "div", ""),
        (false, false) => ("figure", "div", "figcaption"),
    };
    // Room for what comes later, so that nothing moves when it does.
    let room = config.height.map_or_else(String::new, |height| {
        let display = if place.inline { "display:inline-block;" } else { "" };
        format!(" style=\"{display}min-height:{height}px\"")
    });
    let hydrate = if config.hydrate { "hydrate" } else { "" };
    let view = if config.widget.is_some() {
        format!("<{inner} data-view=\"{hydrate}\"{room}>{view}</{inner}>")
    } else {
        view.to_owned()
    };
    let caption =
        if caption.is_empty() { String::new() } else { format!("<{under}>{caption}</{under}>") };
    format!(
        "<{outer} class=\"{}\" id=\"{}\">{view}{caption}</{outer}>",
        kebab(&config.name),
        escape(id)
    )
}

/// A program's HTML, with the URLs of the figure's own files made whole.
fn placed(html: &str, artifact: &Artifact, base: &str) -> String {
    let own = |url: &str| {
        let name = url.split(['?', '#']).next().unwrap_or_default();
        let is_own = !name.is_empty() && artifact.file(name).is_some();
        is_own.then(|| format!("{base}{}{}", encode(name), &url[name.len()..]))
    };
    html::rewrite_links(html, &mut |element| {
        for name in ["src", "href", "poster"] {
            if let Some(url) = attribute(element, name)
                && let Some(url) = own(url.trim())
            {
                set(element, name, &url);
            }
        }
        if let Some(candidates) = attribute(element, "srcset") {
            let candidates: Vec<String> = candidates
                .split(',')
                .map(|candidate| {
                    let candidate = candidate.trim();
                    let url = candidate.split_whitespace().next().unwrap_or_default();
                    own(url).map_or_else(
                        || candidate.to_owned(),
                        |own| format!("{own}{}", &candidate[url.len()..]),
                    )
                })
                .collect();
            set(element, "srcset", &candidates.join(", "));
        }
    })
    .unwrap_or_else(|_| html.to_owned())
}

fn image(
    picture: &Picture,
    props: &ProgramProps,
    artifact: &Artifact,
    place: &Place<'_>,
    problems: &mut Vec<Problem>,
) -> String {
    let alt = props.alt.as_ref().or(picture.alt.as_ref());
    if alt.is_none() {
        let message = "the picture has no text for those who do not see it";
        problems.push(
            Problem::warning("missing-alt", message)
                .hint("give the tag an `alt`, or the reply's `picture`; `alt=\"\"` for ornament"),
        );
    }
    let own = artifact.file(&picture.file).and_then(picture_size);
    let size = match (picture.width, picture.height, own) {
        (Some(width), Some(height), _) => Some((width, height)),
        (width, height, Some((w, h))) => {
            let scaled = |side: u32, of: u32, to: u32| {
                let side = u64::from(side) * u64::from(to) + u64::from(of) / 2;
                u32::try_from(side / u64::from(of.max(1))).unwrap_or(to)
            };
            Some(match (width, height) {
                (Some(width), _) => (width, scaled(width, w, h)),
                (None, Some(height)) => (scaled(height, h, w), height),
                (None, None) => (w, h),
            })
        }
        _ => None,
    };
    let size = size.map_or_else(String::new, |(width, height)| {
        format!(" width=\"{width}\" height=\"{height}\"")
    });
    format!(
        "<img src=\"{}\"{size} alt=\"{}\" loading=\"lazy\" decoding=\"async\">",
        escape(&format!("{}{}", place.base, encode(&picture.file))),
        escape(alt.map_or("", String::as_str)),
    )
}

/// The model as the page is built: the props, what the program adds, and the URLs of files.
fn model(props: &ProgramProps, shown: &Shown, base: &str) -> serde_json::Map<String, Value> {
    let mut model = props.job.props.clone();
    model.extend(shown.model.clone());
    let urls = shown.urls.iter();
    model.extend(urls.map(|(key, name)| (key.clone(), format!("{base}{}", encode(name)).into())));
    model
}
