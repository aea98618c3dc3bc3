//! Lloyd's two steps: every point goes to its nearest centroid, every centroid to the mean of its
//! points.
//!
//! Stuart P. Lloyd, "Least squares quantization in PCM" (1957; IEEE Transactions on Information
//! Theory 28, 1982).

use crate::points::Moments;
use crate::tree::Tree;

/// Centroids, and the points that are nearest to each.
#[derive(Debug, Clone)]
pub(crate) struct Clustering {
    pub(crate) centroids: Vec<[f64; 3]>,
    /// The sums over the points nearest to each centroid; the last step may have left the mean of
    /// these beside the centroid.
    pub(crate) clusters: Vec<Moments>,
    /// The sum over all points of the squared distance to the nearest centroid, in squared grid
    /// steps.
    pub(crate) inertia: f64,
}

/// When to stop before nothing moves any more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub(crate) steps: usize,
    /// The least part of the inertia that a step must gain.
    pub(crate) gain: f64,
}

impl Clustering {
    pub(crate) fn new(tree: &Tree, centroids: Vec<[f64; 3]>) -> Self {
        let clusters = tree.gather(&centroids);
        let inertia =
            centroids.iter().zip(&clusters).map(|(&at, cluster)| cluster.inertia(at)).sum();
        Self { centroids, clusters, inertia }
    }

    /// The means of the clusters; a centroid without points stays.
    fn means(&self) -> Vec<[f64; 3]> {
        let mean = |(&at, cluster): (&[f64; 3], &Moments)| cluster.mean().unwrap_or(at);
        self.centroids.iter().zip(&self.clusters).map(mean).collect()
    }

    /// One step of Lloyd's. The inertia never rises.
    pub(crate) fn step(&self, tree: &Tree) -> Self {
        Self::new(tree, self.means())
    }

    /// Steps until nothing moves, or `patience` ends.
    pub(crate) fn settle(mut self, tree: &Tree, patience: Patience) -> Self {
        for _ in 0..patience.steps {
            let next = self.step(tree);
            let still = next.clusters == self.clusters;
            let gained = self.inertia - next.inertia;
            let tired = gained < patience.gain * self.inertia;
            self = next;
            if still || tired {
                break;
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::points::Point;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_step_raises_the_inertia(
            points in prop::collection::vec((prop::array::uniform3(0..4080), 1_u32..99), 1..200),
            start in prop::collection::vec(prop::array::uniform3(0.0..4080.0), 1..12),
        ) {
            let points = points.into_iter().map(|(at, weight)| Point { at, weight });
            let tree = Tree::new(points.collect());
            let mut clustering = Clustering::new(&tree, start);
            for _ in 0..12 {
                let next = clustering.step(&tree);
                prop_assert!(next.inertia <= clustering.inertia * (1.0 + 1e-12));
                clustering = next;
            }
        }
    }

    #[test]
    fn settles_on_means() {
        let points = [0, 1, 10, 12].map(|x| Point { at: [x, 0, 0], weight: 1 });
        let tree = Tree::new(points.to_vec());
        let start = vec![[0.0; 3], [1.0, 0.0, 0.0]];
        let patience = Patience { steps: 20, gain: 0.0 };
        let settled = Clustering::new(&tree, start).settle(&tree, patience);
        assert_eq!(settled.centroids, [[0.5, 0.0, 0.0], [11.0, 0.0, 0.0]]);
        assert_eq!(settled.inertia, 2.5);
    }
}
