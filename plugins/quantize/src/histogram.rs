//! The distinct colours of a picture and how often each occurs.

use alloc::vec::Vec;

/// The number of distinct colours.
#[must_use]
pub fn distinct(pixels: &[[u8; 3]]) -> usize {
    let sorted = sorted(pixels);
    sorted.chunk_by(|a, b| a == b).count()
}

/// The distinct colours, rising, each with its number of pixels.
///
/// The result depends on the multiset of pixels only: not on their order, not on threads.
#[cfg(feature = "std")]
pub(crate) fn histogram(pixels: &[[u8; 3]]) -> Vec<([u8; 3], u32)> {
    sorted(pixels)
        .chunk_by(|a, b| a == b)
        .map(|run| {
            let [_, red, green, blue] = run[0].to_be_bytes();
            ([red, green, blue], u32::try_from(run.len()).unwrap_or(u32::MAX))
        })
        .collect()
}

/// The pixels as `0x00rrggbb`, rising: 4 bytes a pixel, 200 MB for 50 megapixels.
fn sorted(pixels: &[[u8; 3]]) -> Vec<u32> {
    let mut packed: Vec<u32> = pixels
        .iter()
        .map(|&[red, green, blue]| u32::from_be_bytes([0, red, green, blue]))
        .collect();
    #[cfg(feature = "std")]
    rayon::slice::ParallelSliceMut::par_sort_unstable(packed.as_mut_slice());
    #[cfg(not(feature = "std"))]
    packed.sort_unstable();
    packed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_distinct_colours() {
        assert_eq!(distinct(&[]), 0);
        assert_eq!(distinct(&[[1, 2, 3]; 9]), 1);
        assert_eq!(distinct(&[[1, 2, 3], [3, 2, 1], [1, 2, 3], [0, 0, 0]]), 3);
    }

    #[cfg(feature = "std")]
    #[test]
    fn colours_rise_and_weights_add_up() {
        let pixels = [[9, 0, 0], [0, 255, 7], [9, 0, 0], [0, 0, 1]];
        assert_eq!(histogram(&pixels), [([0, 0, 1], 1), ([0, 255, 7], 1), ([9, 0, 0], 2)]);
    }
}
