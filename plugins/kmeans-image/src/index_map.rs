//! The index map: one picture of at most 256 colours that stands for every frame.
//!
//! The kernel paints it as it paints the canonical picture, by the nearest colour of a palette. So
//! that this errs little, the map's colours are parts of the clusters of the finest palette: there
//! no pixel changes sides. For the coarser palettes whole cells of pixels lie on one side or the
//! other, and their palettes are settled anew, by Lloyd's steps, on the cells.

use crate::figure::Frame;
use crate::picture::{Picture, PictureFile, digest};
use prebake_quantize::{Effort, Space};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// How many colours a map may have, in the order in which they are tried: fewer where more would
/// cost more than [`SHARE`] allows.
const MOST_COLOURS: [usize; 3] = [256, 192, 128];

/// A map with its palettes shall take at most one part in so many of the frames' bytes.
const SHARE: u64 = 25;

/// Lloyd's steps end when nothing is gained; this many are never needed.
const MOST_STEPS: usize = 50;

/// The map and what it shows.
pub(crate) struct IndexMap {
    /// `map.png` or `map.webp`.
    pub(crate) file: PictureFile,
    /// FNV-1a over the RGBA bytes of the map.
    pub(crate) digest: u64,
    /// How many colours it has.
    pub(crate) colours: usize,
    /// What it shows in the place of each frame.
    pub(crate) shown: Vec<Shown>,
}

/// The frame that comes out of the map.
pub(crate) struct Shown {
    /// In the order of the exact frame's palette.
    pub(crate) palette: Vec<[u8; 3]>,
    /// How many pixels show each colour.
    pub(crate) counts: Vec<u64>,
    /// Sum of squared distances of the shown pixels to the picture's, in sRGB bytes.
    pub(crate) error: u64,
}

/// Pixels that the map shows in one colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Cell {
    pixels: u64,
    /// Of the picture's sRGB bytes, exact.
    sum: [u64; 3],
    /// Of their squares, over the three channels.
    squares: u64,
}

impl IndexMap {
    /// The map of the most colours that is small enough beside the frames, or else the smallest.
    /// `palettes_bytes` is what the palettes weigh.
    pub(crate) fn new(picture: &Picture, frames: &[Frame], palettes_bytes: u64) -> Self {
        let bytes: u64 = frames.iter().map(|frame| frame.png.len() as u64).sum();
        let room = (bytes / SHARE).saturating_sub(palettes_bytes);
        let finest = frames.last().map_or(&[][..], |frame| &frame.palette);
        let groups = prebake_quantize::assign(finest, &picture.pixels);
        let mut maps = MOST_COLOURS.iter().map(|&most| {
            let (pixels, cells) = divide(&picture.pixels, &groups, finest.len(), most);
            let file = picture.encode_as("map", &pixels);
            (file, pixels, cells)
        });
        let mut best = maps.next().expect("there is a first number of colours");
        for map in maps {
            if best.0.bytes.len() as u64 <= room {
                break;
            }
            if map.0.bytes.len() < best.0.bytes.len() {
                best = map;
            }
        }
        let (file, pixels, cells) = best;
        let shown = frames.par_iter().map(|frame| settle(&cells, &frame.palette)).collect();
        Self { file, digest: digest(&pixels), colours: cells.len(), shown }
    }
}

/// Paints the picture in at most `most` colours (but one a group at least), none of which is used
/// by two groups unless rounding brings them together. Gives the pixels and the cells by colour.
fn divide(
    pixels: &[[u8; 3]],
    groups: &[u8],
    count: usize,
    most: usize,
) -> (Vec<[u8; 3]>, BTreeMap<[u8; 3], Cell>) {
    if prebake_quantize::distinct(pixels) <= most {
        return (pixels.to_vec(), gather(pixels, pixels));
    }
    let mut members = vec![Vec::new(); count];
    for (&pixel, &group) in pixels.iter().zip(groups) {
        members[usize::from(group)].push(pixel);
    }
    let each = (most / count.max(1)).max(1);
    let colours: Vec<Vec<[u8; 3]>> =
        members.par_iter().map(|members| split(members, each)).collect();
    let parts: Vec<(u8, usize)> = pixels
        .iter()
        .zip(groups)
        .map(|(&pixel, &group)| {
            (group, prebake_quantize::nearest(&colours[usize::from(group)], pixel))
        })
        .collect();
    // Each part in the colour that is best for it: its mean.
    let parts_of = gather(&parts, pixels);
    let map: Vec<[u8; 3]> = parts.iter().map(|part| parts_of[part].mean()).collect();
    let cells = gather(&map, pixels);
    (map, cells)
}

/// Colours for the parts of a group; none for no pixels.
fn split(members: &[[u8; 3]], parts: usize) -> Vec<[u8; 3]> {
    let parts = parts.min(prebake_quantize::distinct(members));
    prebake_quantize::every_k(members, &[parts], Space::Srgb, Effort::Fast)
        .pop()
        .map_or_else(Vec::new, |palette| palette.colours)
}

/// The picture's pixels by what the map has in their place.
fn gather<K: Copy + Ord>(map: &[K], pixels: &[[u8; 3]]) -> BTreeMap<K, Cell> {
    let mut cells = BTreeMap::<K, Cell>::new();
    for (&place, pixel) in map.iter().zip(pixels) {
        cells.entry(place).or_default().add(pixel);
    }
    cells
}

/// Lloyd's steps (1982) for a palette, over cells whose side is decided by the map's colours, as
/// the kernel decides it; as long as the true error falls, roundings included.
fn settle(cells: &BTreeMap<[u8; 3], Cell>, start: &[[u8; 3]]) -> Shown {
    let mut best = measure(cells, start.to_vec());
    for _ in 0..MOST_STEPS {
        let next = measure(
            cells,
            best.1
                .iter()
                .zip(start)
                .map(|(sum, &old)| if sum.pixels == 0 { old } else { sum.mean() })
                .collect(),
        );
        if next.0.error >= best.0.error {
            break;
        }
        best = next;
    }
    best.0
}

/// What a palette shows of the cells, and the pixels that fall to each of its colours.
fn measure(cells: &BTreeMap<[u8; 3], Cell>, palette: Vec<[u8; 3]>) -> (Shown, Vec<Cell>) {
    let mut sums = vec![Cell::default(); palette.len()];
    for (&colour, cell) in cells {
        sums[prebake_quantize::nearest(&palette, colour)].join(cell);
    }
    let error = sums.iter().zip(&palette).map(|(sum, &colour)| sum.error(colour)).sum();
    let counts = sums.iter().map(|sum| sum.pixels).collect();
    (Shown { palette, counts, error }, sums)
}

impl Cell {
    fn add(&mut self, pixel: &[u8; 3]) {
        self.pixels += 1;
        for (sum, &byte) in self.sum.iter_mut().zip(pixel) {
            *sum += u64::from(byte);
            self.squares += u64::from(byte).pow(2);
        }
    }

    fn join(&mut self, other: &Self) {
        self.pixels += other.pixels;
        self.squares += other.squares;
        for (sum, other) in self.sum.iter_mut().zip(other.sum) {
            *sum += other;
        }
    }

    /// The mean, rounded, halves up; black for no pixels.
    fn mean(&self) -> [u8; 3] {
        self.sum.map(|sum| (2 * sum + self.pixels).checked_div(2 * self.pixels).unwrap_or(0) as u8)
    }

    /// Sum of squared distances to `colour`: Σx² + Σ(nc² − 2cΣx), which is never below 0.
    fn error(&self, colour: [u8; 3]) -> u64 {
        let around: u64 = colour.iter().map(|&c| self.pixels * u64::from(c).pow(2)).sum();
        let across: u64 = colour.iter().zip(self.sum).map(|(&c, sum)| 2 * u64::from(c) * sum).sum();
        self.squares + around - across
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, divide, gather, settle};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn squared_distance(a: [u8; 3], b: [u8; 3]) -> u64 {
        a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(b)).pow(2)).sum()
    }

    fn pixels() -> impl Strategy<Value = Vec<[u8; 3]>> {
        prop::collection::vec(any::<[u8; 3]>(), 1..600)
    }

    proptest! {
        #[test]
        fn a_cells_error_is_the_sum_of_its_pixels(pixels in pixels(), colour: [u8; 3]) {
            let mut cell = Cell::default();
            pixels.iter().for_each(|pixel| cell.add(pixel));
            let error: u64 = pixels.iter().map(|&pixel| squared_distance(pixel, colour)).sum();
            prop_assert_eq!(cell.error(colour), error);
            // No colour of bytes is better than the rounded mean.
            prop_assert!(cell.error(cell.mean()) <= error);
        }

        #[test]
        fn maps_keep_to_their_colours_and_groups(
            pixels in pixels(),
            palette in prop::collection::vec(any::<[u8; 3]>(), 1..20),
        ) {
            let groups = prebake_quantize::assign(&palette, &pixels);
            let (map, cells) = divide(&pixels, &groups, palette.len(), 128);
            prop_assert_eq!(map.len(), pixels.len());
            prop_assert!(cells.len() <= 128);
            prop_assert_eq!(prebake_quantize::distinct(&map), cells.len());
            prop_assert_eq!(cells.values().map(|cell| cell.pixels).sum::<u64>(), pixels.len() as u64);
            // A mean may be rounded over a border, but no farther than that.
            for (&colour, &group) in map.iter().zip(&groups) {
                let near = squared_distance(colour, palette[usize::from(group)]) as f64;
                let nearest = palette[prebake_quantize::nearest(&palette, colour)];
                let least = squared_distance(colour, nearest) as f64;
                prop_assert!(near.sqrt() <= least.sqrt() + 3_f64.sqrt());
            }
        }

        #[test]
        fn settling_never_errs_more_and_is_told_as_it_is(
            pixels in pixels(),
            palette in prop::collection::vec(any::<[u8; 3]>(), 1..9),
        ) {
            let groups = prebake_quantize::assign(&palette, &pixels);
            let (map, cells) = divide(&pixels, &groups, palette.len(), 128);
            let error = |palette: &[[u8; 3]]| -> u64 {
                map.iter()
                    .zip(&pixels)
                    .map(|(&colour, &pixel)| {
                        let shown = palette[prebake_quantize::nearest(palette, colour)];
                        squared_distance(shown, pixel)
                    })
                    .sum()
            };
            let shown = settle(&cells, &palette);
            prop_assert_eq!(shown.palette.len(), palette.len());
            prop_assert_eq!(shown.error, error(&shown.palette));
            prop_assert!(shown.error <= error(&palette));
            prop_assert_eq!(shown.counts.iter().sum::<u64>(), pixels.len() as u64);
        }
    }

    #[test]
    fn few_colours_are_their_own_map() {
        let pixels = [[9, 9, 9], [1, 2, 3], [9, 9, 9]];
        let (map, cells) = divide(&pixels, &[0, 0, 0], 1, 128);
        assert_eq!(map, pixels);
        assert_eq!(cells, gather(&pixels, &pixels));
        assert_eq!(settle(&cells, &[[9, 9, 9], [1, 2, 3]]).error, 0);
        assert_eq!(settle(&BTreeMap::new(), &[[4, 5, 6]]).palette, [[4, 5, 6]]);
    }
}
