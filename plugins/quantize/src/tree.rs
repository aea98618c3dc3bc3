//! A kd-tree over weighted points that finds the nearest centroid of all of them at once.
//!
//! The filtering algorithm of Kanungo, Mount, Netanyahu, Piatko, Silverman, Wu, "An Efficient
//! k-Means Clustering Algorithm: Analysis and Implementation" (2002): a node passes on to its
//! children only those centroids that can be nearest to some point of its box; where one is left,
//! the whole node goes to it by its stored sums. The result is that of asking every centroid for
//! every point, at a cost near that of the cells on the borders between clusters. The tree is only
//! read, so that all k share it between threads.

use crate::points::{Moments, Point, squared_distance};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

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
    /// The tight bounding box of the points, both ends included.
    low: [i32; 3],
    high: [i32; 3],
    points: Range<u32>,
    moments: Moments,
    /// The node of the upper half; none for a leaf.
    right: Option<u32>,
}

impl Tree {
    pub(crate) fn new(mut points: Vec<Point>) -> Self {
        let mut nodes = Vec::with_capacity(points.len() / 2);
        if !points.is_empty() {
            grow(&mut points, 0, &mut nodes);
        }
        Self { points, nodes }
    }

    /// The points in the tree's own order.
    pub(crate) fn points(&self) -> &[Point] {
        &self.points
    }

    /// The points in the tree's own order: neighbours lie near each other.
    pub(crate) fn into_points(self) -> Vec<Point> {
        self.points
    }

    /// Calls `visit` with a cluster, a range of points whose nearest centroid is that cluster's, and
    /// the sums over this range; the ranges rise and cover every point once.
    pub(crate) fn visit(
        &self,
        centroids: &[[f64; 3]],
        mut visit: impl FnMut(usize, Range<usize>, Moments),
    ) {
        if self.nodes.is_empty() || centroids.is_empty() {
            return;
        }
        let candidates = (0..centroids.len() as u32).collect();
        Walk { tree: self, centroids, candidates, visit: &mut visit }.node(0, 0);
    }

    /// The sums over the points of each cluster.
    pub(crate) fn gather(&self, centroids: &[[f64; 3]]) -> Vec<Moments> {
        let mut clusters = vec![Moments::default(); centroids.len()];
        self.visit(centroids, |cluster, _, moments| clusters[cluster].add(&moments));
        clusters
    }

    /// The cluster of each point, in the tree's order.
    pub(crate) fn labels(&self, centroids: &[[f64; 3]]) -> Vec<u32> {
        let mut labels = vec![0; self.points.len()];
        self.visit(centroids, |cluster, range, _| labels[range].fill(cluster as u32));
        labels
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

/// Appends the node of `points`, whose first one is number `first`, and all nodes under it.
///
/// The longest side of the box is halved, so that boxes are nearly cubes and the depth is at most
/// three times the bits of a coordinate.
fn grow(points: &mut [Point], first: usize, nodes: &mut Vec<Node>) -> Moments {
    let (mut low, mut high) = ([i32::MAX; 3], [i32::MIN; 3]);
    for point in &*points {
        for axis in 0..3 {
            low[axis] = low[axis].min(point.at[axis]);
            high[axis] = high[axis].max(point.at[axis]);
        }
    }
    let here = nodes.len();
    let range = first as u32..(first + points.len()) as u32;
    nodes.push(Node { low, high, points: range, moments: Moments::default(), right: None });

    let longest = (0..3).max_by_key(|&axis| (high[axis] - low[axis], Reverse(axis))).unwrap_or(0);
    let mut moments = Moments::default();
    if points.len() <= LEAF || low == high {
        points.iter().for_each(|point| moments.add(&Moments::of(point)));
    } else {
        let middle = low[longest] + (high[longest] - low[longest]) / 2;
        let lower = partition(points, |point| point.at[longest] <= middle);
        let (left, right) = points.split_at_mut(lower);
        moments.add(&grow(left, first, nodes));
        nodes[here].right = Some(nodes.len() as u32);
        moments.add(&grow(right, first + lower, nodes));
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

/// One walk of the tree. The candidates of the node at hand lie at the end of one stack.
struct Walk<'a, V> {
    tree: &'a Tree,
    centroids: &'a [[f64; 3]],
    candidates: Vec<u32>,
    visit: &'a mut V,
}

impl<V: FnMut(usize, Range<usize>, Moments)> Walk<'_, V> {
    /// Visits the node whose parent's candidates start at `start`.
    fn node(&mut self, index: usize, start: usize) {
        let tree = self.tree;
        let node = &tree.nodes[index];
        let own = self.candidates.len();
        self.filter(node, start..own);
        let range = node.points.start as usize..node.points.end as usize;
        if let &[only] = &self.candidates[own..] {
            (self.visit)(only as usize, range, node.moments);
        } else if let Some(right) = node.right {
            self.node(index + 1, own);
            self.node(right as usize, own);
        } else {
            for (i, point) in range.clone().zip(&tree.points[range]) {
                let at = point.at.map(f64::from);
                let nearest = self.nearest(&self.candidates[own..], at);
                (self.visit)(nearest, i..i + 1, Moments::of(point));
            }
        }
        self.candidates.truncate(own);
    }

    /// Appends those of the candidates in `from` that can be nearest somewhere in the node's box.
    fn filter(&mut self, node: &Node, from: Range<usize>) {
        let (low, high) = (node.low.map(f64::from), node.high.map(f64::from));
        let middle = [0, 1, 2].map(|axis| 0.5 * (low[axis] + high[axis]));
        let best = self.nearest(&self.candidates[from.clone()], middle);
        let star = self.centroids[best];
        for i in from {
            let candidate = self.candidates[i];
            let centroid = self.centroids[candidate as usize];
            // The corner that is most on the candidate's side of the best one.
            let corner = [0, 1, 2]
                .map(|axis| if centroid[axis] > star[axis] { high[axis] } else { low[axis] });
            let beaten = squared_distance(centroid, corner) >= squared_distance(star, corner);
            if candidate as usize == best || !beaten {
                self.candidates.push(candidate);
            }
        }
    }

    /// The nearest of the candidates, the first one where several are.
    fn nearest(&self, candidates: &[u32], at: [f64; 3]) -> usize {
        let mut nearest = (f64::INFINITY, 0);
        for &candidate in candidates {
            let distance = squared_distance(self.centroids[candidate as usize], at);
            if distance < nearest.0 {
                nearest = (distance, candidate as usize);
            }
        }
        nearest.1
    }
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
        fn filtering_finds_what_asking_everyone_finds(
            points in points(),
            centroids in prop::collection::vec(prop::array::uniform3(-10.0..310.0), 1..20),
        ) {
            let tree = Tree::new(points.clone());
            for (point, label) in tree.points().iter().zip(tree.labels(&centroids)) {
                let at = point.at.map(f64::from);
                let least = centroids.iter().map(|&c| squared_distance(c, at)).fold(f64::MAX, f64::min);
                prop_assert_eq!(squared_distance(centroids[label as usize], at), least);
            }
            let mut all = Moments::default();
            points.iter().for_each(|point| all.add(&Moments::of(point)));
            let mut gathered = Moments::default();
            tree.gather(&centroids).iter().for_each(|cluster| gathered.add(cluster));
            prop_assert_eq!(gathered, all);
        }

        #[test]
        fn cells_hold_every_pixel(points in points(), count in 1_usize..99) {
            let weight = |points: &[Point]| points.iter().map(|point| point.weight).sum::<u32>();
            let cells = Tree::new(points.clone()).cells(count);
            prop_assert_eq!(weight(&cells), weight(&points));
            prop_assert!(cells.len() <= count);
        }
    }
}
