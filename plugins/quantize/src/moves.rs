//! Ways from one clustering to a neighbour with one cluster more or less.

use crate::lloyd::Clustering;
use crate::points::{Moments, Point, squared_distance};
use crate::tree::Tree;

/// The centroids with one cluster cut in two, across the axis along which its points spread most:
/// the cluster whose cut gains `rank`-most (0: the most), or nothing where no cluster that far down
/// holds two colours.
pub(crate) fn split(tree: &Tree, clustering: &Clustering, rank: usize) -> Option<Vec<[f64; 3]>> {
    let labels = tree.labels(&clustering.centroids);
    let halves = halves(tree.points(), &labels, &clustering.clusters);
    let gain = |[a, b]: &[Moments; 2]| ward(a, b);
    let mut order: Vec<usize> = (0..halves.len()).filter(|&i| gain(&halves[i]) > 0.0).collect();
    order.sort_by(|&i, &j| gain(&halves[j]).total_cmp(&gain(&halves[i])));
    let &cluster = order.get(rank)?;
    let [a, b] = halves[cluster];
    let mut centroids = clustering.centroids.clone();
    centroids[cluster] = a.mean()?;
    centroids.push(b.mean()?);
    Some(centroids)
}

/// The centroids with two clusters made one: the pair whose union costs `rank`-least (0: the
/// least), or nothing where there are fewer pairs.
pub(crate) fn merge(clustering: &Clustering, rank: usize) -> Option<Vec<[f64; 3]>> {
    let clusters = &clustering.clusters;
    let mut pairs: Vec<(f64, usize, usize)> = (0..clusters.len())
        .flat_map(|j| (0..j).map(move |i| (ward(&clusters[i], &clusters[j]), i, j)))
        .collect();
    if rank >= pairs.len() {
        return None;
    }
    let (_, &mut (_, i, j), _) = pairs.select_nth_unstable_by(rank, |a, b| {
        a.0.total_cmp(&b.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2)))
    });
    let mut union = clusters[i];
    union.add(&clusters[j]);
    let mut centroids = clustering.centroids.clone();
    centroids[i] = union.mean().unwrap_or(centroids[i]);
    centroids.swap_remove(j);
    Some(centroids)
}

/// What the inertia rises by when two clusters become one, and falls by when they part.
///
/// Joe H. Ward, "Hierarchical Grouping to Optimize an Objective Function" (1963).
fn ward(a: &Moments, b: &Moments) -> f64 {
    let (Some(at), Some(bt)) = (a.mean(), b.mean()) else { return 0.0 };
    let (wa, wb) = (a.weight as f64, b.weight as f64);
    wa * wb / (wa + wb) * squared_distance(at, bt)
}

/// The two halves of each cluster, on either side of its mean along its principal axis.
fn halves(points: &[Point], labels: &[u32], clusters: &[Moments]) -> Vec<[Moments; 2]> {
    let means: Vec<[f64; 3]> = clusters.iter().map(|c| c.mean().unwrap_or_default()).collect();
    let from_mean = |point: &Point, cluster: usize| {
        [0, 1, 2].map(|axis| f64::from(point.at[axis]) - means[cluster][axis])
    };
    let mut covariances = vec![[0.0; 6]; clusters.len()];
    for (point, &label) in points.iter().zip(labels) {
        let [x, y, z] = from_mean(point, label as usize);
        let weight = f64::from(point.weight);
        let products = [x * x, y * y, z * z, x * y, x * z, y * z];
        for (sum, product) in covariances[label as usize].iter_mut().zip(products) {
            *sum += weight * product;
        }
    }
    let axes: Vec<[f64; 3]> = covariances.into_iter().map(principal_axis).collect();
    let mut halves = vec![[Moments::default(); 2]; clusters.len()];
    for (point, &label) in points.iter().zip(labels) {
        let cluster = label as usize;
        let along: f64 =
            from_mean(point, cluster).iter().zip(axes[cluster]).map(|(x, axis)| x * axis).sum();
        halves[cluster][usize::from(along > 0.0)].add(&Moments::of(point));
    }
    halves
}

/// The eigenvector of the largest eigenvalue of a covariance (xx, yy, zz, xy, xz, yz), near enough
/// and of any length, by the power method.
pub(crate) fn principal_axis([xx, yy, zz, xy, xz, yz]: [f64; 6]) -> [f64; 3] {
    let rows = [[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]];
    // Should this row be at right angles to the axis, the method ends on the next longest one, which
    // cuts nearly as well.
    let widest = (0..3).max_by(|&i, &j| rows[i][i].total_cmp(&rows[j][j])).unwrap_or(0);
    let mut axis = rows[widest];
    for _ in 0..16 {
        let largest = axis.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
        if largest == 0.0 {
            break;
        }
        axis = axis.map(|x| x / largest);
        axis = rows.map(|row| row[0] * axis[0] + row[1] * axis[1] + row[2] * axis[2]);
    }
    axis
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two pairs on a line, the wider one at the far end, as one tree and one clustering of two.
    fn pairs() -> (Tree, Clustering) {
        let points = [[0, 0, 0], [0, 2, 0], [100, 0, 0], [100, 6, 0]];
        let tree = Tree::new(points.map(|at| Point { at, weight: 1 }).to_vec());
        let clustering = Clustering::new(&tree, vec![[0.0, 1.0, 0.0], [100.0, 3.0, 0.0]]);
        (tree, clustering)
    }

    #[test]
    fn cuts_the_cluster_that_gains_most() {
        let (tree, clustering) = pairs();
        let mut best = split(&tree, &clustering, 0).unwrap();
        best.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert_eq!(best, [[0.0, 1.0, 0.0], [100.0, 0.0, 0.0], [100.0, 6.0, 0.0]]);
        let mut second = split(&tree, &clustering, 1).unwrap();
        second.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert_eq!(second, [[0.0; 3], [0.0, 2.0, 0.0], [100.0, 3.0, 0.0]]);
        assert_eq!(split(&tree, &clustering, 2), None);
    }

    #[test]
    fn a_cut_gains_what_ward_says() {
        let (tree, clustering) = pairs();
        let cut = Clustering::new(&tree, split(&tree, &clustering, 0).unwrap());
        assert_eq!(clustering.inertia - cut.inertia, 18.0);
    }

    #[test]
    fn joins_the_pair_that_costs_least() {
        let (tree, clustering) = pairs();
        let three = Clustering::new(&tree, split(&tree, &clustering, 1).unwrap());
        let mut two = merge(&three, 0).unwrap();
        two.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert_eq!(two, clustering.centroids);
        assert_eq!(merge(&three, 3), None);
    }
}
