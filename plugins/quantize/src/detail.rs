//! From a start on a coarse picture to Lloyd's steps over every colour.
//!
//! Lloyd's steps are many and each gains little, so most of them are taken where they are cheap: on
//! some thousand cells, then on some ten thousand, and only the last ones on all distinct colours.

use crate::lloyd::{Clustering, Patience};
use crate::moves::split;
use crate::points::Point;
use crate::tree::Tree;

/// Enough to tell good starts from bad ones.
const COARSE: usize = 4_096;
/// Enough that little is left to gain; a picture of no more colours is settled to the end.
const MIDDLE: usize = 32_768;

const ON_CELLS: Patience = Patience { steps: 300, gain: 1e-6 };
/// What is left beyond this is far below what another start would change.
const ON_COLOURS: Patience = Patience { steps: 300, gain: 1e-5 };
/// Until nothing moves: every centroid is the mean of its points.
const TO_THE_END: Patience = Patience { steps: 1_000, gain: 0.0 };

/// One picture in three degrees of detail.
#[derive(Debug)]
pub(crate) struct Detail {
    pub(crate) coarse: Tree,
    middle: Tree,
    pub(crate) full: Tree,
}

impl Detail {
    pub(crate) fn new(points: Vec<Point>) -> Self {
        let full = Tree::new(points);
        let (coarse, middle) =
            rayon::join(|| Tree::new(full.cells(COARSE)), || Tree::new(full.cells(MIDDLE)));
        Self { coarse, middle, full }
    }

    /// `k` centroids settled on every colour, each with points of its own, from a start of as many
    /// or fewer. Fewer come back only where there are fewer distinct points.
    pub(crate) fn settle(&self, start: &Clustering, k: usize) -> Clustering {
        let coarse = start.clone().settle(&self.coarse, ON_CELLS);
        let middle = Clustering::new(&self.middle, coarse.centroids).settle(&self.middle, ON_CELLS);
        settle_on_colours(&self.full, middle.centroids, k)
    }

    /// Where more centroids came out no better than fewer, starts them again from the fewer ones,
    /// cut: a cut always gains, and no step after it loses.
    pub(crate) fn keep_falling(&self, found: &mut [Option<Clustering>]) {
        for i in 1..found.len() {
            let [Some(fewer), Some(more)] = &found[i - 1..=i] else { continue };
            let k = more.centroids.len();
            if k > fewer.centroids.len() && more.inertia >= fewer.inertia {
                found[i] = Some(settle_on_colours(&self.full, fewer.centroids.clone(), k));
            }
        }
    }
}

/// `k` centroids settled on every colour of `full`. Missing centroids, and those that lose all
/// their points on the way, are made up for by cutting other clusters.
pub(crate) fn settle_on_colours(full: &Tree, mut centroids: Vec<[f64; 3]>, k: usize) -> Clustering {
    let few = full.points().len() <= MIDDLE;
    let patience = if few { TO_THE_END } else { ON_COLOURS };
    // Each round ends lower than the one before, and one or two is what it takes.
    for _ in 0..k {
        let mut clustering = Clustering::new(full, centroids);
        while clustering.centroids.len() < k {
            let Some(cut) = split(full, &clustering, 0) else { break };
            clustering = Clustering::new(full, cut);
        }
        let settled = clustering.settle(full, patience);
        let all = settled.centroids.len();
        let kept = settled.centroids.iter().zip(&settled.clusters);
        centroids = kept.filter(|(_, cluster)| cluster.weight > 0).map(|(&at, _)| at).collect();
        if centroids.len() == all {
            return settled;
        }
    }
    Clustering::new(full, centroids)
}
