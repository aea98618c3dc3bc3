//! Which colour of a palette stands for a pixel: one rule, for the build and for the page.
//!
//! What is exported here compiles without `std` into a kernel of a few hundred bytes: no
//! allocation but for [`assign`]'s result, no formatting, no index that can panic.

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
    let search = Search::new(palette);
    let mut start = 0;
    pixels
        .iter()
        .map(|&colour| {
            start = search.nearest(colour, start);
            search.entries().get(start).map_or(0, |entry| entry.index)
        })
        .collect()
}

/// Writes to `out` every pixel of `rgba` in its [`nearest`] colour, opaque; both are RGBA bytes.
/// Looks at the first 256 of `palette` only, and ends with the shorter of the two buffers. An empty
/// palette leaves `out` as it is.
pub fn recolour(palette: &[[u8; 3]], rgba: &[u8], out: &mut [u8]) {
    let search = Search::new(palette);
    let mut start = 0;
    let (from, _) = rgba.as_chunks::<4>();
    let (to, _) = out.as_chunks_mut::<4>();
    for (&[red, green, blue, _], to) in from.iter().zip(to) {
        start = search.nearest([red, green, blue], start);
        if let Some(entry) = search.entries().get(start) {
            let [red, green, blue] = entry.colour.map(|channel| channel as u8);
            *to = [red, green, blue, 255];
        }
    }
}

fn squared_distance(a: [i32; 3], b: [i32; 3]) -> u32 {
    let [x, y, z] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    (x * x + y * y + z * z) as u32
}

/// A palette sorted by brightness, in which the nearest colour is found by looking around.
///
/// With s and t the sums of the channels of two colours, (s - t)² is at most three times their
/// squared distance (Cauchy and Schwarz), so that a walk away from the pixel's own s may end as soon
/// as (s - t)² exceeds three times the least squared distance so far. Neighbouring pixels are alike,
/// so each walk starts where the last one ended, where the distance is small already.
struct Search {
    entries: [Entry; 256],
    len: usize,
}

#[derive(Clone, Copy)]
struct Entry {
    colour: [i32; 3],
    sum: i32,
    index: u8,
}

impl Search {
    fn new(palette: &[[u8; 3]]) -> Self {
        let mut entries = [Entry { colour: [0; 3], sum: 0, index: 0 }; 256];
        let mut len = 0;
        for (index, &colour) in (0..=u8::MAX).zip(palette) {
            let colour = colour.map(i32::from);
            let mut held = Entry { colour, sum: colour.iter().sum(), index };
            // Insertion: the entries are few, and `sort` would be most of the kernel's code.
            for entry in entries.iter_mut().take(len) {
                if held.sum < entry.sum {
                    core::mem::swap(entry, &mut held);
                }
            }
            if let Some(end) = entries.get_mut(len) {
                *end = held;
                len += 1;
            }
        }
        Self { entries, len }
    }

    fn entries(&self) -> &[Entry] {
        self.entries.get(..self.len).unwrap_or_default()
    }

    /// The place of the nearest colour among the entries, sought from the place `start` on.
    fn nearest(&self, colour: [u8; 3], start: usize) -> usize {
        let mut best = Best { colour: colour.map(i32::from), key: u32::MAX, place: start };
        let sum: i32 = best.colour.iter().sum();
        let places = self.entries().iter().enumerate();
        for (place, entry) in places.clone().skip(start) {
            if best.excludes(entry.sum - sum) {
                break;
            }
            best.consider(place, entry);
        }
        for (place, entry) in places.take(start).rev() {
            if best.excludes(sum - entry.sum) {
                break;
            }
            best.consider(place, entry);
        }
        best.place
    }
}

/// The nearest entry to a colour so far.
struct Best {
    colour: [i32; 3],
    /// The squared distance, then the index in the palette, so that of equally near entries the
    /// lowest index is the least key.
    key: u32,
    place: usize,
}

impl Best {
    /// Whether no entry so far ahead, or farther, can be as near as this one.
    fn excludes(&self, ahead: i32) -> bool {
        ahead > 0 && (ahead * ahead) as u32 > 3 * (self.key >> 8)
    }

    fn consider(&mut self, place: usize, entry: &Entry) {
        let key = squared_distance(entry.colour, self.colour) << 8 | u32::from(entry.index);
        if key < self.key {
            (self.key, self.place) = (key, place);
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
