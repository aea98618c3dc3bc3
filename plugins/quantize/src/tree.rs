//! A tree over weighted points, which tells where detail matters: it puts the points in an order in
//! which neighbours are near each other, and gives cells that stand for them.
//!
//! Points lie along Morton's curve (1966), so that a node is a run of them, and its halves part where
//! the next bit of the curve does.

use crate::points::{Moments, Point};

/// Nodes of so few points are not split further.
const LEAF: usize = 8;

/// Bits of each coordinate that tell points apart.
const BITS: u32 = 10;

#[derive(Debug)]
pub(crate) struct Tree {
    points: Vec<Point>,
    /// In preorder: the lower half of a node follows it.
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    moments: Moments,
    /// The sum of squared distances to the mean, in whole squared grid steps; 0 for a leaf.
    scatter: u64,
    /// The first node after this one that is not under it.
    next: usize,
}

impl Tree {
    pub(crate) fn new(points: Vec<Point>) -> Self {
        let (points, keys) = along_the_curve(points);
        let mut nodes = Vec::with_capacity(points.len() / 2);
        if !points.is_empty() {
            grow(&points, &keys, &mut nodes);
        }
        Self { points, nodes }
    }

    /// The points in the tree's own order: neighbours lie near each other.
    pub(crate) fn into_points(self) -> Vec<Point> {
        self.points
    }

    /// At most `count` cells that stand for the points, each at its mean: the node of largest
    /// scatter is opened again and again, so that the cells lie where they matter.
    pub(crate) fn cells(&self, count: usize) -> Vec<Point> {
        if self.points.len() <= count {
            return self.points.clone();
        }
        // A node scatters at least as much as those under it, so that the ones to open are those of
        // largest scatter: each makes two of one.
        let mut scatters: Vec<u64> =
            self.nodes.iter().map(|node| node.scatter).filter(|&scatter| scatter > 0).collect();
        let bar = if scatters.len() < count {
            0
        } else {
            *scatters.select_nth_unstable_by(count.max(1) - 1, |a, b| b.cmp(a)).1
        };
        let mut cells = Vec::with_capacity(count);
        let mut at = 0;
        while let Some(node) = self.nodes.get(at) {
            if node.scatter > bar {
                at += 1;
                continue;
            }
            at = node.next;
            let Some(mean) = node.moments.mean() else { continue };
            cells.push(Point {
                at: mean.map(|x| libm::round(x) as i32),
                weight: u32::try_from(node.moments.weight).unwrap_or(u32::MAX),
            });
        }
        cells
    }
}

/// The points in the order of Morton's curve, and the place of each on it: its coordinates' highest
/// bits in turn.
fn along_the_curve(points: Vec<Point>) -> (Vec<Point>, Vec<u32>) {
    let (mut low, mut high) = ([0; 3], [0; 3]);
    for point in &points {
        low = [0, 1, 2].map(|axis| low[axis].min(point.at[axis]));
        high = [0, 1, 2].map(|axis| high[axis].max(point.at[axis]));
    }
    let from_low = |at: [i32; 3]| [0, 1, 2].map(|axis| (at[axis] - low[axis]).cast_unsigned());
    let high = from_low(high).into_iter().fold(0, u32::max);
    let shift = (u32::BITS - high.leading_zeros()).saturating_sub(BITS);
    let key = |point: &Point| {
        let [x, y, z] = from_low(point.at).map(|x| spread(x >> shift));
        x << 2 | y << 1 | z
    };
    let keys: Vec<u32> = points.iter().map(key).collect();
    if keys.is_sorted() {
        return (points, keys);
    }
    let mut order: Vec<(u32, usize)> = keys.into_iter().zip(0..).collect();
    order.sort_unstable();
    order.into_iter().map(|(key, i)| (points[i], key)).unzip()
}

/// The lowest ten bits, two places free between each and the next.
fn spread(bits: u32) -> u32 {
    let bits = (bits | bits << 16) & 0x0300_00ff;
    let bits = (bits | bits << 8) & 0x0300_f00f;
    let bits = (bits | bits << 4) & 0x030c_30c3;
    (bits | bits << 2) & 0x0924_9249
}

/// Appends the node of `points` and all nodes under it.
fn grow(points: &[Point], keys: &[u32], nodes: &mut Vec<Node>) -> Moments {
    let here = nodes.len();
    nodes.push(Node { moments: Moments::default(), scatter: 0, next: 0 });
    let mut moments = Moments::default();
    let differs = keys[0] ^ keys[keys.len() - 1];
    if points.len() <= LEAF || differs == 0 {
        points.iter().for_each(|point| moments.add(&Moments::of(point)));
    } else {
        let bit = 1 << differs.ilog2();
        let lower = keys.partition_point(|key| key & bit == 0);
        moments.add(&grow(&points[..lower], &keys[..lower], nodes));
        moments.add(&grow(&points[lower..], &keys[lower..], nodes));
        nodes[here].scatter = moments.scatter() as u64;
    }
    nodes[here].moments = moments;
    nodes[here].next = nodes.len();
    moments
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points() -> impl Strategy<Value = Vec<Point>> {
        let point =
            (prop::array::uniform3(0..300), 1_u32..9).prop_map(|(at, weight)| Point { at, weight });
        prop::collection::vec(point, 0..300)
    }

    proptest! {
        #[test]
        fn cells_hold_every_pixel(points in points(), count in 1_usize..99) {
            let weight = |points: &[Point]| points.iter().map(|point| point.weight).sum::<u32>();
            let cells = Tree::new(points.clone()).cells(count);
            prop_assert_eq!(weight(&cells), weight(&points));
            prop_assert!(cells.len() <= count);
        }

        #[test]
        fn no_point_is_lost(points in points()) {
            let key = |point: &Point| (point.at, point.weight);
            let (mut ordered, mut before) = (Tree::new(points.clone()).into_points(), points);
            ordered.sort_unstable_by_key(key);
            before.sort_unstable_by_key(key);
            prop_assert_eq!(ordered, before);
        }
    }
}
