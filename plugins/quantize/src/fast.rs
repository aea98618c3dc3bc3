//! Palettes for every k where time counts: all search and all of Lloyd's steps run on some thousand
//! cells, and every colour is looked at once for each k, to tell its inertia.
//!
//! A sweep up gives every k a start by cutting one cluster of k-1; a sweep down joins two of k+1
//! where that ends lower; a second sweep up lets what was learnt at the top and at the bottom meet.
//! Cuts alone get trapped while clusters are few, so that these also start from k-means++.

use crate::blocks::{Blocks, Sums};
use crate::detail::settle_on_colours;
use crate::moves::principal_axis;
use crate::points::{Point, squared_distance};
use crate::progress::Progress;
use crate::seed::plus_plus;
use crate::tree::Tree;
use rayon::prelude::*;

/// Centroids that are the means of their points as they were assigned last.
#[derive(Debug, Clone)]
pub(crate) struct Means {
    pub(crate) centroids: Vec<[f64; 3]>,
    clusters: Vec<Sums>,
    /// The sum of squared distances of the points to these means.
    pub(crate) inertia: f64,
}

/// When to stop before nothing moves any more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) steps: usize,
    /// The least part of the inertia that a step must gain.
    pub(crate) gain: f64,
}

/// Enough cells to tell starts for few clusters apart.
const SEED: usize = 512;
/// Enough to tell where some hundred clusters belong.
const SEARCH: usize = 2_048;
/// Enough that steps over all colours would gain no more than about a part in a thousand.
const SETTLE: usize = 4_096;

/// Before two starts for the same k are compared.
const BRISK: Pace = Pace { steps: 6, gain: 2e-3 };
const LAST: Pace = Pace { steps: 12, gain: 2e-4 };
/// Up to this k, cuts are not trusted alone.
const SEEDED: usize = 16;
const SEEDS: u64 = 4;
/// Of so many clusters that spread most, the best cut is taken.
const CUTS: usize = 3;

impl Means {
    /// Lloyd's steps from `centroids`.
    pub(crate) fn settle(blocks: &Blocks, mut centroids: Vec<[f64; 3]>, pace: Pace) -> Self {
        let mut before = f64::INFINITY;
        let mut step = 1;
        loop {
            let clusters = blocks.gather(&centroids);
            for (centroid, sums) in centroids.iter_mut().zip(&clusters) {
                *centroid = mean(sums).unwrap_or(*centroid);
            }
            let inertia = blocks.inertia(&clusters, &centroids);
            if step >= pace.steps || before - inertia <= pace.gain * inertia {
                return Self { centroids, clusters, inertia };
            }
            before = inertia;
            step += 1;
        }
    }
}

/// What `palettes` will add to its progress.
pub(crate) fn work(ks: &[usize], largest: usize) -> u64 {
    (ks.len() + 3 * largest) as u64
}

/// Centroids for every k of `ks`, with their inertia in squared grid steps; nothing where k is the
/// number of points or more. Inertia falls from k to k, and no centroid is without points.
pub(crate) fn palettes(
    points: Vec<Point>,
    ks: &[usize],
    largest: usize,
    progress: &Progress,
) -> Vec<Option<(Vec<[f64; 3]>, f64)>> {
    let tree = Tree::new(points);
    let [few, search, cells] = [SEED, SEARCH, SETTLE].map(|count| Blocks::new(tree.cells(count)));
    let full = Blocks::new(tree.points().to_vec());
    let starts = sweep(&search, &few, largest, progress);
    let mut found: Vec<Option<(Vec<[f64; 3]>, f64)>> = ks
        .par_iter()
        .with_max_len(1)
        .map(|&k| {
            let start = starts.get(k - 1).or(starts.last())?;
            if k >= full.points().len() {
                return None;
            }
            let means = Means::settle(&cells, start.centroids.clone(), LAST).centroids;
            let clusters = full.gather(&means);
            let whole = means.len() == k && clusters.iter().all(|cluster| cluster[0] > 0);
            let inertia = if whole { full.inertia(&clusters, &means) } else { f64::INFINITY };
            progress.add(1);
            Some((means, inertia))
        })
        .collect();
    // Where that went wrong, the slower way from fewer centroids, cut: a cut always gains.
    let mut before: (&[[f64; 3]], f64) = (&[], f64::INFINITY);
    for (found, &k) in found.iter_mut().zip(ks) {
        let Some((centroids, inertia)) = found else { continue };
        if *inertia >= before.1 {
            let start = if before.0.is_empty() { centroids.clone() } else { before.0.to_vec() };
            let settled = settle_on_colours(&tree, start, k);
            *inertia = full.inertia(&full.gather(&settled.centroids), &settled.centroids);
            *centroids = settled.centroids;
        }
        before = (centroids, *inertia);
    }
    found
}

/// Good centroids on these points for 1, 2, … `largest`; fewer where the points are fewer.
pub(crate) fn sweep(
    blocks: &Blocks,
    few: &Blocks,
    largest: usize,
    progress: &Progress,
) -> Vec<Means> {
    let mut path = vec![Means::settle(blocks, vec![[0.0; 3]], BRISK)];
    while path.len() < largest.min(blocks.points().len()) {
        let Some(start) = cut(blocks, &path[path.len() - 1]) else { break };
        let k = start.len();
        let mut found = Means::settle(blocks, start, BRISK);
        if k <= SEEDED {
            let seeded =
                (0..SEEDS).map(|seed| Means::settle(few, plus_plus(few.points(), k, seed), BRISK));
            let least = seeded.min_by(|a, b| a.inertia.total_cmp(&b.inertia));
            keep_better(blocks, &mut found, least.map(|means| means.centroids));
        }
        path.push(found);
        progress.add(1);
    }
    for i in (1..path.len()).rev() {
        let start = join(&path[i]);
        keep_better(blocks, &mut path[i - 1], start);
        progress.add(1);
    }
    for i in 1..path.len() {
        let start = cut(blocks, &path[i - 1]);
        keep_better(blocks, &mut path[i], start);
        progress.add(1);
    }
    path
}

fn keep_better(blocks: &Blocks, best: &mut Means, start: Option<Vec<[f64; 3]>>) {
    let Some(start) = start.filter(|start| start.len() == best.centroids.len()) else { return };
    let other = Means::settle(blocks, start, BRISK);
    if other.inertia < best.inertia {
        *best = other;
    }
}

fn mean(&[weight, ref sums @ ..]: &Sums) -> Option<[f64; 3]> {
    (weight > 0).then(|| sums.map(|sum| sum as f64 / weight as f64))
}

/// What the inertia rises by when two clusters become one (Ward 1963).
fn ward(a: &Sums, b: &Sums) -> f64 {
    let (Some(at), Some(bt)) = (mean(a), mean(b)) else { return 0.0 };
    let (wa, wb) = (a[0] as f64, b[0] as f64);
    wa * wb / (wa + wb) * squared_distance(at, bt)
}

/// The centroids with the pair made one whose union costs least.
fn join(means: &Means) -> Option<Vec<[f64; 3]>> {
    let clusters = &means.clusters;
    let mut least = (f64::INFINITY, 0, 0);
    for (j, b) in clusters.iter().enumerate() {
        for (i, a) in clusters[..j].iter().enumerate() {
            let cost = ward(a, b);
            if cost < least.0 {
                least = (cost, i, j);
            }
        }
    }
    let (cost, i, j) = least;
    let union: [i64; 4] = [0, 1, 2, 3]
        .map(|n| clusters.get(i).map_or(0, |a| a[n]) + clusters.get(j).map_or(0, |b| b[n]));
    let mut centroids = means.centroids.clone();
    if cost.is_infinite() {
        return None;
    }
    centroids[i] = mean(&union).unwrap_or(centroids[i]);
    centroids.swap_remove(j);
    Some(centroids)
}

/// The centroids with one cluster cut in two across its longest axis: of the few clusters that
/// spread most along theirs, the one whose cut gains most.
fn cut(blocks: &Blocks, means: &Means) -> Option<Vec<[f64; 3]>> {
    let labels = blocks.labels(&means.centroids);
    let centroids = &means.centroids;
    let mut products = vec![[0.0; 6]; centroids.len()];
    for (point, &label) in blocks.points().iter().zip(&labels) {
        let from = centroids[usize::from(label)];
        let [x, y, z] = [0, 1, 2].map(|axis| f64::from(point.at[axis]) - from[axis]);
        let weight = f64::from(point.weight);
        let (wx, wy, wz) = (weight * x, weight * y, weight * z);
        let more = [wx * x, wy * y, wz * z, wx * y, wx * z, wy * z];
        for (sum, more) in products[usize::from(label)].iter_mut().zip(more) {
            *sum += more;
        }
    }
    let mut spread: Vec<(f64, usize, [f64; 3])> = products
        .into_iter()
        .enumerate()
        .map(|(cluster, products)| {
            let axis = principal_axis(products);
            let [x, y, z] = axis;
            let [xx, yy, zz, xy, xz, yz] = products;
            let along =
                xx * x * x + yy * y * y + zz * z * z + 2.0 * (xy * x * y + xz * x * z + yz * y * z);
            let length = x * x + y * y + z * z;
            (if length > 0.0 { along / length } else { 0.0 }, cluster, axis)
        })
        .collect();
    spread.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    spread.truncate(CUTS);

    let mut best = (0.0, 0, [[0.0; 3]; 2]);
    for (_, cluster, axis) in spread {
        let from = centroids[cluster];
        let mut halves: [Sums; 2] = [[0; 4]; 2];
        for (point, &label) in blocks.points().iter().zip(&labels) {
            if usize::from(label) == cluster {
                let along: f64 = (0..3).map(|i| (f64::from(point.at[i]) - from[i]) * axis[i]).sum();
                let [x, y, z] = point.at;
                let half = &mut halves[usize::from(along > 0.0)];
                for (sum, factor) in half.iter_mut().zip([1, x, y, z]) {
                    *sum += i64::from(factor) * i64::from(point.weight);
                }
            }
        }
        let gain = ward(&halves[0], &halves[1]);
        if let (true, Some(a), Some(b)) = (gain > best.0, mean(&halves[0]), mean(&halves[1])) {
            best = (gain, cluster, [a, b]);
        }
    }
    let (gain, cluster, [a, b]) = best;
    if gain <= 0.0 {
        return None;
    }
    let mut centroids = centroids.clone();
    centroids[cluster] = a;
    centroids.push(b);
    Some(centroids)
}
