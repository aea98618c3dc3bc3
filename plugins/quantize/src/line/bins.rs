//! A million values as some ten thousand bins, in two passes and without sorting.
//!
//! The first 16 bits of a value's key (sign, exponent, seven bits of the fraction) make buckets; each
//! is cut into as many bins as its share of the levels asks for, always a power of two, so that a
//! bin is found by one look and one shift. Within a bucket values are evenly spaced integers, and
//! the sums over a bin are exact: order and threads change nothing.

use super::bennett::{level, share};
use super::cells::{Cell, Importance};
use super::key::{key, value};
use crate::vectors::{Work, widest};
use rayon::prelude::*;

/// About so many bins are asked for; rounding to powers of two makes up to twice as many of them.
/// At 256 levels that is 32 or more for each.
const BINS: f64 = 8_192.0;
const BUCKETS: usize = 1 << 16;
/// Values that one thread takes at a time, at least.
const CHUNK: usize = 1 << 19;
/// Values whose keys and weights are made together, on vectors, before any is added.
const BLOCK: usize = 64;

/// Sums over the values of a bin, each taken as its distance to the first value that the bin could
/// hold, in spacings of its bucket. No sum passes 2^126 while there are fewer than 2^32 values.
#[derive(Debug, Clone, Copy, Default)]
struct Sums<Sum = u128> {
    weight: Sum,
    first: Sum,
    second: Sum,
}

/// Where a bucket's bins begin, and how far the rest of a key is shifted to tell which.
#[derive(Debug, Clone, Copy, Default)]
struct Cut {
    base: u32,
    shift: u32,
}

/// The values of positive weight as cells, rising; nothing where a value is not finite.
pub(crate) fn binned(
    values: &[f32],
    weights: Option<&[f32]>,
    importance: Importance,
) -> Option<Vec<Cell>> {
    let counts = count(values);
    // Keys of infinities and of what is no number lie beyond those of the finite values.
    let finite = usize::from(bucket(f32::MIN))..=usize::from(bucket(f32::MAX));
    let total: u64 = counts[finite].iter().map(|&count| u64::from(count)).sum();
    if total != values.len() as u64 {
        return None;
    }
    let (cuts, bins) = cut(&counts);
    let chunk = CHUNK.max(values.len().div_ceil(64));
    let sums = match weights {
        None => {
            values.par_chunks(chunk).map(|values| gathered(&cuts, bins, values)).reduce_with(merge)
        }
        Some(weights) => values
            .par_chunks(chunk)
            .zip(weights.par_chunks(chunk))
            .map(|(values, weights)| {
                let mut sums = vec![Sums::default(); bins];
                widest(Weighted { cuts: &cuts, values, weights, importance, sums: &mut sums });
                sums
            })
            .reduce_with(merge),
    };
    Some(cells(&counts, &cuts, &sums.unwrap_or_default()))
}

fn bucket(value: f32) -> u16 {
    (key(value) >> 16) as u16
}

fn count(values: &[f32]) -> Vec<u32> {
    let chunk = CHUNK.max(values.len().div_ceil(64));
    let counts = values.par_chunks(chunk).map(|values| {
        let mut counts = vec![0_u32; BUCKETS];
        for &value in values {
            counts[usize::from(bucket(value))] += 1;
        }
        counts
    });
    let add = |mut a: Vec<u32>, b: Vec<u32>| {
        a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        a
    };
    counts.reduce_with(add).unwrap_or_else(|| vec![0; BUCKETS])
}

/// How each bucket is cut, and the number of all bins.
fn cut(counts: &[u32]) -> (Vec<Cut>, usize) {
    let occupied: Vec<usize> = (0..BUCKETS).filter(|&bucket| counts[bucket] > 0).collect();
    let intervals: Vec<(f64, f64)> = occupied
        .iter()
        .map(|&bucket| {
            let (count, width) = (f64::from(counts[bucket]), spacing(bucket) * 65_536.0);
            (share(count, width), 2.0 * count)
        })
        .collect();
    let level = level(&intervals, BINS);
    let mut cuts = vec![Cut { base: 0, shift: 16 }; BUCKETS];
    let mut base = 0;
    for (bucket, (share, most)) in occupied.into_iter().zip(intervals) {
        // No number over no number is as good as most.
        let wanted = (share / level).min(most);
        let bits = (0..16).find(|&bits| f64::from(1_u32 << bits) >= wanted).unwrap_or(16);
        cuts[bucket] = Cut { base, shift: 16 - bits };
        base += 1 << bits;
    }
    (cuts, base as usize)
}

/// The distance of neighbouring values in a bucket.
fn spacing(bucket: usize) -> f64 {
    let first = (bucket as u32) << 16;
    value(first + 1) - value(first)
}

/// The sums over values that all weigh 1: while there are fewer than 2^32, none passes 2^64.
fn gathered(cuts: &[Cut], bins: usize, values: &[f32]) -> Vec<Sums> {
    let mut sums = vec![Sums::<u64>::default(); bins];
    widest(Plain { cuts, values, sums: &mut sums });
    let wide = |sums: &Sums<u64>| Sums {
        weight: u128::from(sums.weight),
        first: u128::from(sums.first),
        second: u128::from(sums.second),
    };
    sums.iter().map(wide).collect()
}

struct Plain<'a> {
    cuts: &'a [Cut],
    values: &'a [f32],
    sums: &'a mut [Sums<u64>],
}

impl Work for Plain<'_> {
    #[inline(always)]
    fn work(self) {
        let mut keys = [0; BLOCK];
        for values in self.values.chunks(BLOCK) {
            keys.iter_mut().zip(values).for_each(|(at, &value)| *at = key(value));
            for &key in &keys[..values.len()] {
                let (bin, offset) = place(self.cuts, key);
                let sums = &mut self.sums[bin];
                sums.weight += 1;
                sums.first += offset;
                sums.second += offset * offset;
            }
        }
    }
}

struct Weighted<'a> {
    cuts: &'a [Cut],
    values: &'a [f32],
    weights: &'a [f32],
    importance: Importance,
    sums: &'a mut [Sums],
}

impl Work for Weighted<'_> {
    #[inline(always)]
    fn work(self) {
        let (mut keys, mut integers) = ([0; BLOCK], [0; BLOCK]);
        for (values, weights) in self.values.chunks(BLOCK).zip(self.weights.chunks(BLOCK)) {
            keys.iter_mut().zip(values).for_each(|(at, &value)| *at = key(value));
            let weighed = integers.iter_mut().zip(weights);
            weighed.for_each(|(at, &weight)| *at = self.importance.integer(weight));
            for (&key, &weight) in keys[..values.len()].iter().zip(&integers) {
                let (bin, offset) = place(self.cuts, key);
                let sums = &mut self.sums[bin];
                sums.weight += u128::from(weight);
                sums.first += u128::from(weight) * u128::from(offset);
                sums.second += u128::from(weight) * u128::from(offset * offset);
            }
        }
    }
}

/// The bin of a key, and its distance to the bin's first.
#[inline(always)]
fn place(cuts: &[Cut], key: u32) -> (usize, u64) {
    let cut = cuts[(key >> 16) as usize];
    let rest = key & 0xffff;
    let bin = rest >> cut.shift;
    ((cut.base + bin) as usize, u64::from(rest - (bin << cut.shift)))
}

fn merge(mut a: Vec<Sums>, b: Vec<Sums>) -> Vec<Sums> {
    for (a, b) in a.iter_mut().zip(b) {
        a.weight += b.weight;
        a.first += b.first;
        a.second += b.second;
    }
    a
}

fn cells(counts: &[u32], cuts: &[Cut], sums: &[Sums]) -> Vec<Cell> {
    let mut cells = Vec::with_capacity(sums.len());
    for bucket in (0..BUCKETS).filter(|&bucket| counts[bucket] > 0) {
        let Cut { base, shift } = cuts[bucket];
        let spacing = spacing(bucket);
        for bin in 0..1_u32 << (16 - shift) {
            let sums = &sums[(base + bin) as usize];
            if sums.weight > 0 {
                let from = value(((bucket as u32) << 16) + (bin << shift));
                let weight = sums.weight as f64;
                let mean = from + spacing * (sums.first as f64 / weight);
                let scatter = spacing * spacing * sums.scatter();
                cells.push(Cell { mean, weight, scatter });
            }
        }
    }
    cells
}

impl Sums {
    /// The sum of squared distances to the mean, in squared spacings.
    fn scatter(&self) -> f64 {
        let (first, second) = (self.first as f64, self.second as f64);
        let scatter = second - first * first / self.weight as f64;
        // What rounding may have left of a lone value: then the offset is the same for all weight.
        if scatter <= second * 1e-12 {
            let offset = self.first / self.weight;
            if offset * self.weight == self.first && offset * self.first == self.second {
                return 0.0;
            }
        }
        scatter.max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_hold_every_value_once() {
        let values: Vec<f32> = (0..40_000).map(|i| (i as f32 - 12_000.0) * 0.37).collect();
        let cells = binned(&values, None, Importance::new(None).unwrap()).unwrap();
        assert!(cells.len() > 8_000 && cells.len() < 20_000, "{}", cells.len());
        assert_eq!(cells.iter().map(|cell| cell.weight).sum::<f64>(), 40_000.0);
        assert!(cells.is_sorted_by(|a, b| a.mean < b.mean));
        let sum: f64 = cells.iter().map(|cell| cell.mean * cell.weight).sum();
        let plain: f64 = values.iter().map(|&value| f64::from(value)).sum();
        assert!((sum / plain - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_lone_value_scatters_nowhere() {
        let sums = Sums {
            weight: 3 << 60,
            first: (3 << 60) * 0xfff1,
            second: (3 << 60) * 0xfff1 * 0xfff1,
        };
        assert_eq!(sums.scatter(), 0.0);
    }

    #[test]
    fn what_is_not_finite_is_refused() {
        for odd in [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert!(binned(&[1.0, odd], None, Importance::new(None).unwrap()).is_none());
        }
        let ends = [f32::MIN, f32::MAX];
        assert_eq!(binned(&ends, None, Importance::new(None).unwrap()).unwrap().len(), 2);
    }
}
