//! Good clusterings for every k at once, each from its neighbours.
//!
//! A way up from one cluster, cutting the best one in two each time, gives every k a decent start.
//! Cuts alone get trapped, so that few clusters also start from k-means++, and then every k learns
//! for some rounds from k-1 (cut one), k+1 (join two) and itself (join two, cut one), keeping
//! whatever is better.

use crate::lloyd::{Clustering, Patience};
use crate::moves::{merge, split};
use crate::progress::Progress;
use crate::seed::plus_plus;
use crate::tree::Tree;
use rayon::prelude::*;

/// On the way up: near enough for the next cut.
const BRISK: Patience = Patience { steps: 8, gain: 1e-3 };
/// Before two clusterings of the same k are compared.
const STEADY: Patience = Patience { steps: 40, gain: 2e-4 };

/// Up to this k, cuts are not trusted alone.
const SEEDED: usize = 20;
const SEEDS: u64 = 4;
/// Rounds of learning from the neighbours; the n-th one tries the n-th best cut and join.
const ROUNDS: usize = 4;

/// What `path` will add to its progress.
pub(crate) fn work(largest: usize) -> u64 {
    ((1 + ROUNDS) * largest) as u64
}

/// Clusterings with 1, 2, … `largest` centroids; fewer where the points are fewer.
pub(crate) fn path(tree: &Tree, largest: usize, progress: &Progress) -> Vec<Clustering> {
    let mut path = climb(tree, largest, progress);
    path.par_iter_mut().with_max_len(1).take(SEEDED).for_each(|clustering| {
        let k = clustering.centroids.len();
        for seed in 0..SEEDS {
            keep_better(tree, k, clustering, plus_plus(tree.points(), k, seed));
        }
    });
    for round in 0..ROUNDS {
        path = (0..path.len())
            .into_par_iter()
            .with_max_len(1)
            .map(|i| {
                let learnt = learn(tree, &path, i, round);
                progress.add(1);
                learnt
            })
            .collect();
    }
    path
}

/// The way up, by cuts.
fn climb(tree: &Tree, largest: usize, progress: &Progress) -> Vec<Clustering> {
    let mut path: Vec<Clustering> = Vec::with_capacity(largest);
    while path.len() < largest {
        let start = match path.last() {
            Some(last) => split(tree, last, 0),
            None => Some(vec![[0.0; 3]]),
        };
        let Some(start) = start else { break };
        path.push(Clustering::new(tree, start).settle(tree, BRISK));
        progress.add(1);
    }
    path
}

/// The clustering at `i`, or a better one made from it or its neighbours.
fn learn(tree: &Tree, path: &[Clustering], i: usize, rank: usize) -> Clustering {
    let mut best = path[i].clone();
    let k = best.centroids.len();
    let from_below = i.checked_sub(1).and_then(|below| split(tree, &path[below], rank));
    let from_above = path.get(i + 1).and_then(|above| merge(above, rank));
    let swapped =
        merge(&path[i], rank).and_then(|fewer| split(tree, &Clustering::new(tree, fewer), 0));
    for start in [from_below, from_above, swapped].into_iter().flatten() {
        keep_better(tree, k, &mut best, start);
    }
    best
}

fn keep_better(tree: &Tree, k: usize, best: &mut Clustering, start: Vec<[f64; 3]>) {
    let other = Clustering::new(tree, start).settle(tree, STEADY);
    if other.centroids.len() == k && other.inertia < best.inertia {
        *best = other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::points::Point;

    #[test]
    fn learning_never_loses() {
        let at = |i: i32| [i * i % 401, i * 37 % 256, i * i * i % 199];
        let points = (0..500).map(|i| Point { at: at(i), weight: 1 + i as u32 % 7 });
        let tree = Tree::new(points.collect());
        let progress = Progress::new(&|_| {}, work(30));
        let climbed = climb(&tree, 30, &progress);
        let learnt = path(&tree, 30, &progress);
        assert_eq!(learnt.len(), 30);
        for (k, (climbed, learnt)) in (1..).zip(climbed.iter().zip(&learnt)) {
            assert_eq!(learnt.centroids.len(), k);
            assert!(learnt.inertia <= climbed.inertia);
        }
        let inertia = |path: &[Clustering]| path.iter().map(|c| c.inertia).sum::<f64>();
        assert!(inertia(&learnt) < inertia(&climbed));
    }

    #[test]
    fn ends_where_the_points_end() {
        let points = (0..5).map(|x| Point { at: [x, 0, 0], weight: 1 }).collect();
        assert_eq!(path(&Tree::new(points), 9, &Progress::new(&|_| {}, work(9))).len(), 5);
    }
}
