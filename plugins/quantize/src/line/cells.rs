//! Values as cells: intervals that no codebook cuts, each with what a cost needs to know of it.

use super::bennett::{runs, share};
use super::bins::binned;
use super::key::{key, value};
use rayon::prelude::*;

/// Up to so many values are sorted outright, and so many cells are kept of more.
const SORTED: usize = 1 << 14;
/// Where values are many and bins are fewer than this, values may be few: then each is a cell.
const FEW: usize = 1 << 12;

/// An interval of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cell {
    pub(crate) mean: f64,
    /// In units of [`Importance::unit`].
    pub(crate) weight: f64,
    /// The weighted sum of squared distances to the mean.
    pub(crate) scatter: f64,
}

/// Weights as integers, so that their sums are exact.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Importance {
    /// The exponent of the largest weight, as its bits have it; that of the least numbers is 1.
    top: u32,
    /// By how much the largest weight's fraction is shifted to be just less than 2^62.
    up: u32,
    scale: f64,
}

impl Importance {
    /// Nothing where a weight is negative, infinite or no number, or all are 0.
    pub(crate) fn new(weights: Option<&[f32]>) -> Option<Self> {
        let Some(weights) = weights else { return Some(Self { top: 0, up: 0, scale: 1.0 }) };
        // -0 becomes +0; then bits rise with what is allowed, and what is not lies beyond.
        let largest = weights.iter().map(|&weight| (weight + 0.0).to_bits()).max().unwrap_or(0);
        if largest == 0 || largest > f32::MAX.to_bits() {
            return None;
        }
        let exponent = libm::ilogb(f64::from(f32::from_bits(largest)));
        let (top, fraction) = parts(largest);
        Some(Self { top, up: 61 - fraction.ilog2(), scale: libm::ldexp(1.0, 61 - exponent) })
    }

    /// A power of two times the weight, rounded down; at least 1 for any positive weight.
    #[inline(always)]
    pub(crate) fn integer(self, weight: f32) -> u64 {
        let (exponent, fraction) = parts(weight.to_bits());
        let down = (self.top - exponent).min(63);
        ((u64::from(fraction) << self.up) >> down).max(u64::from(fraction.min(1)))
    }

    /// What a weight of 1 in a cell stands for.
    pub(crate) fn unit(self) -> f64 {
        1.0 / self.scale
    }
}

/// The exponent of a number of these bits, and its fraction with the leading 1 in place.
#[inline(always)]
fn parts(bits: u32) -> (u32, u32) {
    let (exponent, fraction) = (bits >> 23 & 0xff, bits & 0x7f_ffff);
    (exponent.max(1), fraction | exponent.min(1) << 23)
}

/// All values as rising cells.
#[derive(Debug, Clone)]
pub(crate) struct Cells {
    pub(crate) cells: Vec<Cell>,
    /// The sum of the cells' scatter: no codebook does better.
    pub(crate) within: f64,
    /// Whether sorting the values may make cells with less scatter.
    pub(crate) coarse: bool,
}

impl Cells {
    /// Nothing where a value is not finite.
    pub(crate) fn new(
        values: &[f32],
        weights: Option<&[f32]>,
        importance: Importance,
    ) -> Option<Self> {
        if values.len() > SORTED {
            let cells = Self::of(binned(values, weights, importance)?, true);
            if cells.cells.len() >= FEW || cells.within == 0.0 {
                return Some(cells);
            }
        } else if !values.iter().all(|value| value.is_finite()) {
            return None;
        }
        Some(Self::sorted(values, weights, importance))
    }

    /// Every distinct value a cell; where these are too many, neighbours share one.
    pub(crate) fn sorted(values: &[f32], weights: Option<&[f32]>, importance: Importance) -> Self {
        let weight = |i: usize| weights.map_or(1.0, |weights| weights[i]);
        let mut pairs: Vec<(u32, u32)> = (0..values.len())
            .into_par_iter()
            .map(|i| (key(values[i]), weight(i).to_bits()))
            .collect();
        pairs.par_sort_unstable();
        let distinct: Vec<Cell> = pairs
            .chunk_by(|a, b| a.0 == b.0)
            .filter_map(|run| {
                let integers = run.iter().map(|&(_, bits)| match weights {
                    None => 1,
                    Some(_) => importance.integer(f32::from_bits(bits)),
                });
                let weight: u128 = integers.map(u128::from).sum();
                let cell = Cell { mean: value(run[0].0), weight: weight as f64, scatter: 0.0 };
                (weight > 0).then_some(cell)
            })
            .collect();
        if distinct.len() <= SORTED {
            return Self::of(distinct, false);
        }
        let bounds = runs(&shares(&distinct), SORTED);
        Self::of(bounds.windows(2).map(|pair| union(&distinct[pair[0]..pair[1]])).collect(), false)
    }

    fn of(cells: Vec<Cell>, coarse: bool) -> Self {
        let within = cells.iter().map(|cell| cell.scatter).sum();
        Self { cells, within, coarse }
    }
}

/// What each cell, with the half of the gap to either side, takes of a good quantizer's levels.
pub(crate) fn shares(cells: &[Cell]) -> Vec<f64> {
    let last = cells.len().saturating_sub(1);
    (0..cells.len())
        .map(|i| {
            let (before, after) = (i.saturating_sub(1), (i + 1).min(last));
            let width = cells[after].mean - cells[before].mean;
            share(cells[i].weight, width / (after - before).max(1) as f64)
        })
        .collect()
}

/// Some cells as one. Distances are taken to the first cell, so that little cancels.
pub(crate) fn union(cells: &[Cell]) -> Cell {
    let from = cells[0].mean;
    let (mut weight, mut first) = (0.0, 0.0);
    for cell in cells {
        weight += cell.weight;
        first += cell.weight * (cell.mean - from);
    }
    let mean = from + first / weight;
    let scatter = cells
        .iter()
        .map(|cell| cell.scatter + cell.weight * (cell.mean - mean) * (cell.mean - mean))
        .sum();
    Cell { mean, weight, scatter }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn integers_are_scaled_weights(a in 0..=f32::MAX.to_bits(), b in 0..=f32::MAX.to_bits(), near in 0_u32..1 << 28) {
            for bits in [b, a.saturating_sub(near)] {
                let (largest, weight) = (f32::from_bits(a.max(bits)), f32::from_bits(a.min(bits)));
                prop_assume!(largest > 0.0);
                let importance = Importance::new(Some(&[weight, largest])).unwrap();
                // Exact: a power of two times 24 bits.
                for weight in [weight, largest, -0.0] {
                    let plain = (f64::from(weight) * importance.scale) as u64;
                    prop_assert_eq!(importance.integer(weight), plain.max(u64::from(weight > 0.0)));
                }
            }
        }
    }

    #[test]
    fn weights_keep_their_bits() {
        let weights = [0.75, 3.0e-7, 0.0, 1e-40];
        let importance = Importance::new(Some(&weights)).unwrap();
        let back = weights.map(|weight| importance.integer(weight) as f64 * importance.unit());
        assert_eq!(back[0], 0.75);
        assert!((back[1] / f64::from(weights[1]) - 1.0).abs() < 1e-11);
        assert_eq!(back[2], 0.0);
        assert!(back[3] > 0.0);
    }

    #[test]
    fn weights_that_are_none_are_refused() {
        for odd in [-1.0, -1e-45, f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert!(Importance::new(Some(&[1.0, odd])).is_none());
        }
        assert!(Importance::new(Some(&[0.0, -0.0])).is_none());
        assert!(Importance::new(Some(&[f32::MAX, f32::from_bits(1)])).is_some());
    }

    #[test]
    fn sorted_and_binned_agree_on_the_whole() {
        let values: Vec<f32> =
            (0..30_000_u32).map(|i| (i.wrapping_mul(0x9e37_79b9) >> 8) as f32).collect();
        let weights: Vec<f32> = (0..30_000).map(|i| (i % 7) as f32).collect();
        let importance = Importance::new(Some(&weights)).unwrap();
        let binned = Cells::new(&values, Some(&weights), importance).unwrap();
        let sorted = Cells::sorted(&values, Some(&weights), importance);
        assert!(binned.coarse && !sorted.coarse && sorted.cells.len() <= SORTED);
        let (a, b) = (union(&binned.cells), union(&sorted.cells));
        assert_eq!(a.weight, b.weight);
        assert!(
            (a.mean / b.mean - 1.0).abs() < 1e-12 && (a.scatter / b.scatter - 1.0).abs() < 1e-9
        );
    }
}
