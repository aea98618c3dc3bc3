//! The nearest centroid of every point, of which nothing is remembered: the quick way to look.
//!
//! A box passes on only the centroids that can be nearest to some point in it (the test of Kanungo
//! et al., "An Efficient k-Means Clustering Algorithm", 2002, here on a fixed tree): 512 points ask
//! every centroid, 64 ask what those were left with, and the rest is compared for 64 points in a row.
//! Where one centroid is left, the stored sums of the box are added and no point is looked at.
//!
//! Distances are single floats, in one order of operations, without fused steps: the same bits on
//! every platform. Boxes leave a slack wider than the rounding, so that the answer is that of asking
//! every centroid for every point in this arithmetic, lowest index first.

use crate::blocks::{Blocks, Bounds, GROUP, LANES, Sums, add};
use crate::vectors::{Work, widest};
use rayon::prelude::*;
use std::cell::RefCell;

/// Most centroids.
const MOST: usize = 256;
/// Points that are compared together: as many as registers hold.
const ROW: usize = 32;
/// Sets of centroids that look together, so that points are fetched once for all of them.
const TOGETHER: usize = 8;
/// Above the rounding of two squared distances, some units of 2^-24 each.
const SLACK: f32 = 1e-5;
/// Farther away than any point, and its square is still a single float.
const NOWHERE: f32 = 1e18;

impl Blocks {
    /// The sums over the points that are nearest to each centroid in single floats, for each set of at
    /// most 256 centroids.
    pub(crate) fn gather(&self, sets: &[&[[f64; 3]]]) -> Vec<Vec<Sums>> {
        let together = |sets: &[&[[f64; 3]]]| {
            ROOM.with_borrow_mut(|room| {
                room.take(sets);
                widest(Look { room, blocks: self, sets: sets.len(), labels: None });
                (0..sets.len()).map(|i| room.clusters(i).to_vec()).collect::<Vec<_>>()
            })
        };
        sets.par_chunks(TOGETHER).with_max_len(1).flat_map_iter(together).collect()
    }

    /// The same for one set, and the index of the nearest centroid of every point.
    pub(crate) fn gather_labels(
        &self,
        centroids: &[[f64; 3]],
        clusters: &mut [Sums],
        labels: &mut [[u8; LANES]],
    ) {
        ROOM.with_borrow_mut(|room| {
            room.take(&[centroids]);
            widest(Look { room, blocks: self, sets: 1, labels: Some(labels) });
            clusters.copy_from_slice(room.clusters(0));
        });
    }
}

thread_local! {
    /// Taken once: it is as large as some looks are short.
    static ROOM: RefCell<Room> = const { RefCell::new(Room::NONE) };
}

/// Room for a look.
struct Room {
    /// For each set of centroids all of them, and the sums that were gathered.
    all: Vec<List>,
    clusters: Vec<[Sums; MOST]>,
    of_crowd: List,
    of_group: Places,
    thoughts: Thoughts,
}

/// Some of the centroids, rising by index.
struct List {
    /// By axis; up to the next multiple of eight the rest is far away, and so is the very last.
    at: [[f32; MOST + 1]; 3],
    index: [u32; MOST],
    count: usize,
}

/// Some of a list, by their places there.
struct Places {
    place: [u16; MOST + 1],
    count: usize,
}

/// Room for what is thought of each centroid.
struct Thoughts {
    away: [f32; MOST],
    kept: [u32; MOST],
}

struct Look<'a> {
    room: &'a mut Room,
    blocks: &'a Blocks,
    sets: usize,
    labels: Option<&'a mut [[u8; LANES]]>,
}

impl Work for Look<'_> {
    #[inline(always)]
    fn work(self) {
        let Self { room, blocks, sets, mut labels } = self;
        let Room { all, clusters, of_crowd, of_group, thoughts } = room;
        for (crowd, groups) in blocks.crowds() {
            for (all, clusters) in all.iter().zip(&mut *clusters).take(sets) {
                if all.count == 0 {
                    continue;
                }
                all.weigh(crowd, thoughts);
                all.leave(thoughts, of_crowd);
                if of_crowd.count <= 1 {
                    let only = of_crowd.index[0] as u8;
                    add(&mut clusters[usize::from(only)], &crowd.sums);
                    if let Some(labels) = &mut labels {
                        let end = (groups.end * LANES).min(labels.len());
                        labels[groups.start * LANES..end].fill([only; LANES]);
                    }
                    continue;
                }
                for group in groups.clone() {
                    let (bounds, range) = blocks.group(group);
                    of_crowd.weigh(bounds, thoughts);
                    of_group.keep(thoughts, of_crowd.count);
                    if of_group.count <= 1 {
                        let only = of_crowd.index[usize::from(of_group.place[0])] as u8;
                        add(&mut clusters[usize::from(only)], &bounds.sums);
                        if let Some(labels) = &mut labels {
                            labels[range].fill([only; LANES]);
                        }
                        continue;
                    }
                    let nearest = of_crowd.nearest(of_group, blocks.rows(group));
                    let (nearest, _) = nearest.as_chunks::<LANES>();
                    if let Some(labels) = &mut labels {
                        for (labels, nearest) in labels[range.clone()].iter_mut().zip(nearest) {
                            *labels = *nearest;
                        }
                    }
                    for (b, nearest) in range.zip(nearest) {
                        let first = nearest[0];
                        if u64::from_le_bytes(*nearest) == u64::from_le_bytes([first; LANES]) {
                            add(&mut clusters[usize::from(first)], &blocks.boxes()[b].sums);
                            continue;
                        }
                        for (sums, &own) in blocks.sums_of(b).iter().zip(nearest) {
                            add(&mut clusters[usize::from(own)], sums);
                        }
                    }
                }
            }
        }
    }
}

impl Room {
    const NONE: Self = Self {
        all: Vec::new(),
        clusters: Vec::new(),
        of_crowd: List::NONE,
        of_group: Places { place: [MOST as u16; MOST + 1], count: 0 },
        thoughts: Thoughts { away: [0.0; MOST], kept: [0; MOST] },
    };

    /// Makes it ready for these sets.
    fn take(&mut self, sets: &[&[[f64; 3]]]) {
        while self.all.len() < sets.len() {
            self.all.push(List::NONE);
            self.clusters.push([[0; 4]; MOST]);
        }
        for ((set, list), clusters) in sets.iter().zip(&mut self.all).zip(&mut self.clusters) {
            list.set(set);
            clusters[..list.count].fill([0; 4]);
        }
    }

    /// What was gathered for a set.
    fn clusters(&self, set: usize) -> &[Sums] {
        &self.clusters[set][..self.all[set].count]
    }
}

impl Places {
    /// Becomes those of so many that were kept; behind them stands one that is far away.
    #[inline(always)]
    fn keep(&mut self, Thoughts { kept, .. }: &Thoughts, of: usize) {
        let mut count = 0_usize;
        for (place, &kept) in (0..).zip(&kept[..of.min(MOST)]) {
            // Written in any case, and counted in where it is one: no branch to guess.
            self.place[count % MOST] = place;
            count += kept as usize;
        }
        self.place[count.min(MOST)] = MOST as u16;
        self.count = count;
    }
}

impl List {
    const NONE: Self = Self { at: [[NOWHERE; MOST + 1]; 3], index: [0; MOST], count: 0 };

    fn set(&mut self, centroids: &[[f64; 3]]) {
        self.count = centroids.len().min(MOST);
        for (i, at) in centroids.iter().enumerate().take(MOST) {
            self.index[i] = i as u32;
            for (axis, x) in self.at.iter_mut().zip(at) {
                axis[i] = *x as f32;
            }
        }
        self.pad();
    }

    #[inline(always)]
    fn pad(&mut self) {
        let count = self.count.min(MOST);
        for axis in &mut self.at {
            axis[count..count.next_multiple_of(LANES)].fill(NOWHERE);
        }
    }

    /// Tells which can be nearest somewhere in `bounds`, or nearly so: at least one.
    #[inline(always)]
    fn weigh(&self, bounds: &Bounds, Thoughts { away, kept }: &mut Thoughts) {
        let padded = self.count.min(MOST).next_multiple_of(LANES);
        let [xs, ys, zs] = self.at.each_ref().map(|axis| &axis[..padded]);
        let (away, kept) = (&mut away[..padded], &mut kept[..padded]);
        let [mx, my, mz] = bounds.middle;
        // The nearest to the middle, or one that is as near but for some units of 2^-15, by its place
        // in the lowest bits. Against any of them the others can be weighed.
        let mut star = u32::MAX;
        for i in 0..padded {
            let (x, y, z) = (xs[i] - mx, ys[i] - my, zs[i] - mz);
            away[i] = x * x + y * y + z * z;
            star = star.min(away[i].to_bits() & !255 | i as u32);
        }
        let star = (star & 255) as usize;
        let (least, sx, sy, sz) = (away[star], xs[star], ys[star], zs[star]);
        let [hx, hy, hz] = bounds.half;
        let [gx, gy, gz] = [2.0 * hx, 2.0 * hy, 2.0 * hz];
        let reach = hx * hx + hy * hy + hz * hz;
        for i in 0..padded {
            // How much nearer the corner that is most on the candidate's side can bring it.
            let gain = gx * (xs[i] - sx).abs() + gy * (ys[i] - sy).abs() + gz * (zs[i] - sz).abs();
            let margin = gain + SLACK * (away[i] + reach) - (away[i] - least);
            kept[i] = u32::from(margin >= 0.0);
        }
    }

    /// Leaves in `left` those that were kept.
    #[inline(always)]
    fn leave(&self, Thoughts { kept, .. }: &Thoughts, left: &mut Self) {
        let [xs, ys, zs] = &self.at;
        let [left_xs, left_ys, left_zs] = &mut left.at;
        let mut count = 0_usize;
        for i in 0..self.count.min(MOST) {
            let to = count % MOST;
            (left_xs[to], left_ys[to], left_zs[to]) = (xs[i], ys[i], zs[i]);
            left.index[to] = self.index[i];
            count += kept[i] as usize;
        }
        left.count = count;
        left.pad();
    }

    /// The index of the nearest one of some for each of 64 points, the first one where several are.
    #[inline(always)]
    fn nearest(&self, some: &Places, points: &[[f32; GROUP]; 3]) -> [u8; GROUP] {
        let mut nearest = [0; GROUP];
        for (row, nearest) in nearest.as_chunks_mut::<ROW>().0.iter_mut().enumerate() {
            let [xs, ys, zs] = points.each_ref().map(|axis| &axis.as_chunks::<ROW>().0[row]);
            // Floats from +0 on order as their bits do.
            let (mut best, mut index) = ([i32::MAX; ROW], [0_u32; ROW]);
            // By twos: what is found for one alone would be stored under masks, which is slow. A last
            // odd one takes the padding along.
            for pair in some.place[..some.count.min(MOST).next_multiple_of(2)].as_chunks::<2>().0 {
                let [a, b] = pair.map(|place| usize::from(place).min(MOST));
                let [[ax, bx], [ay, by], [az, bz]] =
                    self.at.each_ref().map(|axis| [axis[a], axis[b]]);
                let [a, b] = [a, b].map(|place| self.index[place % MOST]);
                for i in 0..ROW {
                    let square = |x: f32, y: f32, z: f32| {
                        let (x, y, z) = (x - xs[i], y - ys[i], z - zs[i]);
                        (x * x + y * y + z * z).to_bits() as i32
                    };
                    let (of_a, of_b) = (square(ax, ay, az), square(bx, by, bz));
                    let nearer = if of_a < best[i] { a } else { index[i] };
                    let least = best[i].min(of_a);
                    index[i] = if of_b < least { b } else { nearer };
                    best[i] = least.min(of_b);
                }
            }
            *nearest = index.map(|index| index as u8);
        }
        nearest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::points::{Point, squared_distance};
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
            // More sets than look together, of several sizes.
            let sets: Vec<&[[f64; 3]]> = (0..=TOGETHER).map(|i| &centroids[i * 7 % centroids.len()..]).collect();
            let gathered = blocks.gather(&sets);
            prop_assert_eq!(gathered.len(), sets.len());
            for (set, gathered) in sets.into_iter().zip(gathered) {
                let labels = brute(blocks.points(), set);
                let mut clusters = vec![[0; 4]; set.len()];
                let mut plain = 0.0;
                for (&Point { at: [x, y, z], weight }, &label) in blocks.points().iter().zip(&labels) {
                    for (sum, factor) in clusters[label].iter_mut().zip([1, x, y, z]) {
                        *sum += i64::from(factor) * i64::from(weight);
                    }
                    let at = [x, y, z].map(f64::from);
                    plain += f64::from(weight) * squared_distance(set[label], at);
                }
                prop_assert_eq!(&gathered, &clusters);
                // With labels, and on the vectors that every machine has.
                let mut again = vec![[0; 4]; set.len()];
                let mut told = vec![[0; LANES]; blocks.boxes().len()];
                blocks.gather_labels(set, &mut again, &mut told);
                prop_assert_eq!(&again, &clusters);
                let told: Vec<usize> = told.as_flattened().iter().map(|&own| own.into()).collect();
                prop_assert_eq!(&told[..labels.len()], &labels);
                let again = ROOM.with_borrow_mut(|room| {
                    room.take(&[set]);
                    Look { room, blocks: &blocks, sets: 1, labels: None }.work();
                    room.clusters(0).to_vec()
                });
                prop_assert_eq!(&again, &clusters);
                let inertia = blocks.inertia(&clusters, set);
                prop_assert!((inertia - plain).abs() <= 1e-9 * plain + 1e-6, "{} for {}", inertia, plain);
            }
        }
    }

    #[test]
    fn no_centroid_takes_no_point() {
        let blocks = Blocks::new(vec![Point { at: [1, 2, 3], weight: 4 }]);
        assert_eq!(blocks.gather(&[&[], &[[0.0; 3]]]), [vec![], vec![[4, 4, 8, 12]]]);
        assert_eq!(Blocks::new(Vec::new()).gather(&[&[[0.0; 3]]]), [[[0; 4]]]);
        assert!(blocks.gather(&[]).is_empty());
    }
}
