//! A kd-tree over weighted points, which tells where detail matters: it puts the points in an order
//! in which neighbours are near each other, and gives cells that stand for them.

use crate::points::{Moments, Point};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Nodes of so few points are not split further.
const LEAF: usize = 8;

#[derive(Debug)]
pub(crate) struct Tree {
    points: Vec<Point>,
    /// In preorder: the left child of a node follows it.
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    moments: Moments,
    /// The node of the upper half; none for a leaf.
    right: Option<u32>,
}

impl Tree {
    pub(crate) fn new(mut points: Vec<Point>) -> Self {
        let mut nodes = Vec::with_capacity(points.len() / 2);
        if !points.is_empty() {
            grow(&mut points, &mut nodes);
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
        let entry = |node: usize| {
            // Whole squared grid steps order well enough, and unlike floats they are `Ord`.
            (self.nodes[node].moments.scatter() as u64, Reverse(node))
        };
        let mut open = BinaryHeap::from([entry(0)]);
        let mut closed = Vec::new();
        while open.len() + closed.len() < count {
            let Some((_, Reverse(node))) = open.pop() else { break };
            match self.nodes[node].right {
                Some(right) => open.extend([entry(node + 1), entry(right as usize)]),
                None => closed.push(node),
            }
        }
        closed.extend(open.into_iter().map(|(_, Reverse(node))| node));
        closed.sort_unstable();
        closed
            .into_iter()
            .filter_map(|node| {
                let moments = &self.nodes[node].moments;
                let at = moments.mean()?.map(|x| libm::round(x) as i32);
                Some(Point { at, weight: u32::try_from(moments.weight).unwrap_or(u32::MAX) })
            })
            .collect()
    }
}

/// Appends the node of `points` and all nodes under it.
///
/// The longest side of the box is halved, so that boxes are nearly cubes and the depth is at most
/// three times the bits of a coordinate.
fn grow(points: &mut [Point], nodes: &mut Vec<Node>) -> Moments {
    let (mut low, mut high) = ([i32::MAX; 3], [i32::MIN; 3]);
    for point in &*points {
        for axis in 0..3 {
            low[axis] = low[axis].min(point.at[axis]);
            high[axis] = high[axis].max(point.at[axis]);
        }
    }
    let here = nodes.len();
    nodes.push(Node { moments: Moments::default(), right: None });

    let longest = (0..3).max_by_key(|&axis| (high[axis] - low[axis], Reverse(axis))).unwrap_or(0);
    let mut moments = Moments::default();
    if points.len() <= LEAF || low == high {
        points.iter().for_each(|point| moments.add(&Moments::of(point)));
    } else {
        let middle = low[longest] + (high[longest] - low[longest]) / 2;
        let lower = partition(points, |point| point.at[longest] <= middle);
        let (left, right) = points.split_at_mut(lower);
        moments.add(&grow(left, nodes));
        nodes[here].right = Some(nodes.len() as u32);
        moments.add(&grow(right, nodes));
    }
    nodes[here].moments = moments;
    moments
}

/// Moves the points that hold `lower` to the front and returns how many they are.
fn partition(points: &mut [Point], lower: impl Fn(&Point) -> bool) -> usize {
    let mut front = 0;
    for i in 0..points.len() {
        if lower(&points[i]) {
            points.swap(front, i);
            front += 1;
        }
    }
    front
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
