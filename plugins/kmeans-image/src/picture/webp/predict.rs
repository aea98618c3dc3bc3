//! The predictor transform: each pixel told by its difference from what its neighbours foretell.

use super::{Pixel, TILE_BITS, cost};
use rayon::prelude::*;

/// The ways of foretelling that the format knows.
const MODES: u8 = 14;

/// The neighbours of a pixel.
struct Around {
    left: Pixel,
    top: Pixel,
    top_left: Pixel,
    top_right: Pixel,
}

/// Replaces the pixels by their differences; gives the mode of every tile, in green.
pub(super) fn predict(pixels: &mut [Pixel], side: usize) -> Vec<Pixel> {
    let across = side.div_ceil(1 << TILE_BITS);
    // First by small differences; then by what these differences turned out to cost.
    let by_size: [u32; 256] = std::array::from_fn(|difference| {
        let size = (difference as u8 as i8).unsigned_abs();
        cost(1, 2 + 2 * u32::from(size))
    });
    let first = choose(pixels, side, &[by_size; 3]);
    let costs = costs_of(&differences(pixels, side, across, &first));
    let modes = choose(pixels, side, &costs);
    let rest = differences(pixels, side, across, &modes);
    pixels.copy_from_slice(&rest);
    modes.into_iter().map(|mode| [0, mode, 0]).collect()
}

/// What each difference costs, channel by channel, where codes are made for these.
pub(super) fn costs_of(rest: &[Pixel]) -> [[u32; 256]; 3] {
    let mut counts = [[0; 256]; 3];
    for pixel in rest {
        for (counts, &byte) in counts.iter_mut().zip(pixel) {
            counts[usize::from(byte)] += 1;
        }
    }
    counts.map(|counts| counts.map(|count| cost(count, rest.len() as u32)))
}

/// The cheapest mode of every tile, the first of equals.
fn choose(pixels: &[Pixel], side: usize, costs: &[[u32; 256]; 3]) -> Vec<u8> {
    let tile = 1 << TILE_BITS;
    let (across, rows) = (side.div_ceil(tile), pixels.len() / side);
    (0..across * rows.div_ceil(tile))
        .into_par_iter()
        .map(|at| {
            let (left, top) = (at % across * tile, at / across * tile);
            let mut totals = [0_u64; MODES as usize];
            for y in top.max(1)..(top + tile).min(rows) {
                for x in left.max(1)..(left + tile).min(side) {
                    let around = Around::of(pixels, y * side + x, side);
                    let pixel = pixels[y * side + x];
                    for (mode, total) in (0..MODES).zip(&mut totals) {
                        let rest = difference(pixel, around.foretell(mode));
                        *total += rest
                            .iter()
                            .zip(costs)
                            .map(|(&byte, costs)| u64::from(costs[usize::from(byte)]))
                            .sum::<u64>();
                    }
                }
            }
            (0..MODES).min_by_key(|&mode| totals[usize::from(mode)]).unwrap_or(0)
        })
        .collect()
}

fn differences(pixels: &[Pixel], side: usize, across: usize, modes: &[u8]) -> Vec<Pixel> {
    (0..pixels.len())
        .into_par_iter()
        .map(|at| {
            let (x, y) = (at % side, at / side);
            let foretold = match (x, y) {
                (0, 0) => [0; 3],
                (_, 0) => pixels[at - 1],
                (0, _) => pixels[at - side],
                _ => {
                    let mode = modes[(y >> TILE_BITS) * across + (x >> TILE_BITS)];
                    Around::of(pixels, at, side).foretell(mode)
                }
            };
            difference(pixels[at], foretold)
        })
        .collect()
}

fn difference(a: Pixel, b: Pixel) -> Pixel {
    [a[0].wrapping_sub(b[0]), a[1].wrapping_sub(b[1]), a[2].wrapping_sub(b[2])]
}

impl Around {
    /// Of a pixel in neither the first row nor the first column. At the end of a row the pixel to
    /// the right above is the first of the row itself, as the format has it.
    fn of(pixels: &[Pixel], at: usize, side: usize) -> Self {
        Self {
            left: pixels[at - 1],
            top: pixels[at - side],
            top_left: pixels[at - side - 1],
            top_right: pixels[at - side + 1],
        }
    }

    fn foretell(&self, mode: u8) -> Pixel {
        let Self { left, top, top_left, top_right } = *self;
        match mode {
            0 => [0; 3],
            1 => left,
            2 => top,
            3 => top_right,
            4 => top_left,
            5 => average(average(left, top_right), top),
            6 => average(left, top_left),
            7 => average(left, top),
            8 => average(top_left, top),
            9 => average(top, top_right),
            10 => average(average(left, top_left), average(top, top_right)),
            11 => {
                let from_left = distance(top, top_left);
                let from_top = distance(left, top_left);
                if from_left < from_top { left } else { top }
            }
            12 => each(|i| i16::from(left[i]) + i16::from(top[i]) - i16::from(top_left[i])),
            _ => {
                let mean = average(left, top);
                each(|i| {
                    let mean = i16::from(mean[i]);
                    mean + (mean - i16::from(top_left[i])) / 2
                })
            }
        }
    }
}

fn average(a: Pixel, b: Pixel) -> Pixel {
    [0, 1, 2].map(|i| u16::midpoint(u16::from(a[i]), u16::from(b[i])) as u8)
}

fn each(channel: impl Fn(usize) -> i16) -> Pixel {
    [0, 1, 2].map(|i| channel(i).clamp(0, 255) as u8)
}

fn distance(a: Pixel, b: Pixel) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b))).sum()
}
