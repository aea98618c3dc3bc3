//! The distinct colours of a picture and how often each occurs.

use alloc::vec::Vec;

/// The number of distinct colours.
#[must_use]
pub fn distinct(pixels: &[[u8; 3]]) -> usize {
    let mut packed: Vec<u32> = pixels
        .iter()
        .map(|&[red, green, blue]| u32::from_be_bytes([0, red, green, blue]))
        .collect();
    #[cfg(feature = "std")]
    rayon::slice::ParallelSliceMut::par_sort_unstable(packed.as_mut_slice());
    #[cfg(not(feature = "std"))]
    packed.sort_unstable();
    packed.chunk_by(|a, b| a == b).count()
}

/// What is made of each distinct colour and its number of pixels, in the order of Morton's curve, in
/// which neighbours are near each other.
///
/// The result depends on the multiset of pixels only: not on their order. Pixels are dealt to the
/// 4,096 cubes of sixteen steps a side (2 bytes each), and those of a cube are counted.
#[cfg(feature = "std")]
pub(crate) fn histogram<T>(pixels: &[[u8; 3]], make: impl Fn([u8; 3], u32) -> T) -> Vec<T> {
    const LOW: u32 = 12;
    const CUBE: usize = 1 << LOW;
    let in_cube: Vec<[u8; 3]> = (0..CUBE as u32).map(colour).collect();
    let mut ends = [0_usize; CUBE];
    for &pixel in pixels {
        ends[(morton(pixel) >> LOW) as usize] += 1;
    }
    let mut start = 0;
    for end in &mut ends {
        start += std::mem::replace(end, start);
    }
    let mut places = alloc::vec![0_u16; pixels.len()];
    for &pixel in pixels {
        let code = morton(pixel);
        // Where the cube starts becomes where it ends, pixel by pixel.
        let end = &mut ends[(code >> LOW) as usize];
        places[*end] = (code as usize % CUBE) as u16;
        *end += 1;
    }
    let mut colours = Vec::with_capacity(pixels.len().min(1 << 17));
    let mut counts = [0_u32; CUBE];
    // Which of them are not 0.
    let mut some = [0_u64; CUBE / 64];
    let mut start = 0;
    for (cube, end) in in_cube.iter().zip(ends) {
        if start == end {
            continue;
        }
        for &place in &places[start..end] {
            let place = usize::from(place) % CUBE;
            counts[place] = counts[place].saturating_add(1);
            some[place / 64] |= 1 << (place % 64);
        }
        start = end;
        for (word, some) in some.iter_mut().enumerate() {
            while *some != 0 {
                let place = word * 64 + some.trailing_zeros() as usize;
                *some &= *some - 1;
                let count = std::mem::take(&mut counts[place]);
                let low = in_cube[place];
                colours.push(make([0, 1, 2].map(|i| cube[i] << 4 | low[i]), count));
            }
        }
    }
    colours
}

/// The bits of a byte, two places free between each and the next.
#[cfg(feature = "std")]
const SPREAD: [u32; 256] = {
    let mut spread = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            spread[byte] |= (byte as u32 >> bit & 1) << (3 * bit);
            bit += 1;
        }
        byte += 1;
    }
    spread
};

/// The place of a colour on Morton's curve: the bits of its channels in turn.
///
/// Guy M. Morton, "A Computer Oriented Geodetic Data Base and a New Technique in File Sequencing"
/// (IBM, 1966).
#[cfg(feature = "std")]
fn morton([red, green, blue]: [u8; 3]) -> u32 {
    let [red, green, blue] = [red, green, blue].map(|byte| SPREAD[usize::from(byte)]);
    red << 2 | green << 1 | blue
}

/// The colour at a place on Morton's curve.
#[cfg(feature = "std")]
fn colour(code: u32) -> [u8; 3] {
    [2, 1, 0].map(|channel| {
        let bit = |bit: u32| code >> (3 * bit + channel) << bit & 1 << bit;
        (0..8).fold(0, |byte, n| byte | bit(n)) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "std")]
    fn pair(colour: [u8; 3], count: u32) -> ([u8; 3], u32) {
        (colour, count)
    }

    #[test]
    fn counts_distinct_colours() {
        assert_eq!(distinct(&[]), 0);
        assert_eq!(distinct(&[[1, 2, 3]; 9]), 1);
        assert_eq!(distinct(&[[1, 2, 3], [3, 2, 1], [1, 2, 3], [0, 0, 0]]), 3);
    }

    #[cfg(feature = "std")]
    #[test]
    fn weights_add_up_along_the_curve() {
        let pixels = [[9, 0, 0], [0, 255, 7], [9, 0, 0], [0, 0, 1]];
        assert_eq!(histogram(&pixels, pair), [([0, 0, 1], 1), ([9, 0, 0], 2), ([0, 255, 7], 1)]);
        assert_eq!(histogram(&[], pair), []);
    }

    #[cfg(feature = "std")]
    proptest::proptest! {
        #[test]
        fn every_colour_is_counted_once(pixels: Vec<[u8; 3]>) {
            let mut plain = std::collections::BTreeMap::new();
            for &pixel in &pixels {
                plain.entry(morton(pixel)).or_insert((pixel, 0)).1 += 1;
            }
            let plain: Vec<([u8; 3], u32)> = plain.into_values().collect();
            proptest::prop_assert_eq!(histogram(&pixels, pair), plain);
        }
    }
}
