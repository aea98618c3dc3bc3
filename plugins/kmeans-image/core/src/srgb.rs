//! The transfer function of sRGB (IEC 61966-2-1), between bytes and linear light.

use std::sync::LazyLock;

/// Linear light of an encoded value, both from 0 to 1.
#[must_use]
pub fn to_linear(encoded: f64) -> f64 {
    if encoded <= 0.040_45 { encoded / 12.92 } else { libm::pow((encoded + 0.055) / 1.055, 2.4) }
}

/// Linear light of every byte.
pub static LINEAR: LazyLock<[f64; 256]> =
    LazyLock::new(|| std::array::from_fn(|byte| to_linear(byte as f64 / 255.0)));

/// Finds the byte nearest to a linear value, in encoded units, without a power per pixel.
#[derive(Debug)]
pub struct Encoder {
    /// From `limits[b]` on the nearest byte is more than `b`.
    limits: [f64; 255],
    /// The byte of the darkest value in each of equal steps of linear light.
    start: [u8; Encoder::STEPS + 1],
}

/// The one encoder.
pub static ENCODER: LazyLock<Encoder> = LazyLock::new(Encoder::new);

impl Encoder {
    const STEPS: usize = 4096;

    fn new() -> Self {
        let limits = std::array::from_fn(|byte| to_linear((byte as f64 + 0.5) / 255.0));
        let start = std::array::from_fn(|step| {
            let value = step as f64 / Self::STEPS as f64;
            limits.partition_point(|&limit| limit <= value) as u8
        });
        Self { limits, start }
    }

    /// The nearest byte; values outside 0 to 1 are clipped, and what is no number is black.
    #[must_use]
    pub fn byte(&self, linear: f64) -> u8 {
        let value = linear.clamp(0.0, 1.0);
        let mut byte = self.start[(value * Self::STEPS as f64) as usize];
        while byte < 255 && self.limits[usize::from(byte)] <= value {
            byte += 1;
        }
        byte
    }
}

#[cfg(test)]
mod tests {
    use super::{ENCODER, LINEAR};
    use proptest::prelude::*;

    #[test]
    fn bytes_survive_the_way_there_and_back() {
        for byte in 0..=255 {
            assert_eq!(ENCODER.byte(LINEAR[usize::from(byte)]), byte);
        }
    }

    #[test]
    fn clips_what_is_outside() {
        assert_eq!(ENCODER.byte(-0.5), 0);
        assert_eq!(ENCODER.byte(7.0), 255);
        assert_eq!(ENCODER.byte(f64::NAN), 0);
        assert_eq!(ENCODER.byte(f64::INFINITY), 255);
    }

    proptest! {
        #[test]
        fn the_table_is_the_formula(value in 0.0..=1.0_f64) {
            let encoded = if value <= 0.003_130_8 {
                value * 12.92
            } else {
                1.055 * libm::pow(value, 1.0 / 2.4) - 0.055
            };
            let off = (f64::from(ENCODER.byte(value)) - encoded * 255.0).abs();
            prop_assert!(off <= 0.501, "{} is {} away", value, off);
        }
    }
}
