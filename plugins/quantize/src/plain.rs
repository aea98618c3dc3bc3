//! Points with their nearest centroids, of which nothing is remembered: where points are few and
//! centroids move far, to look at all of them again costs least.
//!
//! The nearest centroid is that of asking every centroid for every point in single floats, lowest
//! slot first where several are.

use crate::blocks::{Blocks, LANES, Sums};
use crate::lloyd::{Clustering, NOWHERE};

/// See [`Partition`](crate::partition::Partition) for one that remembers.
#[derive(Debug, Clone)]
pub(crate) struct Plain<'b> {
    blocks: &'b Blocks,
    /// By slot; a slot may be empty.
    centroids: Vec<[f64; 3]>,
    clusters: Vec<Sums>,
    labels: Vec<[u8; LANES]>,
}

impl<'b> Plain<'b> {
    /// At most 256 centroids.
    pub(crate) fn new(blocks: &'b Blocks, centroids: Vec<[f64; 3]>) -> Self {
        let mut plain = Self {
            blocks,
            clusters: vec![[0; 4]; centroids.len()],
            labels: vec![[0; LANES]; blocks.boxes().len()],
            centroids,
        };
        plain.look();
        plain
    }

    fn look(&mut self) {
        self.blocks.gather_labels(&self.centroids, &mut self.clusters, &mut self.labels);
    }
}

impl Clustering for Plain<'_> {
    fn blocks(&self) -> &Blocks {
        self.blocks
    }

    fn centroids(&self) -> &[[f64; 3]] {
        &self.centroids
    }

    fn clusters(&self) -> &[Sums] {
        &self.clusters
    }

    fn labels(&self) -> &[[u8; LANES]] {
        &self.labels
    }

    fn push_slot(&mut self) {
        self.centroids.push(NOWHERE);
        self.clusters.push([0; 4]);
    }

    fn move_to(&mut self, to: &[[f64; 3]]) {
        self.centroids.copy_from_slice(to);
        self.look();
    }
}
