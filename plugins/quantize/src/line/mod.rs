//! The codebooks of numbers, such as the weights of a network, for every k at once.
//!
//! On a line the best k intervals can be found, where for colours they can only be sought. Values
//! become cells (every distinct value, or some ten thousand bins); the best bounds for every k come
//! from dynamic programming over the cells, or over runs of them where these are many; a smaller one
//! for each k then moves its bounds from the runs' to the cells'.

mod bennett;
mod bins;
mod cells;
mod dynamic;
mod key;
mod prefix;
mod refine;

use cells::{Cells, Importance, shares};
use dynamic::Splits;
use prefix::Prefix;
use rayon::prelude::*;
use refine::{Line, Partition};
use std::fmt;

/// Up to so many cells, the best codebook is found; of more, runs are made, ten for each level at
/// 256 levels. From their bounds to those of cells it is then two strides.
const RUNS: usize = 2_560;
/// Where the best bounds lie further from equal shares, a second attempt is needed.
const SLACK: usize = 240;
const STRIDES: [usize; 2] = [2, 1];
/// The part of the distortion, at the largest k, that scatter within bins may have: about what the
/// bins may cost. 0.004 dB.
const WITHIN: f64 = 1e-3;

/// The codebook of some values: the levels that stand for them.
#[derive(Debug, Clone, PartialEq)]
pub struct Codebook {
    /// The levels, rising: each the weighted mean of the values of its interval.
    pub centroids: Vec<f64>,
    /// The sum of the weights of each interval's values.
    pub weights: Vec<f64>,
    /// The sum over all values of weight times the squared distance to the centroid of its interval.
    ///
    /// Intervals are of whole cells (see [`codebooks`]). Where values are many, a few next to a bound
    /// may be nearer to the other centroid: giving each to its nearest makes this a little less,
    /// never more.
    pub distortion: f64,
}

/// Why there are no codebooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodebookError {
    /// There are no values.
    Empty,
    /// A value is infinite or not a number.
    Value,
    /// There are not as many weights as values.
    Lengths,
    /// A weight is negative, infinite or not a number, or all are 0.
    Weight,
    /// A k is 0 or over 256.
    K,
}

impl fmt::Display for CodebookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "no values to quantize",
            Self::Value => "a value is not a finite number",
            Self::Lengths => "there are not as many weights as values",
            Self::Weight => "weights must be finite, none negative and not all 0",
            Self::K => "a codebook has 1 to 256 levels",
        })
    }
}

impl std::error::Error for CodebookError {}

/// The codebooks of `values` for each k of `ks` (1 to 256, in any order), with the least distortion.
///
/// `weights` say how much the squared error of each value counts: its importance, such as its entry
/// in the diagonal of the Hessian, or its number of occurrences; without them all count 1. They are
/// taken to 2^-62 of the largest. A value of weight 0 takes no part. Where fewer than k distinct
/// values take part, the codebook is these values.
///
/// Up to 2560 distinct values the codebooks are exact (Wang and Song 2011). More values are first
/// joined to at most some ten thousand cells, finer where a good quantizer has more levels (Bennett
/// 1948, Panter and Dite 1951), then cells to 2560 runs, and the best bounds of runs move to bounds of
/// cells near by: on smooth distributions within 0.005 dB of the least distortion for every k. (These
/// bounds are moved all at once; Lloyd's steps, one bound looking at its neighbours only, were found
/// to end 0.008 dB off.) Distortion falls with k.
///
/// The result depends on the multiset of values with their weights only: the same bits for any
/// order, any number of threads, any platform; -0 is +0. Time is about 7 ns a value and 10 ms.
/// Memory is some megabytes a thread; 24 bytes a value where distinct values are few or so unevenly
/// spread that bins do not do.
///
/// # Errors
/// Says which argument is not as above; there is no result in part.
pub fn codebooks(
    values: &[f32],
    weights: Option<&[f32]>,
    ks: &[usize],
) -> Result<Vec<Codebook>, CodebookError> {
    if values.is_empty() {
        return Err(CodebookError::Empty);
    }
    if weights.is_some_and(|weights| weights.len() != values.len()) {
        return Err(CodebookError::Lengths);
    }
    if !ks.iter().all(|k| (1..=256).contains(k)) {
        return Err(CodebookError::K);
    }
    let importance = Importance::new(weights).ok_or(CodebookError::Weight)?;
    let cells = Cells::new(values, weights, importance).ok_or(CodebookError::Value)?;
    let mut rising = ks.to_vec();
    rising.sort_unstable();
    rising.dedup();

    let mut found = partitions(&cells, &rising);
    let least = found.last().map_or(f64::INFINITY, |last| last.distortion);
    if cells.coarse && cells.within > WITHIN * least {
        found = partitions(&Cells::sorted(values, weights, importance), &rising);
    }
    let books: Vec<Codebook> = found.iter().map(|one| codebook(one, importance.unit())).collect();
    Ok(ks.iter().filter_map(|k| books.get(rising.binary_search(k).ok()?).cloned()).collect())
}

fn codebook(partition: &Partition, unit: f64) -> Codebook {
    Codebook {
        centroids: partition.levels.iter().map(|level| level.mean).collect(),
        weights: partition.levels.iter().map(|level| level.weight * unit).collect(),
        distortion: partition.distortion * unit,
    }
}

/// One for each of `ks`, which rise.
fn partitions(Cells { cells, .. }: &Cells, ks: &[usize]) -> Vec<Partition> {
    let Some(&largest) = ks.last() else { return Vec::new() };
    let prefix = Prefix::new(cells);
    let line = Line::new(cells, &prefix);
    let (bounds, strides) = if cells.len() <= RUNS {
        ((0..=cells.len()).collect(), &[][..])
    } else {
        (bennett::runs(&shares(cells), RUNS), &STRIDES[..])
    };
    let sums: Vec<_> = bounds.iter().map(|&bound| prefix.sums[bound]).collect();
    let most = bounds.len() - 1;
    let alone = |pair: &[usize]| prefix.union(cells, pair[0], pair[1]).scatter;
    let alone: Vec<f64> = bounds.windows(2).map(alone).collect();
    let largest = largest.min(most);
    let best = |slack| {
        let splits = Splits::new(&sums, &alone, largest, slack);
        let runs: Vec<Vec<usize>> = ks.iter().map(|&k| splits.bounds(k.min(most))).collect();
        let confined = runs.iter().any(|runs| splits.confined(runs));
        (!confined).then_some(runs)
    };
    let runs = best(SLACK).or_else(|| best(most)).unwrap_or_default();
    let mut found: Vec<Partition> = runs
        .par_iter()
        .with_min_len(4)
        .map(|runs| {
            let start = runs.iter().map(|&run| bounds[run]).collect();
            line.settle(line.partition(start), strides)
        })
        .collect();
    keep_falling(&line, &mut found);
    found
}

/// Moving bounds may by chance leave more levels with no less distortion. Then the fewer, cut.
fn keep_falling(line: &Line<'_>, found: &mut [Partition]) {
    for i in 1..found.len() {
        let (fewer, more) = (&found[i - 1], &found[i]);
        if more.distortion < fewer.distortion || more.levels.len() == fewer.levels.len() {
            continue;
        }
        let mut start = fewer.clone();
        while start.levels.len() < more.levels.len() {
            start = line.split(&start);
        }
        let other = line.settle(start, &STRIDES);
        if other.distortion < more.distortion {
            found[i] = other;
        }
    }
}
