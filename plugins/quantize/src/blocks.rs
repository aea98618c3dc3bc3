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
/// Candidates lie in lines of as many.
const LINES: usize = 256 / LANES;
/// Points of a larger box; one that is larger still holds as many of these.
pub(crate) const GROUP: usize = LANES * LANES;
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
    /// Coordinates by axis, group by group; the last point is repeated to the end.
    rows: Vec<[[f32; GROUP]; 3]>,
    boxes: Vec<Bounds>,
    groups: Vec<Bounds>,
    crowds: Vec<Bounds>,
    total: Sums,
    /// The sum over pixels of the squared coordinates.
    square: i128,
}

#[derive(Debug)]
pub(crate) struct Bounds {
    low: [i32; 3],
    high: [i32; 3],
    pub(crate) middle: [f32; 3],
    pub(crate) half: [f32; 3],
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
        let row = |chunk: &[Point]| {
            let last = chunk[chunk.len() - 1].at;
            let mut row = [0, 1, 2].map(|axis| [last[axis] as f32; GROUP]);
            for (i, point) in chunk.iter().enumerate() {
                for (axis, &x) in row.iter_mut().zip(&point.at) {
                    axis[i] = x as f32;
                }
            }
            row
        };
        let squares = |point: &Point| {
            let square: i64 = point.at.iter().map(|&x| i64::from(x) * i64::from(x)).sum();
            i128::from(square) * i128::from(point.weight)
        };
        let boxes: Vec<Bounds> =
            points.chunks(LANES).zip(sums.chunks(LANES)).map(|(p, s)| Bounds::new(p, s)).collect();
        let around = |boxes: &[Bounds]| boxes.chunks(LANES).map(Bounds::around).collect();
        let groups: Vec<Bounds> = around(&boxes);
        let crowds: Vec<Bounds> = around(&groups);
        let mut total = [0; 4];
        crowds.iter().for_each(|crowd| add(&mut total, &crowd.sums));
        Self {
            rows: points.chunks(GROUP).map(row).collect(),
            boxes,
            groups,
            crowds,
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

    /// The coordinates of the points of a group, by axis.
    #[inline(always)]
    pub(crate) fn rows(&self, group: usize) -> &[[f32; GROUP]; 3] {
        &self.rows[group]
    }

    /// The coordinates of the points of a block, by axis.
    #[inline(always)]
    pub(crate) fn lanes(&self, block: usize) -> [&[f32; LANES]; 3] {
        self.rows[block / LANES].each_ref().map(|axis| &axis.as_chunks().0[block % LANES])
    }

    pub(crate) fn points_of(&self, block: usize) -> &[Point] {
        &self.points[self.range(block)]
    }

    /// The sums of each point alone.
    pub(crate) fn sums(&self) -> &[Sums] {
        &self.sums
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
        let (mut low, mut high) = ([i32::MAX; 3], [i32::MIN; 3]);
        for point in points {
            for axis in 0..3 {
                low[axis] = low[axis].min(point.at[axis]);
                high[axis] = high[axis].max(point.at[axis]);
            }
        }
        let mut total = [0; 4];
        sums.iter().for_each(|sums| add(&mut total, sums));
        Self::between(low, high, total)
    }

    /// The box of some boxes.
    fn around(boxes: &[Self]) -> Self {
        let (mut low, mut high) = ([i32::MAX; 3], [i32::MIN; 3]);
        let mut total = [0; 4];
        for of_some in boxes {
            for axis in 0..3 {
                low[axis] = low[axis].min(of_some.low[axis]);
                high[axis] = high[axis].max(of_some.high[axis]);
            }
            add(&mut total, &of_some.sums);
        }
        Self::between(low, high, total)
    }

    fn between(low: [i32; 3], high: [i32; 3], sums: Sums) -> Self {
        let half = [0, 1, 2].map(|axis| 0.5 * (high[axis] - low[axis]) as f32);
        Self {
            low,
            high,
            middle: [0, 1, 2].map(|axis| 0.5 * (low[axis] + high[axis]) as f32),
            half,
            radius: half.iter().map(|x| x * x).sum::<f32>().sqrt() * (1.0 + SLACK),
            sums,
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

    /// For eight points the place of the nearest one of those in `mask`, the first one where several
    /// are.
    #[inline(always)]
    pub(crate) fn nearest_in(&self, mask: &Mask, lanes: [&[f32; LANES]; 3]) -> Nearest {
        let mut nearest = Nearest::NONE;
        for place in mask.slots() {
            nearest.ask(lanes, self.at(place), place);
        }
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
    fn ask(&mut self, [xs, ys, zs]: [&[f32; LANES]; 3], [x, y, z]: [f32; 3], index: u8) {
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

#[inline(always)]
pub(crate) fn add(sums: &mut Sums, more: &Sums) {
    let ([a, b, c, d], [e, f, g, h]) = (*sums, *more);
    *sums = [a + e, b + f, c + g, d + h];
}

#[inline(always)]
fn least(values: &[f32; LANES]) -> f32 {
    let smaller = |a: f32, b: f32| if a < b { a } else { b };
    let four: [f32; 4] = std::array::from_fn(|i| smaller(values[i], values[i + 4]));
    smaller(smaller(four[0], four[2]), smaller(four[1], four[3]))
}
