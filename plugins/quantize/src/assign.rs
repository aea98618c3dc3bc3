//! Which colour of a palette stands for a pixel: one rule, for the build and for the page.
//!
//! [`recolour`] compiles without `std` into a kernel of two kilobytes: no allocation, no formatting,
//! no index that can panic.

use crate::candidates::{Bounds, Candidates};
use crate::indexed::{BLOCK, Indexed};
use alloc::vec;
use alloc::vec::Vec;

/// The number of blocks whose candidates are first sought together.
const GROUP: usize = 16;

/// The index of the colour of `palette` that is nearest to `colour`: least squared distance in sRGB
/// bytes, as integers; the lowest index where several are as near. 0 for an empty palette.
#[must_use]
pub fn nearest(palette: &[[u8; 3]], colour: [u8; 3]) -> usize {
    let mut best = (u32::MAX, 0);
    for (index, entry) in palette.iter().enumerate() {
        let distance = entry.iter().zip(colour).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum();
        if distance < best.0 {
            best = (distance, index);
        }
    }
    best.1
}

/// The index of the [`nearest`] colour for every pixel, looking at the first 256 of `palette` only.
/// All 0 for an empty palette. For several palettes of one picture see [`Indexed`].
#[must_use]
pub fn assign(palette: &[[u8; 3]], pixels: &[[u8; 3]]) -> Vec<u8> {
    Indexed::new(pixels).assign(palette)
}

impl Indexed {
    /// As [`assign`], for the pixels of this picture.
    #[must_use]
    pub fn assign(&self, palette: &[[u8; 3]]) -> Vec<u8> {
        let mut answers = vec![0; self.colours.len()];
        answer(&Candidates::new(palette, |index, _| index), &self.colours, &mut answers);
        self.places.iter().map(|&place| answers[place as usize] as u8).collect()
    }
}

/// Paints a picture that [`index`](crate::index) has taken apart: writes to `out` every pixel of
/// `places` in the [`nearest`] colour of `palette`, opaque. Looks at the first 256 of `palette`
/// only. An empty palette leaves `out` as it is.
///
/// `painted` is room for as many words as `colours`. Where buffers are shorter than they should be,
/// nothing is written beyond them, and a pixel without a colour stays as it is.
pub fn recolour(
    palette: &[[u8; 3]],
    colours: &[u32],
    painted: &mut [u32],
    places: &[u32],
    out: &mut [u32],
) {
    if palette.is_empty() {
        return;
    }
    let opaque = |_, [red, green, blue]: [u8; 3]| u32::from_le_bytes([red, green, blue, 255]);
    answer(&Candidates::new(palette, opaque), colours, painted);
    for (&place, out) in places.iter().zip(out) {
        if let Some(&colour) = painted.get(place as usize) {
            *out = colour;
        }
    }
}

/// Sets `answers` to those of the entries that are nearest to `colours`, block by block: few entries
/// of a palette can be nearest to any of a block's colours, which are alike, and they are sought
/// among those that can be to any of a group of blocks.
fn answer(palette: &Candidates, colours: &[u32], answers: &mut [u32]) {
    let (colours, _) = colours.as_chunks::<BLOCK>();
    let (answers, _) = answers.as_chunks_mut::<BLOCK>();
    let (mut wide, mut narrow) = (Candidates::NONE, Candidates::NONE);
    for (colours, answers) in colours.chunks(GROUP).zip(answers.chunks_mut(GROUP)) {
        palette.within(&Bounds::of(colours.as_flattened()), &mut wide);
        for (colours, answers) in colours.iter().zip(answers) {
            wide.within(&Bounds::of(colours), &mut narrow);
            narrow.decide(colours, answers);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Few values, so that equal colours and equal distances are common.
    fn coarse() -> impl Strategy<Value = [u8; 3]> {
        prop::array::uniform3(prop::sample::select(vec![0, 1, 2, 100, 102, 104, 254, 255]))
    }

    fn colour() -> impl Strategy<Value = [u8; 3]> {
        prop_oneof![coarse(), any::<[u8; 3]>()]
    }

    fn opaque([red, green, blue]: [u8; 3]) -> u32 {
        u32::from_le_bytes([red, green, blue, 255])
    }

    /// As the page does.
    fn paint(palette: &[[u8; 3]], pixels: &[[u8; 3]]) -> Vec<u32> {
        let indexed = Indexed::new(pixels);
        let mut out = vec![7; pixels.len()];
        let mut painted = vec![9; indexed.colours.len()];
        recolour(palette, &indexed.colours, &mut painted, &indexed.places, &mut out);
        out
    }

    proptest! {
        // Four megabytes are cleared for each picture.
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn every_way_is_the_one_rule(
            palette in prop::collection::vec(colour(), 1..257),
            pixels in prop::collection::vec(colour(), 0..200),
        ) {
            let indices: Vec<usize> = assign(&palette, &pixels).into_iter().map(usize::from).collect();
            let expected: Vec<usize> = pixels.iter().map(|&pixel| nearest(&palette, pixel)).collect();
            prop_assert_eq!(&indices, &expected);

            prop_assert_eq!(paint(&palette, &pixels), expected
                .iter()
                .map(|&index| opaque(palette[index]))
                .collect::<Vec<u32>>());
        }

        #[test]
        fn many_blocks_of_like_colours(
            palette in prop::collection::vec(colour(), 1..257), corner: [u8; 3], step in 1_u8..9,
        ) {
            let pixels: Vec<[u8; 3]> = (0..2000_u32)
                .map(|i| {
                    let [x, y, z] = [i % 13, i / 13 % 13, i / 169].map(|x| x as u8 * step);
                    [corner[0] ^ x, corner[1] ^ y, corner[2] ^ z]
                })
                .collect();
            for (&pixel, index) in pixels.iter().zip(assign(&palette, &pixels)) {
                prop_assert_eq!(usize::from(index), nearest(&palette, pixel));
            }
        }

        #[test]
        fn few_colours_tie_often(
            palette in prop::collection::vec(coarse(), 1..9),
            pixels in prop::collection::vec(coarse(), 1..50),
        ) {
            for (&pixel, index) in pixels.iter().zip(assign(&palette, &pixels)) {
                prop_assert_eq!(usize::from(index), nearest(&palette, pixel));
            }
        }
    }

    #[test]
    fn lowest_index_wins() {
        let palette = [[9, 9, 9], [2, 0, 0], [0, 0, 0], [2, 0, 0]];
        assert_eq!(nearest(&palette, [1, 0, 0]), 1);
        assert_eq!(assign(&palette, &[[1, 0, 0], [9, 9, 9], [1, 0, 0], [0, 1, 0]]), [1, 0, 1, 2]);
    }

    #[test]
    fn odd_sizes_are_no_trouble() {
        assert_eq!(nearest(&[], [1, 2, 3]), 0);
        assert_eq!(assign(&[], &[[1, 2, 3]]), [0]);
        assert_eq!(assign(&[[1, 2, 3]], &[]), []);
        assert_eq!(paint(&[], &[[1, 2, 3]]), [7]);
        // Half a block has no answers, and a place outside them leaves its pixel.
        let mut out = [7; 4];
        recolour(&[[3, 4, 5]], &[0; 40], &mut [1; 33], &[0, 31, 32, 99], &mut out[..3]);
        assert_eq!(out, [opaque([3, 4, 5]), opaque([3, 4, 5]), 1, 7]);
        recolour(&[[3, 4, 5]], &[0; 40], &mut [], &[0; 9], &mut out);
        assert_eq!(out[3], 7);
    }

    #[test]
    fn colours_past_the_256th_have_no_index() {
        let mut palette = vec![[0, 0, 0]; 256];
        palette.push([200, 200, 200]);
        assert_eq!(assign(&palette, &[[200, 200, 200]]), [0]);
    }
}
