//! The curves in the page, and the island's model.

use super::axis::Axis;
use crate::figure::Figure;
use crate::markup::{caption, choose};
use crate::props::Props;
use prebake_kmeans_image_core::Numbers;
use prebake_plugin::{Artifact, Island, Markup, Place, Problem, Trigger, escape};
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// The attributes of the caption.
const CAPTION: &str = " class=\"palette-curve-caption\"";

/// The width and the height of the drawing, which is stretched to whatever room there is.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 100.0;

/// The curves of a figure: places in percent, from the left and from the bottom.
struct Plots {
    numbers: Vec<Numbers>,
    across: Vec<f64>,
    control: Axis,
    quality: Axis,
    rate: Axis,
}

impl Plots {
    fn of(figure: &Figure) -> Self {
        let numbers: Vec<Numbers> = figure.states.iter().map(|state| state.numbers()).collect();
        let control = Axis::of_control(&figure.ks);
        let across = figure.ks.iter().map(|&k| control.place(k.into())).collect();
        let decibels = numbers.iter().map(Numbers::decibels);
        let rates = numbers.iter().flat_map(|numbers| [numbers.fixed(), numbers.coded()]);
        let rate = Axis::of(rates.chain([0.0]));
        Self { quality: Axis::of(decibels), rate, numbers, across, control }
    }

    fn place(&self, axis: &Axis, value: impl Fn(&Numbers) -> f64) -> Vec<f64> {
        // What is exact lies at the top.
        self.numbers.iter().map(|numbers| axis.place(value(numbers).min(f64::MAX))).collect()
    }
}

pub(super) fn render(
    props: &Props,
    artifact: &Artifact,
    place: &Place<'_>,
) -> Result<Markup, Problem> {
    let figure: Figure = artifact.json(Figure::FILE)?;
    let mut problems = Vec::new();
    let (selected, state) = choose(props, &figure, &mut problems)?;
    let plots = Plots::of(&figure);
    let caption = caption(CAPTION, props.caption.as_deref(), place, &mut problems);
    let quality = plots.place(&plots.quality, Numbers::decibels);
    let fixed = plots.place(&plots.rate, Numbers::fixed);
    let coded = plots.place(&plots.rate, Numbers::coded);
    let across = &plots.across;
    let parts = Parts {
        panels: [
            plot(
                &plots,
                &plots.quality,
                &[("palette-curve-line", line(across, &quality))],
                (across[selected], quality[selected]),
            ),
            plot(
                &plots,
                &plots.rate,
                &[
                    ("palette-curve-fixed", stairs(across, &fixed)),
                    ("palette-curve-line", line(across, &coded)),
                ],
                (across[selected], coded[selected]),
            ),
        ],
        caption,
        numbers: &state.numbers().text(),
    };
    let html = html(props, &parts, place);
    let texts: Vec<String> = plots.numbers.iter().map(Numbers::text).collect();
    let model = Map::from_iter([
        ("selected".to_owned(), Value::from(selected)),
        ("k".to_owned(), Value::from(state.k)),
        ("ks".to_owned(), Value::from(figure.ks.clone())),
        ("across".to_owned(), Value::from(plots.across.clone())),
        ("up".to_owned(), Value::from(vec![quality, coded])),
        ("texts".to_owned(), Value::from(texts)),
    ]);
    let island = Island { trigger: Trigger::Visible, model, preload: Vec::new(), kernel: false };
    Ok(Markup { html, island: Some(island), problems })
}

/// The figure as it will be, but for what has to be baked.
pub(super) fn placeholder(props: &Props, place: &Place<'_>) -> String {
    // Two captions are told when the figure is there.
    let caption = caption(CAPTION, props.caption.as_deref(), place, &mut Vec::new());
    html(props, &Parts { panels: [String::new(), String::new()], caption, numbers: "…" }, place)
}

/// What a figure shows.
struct Parts<'a> {
    /// The plots of quality and of rate, as HTML.
    panels: [String; 2],
    /// HTML.
    caption: String,
    numbers: &'a str,
}

/// The elements; inside a paragraph only phrasing ones.
fn html(props: &Props, parts: &Parts<'_>, place: &Place<'_>) -> String {
    let Parts { panels: [quality, rate], caption, numbers } = parts;
    let id = escape(props.id.as_deref().unwrap_or(place.unique));
    let (open, close, caption_tag) = if place.inline {
        ("<span role=\"figure\"", "</span>", "span")
    } else {
        ("<figure", "</figure>", "figcaption")
    };
    let panel = |title: &str, plot: &str| {
        format!(
            "<span class=\"palette-curve-title\">{title}</span>\
             <span class=\"palette-curve-plot\" aria-hidden=\"true\">{plot}</span>"
        )
    };
    format!(
        "{open} class=\"palette-curve\" id=\"{id}\" aria-label=\"Quality and bits per pixel \
         against the number of colours\">\
         <span class=\"palette-curve-plots\">{}{}</span>\
         <{caption_tag}>{caption}<span class=\"palette-curve-numbers\">{numbers}</span></{caption_tag}>\
         {close}",
        panel("<span>Quality, in decibels</span>", quality),
        panel(
            "<span>Bits per pixel</span> <span><i></i>one width for all</span> \
             <span><i></i>after entropy coding</span>",
            rate
        ),
    )
}

/// One plot with its ticks and marker. The drawing says nothing that the numbers under the figure do
/// not say.
fn plot(
    plots: &Plots,
    axis: &Axis,
    lines: &[(&str, String)],
    (left, bottom): (f64, f64),
) -> String {
    let mut drawing = String::new();
    let mut names = String::new();
    // Writing to a string cannot fail.
    for &tick in &axis.ticks {
        let up = axis.place(tick);
        let y = HEIGHT - up * HEIGHT / 100.0;
        let _ = write!(drawing, "<path d=\"M0 {y:.1}H{WIDTH}\"/>");
        let _ = write!(names, "<i style=\"bottom:{up}%\">{tick}</i>");
    }
    for (class, path) in lines {
        let _ = write!(drawing, "<path class=\"{class}\" d=\"{path}\"/>");
    }
    let mut below = String::new();
    for &tick in &plots.control.ticks {
        let _ = write!(below, "<i style=\"left:{}%\">{tick}</i>", plots.control.place(tick));
    }
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\">{drawing}</svg>\
         <span class=\"palette-curve-up\">{names}</span>\
         <span class=\"palette-curve-across\">{below}</span>\
         <b style=\"left:{left}%\"><b style=\"bottom:{bottom}%\"></b></b>"
    )
}

fn point(left: f64, up: f64) -> String {
    format!("{:.1} {:.1}", left * WIDTH / 100.0, HEIGHT - up * HEIGHT / 100.0)
}

/// A path from state to state.
fn line(across: &[f64], up: &[f64]) -> String {
    let points: Vec<String> = across.iter().zip(up).map(|(&x, &y)| point(x, y)).collect();
    format!("M{}", points.join(" "))
}

/// A path that rises where the value does, and runs level in between.
fn stairs(across: &[f64], up: &[f64]) -> String {
    let mut path = String::new();
    let mut last = None;
    for (at, (&x, &y)) in across.iter().zip(up).enumerate() {
        match last {
            None => path = format!("M{}", point(x, y)),
            Some(before) if before != y => {
                let _ = write!(path, " {} {}", point(x, before), point(x, y));
            }
            Some(_) if at + 1 == across.len() => {
                let _ = write!(path, " {}", point(x, y));
            }
            Some(_) => {}
        }
        last = Some(y);
    }
    path
}
