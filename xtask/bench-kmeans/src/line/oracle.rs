//! The least distortion there is, value by value: dynamic programming over all of them, by halving.
//!
//! It shares nothing with what it judges: no bins, no keys, sums in the order of the values, and
//! ranges bounded by neighbours on both sides as in Ckmeans.1d.dp (Wang and Song 2011).

/// The least distortion for 1, 2, … `largest` levels. `pairs` are values with their weights, sorted,
/// all weights positive.
pub(crate) fn least(pairs: &[(f64, f64)], largest: usize) -> Vec<f64> {
    let total: f64 = pairs.iter().map(|pair| pair.1).sum();
    let mean = pairs.iter().map(|(x, w)| x * w).sum::<f64>() / total;
    let mut sums = vec![[0.0; 3]];
    for (x, weight) in pairs.iter().map(|&(x, weight)| (x - mean, weight)) {
        let [w, wx, wxx] = sums[sums.len() - 1];
        sums.push([w + weight, wx + weight * x, wxx + weight * x * x]);
    }
    let count = pairs.len();
    let mut layer = Layer {
        least: sums.iter().map(|&sum| scatter([0.0; 3], sum)).collect(),
        starts: vec![0; count + 1],
    };
    let mut found = vec![layer.least[count]];
    for k in 2..=largest.min(count) {
        layer = layer.next(&sums, k);
        found.push(layer.least[count]);
    }
    found
}

fn scatter(from: [f64; 3], to: [f64; 3]) -> f64 {
    let [w, wx, wxx] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
    if w > 0.0 { (wxx - wx * wx / w).max(0.0) } else { 0.0 }
}

/// For the first i values: the least distortion, and where the last level begins.
struct Layer {
    least: Vec<f64>,
    starts: Vec<u32>,
}

impl Layer {
    /// One level more.
    fn next(&self, sums: &[[f64; 3]], k: usize) -> Self {
        let count = sums.len() - 1;
        let mut next = Self { least: vec![0.0; count + 1], starts: vec![0; count + 1] };
        // Ranges of i with the starts that their neighbours allow.
        let mut open = vec![(k, count, k - 1, count - 1)];
        while let Some((from, to, low, high)) = open.pop() {
            let i = usize::midpoint(from, to);
            let low_here = low.max(self.starts[i] as usize).min(i - 1);
            let mut best = (f64::INFINITY, low_here);
            for start in low_here..=high.min(i - 1).max(low_here) {
                let distortion = self.least[start] + scatter(sums[start], sums[i]);
                if distortion < best.0 {
                    best = (distortion, start);
                }
            }
            next.least[i] = best.0;
            next.starts[i] = best.1 as u32;
            if i > from {
                open.push((from, i - 1, low, best.1));
            }
            if i < to {
                open.push((i + 1, to, best.1, high));
            }
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::samples::{Distribution, weights};

    /// All ways to cut, one by one.
    fn plainly(pairs: &[(f64, f64)], k: usize) -> f64 {
        if k == 1 {
            let weight: f64 = pairs.iter().map(|pair| pair.1).sum();
            let mean = pairs.iter().map(|(x, w)| x * w).sum::<f64>() / weight;
            return pairs.iter().map(|(x, w)| w * (x - mean).powi(2)).sum();
        }
        let last = |at: usize| plainly(&pairs[..at], k - 1) + plainly(&pairs[at..], 1);
        (k - 1..pairs.len()).map(last).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn no_cut_is_better() {
        let values = Distribution::StudentT.samples(14);
        let mut pairs: Vec<(f64, f64)> =
            values.iter().zip(weights(14)).map(|(&x, w)| (f64::from(x), f64::from(w))).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (k, found) in (1..).zip(least(&pairs, 6)) {
            let plain = plainly(&pairs, k);
            assert!((found / plain - 1.0).abs() < 1e-9, "k {k}: {found} for {plain}");
        }
    }

    #[test]
    fn ckmeans_agrees() {
        let values = Distribution::Laplace.samples(3_000);
        let mut pairs: Vec<(f64, f64)> = values.iter().map(|&x| (f64::from(x), 1.0)).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let found = least(&pairs, 16);
        for k in [2, 5, 16] {
            let clusters = ckmeans::ckmeans(&values, k).expect("enough values");
            let plain: f64 = clusters
                .iter()
                .map(|cluster| {
                    let cluster: Vec<_> = cluster.iter().map(|&x| (f64::from(x), 1.0)).collect();
                    plainly(&cluster, 1)
                })
                .sum();
            assert!((found[usize::from(k) - 1] / plain - 1.0).abs() < 1e-9);
        }
    }
}
