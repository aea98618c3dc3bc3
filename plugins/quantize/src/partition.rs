//! Points with their nearest centroids, kept so while centroids move.
//!
//! What is remembered makes a step cheap when little moves. Every block of eight points knows which
//! centroids can be nearest somewhere in its box (the test of Kanungo et al. 2002, with a slack), and
//! how far centroids may move before one of its points could change sides (the bound of Greg Hamerly,
//! "Making k-means even faster", 2010, for eight points at once). Until then it is not looked at.
//! Centroids that jump, as those of a cluster that was cut, are looked for block by block instead,
//! so that one of them does not use up the patience of all the others.
//!
//! The nearest centroid is that of asking every centroid for every point in double floats, lowest
//! slot first where several are: what single floats cannot tell apart is asked again.

use crate::blocks::{Blocks, Candidates, LANES, Nearest, Sums};
use crate::lloyd::{Clustering, NOWHERE};
use crate::mask::Mask;
use crate::points::squared_distance;
use crate::vectors::{Work, widest};

/// Above the rounding of a centroid to single floats, in grid steps; the finest grid has 2^16.
const ROUNDING: f32 = 0.01;

/// Who moves farther than this part of the slack has jumped.
const FAR: f64 = 0.125;

#[derive(Debug, Clone)]
pub(crate) struct Partition<'b> {
    blocks: &'b Blocks,
    /// By slot; a slot may be empty.
    centroids: Vec<[f64; 3]>,
    clusters: Vec<Sums>,
    /// The centroids in single floats.
    places: Candidates,
    /// Room for those that a group of blocks is left with.
    of_group: Candidates,
    labels: Vec<[u8; LANES]>,
    /// For each block the slots that can be nearest in its box.
    masks: Vec<Mask>,
    /// The slots against which the others were weighed when the mask was made: those nearest to the
    /// middle of the box, and to those of the larger ones.
    stars: Vec<[u8; 3]>,
    /// The squared distance from the middle of the box within which a slot must be in the mask.
    reach: Vec<f32>,
    /// The `drift` up to which the labels hold, and up to which the masks do.
    until: Vec<f32>,
    mask_until: Vec<f32>,
    /// The sum over all moves of the longest way of a centroid that did not jump.
    drift: f64,
    /// What masks allow for.
    slack: f32,
}

/// What a partition does on vectors.
enum Look<'p, 'b> {
    Everywhere(&'p mut Partition<'b>),
    /// Where these slots have jumped, and where the drift is felt.
    Again(&'p mut Partition<'b>, &'p [u8]),
}

impl Work for Look<'_, '_> {
    #[inline(always)]
    fn work(self) {
        match self {
            Self::Everywhere(partition) => partition.look_everywhere(),
            Self::Again(partition, jumped) => partition.look_again(jumped),
        }
    }
}

impl Clustering for Partition<'_> {
    fn blocks(&self) -> &Blocks {
        self.blocks
    }

    fn centroids(&self) -> &[[f64; 3]] {
        &self.centroids
    }

    fn clusters(&self) -> &[Sums] {
        &self.clusters
    }

    fn labels(&self) -> &[[u8; LANES]] {
        &self.labels
    }

    fn push_slot(&mut self) {
        self.centroids.push(NOWHERE);
        self.clusters.push([0; 4]);
        self.places.push_nowhere();
    }

    fn move_to(&mut self, to: &[[f64; 3]]) {
        let far = f64::from(self.slack) * FAR;
        let mut longest: f64 = 0.0;
        let mut jumped = Vec::new();
        for (slot, (from, &to)) in self.centroids.iter_mut().zip(to).enumerate() {
            if *from == to {
                continue;
            }
            let way = squared_distance(*from, to).sqrt();
            if way > far {
                jumped.push(slot as u8);
            } else {
                longest = longest.max(way);
            }
            *from = to;
            self.places.place(slot, to);
        }
        self.drift += longest * (1.0 + 1e-6);
        if jumped.len() * 3 > to.len() && self.masks.len() > 2_000 {
            widest(Look::Everywhere(self));
        } else {
            widest(Look::Again(self, &jumped));
        }
    }
}

impl<'b> Partition<'b> {
    /// At most 256 centroids. `slack` is how far, in grid steps, two centroids may come towards each
    /// other before a block must ask all of them again.
    pub(crate) fn new(blocks: &'b Blocks, centroids: Vec<[f64; 3]>, slack: f64) -> Self {
        let count = blocks.boxes().len();
        let mut partition = Self {
            blocks,
            clusters: vec![[0; 4]; centroids.len()],
            places: Candidates::all(&centroids),
            of_group: Candidates::all(&[]),
            centroids,
            labels: vec![[0; LANES]; count],
            masks: vec![Mask::default(); count],
            stars: vec![[0; 3]; count],
            reach: vec![0.0; count],
            until: vec![0.0; count],
            mask_until: vec![0.0; count],
            drift: 0.0,
            slack: (slack as f32).max(8.0 * ROUNDING),
        };
        if !partition.centroids.is_empty() {
            widest(Look::Everywhere(&mut partition));
        }
        partition
    }

    /// Looks at the blocks that a jump or the drift concerns.
    #[inline(always)]
    fn look_again(&mut self, jumped: &[u8]) {
        let (mut jumps, mut gone) = (Mask::default(), Mask::default());
        for &slot in jumped {
            jumps.set(slot);
            if self.centroids[usize::from(slot)] == NOWHERE {
                gone.set(slot);
                continue;
            }
            let at = self.places.at(slot);
            let boxes = self.blocks.boxes();
            for ((mask, reach), bounds) in self.masks.iter_mut().zip(&self.reach).zip(boxes) {
                let [x, y, z] = [0, 1, 2].map(|axis| bounds.middle[axis] - at[axis]);
                if x * x + y * y + z * z <= *reach {
                    mask.set(slot);
                }
            }
        }
        let drift = self.drift as f32 * (1.0 + 1e-6);
        for group in 0..self.masks.len().div_ceil(LANES) {
            let (_, range) = self.blocks.group(group);
            let (mut look, mut renew) = ([false; LANES], false);
            for (look, b) in look.iter_mut().zip(range.clone()) {
                if jumps.meets(&self.masks[b]) {
                    *look = true;
                    self.masks[b].clear(&gone);
                    renew |= self.stars[b].iter().any(|&star| jumps.holds(star));
                } else if self.until[b] < drift {
                    *look = true;
                    renew |= self.mask_until[b] < drift;
                }
            }
            if renew {
                self.make_masks(group);
            }
            for (look, b) in look.into_iter().zip(range) {
                if look {
                    self.look_at(b);
                }
            }
        }
    }

    #[inline(always)]
    fn look_everywhere(&mut self) {
        let blocks = self.blocks;
        let mut of_crowd = Candidates::all(&[]);
        self.clusters.fill([0; 4]);
        for (bounds, groups) in blocks.crowds() {
            let star_of_crowd = self.places.filter(bounds, self.slack, &mut of_crowd);
            for group in groups {
                let (bounds, range) = blocks.group(group);
                let star = of_crowd.filter(bounds, self.slack, &mut self.of_group);
                for b in range {
                    let kept = self.make_mask_of(b, [star, star_of_crowd]);
                    self.settle_in(b, &kept);
                }
            }
        }
    }

    /// Labels a block whose mask was made from nothing, of these places in the group's.
    #[inline(always)]
    fn settle_in(&mut self, b: usize, kept: &Mask) {
        self.until[b] = self.mask_until[b];
        if let Some(only) = kept.only() {
            let only = self.of_group.index(only);
            self.labels[b] = [only; LANES];
            let sums = self.blocks.boxes()[b].sums;
            for (sum, more) in self.clusters[usize::from(only)].iter_mut().zip(sums) {
                *sum += more;
            }
            return;
        }
        let nearest = self.of_group.nearest_in(kept, self.blocks.lanes(b));
        let labels = match self.judge(b, &nearest) {
            Some(places) => places.map(|place| self.of_group.index(place)),
            None => self.ask_exactly(b),
        };
        self.labels[b] = labels;
        for (sums, slot) in self.blocks.sums_of(b).iter().zip(labels) {
            for (sum, more) in self.clusters[usize::from(slot)].iter_mut().zip(sums) {
                *sum += more;
            }
        }
    }

    /// The drift up to which a mask made now holds.
    #[inline(always)]
    fn mask_holds_until(&self) -> f32 {
        self.drift as f32 + 0.5 * self.slack * (1.0 - 1e-4) - 2.0 * ROUNDING
    }

    /// Makes the masks of a group of blocks: these are about as old.
    #[inline(always)]
    fn make_masks(&mut self, group: usize) {
        let (bounds, range) = self.blocks.group(group);
        let star = self.places.filter(bounds, self.slack, &mut self.of_group);
        for b in range {
            self.make_mask_of(b, [star; 2]);
        }
    }

    /// The places in `of_group` that the mask was made of.
    #[inline(always)]
    fn make_mask_of(&mut self, b: usize, stars: [u8; 2]) -> Mask {
        let weighed = self.of_group.weigh(&self.blocks.boxes()[b], self.slack);
        let mut mask = Mask::default();
        for place in weighed.kept.slots() {
            mask.set(self.of_group.index(place));
        }
        (self.masks[b], self.reach[b]) = (mask, weighed.reach);
        self.stars[b] = [self.of_group.index(weighed.star), stars[0], stars[1]];
        self.mask_until[b] = self.mask_holds_until();
        weighed.kept
    }

    /// Finds the nearest slot of each point of a block among those of its mask.
    #[inline(always)]
    fn look_at(&mut self, b: usize) {
        let labels = if let Some(only) = self.masks[b].only() {
            self.until[b] = self.mask_until[b];
            [only; LANES]
        } else {
            let nearest = self.places.nearest_in(&self.masks[b], self.blocks.lanes(b));
            self.judge(b, &nearest).unwrap_or_else(|| self.ask_exactly(b))
        };
        if labels != self.labels[b] {
            self.relabel(b, labels);
        }
    }

    /// The nearest places of a block whose mask is known, and how long they hold; none where single
    /// floats cannot tell.
    #[inline(always)]
    fn judge(&mut self, b: usize, nearest: &Nearest) -> Option<[u8; LANES]> {
        let (margin, farthest) = nearest.margin();
        let away = farthest.sqrt();
        let doubt = 3.0 * ROUNDING * away + 1e-6 * farthest;
        let drift = self.drift as f32;
        if margin <= doubt {
            self.until[b] = drift * (1.0 - 1e-6);
            return None;
        }
        let free = 0.25 * (margin - doubt) / away;
        let until = drift + free * (1.0 - 1e-4) - ROUNDING;
        self.until[b] = until.min(self.mask_until[b]);
        Some(nearest.places())
    }

    #[cold]
    fn ask_exactly(&self, b: usize) -> [u8; LANES] {
        let mask = self.masks[b];
        let points = self.blocks.points_of(b);
        std::array::from_fn(|lane| {
            let at = points[lane.min(points.len() - 1)].at.map(f64::from);
            let mut best = (f64::INFINITY, 0);
            for slot in mask.slots() {
                let distance = squared_distance(self.centroids[usize::from(slot)], at);
                if distance < best.0 {
                    best = (distance, slot);
                }
            }
            best.1
        })
    }

    #[inline(always)]
    fn relabel(&mut self, b: usize, labels: [u8; LANES]) {
        let old = std::mem::replace(&mut self.labels[b], labels);
        for ((sums, from), to) in self.blocks.sums_of(b).iter().zip(old).zip(labels) {
            if from != to {
                for (n, sum) in sums.iter().enumerate() {
                    self.clusters[usize::from(from)][n] -= sum;
                    self.clusters[usize::from(to)][n] += sum;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::points::Point;
    use crate::tree::Tree;
    use proptest::prelude::*;

    /// What asking every centroid finds, in the order of the points.
    fn brute(points: &[Point], centroids: &[[f64; 3]]) -> Vec<u8> {
        let nearest = |point: &Point| {
            let mut best = (f64::INFINITY, 0);
            for (slot, &at) in (0..).zip(centroids) {
                let distance = squared_distance(at, point.at.map(f64::from));
                if distance < best.0 {
                    best = (distance, slot);
                }
            }
            best.1
        };
        points.iter().map(nearest).collect()
    }

    fn check(partition: &Partition) -> Result<(), TestCaseError> {
        let points = partition.blocks.points();
        let labels: Vec<u8> =
            partition.labels.iter().flatten().copied().take(points.len()).collect();
        prop_assert_eq!(&labels, &brute(points, &partition.centroids));
        let mut clusters = vec![[0; 4]; partition.centroids.len()];
        for (Point { at: [x, y, z], weight }, label) in points.iter().zip(labels) {
            for (sum, factor) in clusters[usize::from(label)].iter_mut().zip([1, *x, *y, *z]) {
                *sum += i64::from(factor) * i64::from(*weight);
            }
        }
        prop_assert_eq!(&clusters, &partition.clusters);
        Ok(())
    }

    /// Moves of some slots: far, near, or away for good.
    fn moves() -> impl Strategy<Value = Vec<(usize, u8, [f64; 3])>> {
        prop::collection::vec((0..60_usize, 0..12_u8, prop::array::uniform3(0.0..4080.0)), 0..12)
    }

    proptest! {
        #[test]
        fn moving_on_finds_what_asking_everyone_finds(
            points in prop::collection::vec((prop::array::uniform3(0..4080), 1_u32..99), 1..400),
            centroids in prop::collection::vec(prop::array::uniform3(0.0..4080.0), 1..60),
            steps in prop::collection::vec(moves(), 0..12),
            slack in 0.0..600.0,
            coarse: bool,
        ) {
            // Few values make many ties.
            let step = if coarse { 1_000 } else { 1 };
            let whole = |at: [f64; 3]| {
                if coarse { at.map(|x| (x as i32 / step * step).into()) } else { at }
            };
            let points = points.into_iter().map(|(at, weight)| Point {
                at: at.map(|x: i32| x / (step / 2).max(1) * (step / 2).max(1)),
                weight,
            });
            let blocks = Blocks::new(Tree::new(points.collect()).into_points());
            let mut to: Vec<[f64; 3]> = centroids.into_iter().map(whole).collect();
            let mut partition = Partition::new(&blocks, to.clone(), slack);
            check(&partition)?;
            for moves in steps {
                let count = to.len();
                for (slot, how, at) in moves {
                    match how {
                        0 => to[slot % count] = whole(at),
                        1 if slot % count != 0 => to[slot % count] = NOWHERE,
                        _ => {
                            let from = to[slot % count];
                            if from != NOWHERE && !coarse {
                                to[slot % count] = [0, 1, 2].map(|i| from[i] + at[i] / 100.0 - 20.0);
                            }
                        }
                    }
                }
                partition.move_to(&to);
                check(&partition)?;
                if to.contains(&NOWHERE) {
                    let slot = partition.free_slot();
                    prop_assert_eq!(partition.centroids[slot], NOWHERE);
                }
            }
        }
    }

    #[test]
    fn no_centroid_takes_no_point() {
        let blocks = Blocks::new(vec![Point { at: [1, 2, 3], weight: 4 }]);
        assert!(Partition::new(&blocks, Vec::new(), 1.0).clusters().is_empty());
        let nothing = Blocks::new(Vec::new());
        assert_eq!(Partition::new(&nothing, vec![[0.0; 3]], 1.0).clusters(), [[0; 4]]);
    }
}
