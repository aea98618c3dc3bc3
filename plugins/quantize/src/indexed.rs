//! A picture as its distinct colours, in an order in which neighbours are alike, and an index a
//! pixel: what is decided once for a colour is decided for all of its pixels.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

/// The number of colours that are decided together.
pub(crate) const BLOCK: usize = 32;

/// A picture as [`index`] gives it, in memory of its own: to look at with many palettes.
#[derive(Debug, Clone)]
pub struct Indexed {
    /// Whole blocks.
    pub(crate) colours: Vec<u32>,
    /// For every pixel, the place of its colour in `colours`.
    pub(crate) places: Vec<u32>,
}

impl Indexed {
    /// Takes 8 bytes a pixel at most, and 4 MB while it works.
    #[must_use]
    pub fn new(pixels: &[[u8; 3]]) -> Self {
        let word = |&[red, green, blue]: &[u8; 3]| u32::from_le_bytes([red, green, blue, 255]);
        let mut places: Vec<u32> = pixels.iter().map(word).collect();
        let mut colours = vec![0; room(pixels.len())];
        let mut marks: Box<Marks> =
            vec![[0; 2]; MARKS].try_into().expect("as many words as marks need");
        let used = index(&mut places, &mut colours, &mut marks);
        colours.truncate(used);
        colours.shrink_to_fit();
        Self { colours, places }
    }
}

/// A mark for every sRGB colour, 32 to a word, and the number of marks in the words before. Colours
/// stand in Morton order (Morton 1966): the bits of the three channels interleaved, so that the
/// colours of a short stretch lie in a small box.
pub type Marks = [[u32; 2]; MARKS];

/// 2^24 colours, 32 to a word.
const MARKS: usize = 1 << 19;

/// Room for the distinct colours of `pixels` pixels, whatever they are: [`index`] fills up the last
/// block.
#[must_use]
pub fn room(pixels: usize) -> usize {
    pixels.next_multiple_of(BLOCK)
}

/// Writes the distinct colours of a picture to `colours`, in Morton order, and replaces each pixel
/// by the place of its colour there. Gives the length of `colours` in use: whole blocks, the last
/// filled up with copies of its last colour.
///
/// Pixels are RGBA bytes, as little-endian words; their alpha is not looked at. `colours` should
/// hold [`room`] of them: what does not fit is left out. What `marks` holds before does not matter.
pub fn index(pixels: &mut [u32], colours: &mut [u32], marks: &mut Marks) -> usize {
    marks.fill([0; 2]);
    for &pixel in &*pixels {
        let place = morton(pixel);
        marks[place >> 5][0] |= 1 << (place & 31);
    }
    let mut count = 0;
    for [marked, before] in marks.iter_mut() {
        *before = count;
        count += marked.count_ones();
    }
    let mut last = 0;
    for pixel in pixels {
        let place = morton(*pixel);
        let [marked, before] = marks[place >> 5];
        let rank = before + (marked & ((1 << (place & 31)) - 1)).count_ones();
        if let Some(colour) = colours.get_mut(rank as usize) {
            *colour = *pixel;
        }
        if rank + 1 == count {
            last = *pixel;
        }
        *pixel = rank;
    }
    let used = (count as usize).next_multiple_of(BLOCK);
    if let Some(rest) = colours.get_mut(count as usize..used) {
        rest.fill(last);
    }
    used
}

/// The place of a colour in Morton order, below 2^24.
#[inline(never)]
fn morton(pixel: u32) -> usize {
    let [red, green, blue, _] = pixel.to_le_bytes().map(spread);
    (red << 2 | green << 1 | blue) as usize
}

/// The bits of a byte, three places apart.
fn spread(byte: u8) -> u32 {
    let bits = u32::from(byte);
    let bits = (bits | bits << 8) & 0x00_f0_0f;
    let bits = (bits | bits << 4) & 0x0c_30_c3;
    (bits | bits << 2) & 0x24_92_49
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn every_pixel_finds_its_colour(
            pixels in prop::collection::vec(prop_oneof![any::<u32>(), 0_u32..40], 0..300),
        ) {
            let mut places = pixels.clone();
            let mut colours = vec![7; room(pixels.len())];
            let mut marks: Box<Marks> = vec![[9; 2]; MARKS].try_into().unwrap();
            let used = index(&mut places, &mut colours, &mut marks);
            let rgb = |pixel: u32| pixel & 0xff_ffff;
            for (&pixel, &place) in pixels.iter().zip(&places) {
                prop_assert_eq!(rgb(colours[place as usize]), rgb(pixel));
            }
            let mut distinct: Vec<u32> = pixels.iter().map(|&pixel| rgb(pixel)).collect();
            distinct.sort_unstable_by_key(|&pixel| morton(pixel));
            distinct.dedup();
            prop_assert_eq!(used, distinct.len().next_multiple_of(BLOCK));
            let last = distinct.last().copied().unwrap_or_default();
            distinct.resize(used, last);
            let found: Vec<u32> = colours[..used].iter().map(|&colour| rgb(colour)).collect();
            prop_assert_eq!(found, distinct);
        }

        #[test]
        fn too_little_room_is_no_trouble(
            pixels in prop::collection::vec(any::<u32>(), 0..100), room in 0_usize..100,
        ) {
            let mut marks: Box<Marks> = vec![[0; 2]; MARKS].try_into().unwrap();
            index(&mut pixels.clone(), &mut vec![0; room], &mut marks);
        }
    }

    #[test]
    fn bits_are_interleaved() {
        assert_eq!(morton(u32::from_le_bytes([255, 0, 0, 0])), 0x92_49_24);
        assert_eq!(morton(u32::from_le_bytes([0, 255, 0, 9])), 0x49_24_92);
        assert_eq!(morton(u32::from_le_bytes([0, 0, 255, 0])), 0x24_92_49);
        assert_eq!(morton(u32::from_le_bytes([0b10, 0, 0b11, 0])), 0b101_001);
    }
}
