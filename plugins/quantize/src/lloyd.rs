//! Lloyd's two steps: every point goes to its nearest centroid, every centroid to the mean of its
//! points.
//!
//! Stuart P. Lloyd, "Least squares quantization in PCM" (1957; IEEE Transactions on Information
//! Theory 28, 1982). A centroid may go some way beyond the mean, which is where the steps after this
//! one would lead (successive over-relaxation).

use crate::blocks::{Blocks, LANES, Sums};
use crate::points::squared_distance;

/// Where a slot without a centroid lies: never nearest.
pub(crate) const NOWHERE: [f64; 3] = [1e18; 3];

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

/// Where centroids go that so many points are nearest to: past the means by `reach`, where it is not
/// 1, save those whose move would gain no more than `still`. Whether any goes anywhere.
pub(crate) fn onward(
    centroids: &[[f64; 3]],
    clusters: &[Sums],
    reach: f64,
    still: f64,
) -> (Vec<[f64; 3]>, bool) {
    let mut moved = false;
    let to = centroids.iter().zip(clusters).map(|(&at, cluster)| {
        let Some(mean) = mean(cluster).filter(|_| at != NOWHERE) else { return at };
        if mean == at || cluster[0] as f64 * squared_distance(at, mean) <= still {
            return at;
        }
        moved = true;
        if reach == 1.0 { mean } else { [0, 1, 2].map(|i| at[i] + reach * (mean[i] - at[i])) }
    });
    (to.collect(), moved)
}

/// Whether to stop, and else how little a move may gain to be made, between steps of a settling.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settling {
    pace: Pace,
    rival: f64,
    before: f64,
    step: usize,
}

impl Settling {
    pub(crate) fn new(pace: Pace, rival: f64) -> Self {
        Self { pace, rival, before: f64::INFINITY, step: 0 }
    }

    /// For the next step of some clusters, after which the sum of squares was `inertia`; nothing where
    /// there should be none.
    pub(crate) fn still(&mut self, inertia: f64, clusters: usize) -> Option<f64> {
        let gained = self.before - inertia;
        // What the steps to come gain falls by a part from each to the next.
        if self.step >= self.pace.steps
            || gained <= self.pace.gain * inertia
            || (self.step > 1 && inertia - HOPE * gained > self.rival)
        {
            return None;
        }
        self.before = inertia;
        self.step += 1;
        Some(self.pace.still * inertia / clusters as f64)
    }
}

/// Points in clusters, each with its nearest centroid.
pub(crate) trait Clustering {
    fn blocks(&self) -> &Blocks;

    /// By slot; a slot may be empty.
    fn centroids(&self) -> &[[f64; 3]];

    /// The sums over the points of each slot.
    fn clusters(&self) -> &[Sums];

    /// The slot of every point, in blocks.
    fn labels(&self) -> &[[u8; LANES]];

    /// Moves each centroid and takes the points along that are now nearest to another one.
    fn move_to(&mut self, to: &[[f64; 3]]);

    /// One slot more, which holds no centroid yet.
    fn push_slot(&mut self);

    /// A slot that holds no centroid; a new one where all do.
    fn free_slot(&mut self) -> usize {
        let free = self.centroids().iter().position(|&at| at == NOWHERE);
        free.unwrap_or_else(|| {
            self.push_slot();
            self.centroids().len() - 1
        })
    }

    fn remove(&mut self, slot: usize) {
        let mut to = self.centroids().to_vec();
        to[slot] = NOWHERE;
        self.move_to(&to);
    }

    /// Lloyd's steps at this pace, given up where they will not end lower than `rival`. The sum of
    /// squared distances of the points to the means of their clusters.
    fn settle(&mut self, pace: Pace, rival: f64) -> f64 {
        let mut settling = Settling::new(pace, rival);
        loop {
            let inertia = self.scatter();
            let still = settling.still(inertia, self.clusters().len());
            if !still.is_some_and(|still| self.step(pace.reach, still)) {
                return inertia;
            }
        }
    }

    /// One step, in which those stay whose move would gain no more than `still`. Whether any moved.
    fn step(&mut self, reach: f64, still: f64) -> bool {
        let (to, moved) = onward(self.centroids(), self.clusters(), reach, still);
        if moved {
            self.move_to(&to);
        }
        moved
    }

    /// The sum of squared distances of the points to the means of their clusters, near enough to
    /// compare.
    fn scatter(&self) -> f64 {
        self.blocks().scatter(self.clusters())
    }

    /// The number of clusters that hold points.
    fn count(&self) -> usize {
        self.clusters().iter().filter(|cluster| cluster[0] > 0).count()
    }

    /// The means of the clusters that hold points.
    fn means(&self) -> Vec<[f64; 3]> {
        self.clusters().iter().filter_map(mean).collect()
    }
}

/// How often the gain of the last step is what all further ones are believed to gain.
const HOPE: f64 = 4.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partition::Partition;
    use crate::plain::Plain;
    use crate::points::Point;
    use crate::tree::Tree;
    use proptest::prelude::*;

    fn no_step_raises(mut clustering: impl Clustering, rounding: f64) -> Result<(), TestCaseError> {
        let mut before = f64::INFINITY;
        for _ in 0..12 {
            let inertia =
                clustering.blocks().inertia(clustering.clusters(), clustering.centroids());
            prop_assert!(inertia <= before * (1.0 + rounding) + 1e-6);
            before = inertia;
            clustering.step(1.0, 0.0);
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn no_step_raises_the_inertia(
            points in prop::collection::vec((prop::array::uniform3(0..4080), 1_u32..99), 1..200),
            start in prop::collection::vec(prop::array::uniform3(0.0..4080.0), 1..12),
        ) {
            let points = points.into_iter().map(|(at, weight)| Point { at, weight });
            let blocks = Blocks::new(Tree::new(points.collect()).into_points());
            no_step_raises(Partition::new(&blocks, start.clone(), 40.0), 1e-12)?;
            // To the rounding of single floats.
            no_step_raises(Plain::new(&blocks, start), 1e-6)?;
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
