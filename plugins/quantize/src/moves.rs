//! Ways from one clustering to a neighbour with one cluster more or less.

use crate::blocks::{Sums, add};
use crate::lloyd::{Clustering, NOWHERE, mean};
use crate::points::squared_distance;

/// Every cluster's two halves, on either side of its mean along its principal axis; remembered until
/// the cluster changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cuts(Vec<Cut>);

#[derive(Debug, Clone, Copy, Default)]
struct Cut {
    /// The cluster that was cut.
    cluster: Sums,
    gain: f64,
    halves: [[f64; 3]; 2],
}

impl Cuts {
    /// Cuts the cluster whose cut gains `rank`-most (0: the most). False, and nothing is done, where
    /// no cluster that far down holds two colours.
    pub(crate) fn cut(&mut self, partition: &mut impl Clustering, rank: usize) -> bool {
        self.renew(partition);
        let mut order: Vec<usize> = (0..self.0.len()).filter(|&i| self.0[i].gain > 0.0).collect();
        order.sort_by(|&i, &j| self.0[j].gain.total_cmp(&self.0[i].gain).then(i.cmp(&j)));
        let Some(&slot) = order.get(rank) else { return false };
        let [a, b] = self.0[slot].halves;
        let new = partition.free_slot();
        let mut to = partition.centroids().to_vec();
        (to[slot], to[new]) = (a, b);
        partition.move_to(&to);
        true
    }

    /// Looks at what has changed, which [`Cuts::cut`] would do too.
    pub(crate) fn renew(&mut self, partition: &impl Clustering) {
        let clusters = partition.clusters();
        self.0.resize(clusters.len(), Cut::default());
        let dirty: Vec<bool> =
            clusters.iter().zip(&self.0).map(|(cluster, cut)| *cluster != cut.cluster).collect();
        if !dirty.contains(&true) {
            return;
        }
        let means: Vec<[f64; 3]> = clusters.iter().map(|c| mean(c).unwrap_or_default()).collect();
        let points = partition.blocks().points();
        let labels = partition.labels().as_flattened();
        let from_mean = |at: [i32; 3], [mx, my, mz]: [f64; 3]| {
            [f64::from(at[0]) - mx, f64::from(at[1]) - my, f64::from(at[2]) - mz]
        };
        let mut products = vec![[0.0; 6]; clusters.len()];
        for (point, &label) in points.iter().zip(labels) {
            let cluster = usize::from(label);
            if dirty[cluster] {
                let [x, y, z] = from_mean(point.at, means[cluster]);
                let weight = f64::from(point.weight);
                let (wx, wy, wz) = (weight * x, weight * y, weight * z);
                let more = [wx * x, wy * y, wz * z, wx * y, wx * z, wy * z];
                for (sum, more) in products[cluster].iter_mut().zip(more) {
                    *sum += more;
                }
            }
        }
        let axes: Vec<[f64; 3]> = products
            .into_iter()
            .zip(&dirty)
            .map(|(products, &dirty)| if dirty { principal_axis(products) } else { [0.0; 3] })
            .collect();
        let mut halves: Vec<[Sums; 2]> = vec![[[0; 4]; 2]; clusters.len()];
        for ((point, &label), sums) in points.iter().zip(labels).zip(partition.blocks().sums()) {
            let cluster = usize::from(label);
            if dirty[cluster] {
                let [x, y, z] = from_mean(point.at, means[cluster]);
                let [ax, ay, az] = axes[cluster];
                let side = usize::from(x * ax + y * ay + z * az > 0.0);
                add(&mut halves[cluster][side], sums);
            }
        }
        for (slot, cut) in self.0.iter_mut().enumerate() {
            if dirty[slot] {
                let [a, b] = &halves[slot];
                *cut = Cut {
                    cluster: clusters[slot],
                    gain: ward(a, b),
                    halves: [a, b].map(|half| mean(half).unwrap_or_default()),
                };
            }
        }
    }
}

/// Makes two clusters one: the pair whose union costs `rank`-least (0: the least). False, and
/// nothing is done, where there are fewer pairs.
pub(crate) fn join(partition: &mut impl Clustering, rank: usize) -> bool {
    let clusters = partition.clusters();
    let alive: Vec<usize> = (0..clusters.len()).filter(|&i| clusters[i][0] > 0).collect();
    let known: Vec<(f64, [f64; 3])> =
        alive.iter().filter_map(|&i| Some((clusters[i][0] as f64, mean(&clusters[i])?))).collect();
    // The few cheapest pairs, rising.
    let mut least: Vec<(f64, usize, usize)> = Vec::with_capacity(rank + 2);
    let mut bar = f64::INFINITY;
    for (j, &(wb, b)) in known.iter().enumerate() {
        for (i, &(wa, a)) in known[..j].iter().enumerate() {
            let (scaled, weight) = (wa * wb * squared_distance(a, b), wa + wb);
            // Before it is divided, which takes longest.
            if scaled < bar * weight {
                let cost = scaled / weight;
                let place = least.partition_point(|pair| pair.0 <= cost);
                least.insert(place, (cost, i, j));
                least.truncate(rank + 1);
                bar = if least.len() > rank { least[rank].0 } else { bar };
            }
        }
    }
    let Some(&(_, i, j)) = least.get(rank) else { return false };
    let [a, b] = [i, j].map(|n| clusters[alive[n]]);
    let union: Sums = [0, 1, 2, 3].map(|n| a[n] + b[n]);
    let mut to = partition.centroids().to_vec();
    to[alive[i]] = mean(&union).unwrap_or(to[alive[i]]);
    to[alive[j]] = NOWHERE;
    partition.move_to(&to);
    true
}

/// What the inertia rises by when two clusters become one, and falls by when they part.
///
/// Joe H. Ward, "Hierarchical Grouping to Optimize an Objective Function" (1963).
pub(crate) fn ward(a: &Sums, b: &Sums) -> f64 {
    let (Some(at), Some(bt)) = (mean(a), mean(b)) else { return 0.0 };
    let (wa, wb) = (a[0] as f64, b[0] as f64);
    wa * wb / (wa + wb) * squared_distance(at, bt)
}

/// The eigenvector of the largest eigenvalue of a covariance (xx, yy, zz, xy, xz, yz), near enough
/// and of any length, by the power method: the matrix is squared, so that few rounds are many steps.
fn principal_axis(mut matrix: [f64; 6]) -> [f64; 3] {
    for _ in 0..4 {
        let trace = matrix[0] + matrix[1] + matrix[2];
        if trace <= 0.0 {
            break;
        }
        let [xx, yy, zz, xy, xz, yz] = matrix.map(|x| x / trace);
        matrix = [
            xx * xx + xy * xy + xz * xz,
            xy * xy + yy * yy + yz * yz,
            xz * xz + yz * yz + zz * zz,
            xx * xy + xy * yy + xz * yz,
            xx * xz + xy * yz + xz * zz,
            xy * xz + yy * yz + yz * zz,
        ];
    }
    // The sixteenth power: each row but for its length is the axis, the longest one most of all.
    let [xx, yy, zz, xy, xz, yz] = matrix;
    let rows = [[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]];
    let longest = (0..3).max_by(|&i, &j| rows[i][i].total_cmp(&rows[j][j])).unwrap_or(0);
    rows[longest]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::Blocks;
    use crate::partition::Partition;
    use crate::points::Point;

    /// Two pairs on a line, the wider one at the far end.
    fn pairs() -> Blocks {
        let points = [[0, 0, 0], [0, 2, 0], [100, 0, 0], [100, 6, 0]];
        Blocks::new(points.map(|at| Point { at, weight: 1 }).to_vec())
    }

    fn two(blocks: &Blocks) -> Partition<'_> {
        Partition::new(blocks, vec![[0.0, 1.0, 0.0], [100.0, 3.0, 0.0]], 1.0)
    }

    fn sorted(partition: &Partition) -> Vec<[f64; 3]> {
        let mut means = partition.means();
        means.sort_by(|a, b| a.partial_cmp(b).unwrap());
        means
    }

    #[test]
    fn cuts_the_cluster_that_gains_most() {
        let blocks = pairs();
        let mut best = two(&blocks);
        let before = best.scatter();
        assert!(Cuts::default().cut(&mut best, 0));
        assert_eq!(sorted(&best), [[0.0, 1.0, 0.0], [100.0, 0.0, 0.0], [100.0, 6.0, 0.0]]);
        // What Ward says.
        assert_eq!(before - best.scatter(), 18.0);
        let mut second = two(&blocks);
        assert!(Cuts::default().cut(&mut second, 1));
        assert_eq!(sorted(&second), [[0.0; 3], [0.0, 2.0, 0.0], [100.0, 3.0, 0.0]]);
        assert!(!Cuts::default().cut(&mut two(&blocks), 2));
    }

    #[test]
    fn joins_the_pair_that_costs_least() {
        let blocks = pairs();
        let mut partition = two(&blocks);
        assert!(Cuts::default().cut(&mut partition, 1));
        assert!(!join(&mut partition.clone(), 3));
        assert!(join(&mut partition, 0));
        assert_eq!(sorted(&partition), sorted(&two(&blocks)));
    }

    #[test]
    fn what_is_remembered_of_cuts_is_what_is_found_anew() {
        let at = |i: i32| [i * i % 401, i * 37 % 256, i * i * i % 199];
        let points = (0..300).map(|i| Point { at: at(i), weight: 1 + i as u32 % 7 });
        let blocks = Blocks::new(points.collect());
        let mut partition = Partition::new(&blocks, vec![[0.0; 3]], 9.0);
        let mut cuts = Cuts::default();
        for _ in 0..20 {
            let mut anew = partition.clone();
            assert!(cuts.cut(&mut partition, 0) && Cuts::default().cut(&mut anew, 0));
            assert_eq!(partition.centroids(), anew.centroids());
            partition.step(1.0, 0.0);
        }
    }
}
