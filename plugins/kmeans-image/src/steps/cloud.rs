//! The picture's colours as a cloud of dots in the cube of red, green and blue.

use crate::figure::Colour;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most dots: enough to see a shape, few enough for a page.
const MOST_DOTS: usize = 600;

/// Edges of the cells that are tried, in sRGB bytes. The last ones make at most 512 cells.
const EDGES: [u8; 8] = [4, 6, 8, 10, 12, 16, 24, 32];

/// Size of the drawing, in its own units.
pub(super) const SIZE: [i32; 2] = [440, 340];

/// Units of the drawing in one sRGB byte.
const SCALE: f64 = 0.8;

/// The dots, in the order in which they are drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cloud {
    /// Edge of the cells, in sRGB bytes.
    pub(super) edge: u8,
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

    pub(super) fn new(pixels: &[[u8; 3]]) -> Self {
        let (edge, cells) = EDGES
            .iter()
            .map(|&edge| (edge, cells(pixels, edge)))
            .find(|(_, cells)| cells.len() <= MOST_DOTS)
            .unwrap_or_default();
        let mut dots: Vec<Dot> = cells
            .into_values()
            .map(|Cell { sum, pixels: count }| {
                let colour = sum.map(|sum| ((2 * sum + count) / (2 * count)) as u8);
                Dot {
                    colour: Colour(colour),
                    pixels: count,
                    at: project(colour),
                    size: size(count, pixels.len() as u64),
                }
            })
            .collect();
        // Large ones first, so that they cover none; the rest settles the order.
        dots.sort_by_key(|dot| (u8::MAX - dot.size, dot.at, dot.colour.0));
        Self { edge, dots }
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
    3 + (thousandths.ilog2() / 2) as u8
}

/// A colour's place in the drawing: the cube seen from the side, on its corner, without perspective.
/// To the right is lighter (along the greys, black to white), upward is warmer (from blue towards
/// red and yellow); the view is turned a little about the greys, so that no two corners coincide.
pub(super) fn project(colour: [u8; 3]) -> [i32; 2] {
    // A turn with an exact sine and cosine: 7² + 24² = 25².
    const SIN: f64 = 0.28;
    const COS: f64 = 0.96;
    let [red, green, blue] = colour.map(|byte| f64::from(byte) - 127.5);
    let lightness = (red + green + blue) / 3_f64.sqrt();
    let warmth = (red - blue) / 2_f64.sqrt();
    let third = (red - 2.0 * green + blue) / 6_f64.sqrt();
    let up = COS * warmth + SIN * third;
    let [width, height] = SIZE.map(f64::from);
    let place = [width / 2.0 + SCALE * lightness, height / 2.0 - SCALE * up];
    place.map(|units| libm::round(units) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_whole_cube_fits() {
        for corner in 0..8 {
            let [x, y] = project([1, 2, 4].map(|bit| if corner & bit > 0 { 255 } else { 0 }));
            assert!((20..=SIZE[0] - 20).contains(&x) && (5..=SIZE[1] - 5).contains(&y), "{x} {y}");
        }
        assert_eq!((project([0; 3]), project([255; 3])), ([43, 170], [397, 170]));
    }

    proptest! {
        #[test]
        fn every_pixel_is_in_one_dot(pixels in prop::collection::vec(any::<[u8; 3]>(), 1..3000)) {
            let cloud = Cloud::new(&pixels);
            prop_assert!(cloud.dots.len() <= MOST_DOTS);
            prop_assert_eq!(cloud.dots.iter().map(|dot| dot.pixels).sum::<u64>(), pixels.len() as u64);
            let mut turned = pixels;
            turned.reverse();
            prop_assert_eq!(Cloud::new(&turned), cloud);
        }
    }
}
