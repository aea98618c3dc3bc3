//! Bounds moved from the bounds of runs to those of cells, all at once.

use super::cells::Cell;
use super::prefix::Prefix;

/// A stride before, here, a stride beyond.
const PLACES: [usize; 3] = [0, 1, 2];

/// Intervals of cells, each with its mean.
#[derive(Debug, Clone)]
pub(crate) struct Partition {
    /// Rising, from 0 to the number of cells.
    pub(crate) bounds: Vec<usize>,
    pub(crate) levels: Vec<Cell>,
    pub(crate) distortion: f64,
}

/// What is known of all cells.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    cells: &'a [Cell],
    prefix: &'a Prefix,
}

impl<'a> Line<'a> {
    pub(crate) fn new(cells: &'a [Cell], prefix: &'a Prefix) -> Self {
        Self { cells, prefix }
    }

    pub(crate) fn partition(&self, bounds: Vec<usize>) -> Partition {
        let level = |pair: &[usize]| self.prefix.union(self.cells, pair[0], pair[1]);
        let levels: Vec<Cell> = bounds.windows(2).map(level).collect();
        let distortion = levels.iter().map(|level| level.scatter).sum();
        Partition { bounds, levels, distortion }
    }

    /// Bounds moved by up to a stride, where that gains: for the strides given, one by one.
    /// Distortion never rises.
    pub(crate) fn settle(&self, mut partition: Partition, strides: &[usize]) -> Partition {
        for &stride in strides {
            if let Some(bounds) = self.shift(&partition.bounds, stride) {
                let next = self.partition(bounds);
                if next.distortion < partition.distortion {
                    partition = next;
                }
            }
        }
        partition
    }

    /// The best bounds of all that lie where these do or a stride to either side, each chosen with
    /// all others in view: dynamic programming over three places a bound.
    fn shift(&self, bounds: &[usize], stride: usize) -> Option<Vec<usize>> {
        let (last, sums) = (self.cells.len(), &self.prefix.sums);
        let places = |bound: usize| {
            PLACES.map(|place| (bound + place * stride).saturating_sub(stride).clamp(1, last - 1))
        };
        // Of each place: the bound, sums up to there, and the least distortion up to there.
        let mut starts = ([0; 3], [sums[0]; 3], [f64::INFINITY; 3]);
        starts.2[0] = 0.0;
        let mut from: Vec<[u8; 3]> = Vec::with_capacity(bounds.len());
        for &bound in &bounds[1..] {
            let ends = if bound == last { [last; 3] } else { places(bound) };
            let to = ends.map(|end| sums[end]);
            let (mut least, mut choices) = ([f64::INFINITY; 3], [0; 3]);
            for before in 0..3 {
                let (start, sum, so_far) = (starts.0[before], starts.1[before], starts.2[before]);
                let alone = self.cells[start].scatter;
                let mut own = [0.0; 3];
                for (own, to) in own.iter_mut().zip(&to) {
                    let first = to[1] - sum[1];
                    *own = to[2] - sum[2] - first * first / (to[0] - sum[0]);
                }
                for here in 0..3 {
                    let own = if ends[here] == start + 1 { alone } else { own[here] };
                    // No interval without cells.
                    let better = ends[here] > start && so_far + own < least[here];
                    least[here] = if better { so_far + own } else { least[here] };
                    choices[here] = if better { before as u8 } else { choices[here] };
                }
            }
            starts = (ends, to, least);
            from.push(choices);
        }
        if !starts.2[0].is_finite() {
            return None;
        }
        let mut shifted = bounds.to_vec();
        let mut place = 0;
        for i in (1..bounds.len() - 1).rev() {
            place = usize::from(from[i][place]);
            shifted[i] = places(bounds[i])[place];
        }
        shifted.is_sorted_by(|a, b| a < b).then_some(shifted)
    }

    /// One level more: of all cuts of an interval in two, the one that gains most.
    pub(crate) fn split(&self, partition: &Partition) -> Partition {
        let mut best = (0.0, None);
        for (pair, level) in partition.bounds.windows(2).zip(&partition.levels) {
            for at in pair[0] + 1..pair[1] {
                let parts = self.prefix.union(self.cells, pair[0], at).scatter
                    + self.prefix.union(self.cells, at, pair[1]).scatter;
                if level.scatter - parts > best.0 || best.1.is_none() {
                    best = (level.scatter - parts, Some(at));
                }
            }
        }
        let mut bounds = partition.bounds.clone();
        if let Some(at) = best.1 {
            bounds.insert(bounds.partition_point(|&bound| bound < at), at);
        }
        self.partition(bounds)
    }
}
