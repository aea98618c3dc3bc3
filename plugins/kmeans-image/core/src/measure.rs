//! What a picture in the colours of a palette is like.

use prebake_quantize::{assign, entropy_bits, psnr_db};
use rayon::prelude::*;

/// A picture in the colours of one palette.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Which colour each pixel takes: the nearest (see [`prebake_quantize::nearest`]).
    pub indices: Vec<u8>,
    /// How many pixels show each colour.
    pub counts: Vec<u64>,
    /// Peak signal-to-noise ratio in decibels, over the three channels in sRGB bytes; `None` where
    /// the picture is unchanged, which would be infinite.
    pub psnr_db: Option<f64>,
    /// Bits of one index, fixed in width: log2 of the number of colours, rounded up.
    pub bits_per_pixel: f64,
    /// Entropy of the indices, taken one by one.
    pub entropy_bits_per_pixel: f64,
}

/// Gives every pixel its nearest colour of a palette of at most 256, and measures what comes of it.
#[must_use]
pub fn measure(pixels: &[[u8; 3]], colours: &[[u8; 3]]) -> Measured {
    weigh(pixels.iter().map(|&pixel| (pixel, 1)), assign(colours, pixels), colours)
}

/// The distinct colours of a picture, rising, and how many pixels have each: what the numbers of
/// all its states need, at a fraction of the pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    colours: Vec<[u8; 3]>,
    pixels: Vec<u64>,
}

impl Histogram {
    /// Counts the pixels of every colour.
    #[must_use]
    pub fn new(pixels: &[[u8; 3]]) -> Self {
        let mut sorted = pixels.to_vec();
        sorted.par_sort_unstable();
        let runs = || sorted.chunk_by(|a, b| a == b);
        Self {
            colours: runs().map(|run| run[0]).collect(),
            pixels: runs().map(|run| run.len() as u64).collect(),
        }
    }

    /// The numbers that [`measure`] finds on the pixels themselves; the indices are those of the
    /// distinct colours.
    #[must_use]
    pub fn measure(&self, colours: &[[u8; 3]]) -> Measured {
        let weighted = self.colours.iter().copied().zip(self.pixels.iter().copied());
        weigh(weighted, assign(colours, &self.colours), colours)
    }
}

/// Sums up pixels, each with its weight, that take these indices.
fn weigh(
    pixels: impl Iterator<Item = ([u8; 3], u64)>,
    indices: Vec<u8>,
    colours: &[[u8; 3]],
) -> Measured {
    let mut counts = vec![0; colours.len()];
    let mut error = 0;
    for ((pixel, weight), &index) in pixels.zip(&indices) {
        if let Some(count) = counts.get_mut(usize::from(index)) {
            *count += weight;
            error += weight * squared_distance(pixel, colours[usize::from(index)]);
        }
    }
    let psnr_db = psnr_db(error, counts.iter().sum::<u64>() as usize);
    Measured {
        indices,
        psnr_db: Some(psnr_db).filter(|db| db.is_finite()),
        bits_per_pixel: f64::from(colours.len().next_power_of_two().trailing_zeros()),
        entropy_bits_per_pixel: entropy_bits(&counts),
        counts,
    }
}

fn squared_distance(a: [u8; 3], b: [u8; 3]) -> u64 {
    a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(b)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::{Histogram, Measured, measure};
    use proptest::prelude::*;

    #[test]
    fn an_unchanged_picture_is_exact() {
        let colours = [[0, 0, 0], [9, 9, 9], [200, 0, 0]];
        let measured = measure(&[colours[2], colours[0], colours[2], colours[1]], &colours);
        assert_eq!(measured.indices, [2, 0, 2, 1]);
        assert_eq!(measured.counts, [1, 1, 2]);
        assert_eq!(measured.psnr_db, None);
        assert_eq!((measured.bits_per_pixel, measured.entropy_bits_per_pixel), (2.0, 1.5));
    }

    #[test]
    fn the_worst_is_no_decibel() {
        let measured = measure(&[[255, 255, 255]; 3], &[[0, 0, 0]]);
        assert_eq!(measured.psnr_db, Some(0.0));
        assert_eq!(measured.bits_per_pixel, 0.0);
    }

    proptest! {
        #[test]
        fn colours_with_weights_say_what_pixels_say(
            pixels in prop::collection::vec(prop::array::uniform3(0_u8..6), 1..300),
            palette in prop::collection::vec(prop::array::uniform3(0_u8..8), 1..20),
        ) {
            let measured = measure(&pixels, &palette);
            let histogram = Histogram::new(&pixels);
            prop_assert_eq!(histogram.pixels.iter().sum::<u64>(), pixels.len() as u64);
            let weighed = histogram.measure(&palette);
            prop_assert_eq!(Measured { indices: measured.indices.clone(), ..weighed }, measured);
        }
    }
}
