//! First centroids by greedy k-means++.
//!
//! David Arthur, Sergei Vassilvitskii, "k-means++: The Advantages of Careful Seeding" (2007):
//! points are drawn with a chance that is proportional to their squared distance to what was drawn
//! before; of several draws the one that leaves the least is kept.

use crate::points::Point;
use crate::vectors::{Work, widest};

/// Points whose chances are added up side by side: each of the sums is that of every eighth point.
const LANES: usize = 8;

/// Points by coordinate and weight, in rows; the last row is filled up with points of weight 0.
/// Single floats, in one order of operations: chances need not be exact, only the same everywhere.
pub(crate) struct Seeds {
    rows: Vec<[[f32; LANES]; 4]>,
}

/// The chance of every point, and their sums by lane.
struct Chances {
    of: Vec<[f32; LANES]>,
    sums: [f32; LANES],
}

/// What is left of chances after one more centroid.
struct Leave<'a> {
    rows: &'a [[[f32; LANES]; 4]],
    from: &'a Chances,
    at: [f32; 3],
    to: &'a mut Chances,
}

impl Work for Leave<'_> {
    #[inline(always)]
    fn work(self) {
        let Self { rows, from, at: [x, y, z], to } = self;
        let mut sums = [0.0; LANES];
        for ((row, from), to) in rows.iter().zip(&from.of).zip(&mut to.of) {
            let [xs, ys, zs, weights] = row;
            for i in 0..LANES {
                let (x, y, z) = (xs[i] - x, ys[i] - y, zs[i] - z);
                let own = weights[i] * (x * x + y * y + z * z);
                to[i] = if own < from[i] { own } else { from[i] };
                sums[i] += to[i];
            }
        }
        to.sums = sums;
    }
}

impl Seeds {
    pub(crate) fn new(points: &[Point]) -> Self {
        let row = |points: &[Point]| {
            let mut row = [[0.0; LANES]; 4];
            for (lane, &Point { at: [x, y, z], weight }) in points.iter().enumerate() {
                for (to, from) in row.iter_mut().zip([x as f32, y as f32, z as f32, weight as f32])
                {
                    to[lane] = from;
                }
            }
            row
        };
        Self { rows: points.chunks(LANES).map(row).collect() }
    }

    /// `k` centroids on points of a picture, or fewer where all points are taken. The same for the same
    /// `seed` on every platform.
    pub(crate) fn plus_plus(&self, k: usize, seed: u64) -> Vec<[f64; 3]> {
        let mut random = SplitMix(seed);
        let trials = 2 + k.max(1).ilog2();
        let mut centroids: Vec<[f32; 3]> = Vec::with_capacity(k);
        // The first draw goes by weight alone; after it nothing is nearer than anything yet.
        let first = self.draw(&self.all(|[_, _, _, weights]| *weights), random.unit());
        let Some(first) = first.filter(|_| k > 0) else { return Vec::new() };
        let [mut left, mut best, mut next] = [(); 3].map(|()| self.all(|_| [f32::MAX; LANES]));
        self.leave(&left, first, &mut best);
        std::mem::swap(&mut left, &mut best);
        centroids.push(first);
        while centroids.len() < k {
            let mut kept = None;
            for _ in 0..trials {
                let Some(at) = self.draw(&left, random.unit()) else { break };
                self.leave(&left, at, &mut next);
                if kept.is_none() || next.total() < best.total() {
                    std::mem::swap(&mut best, &mut next);
                    kept = Some(at);
                }
            }
            let Some(at) = kept else { break };
            std::mem::swap(&mut left, &mut best);
            centroids.push(at);
        }
        centroids.into_iter().map(|at| at.map(f64::from)).collect()
    }

    fn all(&self, chances: impl Fn(&[[f32; LANES]; 4]) -> [f32; LANES]) -> Chances {
        let of: Vec<[f32; LANES]> = self.rows.iter().map(chances).collect();
        let mut sums = [0.0; LANES];
        for row in &of {
            sums.iter_mut().zip(row).for_each(|(sum, chance)| *sum += chance);
        }
        Chances { of, sums }
    }

    fn leave(&self, from: &Chances, at: [f32; 3], to: &mut Chances) {
        widest(Leave { rows: &self.rows, from, at, to });
    }

    /// The point at which the running sum of chances, lane by lane, passes this share of it; none
    /// where no point has a chance.
    fn draw(&self, chances: &Chances, share: f64) -> Option<[f32; 3]> {
        let mut target = chances.total() * share;
        let mut found = None;
        for (lane, sum) in chances.sums.into_iter().enumerate() {
            let sum = f64::from(sum);
            // Where rounding leads beyond the last lane, it is the last point with a chance.
            if sum <= 0.0
                || (target >= sum && chances.sums[lane + 1..].iter().any(|&sum| sum > 0.0))
            {
                target -= sum;
                continue;
            }
            let mut target = target as f32;
            for (row, of) in chances.of.iter().enumerate().filter(|(_, of)| of[lane] > 0.0) {
                found = Some((row, lane));
                target -= of[lane];
                if target < 0.0 {
                    break;
                }
            }
            break;
        }
        found.map(|(row, lane)| {
            let [xs, ys, zs, _] = &self.rows[row];
            [xs[lane], ys[lane], zs[lane]]
        })
    }
}

impl Chances {
    fn total(&self) -> f64 {
        self.sums.iter().map(|&sum| f64::from(sum)).sum()
    }
}

/// Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
struct SplitMix(u64);

impl SplitMix {
    /// Evenly from 0 (included) to 1 (not included).
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_distinct_points_until_none_is_left() {
        let points: Vec<Point> = (0..5).map(|x| Point { at: [x, 0, 9], weight: 3 }).collect();
        let mut centroids = Seeds::new(&points).plus_plus(8, 1);
        centroids.sort_by(|a, b| a[0].total_cmp(&b[0]));
        let all: Vec<[f64; 3]> = points.iter().map(|point| point.at.map(f64::from)).collect();
        assert_eq!(centroids, all);
        assert!(Seeds::new(&[]).plus_plus(3, 1).is_empty());
    }

    #[test]
    fn same_seed_same_centroids() {
        let points: Vec<Point> =
            (0..99).map(|x| Point { at: [x * x % 83, x, 9], weight: 1 }).collect();
        let seeds = Seeds::new(&points);
        assert_eq!(seeds.plus_plus(7, 5), seeds.plus_plus(7, 5));
        assert_ne!(seeds.plus_plus(7, 5), seeds.plus_plus(7, 6));
    }
}
