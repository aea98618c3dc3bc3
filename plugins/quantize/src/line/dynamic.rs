//! The best codebooks of some bins for every k at once, by dynamic programming.
//!
//! The best codebook of k levels for the first i bins ends with one level for the bins from j on, and
//! is the best of k - 1 levels before (Wang and Song, "Ckmeans.1d.dp", The R Journal 3(2), 2011). The
//! cost of an interval obeys the quadrangle inequality, so that the best j never falls with i nor
//! with k, and lies between that of (k - 1, i) and that of (k, i + 1) (Yao, "Efficient dynamic
//! programming using quadrangle inequalities", 1980). The ranges telescope: B bins and K levels cost
//! about B² / 2 + B K looks in all, which for every k together is less than SMAWK (Aggarwal, Klawe,
//! Moran, Shor and Wilber, 1987; Grønlund et al., "Fast exact k-means, k-medians and Bregman
//! divergence clustering in 1D", 2017) would take for each k anew.

use super::prefix::Sums;

/// Where the last interval of the best codebook begins, for every k and every number of bins.
#[derive(Debug, Clone)]
pub(crate) struct Splits {
    bins: usize,
    /// Row k - 1 holds bins + 1 entries; bins number less than 2^16.
    rows: Vec<u16>,
}

impl Splits {
    /// For 1, 2, … `largest` levels. `sums` are prefix sums at the bounds of the bins, of which there
    /// are at least as many as levels; `alone` is the distortion of each bin as an interval of its
    /// own, which the sums of an outlier are too large to tell.
    pub(crate) fn new(sums: &[Sums], alone: &[f64], largest: usize) -> Self {
        let bins = alone.len();
        let [weights, firsts, seconds] =
            [0, 1, 2].map(|n| sums.iter().map(|sums| sums[n]).collect::<Vec<f64>>());
        // The least distortion of the first i bins.
        let mut least = vec![0.0; bins + 1];
        least[1] = alone[0];
        for i in 2..=bins {
            let moment = firsts[i] - firsts[0];
            let distortion = seconds[i] - seconds[0] - moment * moment / (weights[i] - weights[0]);
            least[i] = distortion.max(0.0);
        }
        let mut rows = vec![0; largest * (bins + 1)];
        for k in 2..=largest {
            let (before, row) = rows[(k - 2) * (bins + 1)..].split_at_mut(bins + 1);
            let mut high = bins - 1;
            // Falling, so that what stands before i is still of k - 1 levels.
            for i in (k..=bins).rev() {
                let low = usize::from(before[i]).max(k - 1);
                high = high.min(i - 1).max(low);
                let (weight, first, second) = (weights[i], firsts[i], seconds[i]);
                let mut best = (f64::INFINITY, high);
                let starts = low..high.min(i - 2) + 1;
                let terms = least[starts.clone()].iter().zip(&weights[starts.clone()]);
                let terms = terms.zip(&firsts[starts.clone()]).zip(&seconds[starts]);
                for (at, (((&least, &w), &f), &s)) in terms.enumerate() {
                    let moment = first - f;
                    let distortion = least + (second - s - moment * moment / (weight - w));
                    if distortion < best.0 {
                        best = (distortion, low + at);
                    }
                }
                if high == i - 1 && least[high] + alone[high] < best.0 {
                    best = (least[high] + alone[high], high);
                }
                // A bin so light that it drowns may make this minus infinity.
                least[i] = best.0.max(0.0);
                row[i] = best.1 as u16;
                high = best.1;
            }
        }
        Self { bins, rows }
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
}
