//! How finely to cut where: bins as a good quantizer of many levels would lay them.
//!
//! With many levels the best ones lie with a density proportional to the cube root of that of the
//! values (Panter and Dite, "Quantization distortion in pulse-count modulation with nonuniform
//! spacing of levels", 1951, on Bennett, "Spectra of quantized signals", 1948). Bins that follow it
//! leave the tails their share, where bins of equal width or of equal weight do not.

/// What an interval of this weight and width takes of the levels, in a unit that is any but the same
/// for all.
pub(crate) fn share(weight: f64, width: f64) -> f64 {
    libm::cbrt(weight * width * width)
}

/// The share for one piece, where all intervals together shall have `pieces`, and each, given by its
/// share, at most so many as it has use for: an outlier far away must not take them all.
pub(crate) fn level(intervals: &[(f64, f64)], pieces: f64) -> f64 {
    let mut level = intervals.iter().map(|interval| interval.0).sum::<f64>() / pieces;
    for _ in 0..ROUNDS {
        let taken: f64 = intervals.iter().map(|&(share, most)| share.min(most * level)).sum();
        let next = taken / pieces;
        if next >= ENOUGH * level {
            break;
        }
        level = next;
    }
    level
}

/// Each round settles the intervals that have use for less than their share; few are needed.
const ROUNDS: usize = 64;
const ENOUGH: f64 = 0.999;

/// The bounds of about `pieces` runs of intervals of equal share: the first is 0, the last the number
/// of intervals.
pub(crate) fn runs(shares: &[f64], pieces: usize) -> Vec<usize> {
    let whole: Vec<(f64, f64)> = shares.iter().map(|&share| (share, 1.0)).collect();
    let level = level(&whole, pieces as f64);
    let mut bounds = vec![0];
    let mut filled = 0.0;
    for (i, &share) in shares.iter().enumerate() {
        let share = share.min(level);
        // To the nearer side: half of what comes next is the middle of it.
        if filled + share / 2.0 > level && bounds.len() < pieces {
            bounds.push(i);
            filled = (filled - level).max(-share / 2.0);
        }
        filled += share;
    }
    bounds.push(shares.len());
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_shares_are_cut_evenly() {
        assert_eq!(runs(&[1.0; 12], 4), [0, 3, 6, 9, 12]);
        assert_eq!(runs(&[1.0; 3], 1), [0, 3]);
    }

    #[test]
    fn an_outlier_takes_one_piece_only() {
        let mut shares = vec![1.0; 64];
        shares.push(1e20);
        let bounds = runs(&shares, 17);
        assert_eq!(bounds.len(), 18);
        assert_eq!(bounds[16..], [64, 65]);
    }

    #[test]
    fn levels_respect_what_there_is_use_for() {
        // The first has use for one piece; the others share nine.
        let intervals = [(1e9, 1.0), (6.0, 100.0), (3.0, 100.0)];
        let level = level(&intervals, 10.0);
        assert!((level - 1.0).abs() < 0.01, "{level}");
    }
}
