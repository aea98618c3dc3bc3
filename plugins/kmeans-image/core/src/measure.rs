//! What a picture in the colours of a palette is like.

use prebake_quantize::{Indexed, counts, entropy_bits, psnr_db};

/// A picture in the colours of one palette.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Which colour each pixel takes: the nearest (see [`prebake_quantize::nearest`]).
    pub indices: Vec<u8>,
    /// How many pixels show each colour.
    pub counts: Vec<u64>,
    /// Sum of the squared distances of the pixels to their colours, in sRGB bytes.
    pub error: u64,
    /// Peak signal-to-noise ratio in decibels, over the three channels in sRGB bytes; `None` where
    /// the picture is unchanged, which would be infinite.
    pub psnr_db: Option<f64>,
    /// Bits of one index, fixed in width: log2 of the number of colours, rounded up.
    pub bits_per_pixel: f64,
    /// Entropy of the indices, taken one by one.
    pub entropy_bits_per_pixel: f64,
}

/// A picture, made ready to be measured in the colours of many palettes.
#[derive(Debug)]
pub struct Gauge<'p> {
    pixels: &'p [[u8; 3]],
    indexed: Indexed,
}

impl<'p> Gauge<'p> {
    /// Looks at the picture once; takes 8 bytes a pixel at most.
    #[must_use]
    pub fn new(pixels: &'p [[u8; 3]]) -> Self {
        Self { pixels, indexed: Indexed::new(pixels) }
    }

    /// Gives every pixel its nearest colour of a palette of at most 256, and measures what comes of
    /// it.
    #[must_use]
    pub fn measure(&self, colours: &[[u8; 3]]) -> Measured {
        let indices = self.indexed.assign(colours);
        let counts = counts(&indices, colours.len());
        let shown = indices.iter().filter_map(|&index| colours.get(usize::from(index)));
        let error = self.pixels.iter().zip(shown).map(|(a, b)| squared_distance(*a, *b)).sum();
        let psnr_db = psnr_db(error, self.pixels.len());
        Measured {
            error,
            psnr_db: Some(psnr_db).filter(|db| db.is_finite()),
            bits_per_pixel: f64::from(colours.len().next_power_of_two().trailing_zeros()),
            entropy_bits_per_pixel: entropy_bits(&counts),
            indices,
            counts,
        }
    }
}

fn squared_distance(a: [u8; 3], b: [u8; 3]) -> u64 {
    a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(b)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::Gauge;

    #[test]
    fn an_unchanged_picture_is_exact() {
        let colours = [[0, 0, 0], [9, 9, 9], [200, 0, 0]];
        let measured =
            Gauge::new(&[colours[2], colours[0], colours[2], colours[1]]).measure(&colours);
        assert_eq!(measured.indices, [2, 0, 2, 1]);
        assert_eq!(measured.counts, [1, 1, 2]);
        assert_eq!(measured.psnr_db, None);
        assert_eq!((measured.bits_per_pixel, measured.entropy_bits_per_pixel), (2.0, 1.5));
    }

    #[test]
    fn the_worst_is_no_decibel() {
        let measured = Gauge::new(&[[255, 255, 255]; 3]).measure(&[[0, 0, 0]]);
        assert_eq!(measured.psnr_db, Some(0.0));
        assert_eq!(measured.bits_per_pixel, 0.0);
    }
}
