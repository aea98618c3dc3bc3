//! From starts on a coarse picture to Lloyd's steps over every colour.
//!
//! Lloyd's steps are many and each gains little, so most of them are taken where they are cheap: on
//! some thousand cells, then on some ten thousand, and only the last ones on all distinct colours.

use crate::blocks::{Blocks, Sums};
use crate::lloyd::mean;
use crate::moves::Cuts;
use crate::partition::{NOWHERE, Partition};
use crate::path::path;
use crate::plan::Plan;
use crate::points::Point;
use crate::progress::Progress;
use crate::tree::Tree;
use rayon::prelude::*;

/// Centroids on the grid, each the nearest one for some point.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) centroids: Vec<[f64; 3]>,
    /// The sum of squared distances to the nearest centroid, in squared grid steps.
    pub(crate) inertia: f64,
}

/// In parts of the way between two clusters.
const SLACK: f64 = 0.2;

/// For every k of `ks`; nothing where k is the number of points or more. Inertia falls from k to k,
/// and no centroid is without points.
pub(crate) fn every_k(
    points: Vec<Point>,
    ks: &[usize],
    largest: usize,
    plan: &Plan,
    progress: &Progress,
) -> Vec<Option<Found>> {
    let tree = Tree::new(points);
    let [few, cells, middle, fine] =
        [plan.few, plan.cells, plan.middle, plan.fine].map(|count| Blocks::new(tree.cells(count)));
    let full = Blocks::new(tree.into_points());
    let starts = path(&cells, &few, largest, &plan.search, progress);
    let mut found: Vec<Option<Found>> = ks
        .par_iter()
        .with_max_len(1)
        .map(|&k| {
            let start = starts.get(k - 1).or(starts.last())?;
            if k >= full.points().len() {
                return None;
            }
            let mut partition = if middle.points().len() > cells.points().len() {
                let centroids = start.partition.means();
                let slack = SLACK * spread(&middle, &centroids);
                Partition::new(&middle, centroids, slack)
            } else {
                start.partition.clone()
            };
            partition.settle(plan.on_middle, f64::INFINITY);
            let start = partition.means();
            let glanced = if plan.glances { glance(&full, &fine, start.clone(), k) } else { None };
            let found = glanced.unwrap_or_else(|| settle(&full, start, k, plan));
            progress.add(1);
            Some(found)
        })
        .collect();
    keep_falling(&full, &mut found, plan);
    found
}

/// Where more centroids came out no better than fewer, starts them again from the fewer ones, cut:
/// a cut always gains, and no step after it loses.
fn keep_falling(full: &Blocks, found: &mut [Option<Found>], plan: &Plan) {
    for i in 1..found.len() {
        let [Some(fewer), Some(more)] = &found[i - 1..=i] else { continue };
        let k = more.centroids.len();
        if k > fewer.centroids.len() && more.inertia >= fewer.inertia {
            found[i] = Some(settle(full, fewer.centroids.clone(), k, plan));
        }
    }
}

/// Two steps on fine cells, and one look at every colour, that nothing is remembered of. Nothing
/// where a centroid is left without points.
fn glance(full: &Blocks, fine: &Blocks, mut centroids: Vec<[f64; 3]>, k: usize) -> Option<Found> {
    const STEPS: usize = 2;
    const REACH: f64 = 1.4;
    for _ in 0..STEPS {
        let clusters = fine.gather(&centroids);
        for (at, cluster) in centroids.iter_mut().zip(clusters) {
            let to = mean(&cluster).unwrap_or(*at);
            *at = [0, 1, 2].map(|i| at[i] + REACH * (to[i] - at[i]));
        }
    }
    let clusters = full.gather(&centroids);
    let whole = centroids.len() == k && clusters.iter().all(|cluster| cluster[0] > 0);
    whole.then(|| Found { inertia: full.inertia(&clusters, &centroids), centroids })
}

/// `k` centroids settled on every colour, from a start of as many or fewer. Fewer come back only
/// where there are fewer distinct points.
///
/// Missing centroids, and those that lose all their points on the way, are made up for by cutting
/// other clusters.
fn settle(full: &Blocks, start: Vec<[f64; 3]>, k: usize, plan: &Plan) -> Found {
    let slack = SLACK * spread(full, &start);
    let mut partition = Partition::new(full, start, slack);
    // Each round ends lower than the one before, and one or two is what it takes.
    for _ in 0..=k {
        make_up(&mut partition, k);
        for pace in plan.on_colours(full.points().len()) {
            partition.settle(pace, f64::INFINITY);
        }
        // Every centroid at the mean of what it had: nothing moves where it has settled to the end.
        partition.step(1.0, 0.0);
        if partition.count() == k {
            break;
        }
    }
    let kept = partition.centroids().iter().zip(partition.clusters());
    let (centroids, clusters): (Vec<[f64; 3]>, Vec<Sums>) =
        kept.filter(|(_, cluster)| cluster[0] > 0).unzip();
    Found { inertia: full.inertia(&clusters, &centroids), centroids }
}

/// Cuts clusters until `k` hold points, in the places of those that hold none.
fn make_up(partition: &mut Partition, k: usize) {
    let mut cuts = Cuts::default();
    while partition.count() < k {
        for slot in 0..partition.clusters().len() {
            if partition.clusters()[slot][0] == 0 && partition.centroids()[slot] != NOWHERE {
                partition.remove(slot);
            }
        }
        if !cuts.cut(partition, 0) {
            break;
        }
    }
}

/// How far apart so many clusters lie, roughly.
fn spread(blocks: &Blocks, centroids: &[[f64; 3]]) -> f64 {
    let scatter = blocks.scatter(&[blocks.total()]);
    let weight = blocks.total()[0].max(1) as f64;
    (scatter / weight).sqrt() / libm::cbrt(centroids.len().max(1) as f64)
}
