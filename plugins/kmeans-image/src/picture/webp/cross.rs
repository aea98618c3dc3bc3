//! The cross-colour transform: red and blue told by what green, and red, leave of them.

use super::predict::costs_of;
use super::{Pixel, TILE_BITS};

/// Thirty-seconds of one colour that are taken off another.
#[derive(Clone, Copy, Default)]
struct Multipliers {
    green_to_red: i8,
    green_to_blue: i8,
    red_to_blue: i8,
}

/// Takes the shares off; gives the multipliers of every tile as the format has them.
pub(super) fn decorrelate(rest: &mut [Pixel], side: usize) -> Vec<Pixel> {
    let tile = 1 << TILE_BITS;
    let (across, rows) = (side.div_ceil(tile), rest.len() / side);
    let costs = costs_of(rest);
    let mut all = Vec::with_capacity(across * rows.div_ceil(tile));
    for top in (0..rows).step_by(tile) {
        for left in (0..side).step_by(tile) {
            let places: Vec<usize> = (top..(top + tile).min(rows))
                .flat_map(|y| (left..(left + tile).min(side)).map(move |x| y * side + x))
                .collect();
            let pixels: Vec<Pixel> = places.iter().map(|&at| rest[at]).collect();
            let fitted = Multipliers::fit(&pixels);
            let total = |multipliers: Multipliers| -> u64 {
                let cost = |[red, _, blue]: Pixel| {
                    costs[0][usize::from(red)] + costs[2][usize::from(blue)]
                };
                pixels.iter().map(|&pixel| u64::from(cost(multipliers.take_off(pixel)))).sum()
            };
            let plain = Multipliers::default();
            let best = if total(fitted) < total(plain) { fitted } else { plain };
            for &at in &places {
                rest[at] = best.take_off(rest[at]);
            }
            let Multipliers { green_to_red, green_to_blue, red_to_blue } = best;
            all.push([red_to_blue, green_to_blue, green_to_red].map(i8::cast_unsigned));
        }
    }
    all
}

impl Multipliers {
    /// Least squares, one after the other.
    fn fit(pixels: &[Pixel]) -> Self {
        let signed = |pixel: &Pixel| pixel.map(|byte| i64::from(byte.cast_signed()));
        let mut sums = [0; 4];
        for [red, green, blue] in pixels.iter().map(signed) {
            for (sum, product) in
                sums.iter_mut().zip([green * green, green * red, green * blue, red * red])
            {
                *sum += product;
            }
        }
        let [green_green, green_red, green_blue, red_red] = sums;
        let mut fitted = Self {
            green_to_red: share(green_red, green_green),
            green_to_blue: share(green_blue, green_green),
            red_to_blue: 0,
        };
        let left: i64 =
            pixels.iter().map(|pixel| signed(pixel)[0] * signed(&fitted.take_off(*pixel))[2]).sum();
        fitted.red_to_blue = share(left, red_red);
        fitted
    }

    fn take_off(self, [red, green, blue]: Pixel) -> Pixel {
        let part = |multiplier: i8, byte: u8| {
            ((i32::from(multiplier) * i32::from(byte.cast_signed())) >> 5) as u8
        };
        [
            red.wrapping_sub(part(self.green_to_red, green)),
            green,
            blue.wrapping_sub(part(self.green_to_blue, green))
                .wrapping_sub(part(self.red_to_blue, red)),
        ]
    }
}

/// `of / whole` in thirty-seconds, as near as a byte can say.
fn share(of: i64, whole: i64) -> i8 {
    let rounded = (2 * 32 * of + whole).checked_div_euclid(2 * whole).unwrap_or(0);
    rounded.clamp(-128, 127) as i8
}
