//! The figure: its files, and its HTML.

use crate::Props;
use cellular_rule_kernel::{cells, width};
use prebake_plugin::{Place, escape};
use std::fmt::Write as _;

/// The picture of the rule that is shown first.
pub(crate) const PICTURE: &str = "rows.svg";

/// How many cells live, for every rule.
pub(crate) const ALIVE: &str = "alive.json";

/// The rows of a rule, drawn as one path: a stroke for each run of living cells.
pub(crate) fn svg(number: u8, rows: usize) -> String {
    let width = width(rows);
    let mut path = String::new();
    for (y, row) in cells(number, rows).chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run[0] == 1 {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{x} {y}h{0}v1h-{0}z", run.len());
            }
            x += run.len();
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {rows}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{width}v{rows}h-{width}z\"/>\
         <path fill=\"#1b2a41\" d=\"{path}\"/></svg>\n"
    )
}

/// How many cells live in the rows of each rule, as JSON.
pub(crate) fn alive(rows: usize) -> impl std::fmt::Display {
    let count = |number| cells(number, rows).iter().map(|cell| u32::from(*cell)).sum::<u32>();
    let counts: Vec<String> = (0..=255).map(|number| count(number).to_string()).collect();
    format!("[{}]", counts.join(","))
}

/// The figure, complete without JavaScript; inside a paragraph only phrasing content is valid.
pub(crate) fn html(props: &Props, place: &Place<'_>) -> String {
    let (outer, inner) = if place.inline { ("span", "span") } else { ("figure", "figcaption") };
    let id = escape(props.id.as_deref().unwrap_or(place.unique));
    let alt =
        props.alt.as_deref().unwrap_or("Rows of cells, each made of the row above by one rule");
    let caption = match &props.caption {
        Some(caption) => format!("<{inner}>{}</{inner}>", escape(caption)),
        None => String::new(),
    };
    format!(
        "<{outer} class=\"cellular-rule\" id=\"{id}\"><img src=\"{}{PICTURE}\" alt=\"{}\" \
         width=\"{}\" height=\"{}\"><span class=\"cellular-rule-control\">Rule {}</span>\
         {caption}</{outer}>",
        place.base,
        escape(alt),
        width(usize::from(props.rows)),
        props.rows,
        props.number,
    )
}
