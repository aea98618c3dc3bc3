//! Starts for every k at once by cutting boxes, never looking back.
//!
//! Xiaolin Wu, "Efficient statistical computations for optimal color quantization" (Graphics Gems
//! II, 1991): of all boxes the one that scatters most is cut at right angles to an axis, where that
//! gains most. Boxes for k+1 are those for k but for one, so that one chain of cuts serves every k.

use crate::blocks::Sums;
use crate::lloyd::mean;
use crate::moves::ward;
use crate::points::Point;
use std::ops::Range;

/// The means of the boxes, for 1, 2, … `largest` boxes; fewer where the points are fewer. With them
/// by how much the inertia is lower than that of one box, each point in its own box.
pub(crate) fn divide(points: &[Point], largest: usize) -> Vec<(Vec<[f64; 3]>, f64)> {
    let mut points = points.to_vec();
    let mut boxes = vec![Division::of(&mut points, 0)];
    let mut path = Vec::with_capacity(largest);
    let mut gained = 0.0;
    while path.len() < largest {
        path.push((boxes.iter().map(|part| part.mean).collect(), gained));
        let Some(best) = (0..boxes.len())
            .max_by(|&i, &j| boxes[i].gain.total_cmp(&boxes[j].gain).then(j.cmp(&i)))
        else {
            break;
        };
        let Division { ref range, axis, left, gain, .. } = boxes[best];
        if gain <= 0.0 {
            break;
        }
        gained += gain;
        let Range { start, end } = *range;
        let inside = &mut points[start..end];
        sort(inside, axis);
        let (lower, upper) = inside.split_at_mut(left);
        boxes[best] = Division::of(lower, start);
        boxes.push(Division::of(upper, start + left));
    }
    path
}

/// Some of the points, and how best to cut them.
struct Division {
    range: Range<usize>,
    mean: [f64; 3],
    axis: usize,
    /// How many points, sorted by the axis, lie before the cut.
    left: usize,
    gain: f64,
}

impl Division {
    /// Of points that start at number `start`; leaves them sorted by some axis.
    fn of(points: &mut [Point], start: usize) -> Self {
        let add = |sums: &mut Sums, &Point { at: [x, y, z], weight }: &Point| {
            for (sum, factor) in sums.iter_mut().zip([1, x, y, z]) {
                *sum += i64::from(factor) * i64::from(weight);
            }
        };
        let mut all = [0; 4];
        points.iter().for_each(|point| add(&mut all, point));
        let mut best = (0.0, 0, 0);
        for axis in 0..3 {
            sort(points, axis);
            let mut lower = [0; 4];
            for (i, pair) in points.windows(2).enumerate() {
                add(&mut lower, &pair[0]);
                if pair[0].at[axis] == pair[1].at[axis] {
                    continue;
                }
                let upper = [0, 1, 2, 3].map(|n| all[n] - lower[n]);
                let gain = ward(&lower, &upper);
                if gain > best.0 {
                    best = (gain, axis, i + 1);
                }
            }
        }
        let (gain, axis, left) = best;
        let mean = mean(&all).unwrap_or_default();
        Self { range: start..start + points.len(), mean, axis, left, gain }
    }
}

/// By the axis, then by the others: one order only, equal points aside.
fn sort(points: &mut [Point], axis: usize) {
    points.sort_unstable_by_key(|point| {
        let [x, y, z] = point.at;
        (point.at[axis], x, y, z, point.weight)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_where_it_gains_most_and_ends_where_points_end() {
        let at = [[0, 0, 0], [0, 2, 0], [100, 0, 0], [100, 6, 0]];
        let points = at.map(|at| Point { at, weight: 1 });
        let path = divide(&points, 9);
        assert_eq!(path.len(), 4);
        assert_eq!(path[0], (vec![[50.0, 2.0, 0.0]], 0.0));
        assert_eq!(path[1].0, [[0.0, 1.0, 0.0], [100.0, 3.0, 0.0]]);
        assert_eq!(path[2].0, [[0.0, 1.0, 0.0], [100.0, 0.0, 0.0], [100.0, 6.0, 0.0]]);
        assert_eq!(path[3].0.len(), 4);
    }
}
