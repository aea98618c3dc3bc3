//! Weighted points on an integer grid, and exact sums over them.

use crate::histogram::histogram;
use crate::{Space, oklab};
use rayon::prelude::*;

/// Grid steps in one sRGB byte. More than one, so that the mean of a cell of the coarse stage falls
/// on the grid too; a power of two, so that dividing by it is exact.
pub(crate) const STEPS_PER_BYTE: f64 = 16.0;

/// Grid steps in one unit of OKLab: colours one byte apart stay several steps apart.
const STEPS_PER_LIGHTNESS: f64 = 65_536.0;

/// A colour on the grid of its space, and its number of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) at: [i32; 3],
    pub(crate) weight: u32,
}

/// The weighted sums of a set of points. Integers, so that the order of adding never shows: the
/// same bits for any number of threads. For 50 megapixels in OKLab `square` stays under 2^58.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Moments {
    pub(crate) weight: u64,
    pub(crate) sum: [i64; 3],
    pub(crate) square: u64,
}

impl Moments {
    pub(crate) fn of(point: &Point) -> Self {
        let weight = i64::from(point.weight);
        let at = point.at.map(i64::from);
        let square = at.iter().map(|&x| x * x).sum::<i64>() * weight;
        Self {
            weight: u64::from(point.weight),
            sum: at.map(|x| x * weight),
            square: square.unsigned_abs(),
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.weight += other.weight;
        self.square += other.square;
        for (sum, other) in self.sum.iter_mut().zip(other.sum) {
            *sum += other;
        }
    }

    /// The mean, or nothing for an empty set.
    pub(crate) fn mean(&self) -> Option<[f64; 3]> {
        (self.weight > 0).then(|| self.sum.map(|sum| sum as f64 / self.weight as f64))
    }

    /// The sum of squared distances to the mean, in squared grid steps. Exact up to the last
    /// division: nothing cancels, and one colour alone gives 0.
    pub(crate) fn scatter(&self) -> f64 {
        if self.weight == 0 {
            return 0.0;
        }
        let of_mean: i128 = self.sum.iter().map(|&sum| i128::from(sum) * i128::from(sum)).sum();
        let scaled = i128::from(self.weight) * i128::from(self.square) - of_mean;
        scaled as f64 / self.weight as f64
    }
}

pub(crate) fn squared_distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    let [x, y, z] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    x * x + y * y + z * z
}

/// The distinct colours of `pixels` along Morton's curve, each with its weight.
pub(crate) fn srgb_points(pixels: &[[u8; 3]]) -> Vec<Point> {
    histogram(pixels, |colour, weight| Point {
        at: colour.map(|byte| i32::from(byte) * STEPS_PER_BYTE as i32),
        weight,
    })
}

/// Points of the sRGB grid as points of OKLab's.
pub(crate) fn oklab_points(srgb: &[Point]) -> Vec<Point> {
    let point = |point: &Point| {
        let bytes = point.at.map(|steps| f64::from(steps) / STEPS_PER_BYTE);
        let at = oklab::from_srgb(bytes).map(|x| libm::round(x * STEPS_PER_LIGHTNESS) as i32);
        Point { at, weight: point.weight }
    };
    srgb.par_iter().map(point).collect()
}

impl Space {
    /// A place on this space's grid in sRGB bytes.
    pub(crate) fn bytes(self, at: [f64; 3]) -> [f64; 3] {
        match self {
            Self::Srgb => at.map(|steps| steps / STEPS_PER_BYTE),
            Self::Oklab => oklab::to_srgb(at.map(|steps| steps / STEPS_PER_LIGHTNESS)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn scatter_is_the_sum_of_squares_about_the_mean(
            points in prop::collection::vec((any::<[u8; 3]>(), 1_u32..50), 1..40),
        ) {
            let points: Vec<Point> =
                points.into_iter().map(|(at, weight)| Point { at: at.map(i32::from), weight }).collect();
            let mut moments = Moments::default();
            points.iter().for_each(|point| moments.add(&Moments::of(point)));
            let plain = |about: [f64; 3]| -> f64 {
                let one = |point: &Point| {
                    f64::from(point.weight) * squared_distance(point.at.map(f64::from), about)
                };
                points.iter().map(one).sum()
            };
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (a + b);
            prop_assert!(close(moments.scatter(), plain(moments.mean().unwrap())));
        }
    }

    #[test]
    fn one_colour_scatters_nowhere() {
        let moments = Moments::of(&Point { at: [4080, 1, 77], weight: 49_999_999 });
        assert_eq!(moments.scatter(), 0.0);
        assert_eq!(moments.mean(), Some([4080.0, 1.0, 77.0]));
        assert_eq!(Moments::default().mean(), None);
    }
}
