//! Lloyd's two steps: every point goes to its nearest centroid, every centroid to the mean of its
//! points.
//!
//! Stuart P. Lloyd, "Least squares quantization in PCM" (1957; IEEE Transactions on Information
//! Theory 28, 1982). A centroid may go some way beyond the mean, which is where the steps after this
//! one would lead (successive over-relaxation).

use crate::blocks::Sums;
use crate::partition::{NOWHERE, Partition};
use crate::points::squared_distance;

/// How to step, and when to stop before nothing moves any more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) steps: usize,
    /// The least part of the inertia that a step must gain.
    pub(crate) gain: f64,
    /// The least part of the inertia of one cluster, all being equal, that moving it must gain.
    pub(crate) still: f64,
    /// How far to go, in ways to the mean.
    pub(crate) reach: f64,
}

pub(crate) fn mean(&[weight, ref sums @ ..]: &Sums) -> Option<[f64; 3]> {
    (weight > 0).then(|| sums.map(|sum| sum as f64 / weight as f64))
}

impl Partition<'_> {
    /// Lloyd's steps at this pace, given up where they will not end lower than `rival`. The sum of
    /// squared distances of the points to the means of their clusters.
    pub(crate) fn settle(&mut self, pace: Pace, rival: f64) -> f64 {
        let mut before = f64::INFINITY;
        let mut step = 0;
        loop {
            let inertia = self.scatter();
            let gained = before - inertia;
            // What the steps to come gain falls by a part from each to the next.
            if step >= pace.steps
                || gained <= pace.gain * inertia
                || (step > 1 && inertia - HOPE * gained > rival)
            {
                return inertia;
            }
            before = inertia;
            step += 1;
            let still = pace.still * inertia / self.clusters().len() as f64;
            if !self.step(pace.reach, still) {
                return inertia;
            }
        }
    }

    /// One step, in which those stay whose move would gain no more than `still`. Whether any moved.
    pub(crate) fn step(&mut self, reach: f64, still: f64) -> bool {
        let mut moved = false;
        let to = self.centroids().iter().zip(self.clusters()).map(|(&at, cluster)| {
            let Some(mean) = mean(cluster).filter(|_| at != NOWHERE) else { return at };
            if mean == at || cluster[0] as f64 * squared_distance(at, mean) <= still {
                return at;
            }
            moved = true;
            if reach == 1.0 { mean } else { [0, 1, 2].map(|i| at[i] + reach * (mean[i] - at[i])) }
        });
        let to: Vec<[f64; 3]> = to.collect();
        if moved {
            self.move_to(&to);
        }
        moved
    }

    /// The sum of squared distances of the points to the means of their clusters, near enough to
    /// compare.
    pub(crate) fn scatter(&self) -> f64 {
        self.blocks().scatter(self.clusters())
    }

    /// The number of clusters that hold points.
    pub(crate) fn count(&self) -> usize {
        self.clusters().iter().filter(|cluster| cluster[0] > 0).count()
    }

    /// The means of the clusters that hold points.
    pub(crate) fn means(&self) -> Vec<[f64; 3]> {
        self.clusters().iter().filter_map(mean).collect()
    }
}

/// How often the gain of the last step is what all further ones are believed to gain.
const HOPE: f64 = 6.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::Blocks;
    use crate::points::Point;
    use crate::tree::Tree;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_step_raises_the_inertia(
            points in prop::collection::vec((prop::array::uniform3(0..4080), 1_u32..99), 1..200),
            start in prop::collection::vec(prop::array::uniform3(0.0..4080.0), 1..12),
        ) {
            let points = points.into_iter().map(|(at, weight)| Point { at, weight });
            let blocks = Blocks::new(Tree::new(points.collect()).into_points());
            let mut partition = Partition::new(&blocks, start, 40.0);
            let of = |p: &Partition| p.blocks().inertia(p.clusters(), p.centroids());
            let mut before = of(&partition);
            for _ in 0..12 {
                partition.step(1.0, 0.0);
                let inertia = of(&partition);
                prop_assert!(inertia <= before * (1.0 + 1e-12) + 1e-6);
                before = inertia;
            }
        }
    }

    #[test]
    fn settles_on_means() {
        let points = [0, 1, 10, 12].map(|x| Point { at: [x, 0, 0], weight: 1 });
        let blocks = Blocks::new(points.to_vec());
        let mut partition = Partition::new(&blocks, vec![[0.0; 3], [1.0, 0.0, 0.0]], 1.0);
        let pace = Pace { steps: 20, gain: -1.0, still: 0.0, reach: 1.0 };
        assert_eq!(partition.settle(pace, f64::INFINITY), 2.5);
        assert_eq!(partition.means(), [[0.5, 0.0, 0.0], [11.0, 0.0, 0.0]]);
        assert!(!partition.step(1.0, 0.0));
    }
}
