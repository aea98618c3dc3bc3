//! Which colour of a palette stands for a pixel: one rule, for the build and for the page.
//!
//! What is exported here compiles without `std` into a kernel of about a kilobyte: no allocation but
//! for [`assign`]'s result, no formatting, no index that can panic.

use crate::search::{Search, squared_distance};
use alloc::vec::Vec;

/// The index of the colour of `palette` that is nearest to `colour`: least squared distance in sRGB
/// bytes, as integers; the lowest index where several are as near. 0 for an empty palette.
#[must_use]
pub fn nearest(palette: &[[u8; 3]], colour: [u8; 3]) -> usize {
    let mut best = (u32::MAX, 0);
    for (index, &entry) in palette.iter().enumerate() {
        let distance = squared_distance(entry.map(i32::from), colour.map(i32::from));
        if distance < best.0 {
            best = (distance, index);
        }
    }
    best.1
}

/// The index of the [`nearest`] colour for every pixel, looking at the first 256 of `palette` only.
/// All 0 for an empty palette.
#[must_use]
pub fn assign(palette: &[[u8; 3]], pixels: &[[u8; 3]]) -> Vec<u8> {
    let mut search = Search::new(palette);
    pixels.iter().map(|&colour| search.nearest(colour).index).collect()
}

/// Writes to `out` every pixel of `rgba` in its [`nearest`] colour, opaque; both are RGBA bytes.
/// Looks at the first 256 of `palette` only, and ends with the shorter of the two buffers. An empty
/// palette leaves `out` as it is.
pub fn recolour(palette: &[[u8; 3]], rgba: &[u8], out: &mut [u8]) {
    if palette.is_empty() {
        return;
    }
    let mut search = Search::new(palette);
    let (from, _) = rgba.as_chunks::<4>();
    let (to, _) = out.as_chunks_mut::<4>();
    for (&[red, green, blue, _], to) in from.iter().zip(to) {
        let [red, green, blue] = search.nearest([red, green, blue]).colour;
        *to = [red as u8, green as u8, blue as u8, 255];
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

    proptest! {
        #[test]
        fn every_way_is_the_one_rule(
            palette in prop::collection::vec(colour(), 1..257),
            pixels in prop::collection::vec(colour(), 0..200),
            alphas: [u8; 200],
        ) {
            let indices: Vec<usize> = assign(&palette, &pixels).into_iter().map(usize::from).collect();
            let expected: Vec<usize> = pixels.iter().map(|&pixel| nearest(&palette, pixel)).collect();
            prop_assert_eq!(&indices, &expected);

            let rgba: Vec<u8> =
                pixels.iter().zip(alphas).flat_map(|(&[r, g, b], a)| [r, g, b, a]).collect();
            let mut out = vec![7; rgba.len()];
            recolour(&palette, &rgba, &mut out);
            let painted: Vec<u8> = expected
                .iter()
                .flat_map(|&index| palette[index].into_iter().chain([255]))
                .collect();
            prop_assert_eq!(out, painted);
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
        let mut out = [1; 9];
        recolour(&[], &[5; 8], &mut out);
        assert_eq!(out, [1; 9]);
        // A lone byte at the end belongs to no pixel, and the shorter buffer ends it.
        recolour(&[[3, 4, 5]], &[5; 7], &mut out);
        assert_eq!(out, [3, 4, 5, 255, 1, 1, 1, 1, 1]);
        recolour(&[[6, 7, 8]], &[5; 99], &mut out);
        assert_eq!(out, [6, 7, 8, 255, 6, 7, 8, 255, 1]);
    }

    #[test]
    fn colours_past_the_256th_have_no_index() {
        let mut palette = vec![[0, 0, 0]; 256];
        palette.push([200, 200, 200]);
        assert_eq!(assign(&palette, &[[200, 200, 200]]), [0]);
    }
}
