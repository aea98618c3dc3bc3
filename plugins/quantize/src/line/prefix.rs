//! Sums over runs of cells, from two looks.

use super::cells::{Cell, union};

/// Weight, first and second moment of all cells between the origin and a bound.
pub(crate) type Sums = [f64; 3];

/// What cancels to less than this part of the sums is summed anew, cell by cell.
const PART: f64 = 1.0 / (1 << 30) as f64;

/// Prefix sums that begin at the weighted median and run outward, negative to the left, with moments
/// about the median's cell: what lies far out on one side never drowns what lies on the other or
/// between.
#[derive(Debug, Clone)]
pub(crate) struct Prefix {
    origin: f64,
    /// One for each bound: the number of cells and one.
    pub(crate) sums: Vec<Sums>,
}

impl Prefix {
    pub(crate) fn new(cells: &[Cell]) -> Self {
        let half = cells.iter().map(|cell| cell.weight).sum::<f64>() / 2.0;
        let mut so_far = 0.0;
        let middle = cells.iter().take_while(|cell| {
            so_far += cell.weight;
            so_far < half
        });
        let middle = middle.count().min(cells.len().saturating_sub(1));
        let origin = cells.get(middle).map_or(0.0, |cell| cell.mean);

        let mut sums = vec![[0.0; 3]; cells.len() + 1];
        for i in middle..cells.len() {
            sums[i + 1] = add(sums[i], moments(&cells[i], origin), 1.0);
        }
        for i in (0..middle).rev() {
            sums[i] = add(sums[i + 1], moments(&cells[i], origin), -1.0);
        }
        Self { origin, sums }
    }

    /// The cells from bound `a` to bound `b`, which lies beyond, as one.
    pub(crate) fn union(&self, cells: &[Cell], a: usize, b: usize) -> Cell {
        if b - a == 1 {
            return cells[a];
        }
        let (from, to) = (self.sums[a], self.sums[b]);
        let (weight, first) = (to[0] - from[0], to[1] - from[1]);
        let mean = first / weight;
        let scatter = to[2] - from[2] - first * mean;
        let sound = weight > PART * (to[0].abs() + from[0].abs())
            && scatter > PART * (to[2].abs() + from[2].abs());
        if sound { Cell { mean: self.origin + mean, weight, scatter } } else { union(&cells[a..b]) }
    }
}

fn moments(cell: &Cell, origin: f64) -> Sums {
    let from = cell.mean - origin;
    let first = cell.weight * from;
    [cell.weight, first, first * from + cell.scatter]
}

fn add(a: Sums, b: Sums, sign: f64) -> Sums {
    [0, 1, 2].map(|i| a[i] + sign * b[i])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn two_looks_are_as_good_as_all(
            cells in prop::collection::vec((-1e3..1e3, 0.1..9.0, 0.0..1.0), 1..60),
            outlier in prop::sample::select(vec![0.0, 1e9, -1e15, 1e30]),
        ) {
            let mut cells: Vec<Cell> = cells
                .into_iter()
                .map(|(mean, weight, scatter)| Cell { mean, weight, scatter })
                .collect();
            cells.push(Cell { mean: outlier, weight: 1.0, scatter: 0.0 });
            cells.sort_by(|a, b| a.mean.total_cmp(&b.mean));
            let prefix = Prefix::new(&cells);
            for a in 0..cells.len() {
                for b in a + 1..=cells.len() {
                    let (quick, plain) = (prefix.union(&cells, a, b), union(&cells[a..b]));
                    let close = |x: f64, y: f64| (x - y).abs() <= 1e-5 * y.abs();
                    prop_assert!(close(quick.weight, plain.weight));
                    prop_assert!(close(quick.scatter, plain.scatter), "{quick:?} {plain:?}");
                    let spread = (plain.scatter / plain.weight).sqrt();
                    prop_assert!((quick.mean - plain.mean).abs() <= 1e-5 * (spread + plain.mean.abs()));
                }
            }
        }
    }
}
