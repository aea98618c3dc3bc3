//! Points in small boxes, eight by eight, that find the nearest centroid together.
//!
//! A box passes on only the centroids that can be nearest to some point in it (the test of Kanungo
//! et al., "An Efficient k-Means Clustering Algorithm", 2002, here on a fixed tree of two levels):
//! sixty-four points ask every centroid, eight ask what those were left with, and what is left then
//! is compared for eight points at once. Where one centroid is left, the stored sums of the box are
//! added and no point is looked at.
//!
//! Distances are single floats, in one order of operations, without fused steps: the same bits on
//! every platform. Boxes leave a slack wider than the rounding, so that the answer is that of asking
//! every centroid for every point in this arithmetic, lowest index first.

use crate::points::Point;
use std::ops::Range;

const LANES: usize = 8;
/// As many single floats as every 64-bit machine handles at once.
const LINE: usize = 4;
/// Points of a large box.
const GROUP: usize = LANES * LANES;
/// Above the rounding of two squared distances, some units of 2^-24 each.
const SLACK: f32 = 1e-5;

/// Number of pixels, then the sums of their coordinates: integers, so that the order of adding
/// never shows.
pub(crate) type Sums = [i64; 4];

#[derive(Debug)]
pub(crate) struct Blocks {
    points: Vec<Point>,
    sums: Vec<Sums>,
    /// Coordinates by axis; the last block repeats its last point.
    lanes: Vec<[[f32; LANES]; 3]>,
    blocks: Vec<Bounds>,
    groups: Vec<Bounds>,
    /// The sum over pixels of the squared coordinates.
    square: i128,
}

#[derive(Debug)]
struct Bounds {
    middle: [f32; 3],
    half: [f32; 3],
    sums: Sums,
}

/// Some of the centroids, rising by index.
struct Candidates {
    at: [[f32; 256]; 3],
    index: [u8; 256],
    count: usize,
    /// `count` rounded up to whole lines; the rest of the last line is far away.
    padded: usize,
    margins: [f32; 256],
}

impl Blocks {
    /// The points should be in an order in which neighbours are near each other.
    pub(crate) fn new(points: Vec<Point>) -> Self {
        let sums: Vec<Sums> = points
            .iter()
            .map(|&Point { at: [x, y, z], weight }| {
                [1, x, y, z].map(|factor| i64::from(factor) * i64::from(weight))
            })
            .collect();
        let lane = |chunk: &[Point]| {
            [0, 1, 2].map(|axis| {
                let at = |lane: usize| chunk[lane.min(chunk.len() - 1)].at[axis] as f32;
                std::array::from_fn(at)
            })
        };
        let bounds = |size: usize| {
            points.chunks(size).zip(sums.chunks(size)).map(|(p, s)| Bounds::new(p, s)).collect()
        };
        let squares = |point: &Point| {
            let square: i64 = point.at.iter().map(|&x| i64::from(x) * i64::from(x)).sum();
            i128::from(square) * i128::from(point.weight)
        };
        Self {
            lanes: points.chunks(LANES).map(lane).collect(),
            blocks: bounds(LANES),
            groups: bounds(GROUP),
            square: points.iter().map(squares).sum(),
            sums,
            points,
        }
    }

    pub(crate) fn points(&self) -> &[Point] {
        &self.points
    }

    /// The sums over the points of each cluster. At most 256 centroids.
    pub(crate) fn gather(&self, centroids: &[[f64; 3]]) -> Vec<Sums> {
        let mut clusters = vec![[0; 4]; centroids.len()];
        self.visit(centroids, |cluster, _, sums| {
            for (sum, more) in clusters[cluster].iter_mut().zip(sums) {
                *sum += more;
            }
        });
        clusters
    }

    /// The cluster of each point.
    pub(crate) fn labels(&self, centroids: &[[f64; 3]]) -> Vec<u8> {
        let mut labels = vec![0; self.points.len()];
        self.visit(centroids, |cluster, range, _| labels[range].fill(cluster as u8));
        labels
    }

    /// The sum of squared distances to `centroids` of clusters with these sums. No part of it
    /// cancels: whole squared steps are subtracted as integers.
    pub(crate) fn inertia(&self, clusters: &[Sums], centroids: &[[f64; 3]]) -> f64 {
        let (mut whole, mut part) = (self.square, 0.0);
        for (&[weight, ref sums @ ..], centroid) in clusters.iter().zip(centroids) {
            if weight == 0 {
                continue;
            }
            let of_mean: i128 = sums.iter().map(|&sum| i128::from(sum) * i128::from(sum)).sum();
            whole -= of_mean / i128::from(weight);
            part -= (of_mean % i128::from(weight)) as f64 / weight as f64;
            for (&sum, at) in sums.iter().zip(centroid) {
                let shift = sum as f64 / weight as f64 - at;
                part += weight as f64 * shift * shift;
            }
        }
        // The fractions of an exact palette add up to 0 but for rounding.
        (whole as f64 + part).max(0.0)
    }

    /// Calls `visit` with a cluster, a range of points whose nearest centroid is that cluster's, and
    /// the sums over this range; the ranges rise and cover every point once.
    fn visit(&self, centroids: &[[f64; 3]], mut visit: impl FnMut(usize, Range<usize>, &Sums)) {
        let mut from_all = Candidates::all(centroids);
        let mut of_group = Candidates::all(&[]);
        let mut of_block = Candidates::all(&[]);
        if from_all.count == 0 {
            return;
        }
        for (g, group) in self.groups.iter().enumerate() {
            from_all.filter(group, &mut of_group);
            let start = g * GROUP;
            let end = (start + GROUP).min(self.points.len());
            if of_group.count == 1 {
                visit(usize::from(of_group.index[0]), start..end, &group.sums);
                continue;
            }
            of_group.pad();
            for b in start / LANES..end.div_ceil(LANES) {
                let block = &self.blocks[b];
                of_group.filter(block, &mut of_block);
                let range = b * LANES..(b * LANES + LANES).min(end);
                if of_block.count == 1 {
                    visit(usize::from(of_block.index[0]), range, &block.sums);
                    continue;
                }
                let nearest = of_block.nearest(&self.lanes[b]);
                for (i, place) in range.zip(nearest) {
                    let cluster = of_block.index[place as usize & 255];
                    visit(usize::from(cluster), i..i + 1, &self.sums[i]);
                }
            }
        }
    }
}

impl Bounds {
    fn new(points: &[Point], sums: &[Sums]) -> Self {
        let range = [0, 1, 2].map(|axis| {
            points
                .iter()
                .map(|point| point.at[axis])
                .fold((i32::MAX, i32::MIN), |(low, high), x| (low.min(x), high.max(x)))
        });
        let mut total = [0; 4];
        for sums in sums {
            for (total, sum) in total.iter_mut().zip(sums) {
                *total += sum;
            }
        }
        Self {
            middle: range.map(|(low, high)| 0.5 * (low + high) as f32),
            half: range.map(|(low, high)| 0.5 * (high - low) as f32),
            sums: total,
        }
    }
}

impl Candidates {
    /// The first 256 of `centroids`.
    fn all(centroids: &[[f64; 3]]) -> Self {
        let mut all =
            Self { at: [[0.0; 256]; 3], index: [0; 256], count: 0, padded: 0, margins: [0.0; 256] };
        for (index, centroid) in (0..=u8::MAX).zip(centroids) {
            for (line, &x) in all.at.iter_mut().zip(centroid) {
                line[all.count] = x as f32;
            }
            all.index[all.count] = index;
            all.count += 1;
        }
        all.pad();
        all
    }

    /// Leaves in `left` those that can be nearest somewhere in `bounds`: at least one.
    fn filter(&mut self, bounds: &Bounds, left: &mut Self) {
        let padded = self.padded;
        let Self { at: [xs, ys, zs], index, margins, .. } = self;
        let (xs, ys, zs, index) = (&xs[..padded], &ys[..padded], &zs[..padded], &index[..padded]);
        let margins = &mut margins[..padded];
        let [mx, my, mz] = bounds.middle;
        for (((d, &x), &y), &z) in margins.iter_mut().zip(xs).zip(ys).zip(zs) {
            let (x, y, z) = (x - mx, y - my, z - mz);
            *d = x * x + y * y + z * z;
        }
        let least = least(margins);
        let star = margins.iter().position(|&d| d == least).unwrap_or(0);
        let [sx, sy, sz] = [xs[star], ys[star], zs[star]];
        let [hx, hy, hz] = bounds.half;
        let [gx, gy, gz] = [2.0 * hx, 2.0 * hy, 2.0 * hz];
        let reach = hx * hx + hy * hy + hz * hz;
        for (((d, &x), &y), &z) in margins.iter_mut().zip(xs).zip(ys).zip(zs) {
            // How much nearer the corner that is most on the candidate's side can bring it.
            let gain = gx * (x - sx).abs() + gy * (y - sy).abs() + gz * (z - sz).abs();
            *d = gain + SLACK * (*d + reach) - (*d - least);
        }
        let mut kept = 0;
        let (lines, _) = margins.as_chunks::<LINE>();
        for (line, margins) in lines.iter().enumerate() {
            let [a, b, c, d] = margins.map(|margin| margin < 0.0);
            if a & b & c & d {
                continue;
            }
            for (i, &margin) in (line * LINE..).zip(margins) {
                // Written always, kept by moving on: no branch to mispredict.
                let place = kept & 255;
                left.at[0][place] = xs[i];
                left.at[1][place] = ys[i];
                left.at[2][place] = zs[i];
                left.index[place] = index[i];
                kept += usize::from(margin >= 0.0);
            }
        }
        left.count = kept;
    }

    /// Fills the last line with a place so far away that it is never nearest: due before this set
    /// is filtered.
    fn pad(&mut self) {
        self.padded = self.count.next_multiple_of(LINE).min(256);
        for line in &mut self.at {
            for x in line.iter_mut().take(self.padded).skip(self.count) {
                *x = 1e18;
            }
        }
    }

    /// The place of the nearest candidate for eight points, the first one where several are.
    fn nearest(&self, [xs, ys, zs]: &[[f32; LANES]; 3]) -> [u32; LANES] {
        let mut best = [f32::INFINITY; LANES];
        let mut place = [0; LANES];
        let n = self.count;
        let [ax, ay, az] = &self.at;
        for (i, ((&x, &y), &z)) in (0..).zip(ax[..n].iter().zip(&ay[..n]).zip(&az[..n])) {
            for lane in 0..LANES {
                let (x, y, z) = (x - xs[lane], y - ys[lane], z - zs[lane]);
                let distance = x * x + y * y + z * z;
                let nearer = distance < best[lane];
                best[lane] = if nearer { distance } else { best[lane] };
                place[lane] = if nearer { i } else { place[lane] };
            }
        }
        place
    }
}

/// The least of values whose number is a multiple of four.
fn least(values: &[f32]) -> f32 {
    let (lines, _) = values.as_chunks::<LINE>();
    let smaller = |a: f32, b: f32| if a < b { a } else { b };
    let [a, b, c, d] = lines.iter().fold([f32::INFINITY; LINE], |least, line| {
        std::array::from_fn(|lane| smaller(line[lane], least[lane]))
    });
    smaller(smaller(a, b), smaller(c, d))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::points::{Moments, squared_distance};
    use crate::tree::Tree;
    use proptest::prelude::*;

    fn brute(points: &[Point], centroids: &[[f64; 3]]) -> Vec<u8> {
        let nearest = |point: &Point| {
            let mut best = (f32::INFINITY, 0);
            for (i, c) in (0..).zip(centroids) {
                let [x, y, z] = [0, 1, 2].map(|axis| c[axis] as f32 - point.at[axis] as f32);
                let distance = x * x + y * y + z * z;
                if distance < best.0 {
                    best = (distance, i);
                }
            }
            best.1
        };
        points.iter().map(nearest).collect()
    }

    proptest! {
        #[test]
        fn boxes_find_what_asking_everyone_finds(
            points in prop::collection::vec((prop::array::uniform3(0..4080), 1_u32..99), 1..400),
            centroids in prop::collection::vec(prop::array::uniform3(0.0..4080.0), 1..60),
            coarse: bool,
        ) {
            // Few values make many ties.
            let step = if coarse { 1_000 } else { 1 };
            let whole = |at: [f64; 3]| at.map(|x| (x as i32 / step * step).into());
            let centroids: Vec<[f64; 3]> =
                if coarse { centroids.into_iter().map(whole).collect() } else { centroids };
            let points = points.into_iter().map(|(at, weight)| Point {
                at: at.map(|x: i32| x / (step / 2).max(1) * (step / 2).max(1)),
                weight,
            });
            let blocks = Blocks::new(Tree::new(points.collect()).points().to_vec());
            let labels = blocks.labels(&centroids);
            prop_assert_eq!(&labels, &brute(blocks.points(), &centroids));

            let sums = blocks.gather(&centroids);
            let mut clusters = vec![Moments::default(); centroids.len()];
            for (point, &label) in blocks.points().iter().zip(&labels) {
                clusters[usize::from(label)].add(&Moments::of(point));
            }
            for (sums, moments) in sums.iter().zip(&clusters) {
                let [weight, of @ ..] = *sums;
                prop_assert_eq!((weight as u64, of), (moments.weight, moments.sum));
            }
            let plain: f64 = blocks.points().iter().zip(&labels).map(|(point, &label)| {
                let at = point.at.map(f64::from);
                f64::from(point.weight) * squared_distance(centroids[usize::from(label)], at)
            }).sum();
            let inertia = blocks.inertia(&sums, &centroids);
            prop_assert!((inertia - plain).abs() <= 1e-9 * plain + 1e-6, "{} for {}", inertia, plain);
        }
    }

    #[test]
    fn no_centroid_takes_no_point() {
        let blocks = Blocks::new(vec![Point { at: [1, 2, 3], weight: 4 }]);
        assert!(blocks.gather(&[]).is_empty());
        assert!(Blocks::new(Vec::new()).labels(&[[0.0; 3]]).is_empty());
    }
}
