//! Points in small boxes, eight by eight, that find the nearest centroid together.
//!
//! A box passes on only the centroids that can be nearest to some point in it (the test of Kanungo
//! et al., "An Efficient k-Means Clustering Algorithm", 2002, here on a fixed tree of three levels):
//! 512 points ask every centroid, 64 ask what those were left with, eight what is left of that, and
//! the rest is compared for eight points at once. Where one centroid is left, the stored sums of the
//! box are added and no point is looked at.
//!
//! Distances are single floats, in one order of operations, without fused steps: the same bits on
//! every platform. Boxes leave a slack wider than the rounding, so that the answer is that of asking
//! every centroid for every point in this arithmetic, lowest index first.

use crate::mask::Mask;
use crate::points::Point;
use std::ops::Range;

pub(crate) const LANES: usize = 8;
/// As many single floats as every 64-bit machine handles at once.
const LINE: usize = 4;
/// Points of a larger box, and of one that is larger still.
const GROUP: usize = LANES * LANES;
const CROWD: usize = LANES * GROUP;
/// Above the rounding of two squared distances, some units of 2^-24 each.
const SLACK: f32 = 1e-5;
/// Farther away than any point, and its square is still a single float.
const NOWHERE: f32 = 1e18;

/// Number of pixels, then the sums of their coordinates: integers, so that the order of adding
/// never shows.
pub(crate) type Sums = [i64; 4];

#[derive(Debug)]
pub(crate) struct Blocks {
    points: Vec<Point>,
    sums: Vec<Sums>,
    /// Coordinates by axis; the last block repeats its last point.
    lanes: Vec<[[f32; LANES]; 3]>,
    boxes: Vec<Bounds>,
    groups: Vec<Bounds>,
    crowds: Vec<Bounds>,
    total: Sums,
    /// The sum over pixels of the squared coordinates.
    square: i128,
}

#[derive(Debug)]
pub(crate) struct Bounds {
    pub(crate) middle: [f32; 3],
    half: [f32; 3],
    /// Half the diagonal.
    radius: f32,
    /// The sums over the points.
    pub(crate) sums: Sums,
}

/// Some of the centroids, rising by index.
#[derive(Debug, Clone)]
pub(crate) struct Candidates {
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
        let squares = |point: &Point| {
            let square: i64 = point.at.iter().map(|&x| i64::from(x) * i64::from(x)).sum();
            i128::from(square) * i128::from(point.weight)
        };
        let bounds = |size: usize| {
            points.chunks(size).zip(sums.chunks(size)).map(|(p, s)| Bounds::new(p, s)).collect()
        };
        let total = sum(&sums);
        Self {
            lanes: points.chunks(LANES).map(lane).collect(),
            boxes: bounds(LANES),
            groups: bounds(GROUP),
            crowds: bounds(CROWD),
            square: points.iter().map(squares).sum(),
            total,
            sums,
            points,
        }
    }

    pub(crate) fn points(&self) -> &[Point] {
        &self.points
    }

    /// One for each block of eight points.
    pub(crate) fn boxes(&self) -> &[Bounds] {
        &self.boxes
    }

    /// The largest boxes, each with the range of the groups in it.
    pub(crate) fn crowds(&self) -> impl Iterator<Item = (&Bounds, Range<usize>)> {
        let range = |i: usize| i * LANES..((i + 1) * LANES).min(self.groups.len());
        self.crowds.iter().enumerate().map(move |(i, bounds)| (bounds, range(i)))
    }

    /// The box of eight blocks, and the range of these.
    pub(crate) fn group(&self, group: usize) -> (&Bounds, Range<usize>) {
        let end = ((group + 1) * LANES).min(self.boxes.len());
        (&self.groups[group], group * LANES..end)
    }

    pub(crate) fn lanes(&self, block: usize) -> &[[f32; LANES]; 3] {
        &self.lanes[block]
    }

    pub(crate) fn points_of(&self, block: usize) -> &[Point] {
        &self.points[self.range(block)]
    }

    pub(crate) fn sums_of(&self, block: usize) -> &[Sums] {
        &self.sums[self.range(block)]
    }

    fn range(&self, block: usize) -> Range<usize> {
        block * LANES..((block + 1) * LANES).min(self.points.len())
    }

    /// The sums over all points.
    pub(crate) fn total(&self) -> Sums {
        self.total
    }

    /// The sums over the points that are nearest to each centroid in single floats. At most 256
    /// centroids. Nothing is remembered: the quick way to look once.
    pub(crate) fn gather(&self, centroids: &[[f64; 3]]) -> Vec<Sums> {
        let mut clusters = vec![[0; 4]; centroids.len()];
        let mut add = |slot: u8, sums: &Sums| {
            for (sum, more) in clusters[usize::from(slot)].iter_mut().zip(sums) {
                *sum += more;
            }
        };
        let mut from_all = Candidates::all(centroids);
        let [mut of_crowd, mut of_group, mut of_block] = [(); 3].map(|()| Candidates::all(&[]));
        if from_all.count == 0 {
            return clusters;
        }
        for (bounds, groups) in self.crowds() {
            from_all.filter(bounds, 0.0, &mut of_crowd);
            if let &[only] = of_crowd.indices() {
                add(only, &bounds.sums);
                continue;
            }
            of_crowd.pad();
            for group in groups {
                let (bounds, range) = self.group(group);
                of_crowd.filter(bounds, 0.0, &mut of_group);
                if let &[only] = of_group.indices() {
                    add(only, &bounds.sums);
                    continue;
                }
                of_group.pad();
                for b in range {
                    of_group.filter(&self.boxes[b], 0.0, &mut of_block);
                    if let &[only] = of_block.indices() {
                        add(only, &self.boxes[b].sums);
                        continue;
                    }
                    let places = of_block.nearest_places(&self.lanes[b]);
                    for (sums, place) in self.sums_of(b).iter().zip(places) {
                        add(of_block.index[place as usize & 255], sums);
                    }
                }
            }
        }
        clusters
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

    /// The sum of squared distances to the means of clusters with these sums, near enough to compare.
    pub(crate) fn scatter(&self, clusters: &[Sums]) -> f64 {
        let mut left = self.square as f64;
        for &[weight, x, y, z] in clusters {
            let [x, y, z] = [x as f64, y as f64, z as f64];
            left -= (x * x + y * y + z * z) / (weight.max(1) as f64);
        }
        left.max(0.0)
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
        let half = range.map(|(low, high)| 0.5 * (high - low) as f32);
        Self {
            middle: range.map(|(low, high)| 0.5 * (low + high) as f32),
            half,
            radius: half.iter().map(|x| x * x).sum::<f32>().sqrt() * (1.0 + SLACK),
            sums: sum(sums),
        }
    }
}

impl Candidates {
    /// The first 256 of `centroids`.
    pub(crate) fn all(centroids: &[[f64; 3]]) -> Self {
        let mut all = Self {
            at: [[NOWHERE; 256]; 3],
            index: [0; 256],
            count: 0,
            padded: 0,
            margins: [0.0; 256],
        };
        for (index, &centroid) in (0..=u8::MAX).zip(centroids) {
            all.index[all.count] = index;
            all.count += 1;
            all.place(usize::from(index), centroid);
        }
        all.pad();
        all
    }

    /// One more, which is nearest to nothing.
    pub(crate) fn push_nowhere(&mut self) {
        if self.count < 256 {
            self.index[self.count] = self.count as u8;
            self.count += 1;
            self.pad();
        }
    }

    /// Moves the one at `place`.
    pub(crate) fn place(&mut self, place: usize, at: [f64; 3]) {
        for (line, x) in self.at.iter_mut().zip(at) {
            line[place] = x as f32;
        }
    }

    /// Where the one at `place` is.
    pub(crate) fn at(&self, place: u8) -> [f32; 3] {
        [0, 1, 2].map(|axis| self.at[axis][usize::from(place)])
    }

    /// Leaves in `left` those that can be nearest somewhere in `bounds`, or nearly so: at least one,
    /// the nearest to its middle, which is returned.
    pub(crate) fn filter(&mut self, bounds: &Bounds, slack: f32, left: &mut Self) -> (u8, f32) {
        let (star, reach) = self.weigh(bounds, slack);
        let mut kept = 0;
        let [xs, ys, zs] = &self.at;
        let [to_xs, to_ys, to_zs] = &mut left.at;
        let (lines, _) = self.margins[..self.padded].as_chunks::<LINE>();
        for (line, margins) in lines.iter().enumerate() {
            let [a, b, c, d] = margins.map(|margin| margin < 0.0);
            if a & b & c & d {
                continue;
            }
            for (place, &margin) in (line * LINE..).zip(margins) {
                // Written always, kept by moving on: no branch to mispredict.
                let (place, to) = (place & 255, kept & 255);
                to_xs[to] = xs[place];
                to_ys[to] = ys[place];
                to_zs[to] = zs[place];
                left.index[to] = self.index[place];
                kept += usize::from(margin >= 0.0);
            }
        }
        left.count = kept;
        (star, reach)
    }

    /// The indices of all of them.
    pub(crate) fn indices(&self) -> &[u8] {
        &self.index[..self.count]
    }

    /// Makes the margins not negative for those that can be nearest somewhere in `bounds`, or are
    /// `slack` farther at most. The index of the nearest to its middle, and the squared distance from
    /// there beyond which a margin is negative.
    fn weigh(&mut self, bounds: &Bounds, slack: f32) -> (u8, f32) {
        let padded = self.padded;
        let Self { at: [xs, ys, zs], index, margins, .. } = self;
        let (xs, ys, zs) = (&xs[..padded], &ys[..padded], &zs[..padded]);
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
        let radius = bounds.radius;
        // (a + slack)² - a², for the largest distance a from a point of the box to the star.
        let spare = slack * (2.0 * (least.sqrt() + radius) + slack);
        for (((d, &x), &y), &z) in margins.iter_mut().zip(xs).zip(ys).zip(zs) {
            // How much nearer the corner that is most on the candidate's side can bring it.
            let gain = gx * (x - sx).abs() + gy * (y - sy).abs() + gz * (z - sz).abs();
            *d = gain + SLACK * (*d + reach) + spare - (*d - least);
        }
        let outside = least.sqrt() + 2.0 * radius + slack;
        (index[star], outside * outside * (1.0 + SLACK))
    }

    /// Fills the last line with a place so far away that it is never nearest: due before this set
    /// is filtered.
    pub(crate) fn pad(&mut self) {
        self.padded = self.count.next_multiple_of(LINE).min(256);
        for line in &mut self.at {
            for x in line.iter_mut().take(self.padded).skip(self.count) {
                *x = NOWHERE;
            }
        }
    }

    /// For eight points the index of the nearest one, the first one where several are.
    pub(crate) fn nearest(&self, lanes: &[[f32; LANES]; 3]) -> Nearest {
        let mut nearest = Nearest::NONE;
        let [xs, ys, zs] = &self.at;
        let n = self.count;
        for (((&x, &y), &z), &index) in
            xs[..n].iter().zip(&ys[..n]).zip(&zs[..n]).zip(&self.index[..n])
        {
            nearest.ask(lanes, [x, y, z], index);
        }
        nearest
    }

    /// The place of the nearest candidate for eight points, the first one where several are.
    fn nearest_places(&self, [xs, ys, zs]: &[[f32; LANES]; 3]) -> [u32; LANES] {
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

    /// The same, of those in `mask`; their places must be their indices.
    pub(crate) fn nearest_in(&self, mask: &Mask, lanes: &[[f32; LANES]; 3]) -> Nearest {
        let mut nearest = Nearest::NONE;
        mask.each(|index| nearest.ask(lanes, self.at(index), index));
        nearest
    }
}

/// What is known of eight points after asking some centroids.
pub(crate) struct Nearest {
    best: [f32; LANES],
    second: [f32; LANES],
    index: [u32; LANES],
}

impl Nearest {
    const NONE: Self =
        Self { best: [f32::MAX; LANES], second: [f32::MAX; LANES], index: [0; LANES] };

    #[inline(always)]
    fn ask(&mut self, [xs, ys, zs]: &[[f32; LANES]; 3], [x, y, z]: [f32; 3], index: u8) {
        for lane in 0..LANES {
            let (x, y, z) = (x - xs[lane], y - ys[lane], z - zs[lane]);
            let distance = x * x + y * y + z * z;
            let best = self.best[lane];
            let nearer = distance < best;
            let other = if nearer { best } else { distance };
            self.best[lane] = if nearer { distance } else { best };
            self.second[lane] = if other < self.second[lane] { other } else { self.second[lane] };
            self.index[lane] = if nearer { u32::from(index) } else { self.index[lane] };
        }
    }

    pub(crate) fn labels(&self) -> [u8; LANES] {
        self.index.map(|index| index as u8)
    }

    /// The least that a squared distance to the second nearest is above that to the nearest, and the
    /// largest squared distance to the second nearest.
    pub(crate) fn margin(&self) -> (f32, f32) {
        let (mut margin, mut farthest) = ([f32::MAX; LINE], [0.0_f32; LINE]);
        for half in [0, LINE] {
            for lane in 0..LINE {
                let (best, second) = (self.best[half + lane], self.second[half + lane]);
                let between = second - best;
                margin[lane] = if between < margin[lane] { between } else { margin[lane] };
                farthest[lane] = if second > farthest[lane] { second } else { farthest[lane] };
            }
        }
        let [a, b, c, d] = farthest;
        (least(&margin), a.max(b).max(c.max(d)))
    }
}

fn sum(sums: &[Sums]) -> Sums {
    let mut total = [0; 4];
    for sums in sums {
        for (total, sum) in total.iter_mut().zip(sums) {
            *total += sum;
        }
    }
    total
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
    use crate::points::squared_distance;
    use crate::tree::Tree;
    use proptest::prelude::*;

    /// What asking every centroid in single floats finds.
    fn brute(points: &[Point], centroids: &[[f64; 3]]) -> Vec<usize> {
        let nearest = |point: &Point| {
            let mut best = (f32::INFINITY, 0);
            for (i, c) in centroids.iter().enumerate() {
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
            points in prop::collection::vec((prop::array::uniform3(0..4080), 1_u32..99), 1..900),
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
            let blocks = Blocks::new(Tree::new(points.collect()).into_points());
            let labels = brute(blocks.points(), &centroids);
            let mut clusters = vec![[0; 4]; centroids.len()];
            let mut plain = 0.0;
            for (&Point { at: [x, y, z], weight }, &label) in blocks.points().iter().zip(&labels) {
                for (sum, factor) in clusters[label].iter_mut().zip([1, x, y, z]) {
                    *sum += i64::from(factor) * i64::from(weight);
                }
                let at = [x, y, z].map(f64::from);
                plain += f64::from(weight) * squared_distance(centroids[label], at);
            }
            prop_assert_eq!(&blocks.gather(&centroids), &clusters);
            let inertia = blocks.inertia(&clusters, &centroids);
            prop_assert!((inertia - plain).abs() <= 1e-9 * plain + 1e-6, "{} for {}", inertia, plain);
        }
    }

    #[test]
    fn no_centroid_takes_no_point() {
        let blocks = Blocks::new(vec![Point { at: [1, 2, 3], weight: 4 }]);
        assert!(blocks.gather(&[]).is_empty());
        assert_eq!(Blocks::new(Vec::new()).gather(&[[0.0; 3]]), [[0; 4]]);
    }
}
