//! First centroids by greedy k-means++.
//!
//! David Arthur, Sergei Vassilvitskii, "k-means++: The Advantages of Careful Seeding" (2007):
//! points are drawn with a chance that is proportional to their squared distance to what was drawn
//! before; of several draws the one that leaves the least is kept.

use crate::points::{Point, squared_distance};

/// `k` centroids on points of a picture, or fewer where all points are taken. The same for the same
/// `seed` on every platform.
pub(crate) fn plus_plus(points: &[Point], k: usize, seed: u64) -> Vec<[f64; 3]> {
    let mut random = SplitMix(seed);
    let trials = 2 + k.max(1).ilog2();
    let mut left: Vec<f64> = points.iter().map(|point| f64::from(point.weight)).collect();
    let mut centroids = Vec::with_capacity(k);
    while centroids.len() < k {
        let total: f64 = left.iter().sum();
        if total <= 0.0 {
            break;
        }
        let tries = if centroids.is_empty() { 1 } else { trials };
        let drawn = (0..tries).map(|_| {
            let at = draw(points, &left, total * random.unit()).at.map(f64::from);
            let nearer: Vec<f64> = points
                .iter()
                .zip(&left)
                .map(|(point, &left)| {
                    let own =
                        f64::from(point.weight) * squared_distance(at, point.at.map(f64::from));
                    // The first draw goes by weight alone, so `left` holds no distances yet.
                    if centroids.is_empty() { own } else { own.min(left) }
                })
                .collect();
            (nearer.iter().sum::<f64>(), at, nearer)
        });
        let Some((_, at, nearer)) = drawn.min_by(|a, b| a.0.total_cmp(&b.0)) else { break };
        centroids.push(at);
        left = nearer;
    }
    centroids
}

/// The point at which the running sum of `chances` passes `target`.
fn draw<'p>(points: &'p [Point], chances: &[f64], mut target: f64) -> &'p Point {
    let mut last = &points[0];
    for (point, &chance) in points.iter().zip(chances) {
        if chance > 0.0 {
            last = point;
            target -= chance;
            if target < 0.0 {
                break;
            }
        }
    }
    last
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
        let mut centroids = plus_plus(&points, 8, 1);
        centroids.sort_by(|a, b| a[0].total_cmp(&b[0]));
        let all: Vec<[f64; 3]> = points.iter().map(|point| point.at.map(f64::from)).collect();
        assert_eq!(centroids, all);
        assert!(plus_plus(&[], 3, 1).is_empty());
    }

    #[test]
    fn same_seed_same_centroids() {
        let points: Vec<Point> =
            (0..99).map(|x| Point { at: [x * x % 83, x, 9], weight: 1 }).collect();
        assert_eq!(plus_plus(&points, 7, 5), plus_plus(&points, 7, 5));
        assert_ne!(plus_plus(&points, 7, 5), plus_plus(&points, 7, 6));
    }
}
