//! The cloud as an inline SVG; the widget keeps it in step, and draws alike. What a reader of the
//! feed needs, who has no style sheet, stands in attributes.

use super::cloud::{Cloud, SIZE, View};
use super::walk::Walk;
use std::fmt::Write as _;

/// What lies in which direction, said in the drawing's corners.
const WORDS: [(&str, &str, [i32; 2]); 4] = [
    ("dark", "start", [12, SIZE[1] - 12]),
    ("light", "end", [SIZE[0] - 12, 22]),
    ("warm", "start", [12, 22]),
    ("cool", "end", [SIZE[0] - 12, SIZE[1] - 12]),
];

/// The start tag of the drawing, in which `more` are further attributes.
fn opening(more: &str) -> String {
    let [width, height] = SIZE;
    format!(
        "<svg class=\"kmeans-steps-cloud\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\"{more}>"
    )
}

/// The room of the drawing.
pub(super) fn blank() -> String {
    opening("") + "</svg>"
}

/// The drawing after the step of that index, which exists.
pub(super) fn svg(cloud: &Cloud, walk: &Walk, selected: usize) -> String {
    let state = &walk.states[selected];
    let label = format!(
        "The colours of the picture in the cube of red, green and blue, seen from the side: dark ones \
         at the lower left, light ones at the upper right; {} rings are the colours of the palette, \
         on their way to the middle of the dots that are theirs",
        state.palette.len()
    );
    let mut svg = opening(&format!(
        " fill=\"none\" stroke-linecap=\"round\" role=\"img\" aria-label=\"{label}\""
    ));
    // Writing to a string cannot fail, here and below.
    let _ = write!(
        svg,
        "<path class=\"kmeans-steps-cube\" stroke=\"gray\" d=\"{}\"/><g fill=\"currentColor\">",
        cube(&cloud.view)
    );
    for (word, anchor, [x, y]) in WORDS {
        let _ = write!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{word}</text>");
    }
    let clusters = walk.states[..=selected].iter().rev().find_map(|state| state.clusters.as_ref());
    let clusters: Vec<usize> = clusters.map_or_else(Vec::new, |digits| {
        digits.chars().filter_map(|digit| digit.to_digit(16)).map(|digit| digit as usize).collect()
    });
    svg.push_str("</g><g class=\"kmeans-steps-spokes\" stroke-opacity=\".45\">");
    for (index, (colour, [x, y])) in state.palette.iter().zip(&state.at).enumerate() {
        let _ = write!(svg, "<path stroke=\"{colour}\" d=\"");
        for (dot, _) in cloud.dots.iter().zip(&clusters).filter(|(_, of)| **of == index) {
            let _ = write!(svg, "M{} {}L{x} {y}", dot.at[0], dot.at[1]);
        }
        svg.push_str("\"/>");
    }
    svg.push_str("</g><g class=\"kmeans-steps-dots\">");
    for run in cloud.dots.chunk_by(|a, b| a.size == b.size) {
        let _ = write!(svg, "<g stroke-width=\"{}\">", run[0].size);
        for dot in run {
            let [x, y] = dot.at;
            let _ = write!(svg, "<path stroke=\"{}\" d=\"M{x} {y}h0\"/>", dot.colour);
        }
        svg.push_str("</g>");
    }
    svg.push_str("</g><g class=\"kmeans-steps-trails\" stroke=\"currentColor\">");
    for index in 0..state.palette.len() {
        let way: Vec<String> =
            walk.states[..=selected].iter().map(|state| point(state.at[index])).collect();
        let _ = write!(svg, "<path d=\"M{}\"/>", way.join("L"));
    }
    svg.push_str("</g><g class=\"kmeans-steps-centroids\" stroke=\"#fff\">");
    for (colour, [x, y]) in state.palette.iter().zip(&state.at) {
        let _ = write!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"9\" fill=\"{colour}\"/>");
    }
    svg.push_str("</g></svg>");
    svg
}

fn point([x, y]: [i32; 2]) -> String {
    format!("{x} {y}")
}

/// The twelve edges, some of them outside the drawing.
fn cube(view: &View) -> String {
    let mut path = String::new();
    for corner in 0..8_u8 {
        for bit in [1, 2, 4] {
            if corner & bit == 0 {
                let [from, to] = [corner, corner | bit].map(|corner| {
                    point(view.project([1, 2, 4].map(|bit| if corner & bit > 0 { 255 } else { 0 })))
                });
                let _ = write!(path, "M{from}L{to}");
            }
        }
    }
    path
}
