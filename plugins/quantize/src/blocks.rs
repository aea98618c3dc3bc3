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
use crate::vectors::{Work, widest};
use std::ops::Range;

pub(crate) const LANES: usize = 8;
/// Candidates lie in lines of as many.
const LINES: usize = 256 / LANES;
/// Points of a larger box, and of one that is larger still.
const GROUP: usize = LANES * LANES;
const CROWD: usize = LANES * GROUP;
/// So few are asked by every block: to tell which need not be costs more.
const FEW: usize = 12;
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
    /// By axis; the rest of the last line in use is far away.
    at: [[[f32; LANES]; LINES]; 3],
    index: [u8; 256],
    count: usize,
}

/// Which candidates can be nearest somewhere in a box.
pub(crate) struct Weighed {
    /// The place of the one that is nearest to the middle of the box.
    pub(crate) star: u8,
    /// The squared distance from there beyond which none can be.
    pub(crate) reach: f32,
    /// The places of those that can be: the star at least.
    pub(crate) kept: Mask,
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
        if !centroids.is_empty() {
            widest(Gather { blocks: self, centroids, clusters: &mut clusters });
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

/// See [`Blocks::gather`].
struct Gather<'a> {
    blocks: &'a Blocks,
    centroids: &'a [[f64; 3]],
    clusters: &'a mut [Sums],
}

impl Work for Gather<'_> {
    #[inline(always)]
    fn work(self) {
        let Self { blocks, centroids, clusters } = self;
        let mut add = |slot: u8, sums: &Sums| {
            for (sum, more) in clusters[usize::from(slot)].iter_mut().zip(sums) {
                *sum += more;
            }
        };
        let from_all = Candidates::all(centroids);
        let [mut of_crowd, mut of_group] = [(); 2].map(|()| Candidates::all(&[]));
        for (bounds, groups) in blocks.crowds() {
            from_all.filter(bounds, 0.0, &mut of_crowd);
            if let &[only] = of_crowd.indices() {
                add(only, &bounds.sums);
                continue;
            }
            for group in groups {
                let (bounds, range) = blocks.group(group);
                of_crowd.filter(bounds, 0.0, &mut of_group);
                if let &[only] = of_group.indices() {
                    add(only, &bounds.sums);
                    continue;
                }
                let few = of_group.count <= FEW;
                for b in range {
                    let lanes = &blocks.lanes[b];
                    let places = if few {
                        of_group.nearest_places(lanes)
                    } else {
                        let kept = of_group.weigh(&blocks.boxes[b], 0.0).kept;
                        if let Some(only) = kept.only() {
                            add(of_group.index[usize::from(only)], &blocks.boxes[b].sums);
                            continue;
                        }
                        of_group.nearest_places_in(&kept, lanes)
                    };
                    if places == [places[0]; LANES] {
                        add(of_group.index[places[0] as usize & 255], &blocks.boxes[b].sums);
                        continue;
                    }
                    for (sums, place) in blocks.sums_of(b).iter().zip(places) {
                        add(of_group.index[place as usize & 255], sums);
                    }
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
        let mut all = Self { at: [[[NOWHERE; LANES]; LINES]; 3], index: [0; 256], count: 0 };
        for (index, &centroid) in (0..=u8::MAX).zip(centroids) {
            all.index[all.count] = index;
            all.count += 1;
            all.place(usize::from(index), centroid);
        }
        all
    }

    /// One more, which is nearest to nothing.
    pub(crate) fn push_nowhere(&mut self) {
        if self.count < 256 {
            self.index[self.count] = self.count as u8;
            self.place(self.count, [f64::from(NOWHERE); 3]);
            self.count += 1;
        }
    }

    /// Moves the one at `place`.
    pub(crate) fn place(&mut self, place: usize, at: [f64; 3]) {
        for (line, x) in self.at.iter_mut().zip(at) {
            line.as_flattened_mut()[place] = x as f32;
        }
    }

    /// Where the one at `place` is.
    #[inline(always)]
    pub(crate) fn at(&self, place: u8) -> [f32; 3] {
        [0, 1, 2].map(|axis| self.at[axis].as_flattened()[usize::from(place)])
    }

    /// What the one at `place` was among all.
    #[inline(always)]
    pub(crate) fn index(&self, place: u8) -> u8 {
        self.index[usize::from(place)]
    }

    /// Leaves in `left` those that can be nearest somewhere in `bounds`, or nearly so: at least one,
    /// the nearest to its middle, whose index is returned.
    #[inline(always)]
    pub(crate) fn filter(&self, bounds: &Bounds, slack: f32, left: &mut Self) -> u8 {
        let weighed = self.weigh(bounds, slack);
        let [xs, ys, zs] = &mut left.at;
        let (xs, ys, zs) = (xs.as_flattened_mut(), ys.as_flattened_mut(), zs.as_flattened_mut());
        let mut count = 0;
        for place in weighed.kept.slots() {
            let to = count & 255;
            [xs[to], ys[to], zs[to]] = self.at(place);
            left.index[to] = self.index(place);
            count += 1;
        }
        left.count = count;
        let padded = count.next_multiple_of(LANES);
        for axis in [xs, ys, zs] {
            axis[count..padded].fill(NOWHERE);
        }
        self.index(weighed.star)
    }

    /// The indices of all of them.
    pub(crate) fn indices(&self) -> &[u8] {
        &self.index[..self.count]
    }

    /// Which can be nearest somewhere in `bounds`, or are `slack` farther at most.
    #[inline(always)]
    pub(crate) fn weigh(&self, bounds: &Bounds, slack: f32) -> Weighed {
        let lines = self.count.div_ceil(LANES).min(LINES);
        let [xs, ys, zs] = &self.at;
        let (xs, ys, zs) = (&xs[..lines], &ys[..lines], &zs[..lines]);
        let [mx, my, mz] = bounds.middle;
        let away = |xs: &[f32; LANES], ys: &[f32; LANES], zs: &[f32; LANES]| -> [f32; LANES] {
            std::array::from_fn(|lane| {
                let (x, y, z) = (xs[lane] - mx, ys[lane] - my, zs[lane] - mz);
                x * x + y * y + z * z
            })
        };
        // The least in each lane, and the line where it is: the first one.
        let (mut best, mut line_of) = ([f32::INFINITY; LANES], [0_u32; LANES]);
        for (line, ((xs, ys), zs)) in (0..).zip(xs.iter().zip(ys).zip(zs)) {
            let away = away(xs, ys, zs);
            for lane in 0..LANES {
                let nearer = away[lane] < best[lane];
                best[lane] = if nearer { away[lane] } else { best[lane] };
                line_of[lane] = if nearer { line } else { line_of[lane] };
            }
        }
        let least = least(&best);
        let mut star = u32::MAX;
        for lane in 0..LANES {
            let place = line_of[lane] * LANES as u32 + lane as u32;
            star = star.min(if best[lane] == least { place } else { u32::MAX });
        }
        let star = star as u8;
        let [sx, sy, sz] = self.at(star);
        let [hx, hy, hz] = bounds.half;
        let [gx, gy, gz] = [2.0 * hx, 2.0 * hy, 2.0 * hz];
        let reach = hx * hx + hy * hy + hz * hz;
        let radius = bounds.radius;
        let root = least.sqrt();
        // (a + slack)² - a², for the largest distance a from a point of the box to the star.
        let spare = slack * (2.0 * (root + radius) + slack);
        let mut kept = Mask::default();
        for (line, ((xs, ys), zs)) in xs.iter().zip(ys).zip(zs).enumerate() {
            let away = away(xs, ys, zs);
            let mut bits = 0;
            for lane in 0..LANES {
                // How much nearer the corner that is most on the candidate's side can bring it.
                let gain = gx * (xs[lane] - sx).abs()
                    + gy * (ys[lane] - sy).abs()
                    + gz * (zs[lane] - sz).abs();
                let margin = gain + SLACK * (away[lane] + reach) + spare - (away[lane] - least);
                bits |= u8::from(margin >= 0.0) << lane;
            }
            kept.set_eight(line, bits);
        }
        let outside = root + 2.0 * radius + slack;
        Weighed { star, reach: outside * outside * (1.0 + SLACK), kept }
    }

    /// The place of the nearest candidate for eight points, the first one where several are.
    #[inline(always)]
    fn nearest_places(&self, lanes: &[[f32; LANES]; 3]) -> [u32; LANES] {
        let mut places = Places::NONE;
        let n = self.count;
        let [xs, ys, zs] = self.at.each_ref().map(|axis| &axis.as_flattened()[..n]);
        for (place, ((&x, &y), &z)) in (0..).zip(xs.iter().zip(ys).zip(zs)) {
            places.ask(lanes, [x, y, z], place);
        }
        places.place
    }

    /// The same, of those at the places in `mask`.
    #[inline(always)]
    fn nearest_places_in(&self, mask: &Mask, lanes: &[[f32; LANES]; 3]) -> [u32; LANES] {
        let mut places = Places::NONE;
        for place in mask.slots() {
            places.ask(lanes, self.at(place), place.into());
        }
        places.place
    }

    /// For eight points the place of the nearest one of those in `mask`, the first one where several
    /// are.
    #[inline(always)]
    pub(crate) fn nearest_in(&self, mask: &Mask, lanes: &[[f32; LANES]; 3]) -> Nearest {
        let mut nearest = Nearest::NONE;
        for place in mask.slots() {
            nearest.ask(lanes, self.at(place), place);
        }
        nearest
    }
}

/// The nearest of some candidates for each of eight points.
struct Places {
    best: [f32; LANES],
    place: [u32; LANES],
}

impl Places {
    const NONE: Self = Self { best: [f32::INFINITY; LANES], place: [0; LANES] };

    #[inline(always)]
    fn ask(&mut self, [xs, ys, zs]: &[[f32; LANES]; 3], [x, y, z]: [f32; 3], place: u32) {
        for lane in 0..LANES {
            let (x, y, z) = (x - xs[lane], y - ys[lane], z - zs[lane]);
            let distance = x * x + y * y + z * z;
            let nearer = distance < self.best[lane];
            self.best[lane] = if nearer { distance } else { self.best[lane] };
            self.place[lane] = if nearer { place } else { self.place[lane] };
        }
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

    #[inline(always)]
    pub(crate) fn places(&self) -> [u8; LANES] {
        self.index.map(|index| index as u8)
    }

    /// The least that a squared distance to the second nearest is above that to the nearest, and the
    /// largest squared distance to the second nearest.
    #[inline(always)]
    pub(crate) fn margin(&self) -> (f32, f32) {
        let between = std::array::from_fn(|lane| self.second[lane] - self.best[lane]);
        (least(&between), -least(&self.second.map(|second| -second)))
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

#[inline(always)]
fn least(values: &[f32; LANES]) -> f32 {
    let smaller = |a: f32, b: f32| if a < b { a } else { b };
    let four: [f32; 4] = std::array::from_fn(|i| smaller(values[i], values[i + 4]));
    smaller(smaller(four[0], four[2]), smaller(four[1], four[3]))
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
            // And on the vectors that every machine has.
            let mut again = vec![[0; 4]; centroids.len()];
            Gather { blocks: &blocks, centroids: &centroids, clusters: &mut again }.work();
            prop_assert_eq!(&again, &clusters);
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
