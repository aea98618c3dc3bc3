//! From starts on a coarse picture to Lloyd's steps over every colour.
//!
//! Lloyd's steps are many and each gains little, so most of them are taken where they are cheap: on
//! some thousand cells, then on some ten thousand, and only the last ones on all distinct colours.

use crate::blocks::{Blocks, Sums};
use crate::lloyd::{Clustering, NOWHERE, Pace, Settling, mean, onward};
use crate::moves::Cuts;
use crate::partition::Partition;
use crate::path::path;
use crate::plain::Plain;
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

/// Some centroids.
type Set = Vec<[f64; 3]>;

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
    let asked = ks.len();
    let ks: Vec<usize> = ks.iter().copied().take_while(|&k| k < full.points().len()).collect();
    let mut sets: Vec<Set> = ks
        .iter()
        .filter_map(|&k| starts.get(k - 1).or(starts.last()))
        .map(|start| start.partition.means())
        .collect();
    settle_together(&middle, &mut sets, |i| plan.on_middle(ks[i]));
    let mut found: Vec<Option<Found>>;
    if plan.settles(full.points().len()) {
        found = ks
            .par_iter()
            .zip(sets)
            .with_max_len(1)
            .map(|(&k, start)| {
                let found = settle(&full, start, k, plan);
                progress.add(1);
                Some(found)
            })
            .collect();
    } else {
        glance(&full, &fine, &mut sets, &ks, plan);
        found = look(&full, &sets, &ks);
        found.par_iter_mut().zip(sets).zip(&ks).with_max_len(1).for_each(|((found, start), &k)| {
            if found.is_none() {
                *found = mend(&full, &fine, start.clone(), k);
                found.get_or_insert_with(|| settle(&full, start, k, plan));
            }
            progress.add(1);
        });
    }
    keep_falling(&full, &fine, &mut found, plan);
    found.resize_with(asked, || None);
    found
}

/// Lloyd's steps from all these sets, each at its pace, side by side. In the end each is the means of
/// its clusters, those without points left out.
fn settle_together(blocks: &Blocks, sets: &mut [Set], pace: impl Fn(usize) -> Pace) {
    let mut going: Vec<(usize, Settling)> =
        (0..sets.len()).map(|i| (i, Settling::new(pace(i), f64::INFINITY))).collect();
    while !going.is_empty() {
        let asked: Vec<&[[f64; 3]]> = going.iter().map(|&(i, _)| &sets[i][..]).collect();
        let gathered = blocks.gather(&asked);
        going = going
            .into_iter()
            .zip(gathered)
            .filter_map(|((i, mut settling), clusters)| {
                let still = settling.still(blocks.scatter(&clusters), clusters.len());
                if let Some(still) = still {
                    let (to, moved) = onward(&sets[i], &clusters, pace(i).reach, still);
                    if moved {
                        sets[i] = to;
                        return Some((i, settling));
                    }
                }
                sets[i] = clusters.iter().filter_map(mean).collect();
                None
            })
            .collect();
    }
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

/// A few steps on fine cells or on every colour, of which nothing is remembered: quicker than
/// [`settle`] where steps are few.
fn glance(full: &Blocks, fine: &Blocks, sets: &mut [Set], ks: &[usize], plan: &Plan) {
    let mut step = |blocks: &Blocks, reach: f64, on: &dyn Fn(usize) -> bool| {
        let asked: Vec<&[[f64; 3]]> =
            sets.iter().zip(ks).filter(|&(_, &k)| on(k)).map(|(set, _)| &set[..]).collect();
        let gathered = blocks.gather(&asked);
        let stepping = sets.iter_mut().zip(ks).filter(|&(_, &k)| on(k));
        for ((set, _), clusters) in stepping.zip(gathered) {
            *set = onward(set, &clusters, reach, 0.0).0;
        }
    };
    let most = ks.iter().map(|&k| plan.on_fine(k)).max().unwrap_or(0);
    for n in 0..most {
        step(fine, REACH, &|k| n < plan.on_fine(k));
    }
    for left in (0..plan.on_colours).rev() {
        // The last one ends on the means.
        step(full, if left > 0 { REACH } else { 1.0 }, &|_| true);
    }
}

/// `k` centroids from as many or fewer, by cutting on fine cells what is missing. Nothing where that
/// does not help.
fn mend(full: &Blocks, fine: &Blocks, centroids: Set, k: usize) -> Option<Found> {
    let mut partition = Plain::new(fine, centroids);
    make_up(&mut partition, k);
    partition.step(REACH, 0.0);
    let holds = |(at, cluster): (&[f64; 3], &Sums)| (cluster[0] > 0).then_some(*at);
    let kept = partition.centroids().iter().zip(partition.clusters()).filter_map(holds);
    look(full, &[kept.collect()], &[k]).pop().flatten()
}

/// These centroids as they are; nothing where they are not as many as they should or one is without
/// points.
fn look(full: &Blocks, sets: &[Set], ks: &[usize]) -> Vec<Option<Found>> {
    let asked: Vec<&[[f64; 3]]> = sets.iter().map(|set| &set[..]).collect();
    let gathered = full.gather(&asked);
    let told = sets.iter().zip(gathered).zip(ks).map(|((set, clusters), &k)| {
        let whole = set.len() == k && clusters.iter().all(|cluster| cluster[0] > 0);
        whole.then(|| Found { inertia: full.inertia(&clusters, set), centroids: set.clone() })
    });
    told.collect()
}

/// `k` centroids settled on every colour, from a start of as many or fewer. Fewer come back only
/// where there are fewer distinct points.
///
/// Missing centroids, and those that lose all their points on the way, are made up for by cutting
/// other clusters.
fn settle(full: &Blocks, start: Set, k: usize, plan: &Plan) -> Found {
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
fn make_up(partition: &mut impl Clustering, k: usize) {
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
