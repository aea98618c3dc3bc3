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
            partition.settle(plan.on_middle(k), f64::INFINITY);
            let start = partition.means();
            let glanced = if plan.settles(full.points().len()) {
                None
            } else {
                glance(&full, &fine, start.clone(), k, plan)
            };
            let found = glanced.unwrap_or_else(|| settle(&full, start, k, plan));
            progress.add(1);
            Some(found)
        })
        .collect();
    keep_falling(&full, &fine, &mut found, plan);
    found
}

/// Where more centroids came out no better than fewer, starts them again from the fewer ones, cut:
/// a cut always gains, and no step after it loses.
fn keep_falling(full: &Blocks, fine: &Blocks, found: &mut [Option<Found>], plan: &Plan) {
    for i in 1..found.len() {
        let [Some(fewer), Some(more)] = &found[i - 1..=i] else { continue };
        let k = more.centroids.len();
        if k > fewer.centroids.len() && more.inertia >= fewer.inertia {
            let settles = plan.settles(full.points().len());
            let start = || fewer.centroids.clone();
            // On cells a cut may gain nothing that colours would know of.
            let mended = if settles { None } else { mend(full, fine, start(), k) }
                .filter(|found| found.inertia < fewer.inertia);
            found[i] = Some(mended.unwrap_or_else(|| settle(full, start(), k, plan)));
        }
    }
}

/// How far a step goes whose labels are not kept, in ways to the mean.
const REACH: f64 = 1.4;

/// A few steps on fine cells or on every colour, and one look at every colour, of which nothing is
/// remembered: quicker than [`settle`] where steps are few. Nothing where a centroid is left without
/// points, and cutting on fine cells does not help.
fn glance(
    full: &Blocks,
    fine: &Blocks,
    mut centroids: Vec<[f64; 3]>,
    k: usize,
    plan: &Plan,
) -> Option<Found> {
    let mut step = |blocks: &Blocks, reach: f64| {
        let clusters = blocks.gather(&centroids);
        for (at, cluster) in centroids.iter_mut().zip(clusters) {
            let to = mean(&cluster).unwrap_or(*at);
            *at = [0, 1, 2].map(|i| at[i] + reach * (to[i] - at[i]));
        }
    };
    for _ in 0..plan.on_fine(k) {
        step(fine, REACH);
    }
    for left in (0..plan.on_colours).rev() {
        // The last one ends on the means.
        step(full, if left > 0 { REACH } else { 1.0 });
    }
    look(full, centroids.clone(), k).or_else(|| mend(full, fine, centroids, k))
}

/// `k` centroids from as many or fewer, by cutting on fine cells what is missing.
fn mend(full: &Blocks, fine: &Blocks, centroids: Vec<[f64; 3]>, k: usize) -> Option<Found> {
    let slack = SLACK * spread(fine, &centroids);
    let mut partition = Partition::new(fine, centroids, slack);
    make_up(&mut partition, k);
    partition.step(REACH, 0.0);
    let holds = |(at, cluster): (&[f64; 3], &Sums)| (cluster[0] > 0).then_some(*at);
    let kept = partition.centroids().iter().zip(partition.clusters()).filter_map(holds);
    look(full, kept.collect(), k)
}

/// These centroids as they are; nothing where they are not `k` or one is without points.
fn look(full: &Blocks, centroids: Vec<[f64; 3]>, k: usize) -> Option<Found> {
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
        for pace in plan.settling(full.points().len()) {
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
