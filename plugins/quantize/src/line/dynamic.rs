//! The best codebooks of some bins for every k at once, by dynamic programming.
//!
//! The best codebook of k levels for the first i bins ends with one level for the bins from j on, and
//! is the best of k - 1 levels before (Wang and Song, "Ckmeans.1d.dp", The R Journal 3(2), 2011). The
//! cost of an interval obeys the quadrangle inequality, so that the best j never falls with i nor
//! with k, and lies between that of (k - 1, i) and that of (k, i + 1) (Yao, "Efficient dynamic
//! programming using quadrangle inequalities", 1980). For many levels these ranges are of a bin or two,
//! which for every k together is less than SMAWK (Aggarwal, Klawe, Moran, Shor and Wilber, 1987;
//! Grønlund et al., "Fast exact k-means, k-medians and Bregman divergence clustering in 1D", 2017)
//! would take for each k anew; for few levels they are long, and halving makes them shorter.

use super::prefix::Sums;
use crate::vectors::{Work, widest};
use std::ops::RangeInclusive;

/// Up to so many levels, by halving.
const HALVED: usize = 12;
/// Beyond, nearly all ranges are shorter: so many starts are looked at together.
const LANES: usize = 4;

/// Where the last interval of the best codebook begins, for every k and every number of bins.
#[derive(Debug, Clone)]
pub(crate) struct Splits {
    bins: usize,
    /// Row k - 1 holds bins + 1 entries; bins number less than 2^16.
    rows: Vec<u16>,
    /// For each k, the fewest bins that k levels were tried on.
    lowest: Vec<usize>,
}

impl Splits {
    /// For 1, 2, … `largest` levels. `sums` are prefix sums at the bounds of the bins, of which there
    /// are at least as many as levels; `alone` is the distortion of each bin as an interval of its
    /// own, which the sums of an outlier are too large to tell.
    ///
    /// Where bins are of equal share, k of the `largest` levels are likely to take about k shares of
    /// them, and never many less. With `slack`, no bound lies more bins than that before.
    pub(crate) fn new(sums: &[Sums], alone: &[f64], largest: usize, slack: usize) -> Self {
        let bins = alone.len();
        let mut lowest: Vec<usize> =
            (0..=largest).map(|k| (bins * k / largest).saturating_sub(slack).max(k)).collect();
        // With all levels, all bins are of interest only.
        lowest[largest] = bins;
        let mut rows = vec![0; largest * (bins + 1)];
        widest(Layers { costs: Costs::new(sums, alone), lowest: &lowest, rows: &mut rows });
        Self { bins, rows, lowest }
    }

    /// The bounds of the k intervals, from 0 to the number of bins.
    pub(crate) fn bounds(&self, k: usize) -> Vec<usize> {
        let mut bounds = vec![self.bins; k + 1];
        for level in (0..k).rev() {
            let row = &self.rows[level * (self.bins + 1)..];
            bounds[level] = usize::from(row[bounds[level + 1]]);
        }
        bounds
    }

    /// Whether one of these bounds might lie lower, had there been more slack.
    pub(crate) fn confined(&self, bounds: &[usize]) -> bool {
        let inner = 1..bounds.len().saturating_sub(1);
        inner.into_iter().any(|k| bounds[k] == self.lowest[k] && self.lowest[k] > k)
    }
}

/// All rows of [`Splits`], one by one.
struct Layers<'a> {
    costs: Costs<'a>,
    lowest: &'a [usize],
    rows: &'a mut [u16],
}

impl Work for Layers<'_> {
    #[inline(always)]
    fn work(self) {
        let Self { costs, lowest, rows } = self;
        let bins = costs.alone.len();
        let mut least = costs.first();
        let mut next = least.clone();
        for k in 2..lowest.len() {
            let (before, row) = rows[(k - 2) * (bins + 1)..].split_at_mut(bins + 1);
            let lowest_start = |i: usize| usize::from(before[i]).max(lowest[k - 1]);
            let range = |i: usize, low: usize, high: usize| low..=high.min(i - 1).max(low);
            if k <= HALVED {
                let mut open = vec![(lowest[k], bins, 0, bins)];
                while let Some((from, to, low, high)) = open.pop() {
                    let i = usize::midpoint(from, to);
                    let starts = range(i, low.max(lowest_start(i)), high);
                    let (distortion, start) = costs.best(&least, i, starts);
                    (next[i], row[i]) = (distortion, start as u16);
                    if from < i {
                        open.push((from, i - 1, low, start));
                    }
                    if i < to {
                        open.push((i + 1, to, start, high));
                    }
                }
            } else {
                let mut high = bins;
                for i in (lowest[k]..=bins).rev() {
                    let starts = range(i, lowest_start(i), high);
                    let (distortion, start) = costs.best_of_few(&least, i, starts);
                    (next[i], row[i]) = (distortion, start as u16);
                    high = start;
                }
            }
            std::mem::swap(&mut least, &mut next);
        }
    }
}

/// Prefix sums at the bounds of bins, each kind for itself. What comes after the last bound is there
/// for looking at several together.
struct Costs<'a> {
    weights: Vec<f64>,
    firsts: Vec<f64>,
    seconds: Vec<f64>,
    alone: &'a [f64],
}

impl<'a> Costs<'a> {
    fn new(sums: &[Sums], alone: &'a [f64]) -> Self {
        let [weights, firsts, seconds] =
            [0, 1, 2].map(|n| sums.iter().map(|sums| sums[n]).chain([0.0; LANES]).collect());
        Self { weights, firsts, seconds, alone }
    }

    /// The distortion of the first i bins with one level.
    fn first(&self) -> Vec<f64> {
        let mut least = vec![0.0; self.weights.len()];
        least[1] = self.alone[0];
        for (i, least) in least.iter_mut().enumerate().take(self.alone.len() + 1).skip(2) {
            let moment = self.firsts[i] - self.firsts[0];
            let weight = self.weights[i] - self.weights[0];
            *least = (self.seconds[i] - self.seconds[0] - moment * moment / weight).max(0.0);
        }
        least
    }

    /// [`Costs::best`], where `starts` are likely to be few: no branch waits for how many.
    #[inline(always)]
    fn best_of_few(&self, least: &[f64], i: usize, starts: RangeInclusive<usize>) -> (f64, usize) {
        let (low, high) = (*starts.start(), *starts.end());
        let (weight, first, second) = (self.weights[i], self.firsts[i], self.seconds[i]);
        let lanes = low..low + LANES;
        let (w, f) = (&self.weights[lanes.clone()], &self.firsts[lanes.clone()]);
        let (s, so_far) = (&self.seconds[lanes.clone()], &least[lanes]);
        let mut all = [0.0; LANES];
        for lane in 0..LANES {
            let moment = first - f[lane];
            all[lane] = so_far[lane] + (second - s[lane] - moment * moment / (weight - w[lane]));
        }
        let more = high - low;
        // A bin alone, and what is no number, are for the other to judge.
        if more >= LANES || high == i - 1 || !all[0].is_finite() {
            return self.best(least, i, starts);
        }
        // For every end of the range, the best lane up to there, a byte each. So only the last look,
        // at where the range ends, waits for what was found for i + 1.
        let (best, one) = if all[1] < all[0] { (all[1], 1) } else { (all[0], 0) };
        let (best, two) = if all[2] < best { (all[2], 2) } else { (best, one) };
        let three = if all[3] < best { 3 } else { two };
        let lanes: u32 = one << 8 | two << 16 | three << 24;
        let lane = (lanes >> (8 * more)) as usize % LANES;
        (all[lane].max(0.0), low + lane)
    }

    /// The least distortion of the first `i` bins whose last interval begins in `starts`, and where.
    #[inline(always)]
    fn best(&self, least: &[f64], i: usize, starts: RangeInclusive<usize>) -> (f64, usize) {
        let (low, high) = (*starts.start(), *starts.end());
        let (weight, first, second) = (self.weights[i], self.firsts[i], self.seconds[i]);
        let longer = low..high.min(i - 2) + 1;
        let terms = least[longer.clone()].iter().zip(&self.weights[longer.clone()]);
        let terms = terms.zip(&self.firsts[longer.clone()]).zip(&self.seconds[longer]);
        let (mut best, mut start) = (f64::INFINITY, high);
        for (at, (((&least, &w), &f), &s)) in terms.enumerate() {
            let moment = first - f;
            let distortion = least + (second - s - moment * moment / (weight - w));
            // Chosen without a branch: it could not be foretold.
            let better = distortion < best;
            best = if better { distortion } else { best };
            start = if better { low + at } else { start };
        }
        if high == i - 1 && least[high] + self.alone[high] < best {
            (best, start) = (least[high] + self.alone[high], high);
        }
        // A bin so light that it drowns may make this minus infinity.
        (best.max(0.0), start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn together_as_one_by_one(
            bins in prop::collection::vec((0.1..9.0, -1.0..1.0, 0.0..0.1), 8..40),
            low in 0_usize..40, more in 0_usize..6, beyond in 1_usize..9,
        ) {
            let mut sums = vec![[0.0; 3]];
            for (n, &(weight, shift, scatter)) in (0_u32..).zip(&bins) {
                let first = weight * (f64::from(n) + shift);
                let [w, f, s] = sums[sums.len() - 1];
                sums.push([w + weight, f + first, s + first * first / weight + scatter]);
            }
            let alone: Vec<f64> = bins.iter().map(|bin| bin.2).collect();
            let costs = Costs::new(&sums, &alone);
            let least = costs.first();
            let low = low % (bins.len() - 2) + 1;
            let i = (low + more + beyond).min(bins.len());
            let starts = low..=(low + more).min(i - 1);
            let (one, few) =
                (costs.best(&least, i, starts.clone()), costs.best_of_few(&least, i, starts));
            prop_assert_eq!(one, few);
        }
    }
}
