//! Numbers on a line: the codebooks of a million for all k = 1..256 beside the crate `ckmeans` for
//! k = 16 alone, and beside the least distortion there is.

mod oracle;
mod samples;

use crate::clock::{Race, seconds};
use crate::report::Table;
use prebake_quantize::codebooks;
use samples::{Distribution, weights};
use std::io::{Result, Write};

const COUNT: usize = 1_000_000;
/// For so many of them the oracle takes about a second for all 256 k, and gets them all.
const FEWER: usize = 100_000;
const KS: [usize; 9] = [2, 3, 4, 8, 16, 32, 64, 128, 256];
/// Up to this k, the oracle judges a million too; for one distribution up to 256, in ten seconds.
const JUDGED: usize = 16;

/// Time and loss of `codebooks`.
pub(crate) fn codebooks_and_ckmeans<W: Write>(table: &mut Table<W>) -> Result<()> {
    let ks: Vec<usize> = (1..=256).collect();
    table.head("process CPU, codebooks of 1,000,000 numbers for all k = 1..256 by ckmeans 2.2 for k = 16 (goal: at most 1/40; it knows no weights)")?;
    let importance = weights(COUNT);
    for distribution in Distribution::ALL {
        let values = distribution.samples(COUNT);
        let mut plain = || seconds(|| codebooks(&values, None, &ks));
        let mut weighted = || seconds(|| codebooks(&values, Some(&importance), &ks));
        let mut one = || seconds(|| ckmeans::ckmeans_indices(&values, 16));
        let race = Race::run(5, [&mut plain, &mut weighted, &mut one]);
        let figures = format!(
            "all {:6.1} ms  weighted {:6.1} ms  ckmeans k=16 {:7.1} ms  all 1/{:.1}  weighted 1/{:.1}",
            1e3 * race.seconds(0),
            1e3 * race.seconds(1),
            1e3 * race.seconds(2),
            race.ratio(2, 0),
            race.ratio(2, 1),
        );
        table.row(distribution.name(), &figures)?;
    }

    table.head("dB over the least distortion, by dynamic programming over all values (goal: at most 0.005)")?;
    for (count, largest) in [(COUNT, JUDGED), (FEWER, 256)] {
        for distribution in Distribution::ALL {
            for weighted in [false, true] {
                let values = distribution.samples(count);
                let largest = match distribution {
                    Distribution::Gaussian if !weighted => 256,
                    _ => largest,
                };
                let losses = losses(&values, weighted.then_some(&importance[..count]), largest);
                let worst = losses.iter().copied().fold(0.0, f64::max);
                let each: Vec<String> = KS
                    .iter()
                    .filter_map(|k| losses.get(k - 1).map(|loss| format!("{k}: {loss:.4}")))
                    .collect();
                let kind = if weighted { "weighted" } else { "plain" };
                table.row(
                    &format!("{}, {count}, {kind}", distribution.name()),
                    &format!("worst of 1..{largest} {worst:.4}  {}", each.join("  ")),
                )?;
            }
        }
    }
    Ok(())
}

/// For 1, 2, … `largest` levels, the dB that ours lie over the least distortion, each value given to
/// its nearest centroid.
fn losses(values: &[f32], weights: Option<&[f32]>, largest: usize) -> Vec<f64> {
    let ks: Vec<usize> = (1..=256).collect();
    let books = codebooks(values, weights, &ks).expect("finite numbers");
    let weight = |i: usize| weights.map_or(1.0, |weights| f64::from(weights[i]));
    let mut pairs: Vec<(f64, f64)> =
        values.iter().enumerate().map(|(i, &x)| (f64::from(x), weight(i))).collect();
    pairs.retain(|pair| pair.1 > 0.0);
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let least = oracle::least(&pairs, largest);
    let loss = |(book, least): (&prebake_quantize::Codebook, f64)| {
        10.0 * (nearest(&pairs, &book.centroids) / least).log10()
    };
    books.iter().zip(least).map(loss).collect()
}

/// The distortion where each of these rising values goes to its nearest centroid.
fn nearest(pairs: &[(f64, f64)], centroids: &[f64]) -> f64 {
    let mut at = 0;
    let one = |&(x, weight): &(f64, f64)| {
        while centroids.get(at + 1).is_some_and(|next| (next - x).abs() < (centroids[at] - x).abs())
        {
            at += 1;
        }
        weight * (x - centroids[at]).powi(2)
    };
    pairs.iter().map(one).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_is_nearest() {
        let pairs = [(0.0, 1.0), (1.0, 2.0), (1.5, 1.0), (9.0, 1.0)];
        assert_eq!(nearest(&pairs, &[0.0, 2.0, 9.0]), 2.0 + 0.25);
    }

    #[test]
    fn little_is_lost() {
        for distribution in Distribution::ALL {
            let losses = losses(&distribution.samples(20_000), None, 64);
            assert!(losses.iter().all(|&loss| (-1e-9..0.005).contains(&loss)), "{losses:?}");
        }
    }
}
