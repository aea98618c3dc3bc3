//! Making a picture smaller, once: Catmull-Rom's cubic (1974), widened to the scale so that it
//! averages as well as interpolates, in linear light, in doubles, added in a fixed order.

use crate::srgb::{ENCODER, LINEAR};
use rayon::prelude::*;

/// One output pixel's share of the input along one axis.
struct Taps {
    /// The first input pixel.
    first: usize,
    /// Weights of it and those behind it; they add up to one.
    weights: Vec<f64>,
}

/// The size, in pixels, of a picture of this size that may be `working` pixels wide.
#[must_use]
pub fn scaled((width, height): (u32, u32), working: u32) -> (u32, u32) {
    if width <= working {
        return (width, height);
    }
    let scaled = (u64::from(height) * u64::from(working) + u64::from(width) / 2) / u64::from(width);
    (working, u32::try_from(scaled.max(1)).unwrap_or(height))
}

/// Resamples a picture wider than `width` to it, with its shape kept to the nearest pixel; leaves
/// others alone. Gives pixels, width and height.
#[must_use]
pub fn to_width(
    pixels: Vec<[u8; 3]>,
    width: u32,
    height: u32,
    working: u32,
) -> (Vec<[u8; 3]>, u32, u32) {
    if width <= working {
        return (pixels, width, height);
    }
    let (working, new_height) = scaled((width, height), working);
    let across = taps(width as usize, working as usize);
    let down = taps(height as usize, new_height as usize);
    let resampled = down
        .par_iter()
        .flat_map_iter(|down| {
            let row = blend_rows(&pixels, width as usize, down);
            across.iter().map(move |across| blend(&row, across)).collect::<Vec<_>>()
        })
        .collect();
    (resampled, working, new_height)
}

/// A row of linear light, blended from the rows that `taps` name.
fn blend_rows(pixels: &[[u8; 3]], width: usize, taps: &Taps) -> Vec<[f64; 3]> {
    let mut row = vec![[0.0; 3]; width];
    let rows = pixels.chunks_exact(width).skip(taps.first);
    for (source, weight) in rows.zip(&taps.weights) {
        for (sum, pixel) in row.iter_mut().zip(source) {
            for (sum, &byte) in sum.iter_mut().zip(pixel) {
                *sum += weight * LINEAR[usize::from(byte)];
            }
        }
    }
    row
}

fn blend(row: &[[f64; 3]], taps: &Taps) -> [u8; 3] {
    let mut sum = [0.0; 3];
    for (pixel, weight) in row[taps.first..].iter().zip(&taps.weights) {
        for (sum, channel) in sum.iter_mut().zip(pixel) {
            *sum += weight * channel;
        }
    }
    sum.map(|channel| ENCODER.byte(channel))
}

fn taps(from: usize, to: usize) -> Vec<Taps> {
    let scale = (from as f64 / to as f64).max(1.0);
    let radius = 2.0 * scale;
    (0..to)
        .map(|index| {
            let centre = (index as f64 + 0.5) * from as f64 / to as f64;
            let first = (centre - radius).max(0.0) as usize;
            let end = ((centre + radius) as usize + 1).min(from);
            let mut weights: Vec<f64> = (first..end)
                .map(|source| catmull_rom((source as f64 + 0.5 - centre) / scale))
                .collect();
            let sum: f64 = weights.iter().sum();
            weights.iter_mut().for_each(|weight| *weight /= sum);
            Taps { first, weights }
        })
        .collect()
}

fn catmull_rom(distance: f64) -> f64 {
    let x = distance.abs();
    if x < 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x < 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::{taps, to_width};
    use proptest::prelude::*;

    #[test]
    fn leaves_smaller_pictures_alone() {
        let pixels = vec![[1, 2, 3]; 6];
        assert_eq!(to_width(pixels.clone(), 3, 2, 3), (pixels, 3, 2));
    }

    #[test]
    fn averages_light_and_not_bytes() {
        let board: Vec<[u8; 3]> =
            (0..64 * 64).map(|n| [if (n + n / 64) % 2 == 0 { 255 } else { 0 }; 3]).collect();
        let (pixels, width, height) = to_width(board, 64, 64, 8);
        assert_eq!((width, height), (8, 8));
        // Half the light of white is byte 188.
        assert!(pixels[3 * 8 + 3].iter().all(|byte| byte.abs_diff(188) <= 2), "{:?}", pixels[27]);
    }

    #[test]
    fn keeps_at_least_one_row() {
        assert_eq!(to_width(vec![[9; 3]; 500], 500, 1, 10).0, vec![[9; 3]; 10]);
    }

    proptest! {
        #[test]
        fn one_colour_stays_itself(
            colour: [u8; 3], width in 1_u32..80, height in 1_u32..40, working in 1_u32..80,
        ) {
            let pixels = vec![colour; (width * height) as usize];
            let (pixels, new_width, new_height) = to_width(pixels, width, height, working);
            prop_assert_eq!(new_width, width.min(working));
            prop_assert_eq!(pixels.len(), (new_width * new_height) as usize);
            prop_assert!(pixels.iter().all(|&pixel| pixel == colour));
        }

        #[test]
        fn taps_stay_inside(from in 1_usize..200, to in 1_usize..200) {
            prop_assume!(to <= from);
            for taps in taps(from, to) {
                prop_assert!(taps.first + taps.weights.len() <= from);
                prop_assert!((taps.weights.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            }
        }
    }
}
