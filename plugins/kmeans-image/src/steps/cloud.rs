//! The picture's colours as a cloud of dots in the cube of red, green and blue.

use crate::figure::Colour;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most dots: enough to see a shape, few enough for a page.
const MOST_DOTS: usize = 600;

/// Edges of the cells that are tried, in sRGB bytes. The last ones make at most 512 cells.
const EDGES: [u8; 8] = [4, 6, 8, 10, 12, 16, 24, 32];

/// Size of the drawing, in its own units.
pub(super) const SIZE: [i32; 2] = [440, 330];

/// Room around what is drawn.
const MARGIN: f64 = 30.0;

/// The most units of the drawing in one sRGB byte, for a picture of few colours.
const LARGEST_SCALE: f64 = 3.0;

/// The dots, in the order in which they are drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cloud {
    /// Edge of the cells, in sRGB bytes.
    pub(super) edge: u8,
    pub(super) view: View,
    pub(super) dots: Vec<Dot>,
}

/// The pixels in one cell of the cube.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dot {
    /// Their mean, rounded.
    pub(super) colour: Colour,
    /// How many they are.
    pub(super) pixels: u64,
    /// Where the dot stands in the drawing.
    pub(super) at: [i32; 2],
    /// Its diameter in the drawing.
    pub(super) size: u8,
}

impl Cloud {
    /// The name of the file among those of the artifact. The page does not fetch it.
    pub(super) const FILE: &'static str = "cloud.json";

    /// The cloud of `pixels`, in a view that has room for the colours of `start` too.
    pub(super) fn new(pixels: &[[u8; 3]], start: &[[u8; 3]]) -> Self {
        let (edge, cells) = EDGES
            .iter()
            .map(|&edge| (edge, cells(pixels, edge)))
            .find(|(_, cells)| cells.len() <= MOST_DOTS)
            .unwrap_or_default();
        let means: Vec<([u8; 3], u64)> = cells
            .into_values()
            .map(|Cell { sum, pixels: count }| {
                (sum.map(|sum| ((2 * sum + count) / (2 * count)) as u8), count)
            })
            .collect();
        let view = View::of(means.iter().map(|&(colour, _)| colour).chain(start.iter().copied()));
        let mut dots: Vec<Dot> = means
            .into_iter()
            .map(|(colour, count)| Dot {
                colour: Colour(colour),
                pixels: count,
                at: view.project(colour),
                size: size(count, pixels.len() as u64),
            })
            .collect();
        // Large ones first, so that they cover none; the rest settles the order.
        dots.sort_by_key(|dot| (u8::MAX - dot.size, dot.at, dot.colour.0));
        Self { edge, view, dots }
    }

    pub(super) fn colours(&self) -> Vec<[u8; 3]> {
        self.dots.iter().map(|dot| dot.colour.0).collect()
    }

    pub(super) fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec(self).expect("numbers and strings serialise");
        json.push(b'\n');
        json
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    sum: [u64; 3],
    pixels: u64,
}

/// The cells that hold pixels.
fn cells(pixels: &[[u8; 3]], edge: u8) -> BTreeMap<[u8; 3], Cell> {
    let mut cells: BTreeMap<[u8; 3], Cell> = BTreeMap::new();
    for pixel in pixels {
        let cell = cells.entry(pixel.map(|byte| byte / edge)).or_default();
        cell.pixels += 1;
        for (sum, &byte) in cell.sum.iter_mut().zip(pixel) {
            *sum += u64::from(byte);
        }
    }
    cells
}

/// The diameter of a dot: it grows by one with every fourfold share of the picture.
fn size(pixels: u64, all: u64) -> u8 {
    let thousandths = (4_000 * pixels / all.max(1)).max(1);
    4 + (thousandths.ilog2() / 2) as u8
}

/// What part of the cube the drawing shows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct View {
    /// What stands in the middle, on the plane of [`plane`].
    middle: [f64; 2],
    /// Units of the drawing in one sRGB byte, the same in every direction.
    scale: f64,
}

impl View {
    /// As near as it can be with all of these colours in it.
    fn of(colours: impl Iterator<Item = [u8; 3]>) -> Self {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for place in colours.map(plane) {
            for axis in 0..2 {
                low[axis] = low[axis].min(place[axis]);
                high[axis] = high[axis].max(place[axis]);
            }
        }
        let scale = [0, 1]
            .map(|axis| (f64::from(SIZE[axis]) - 2.0 * MARGIN) / (high[axis] - low[axis]).max(1.0))
            .into_iter()
            .fold(LARGEST_SCALE, f64::min);
        Self { middle: [0, 1].map(|axis| (low[axis] + high[axis]) / 2.0), scale }
    }

    /// A colour's place in the drawing.
    pub(super) fn project(&self, colour: [u8; 3]) -> [i32; 2] {
        let place = plane(colour);
        [(0, 1.0), (1, -1.0)].map(|(axis, sign)| {
            let units = sign * self.scale * (place[axis] - self.middle[axis]);
            libm::round(f64::from(SIZE[axis]) / 2.0 + units) as i32
        })
    }
}

/// The cube of red, green and blue seen from the side, without perspective: black at the lower left,
/// white at the upper right, warm colours (red, yellow) to the upper left of the greys and cool ones
/// (blue) to their lower right. In sRGB bytes, to the right and upward.
///
/// The greys run along the drawing, so that what differs most in most pictures is seen at its full
/// length. The cube is turned a little about them, so that no two corners coincide.
fn plane(colour: [u8; 3]) -> [f64; 2] {
    // Turns with exact sines and cosines: 7² + 24² = 25², 8² + 15² = 17².
    const ABOUT_GREYS: [f64; 2] = [7.0 / 25.0, 24.0 / 25.0];
    const GREYS_UP: [f64; 2] = [8.0 / 17.0, 15.0 / 17.0];
    let [red, green, blue] = colour.map(f64::from);
    let lightness = (red + green + blue) / 3_f64.sqrt();
    let warmth = (red - blue) / 2_f64.sqrt();
    let depth = (red - 2.0 * green + blue) / 6_f64.sqrt();
    let warmth = ABOUT_GREYS[1] * warmth + ABOUT_GREYS[0] * depth;
    let [sin, cos] = GREYS_UP;
    [cos * lightness - sin * warmth, sin * lightness + cos * warmth]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn corners() -> Vec<[u8; 3]> {
        (0..8).map(|corner| [1, 2, 4].map(|bit| if corner & bit > 0 { 255 } else { 0 })).collect()
    }

    #[test]
    fn the_view_holds_what_it_is_made_for() {
        let view = View::of(corners().into_iter());
        for [x, y] in corners().into_iter().map(|corner| view.project(corner)) {
            assert!((30..=410).contains(&x) && (30..=300).contains(&y), "{x} {y}");
        }
        let [[black, low], [white, high]] = [[0; 3], [255; 3]].map(|grey| view.project(grey));
        assert!(black < white && low > high, "dark is at the lower left");
        let one = View::of([[7, 8, 9]].into_iter());
        assert_eq!(one.project([7, 8, 9]), SIZE.map(|units| units / 2));
    }

    #[test]
    fn distances_on_the_plane_are_never_longer_than_in_the_cube() {
        for (a, b) in corners().into_iter().flat_map(|a| corners().into_iter().map(move |b| (a, b)))
        {
            let seen: f64 = plane(a).iter().zip(plane(b)).map(|(a, b)| (a - b).powi(2)).sum();
            let true_one: f64 =
                a.iter().zip(b).map(|(&a, b)| (f64::from(a) - f64::from(b)).powi(2)).sum();
            assert!(seen <= true_one + 1e-6);
        }
        let [x, y] = plane([255; 3]);
        assert!((x * x + y * y - 3.0 * 255.0 * 255.0).abs() < 1e-6, "greys at their full length");
    }

    proptest! {
        #[test]
        fn every_pixel_is_in_one_dot(pixels in prop::collection::vec(any::<[u8; 3]>(), 1..3000)) {
            let cloud = Cloud::new(&pixels, &[]);
            prop_assert!(cloud.dots.len() <= MOST_DOTS);
            prop_assert_eq!(cloud.dots.iter().map(|dot| dot.pixels).sum::<u64>(), pixels.len() as u64);
            let mut turned = pixels;
            turned.reverse();
            prop_assert_eq!(Cloud::new(&turned, &[]), cloud);
        }
    }
}
