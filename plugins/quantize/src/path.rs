//! Good clusterings for every k at once, each from its neighbours.
//!
//! A sweep up gives every k a start by cutting one cluster of k-1. A sweep down joins two of k+1 where
//! that ends lower; a sweep up cuts again; more of both let what was learnt at the top and at the
//! bottom meet. Cuts alone get trapped while clusters are few, so that these also start from
//! k-means++.

use crate::blocks::Blocks;
use crate::lloyd::{Clustering, Pace};
use crate::moves::{Cuts, join};
use crate::plain::Plain;
use crate::progress::Progress;
use crate::seed::Seeds;

/// How much to try.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search {
    /// Before two clusterings of the same k are compared.
    pub(crate) pace: Pace,
    /// So many clusters more than the most that are asked for, which these learn from.
    pub(crate) beyond: usize,
    /// Up to this k, cuts are not trusted alone, and so many k-means++ are tried.
    pub(crate) seeded: usize,
    pub(crate) seeds: u64,
    /// Pairs of sweeps, down and up, after the first one up.
    pub(crate) rounds: usize,
    /// Up to this k much is tried, and beyond it less.
    pub(crate) thorough: usize,
    /// Cuts and joins tried in each sweep, up to there and beyond.
    pub(crate) ranks: [usize; 2],
    /// Swaps (a join, then a cut) tried for each k in each round.
    pub(crate) swaps: [usize; 2],
}

impl Search {
    fn largest(&self, asked: usize) -> usize {
        (asked + self.beyond).min(256)
    }

    fn ranks(&self, k: usize) -> usize {
        self.ranks[usize::from(k > self.thorough)]
    }

    fn swaps(&self, k: usize) -> usize {
        self.swaps[usize::from(k > self.thorough)]
    }

    /// So much more as fewer points make it cheaper.
    fn for_points(&self, points: usize) -> Self {
        let rounds = match points {
            0..=512 => 6,
            513..=1_024 => 4,
            1_025..=1_536 => 2,
            _ => return *self,
        };
        let more = |tries: [usize; 2]| tries.map(|tries| tries + 2);
        let (ranks, swaps) = (more(self.ranks), more(self.swaps));
        Self { rounds: self.rounds * rounds, ranks, swaps, ..*self }
    }
}

/// A clustering that has settled.
#[derive(Debug, Clone)]
pub(crate) struct Settled<'b> {
    pub(crate) partition: Plain<'b>,
    cuts: Cuts,
    pub(crate) inertia: f64,
}

/// What `path` will add to its progress.
pub(crate) fn work(largest: usize, search: &Search) -> u64 {
    ((1 + 2 * search.rounds) * search.largest(largest)) as u64
}

/// Clusterings of 1, 2, … `largest` clusters and some beyond; fewer where the points are fewer.
pub(crate) fn path<'b>(
    blocks: &'b Blocks,
    few: &Blocks,
    largest: usize,
    search: &Search,
    progress: &Progress,
) -> Vec<Settled<'b>> {
    let search = &search.for_points(blocks.points().len());
    let largest = search.largest(largest);
    let mut path = climb(blocks, few, largest, search, progress);
    let last = path.len().saturating_sub(1);
    let mut news = News::new(path.len());
    for _ in 0..search.rounds {
        for i in (0..last).rev() {
            let (lower, upper) = path.split_at_mut(i + 1);
            if news.ask(Way::Join, i, i + 1) {
                for rank in 0..search.ranks(i + 1) {
                    let join = |start: &mut Settled| join(&mut start.partition, rank);
                    news.tell(i, lower[i].learn(search, &upper[0], join));
                }
            }
            if news.ask(Way::Swap, i, i) {
                for rank in 0..search.swaps(i + 1) {
                    let from = lower[i].ready().clone();
                    let swap = |start: &mut Settled| {
                        join(&mut start.partition, rank) && start.cuts.cut(&mut start.partition, 0)
                    };
                    news.tell(i, lower[i].learn(search, &from, swap));
                }
            }
            progress.add(1);
        }
        for i in 1..=last {
            let (lower, upper) = path.split_at_mut(i);
            if news.ask(Way::Cut, i, i - 1) {
                for rank in 0..search.ranks(i + 1) {
                    let cut = |start: &mut Settled| start.cuts.cut(&mut start.partition, rank);
                    news.tell(i, upper[0].learn(search, lower[i - 1].ready(), cut));
                }
            }
            progress.add(1);
        }
    }
    path
}

/// When each clustering became what it is, and was last learnt from: from one that is as it was
/// there is nothing new to learn.
struct News {
    now: usize,
    changed: Vec<usize>,
    asked: Vec<[usize; 3]>,
}

#[derive(Clone, Copy)]
enum Way {
    Join,
    Swap,
    Cut,
}

impl News {
    fn new(count: usize) -> Self {
        Self { now: 1, changed: vec![1; count], asked: vec![[0; 3]; count] }
    }

    /// Whether number `from` has changed since number `i` asked for the last time.
    fn ask(&mut self, way: Way, i: usize, from: usize) -> bool {
        let asked = &mut self.asked[i][way as usize];
        let news = self.changed[from] > *asked;
        *asked = self.now;
        news
    }

    fn tell(&mut self, i: usize, learnt: bool) {
        if learnt {
            self.now += 1;
            self.changed[i] = self.now;
        }
    }
}

/// The way up, by cuts.
fn climb<'b>(
    blocks: &'b Blocks,
    few: &Blocks,
    largest: usize,
    search: &Search,
    progress: &Progress,
) -> Vec<Settled<'b>> {
    let seeds = Seeds::new(few.points());
    let mut one = Plain::new(blocks, vec![[0.0; 3]]);
    one.step(1.0, 0.0);
    let scatter = one.scatter();
    let mut path = vec![Settled { inertia: scatter, partition: one, cuts: Cuts::default() }];
    while path.len() < largest.min(blocks.points().len()) {
        let k = path.len() + 1;
        let mut next = path[k - 2].ready().clone();
        if !next.cuts.cut(&mut next.partition, 0) {
            break;
        }
        next.inertia = next.partition.settle(search.pace, f64::INFINITY);
        next.mend(k);
        if k <= search.seeded {
            let mut best: Option<(f64, Vec<[f64; 3]>)> = None;
            for seed in 0..search.seeds {
                let start = seeds.plus_plus(k, seed);
                let mut seeded = Plain::new(few, start);
                let rival = best.as_ref().map_or(f64::INFINITY, |best| best.0);
                let inertia = seeded.settle(search.pace, rival);
                if inertia < rival {
                    best = Some((inertia, seeded.means()));
                }
            }
            if let Some((_, start)) = best.filter(|(_, start)| start.len() == k) {
                let mut other = Plain::new(blocks, start);
                let inertia = other.settle(search.pace, next.inertia);
                if inertia < next.inertia && other.count() == k {
                    next = Settled { inertia, partition: other, cuts: Cuts::default() };
                }
            }
        }
        path.push(next);
        progress.add(1);
    }
    path
}

impl<'b> Settled<'b> {
    /// Itself, with its cuts known, so that its copies need not look for them.
    fn ready(&mut self) -> &Self {
        self.cuts.renew(&self.partition);
        self
    }

    /// Becomes what comes of `from` by `start`, where that ends lower. Whether it did.
    fn learn(
        &mut self,
        search: &Search,
        from: &Settled<'b>,
        start: impl FnOnce(&mut Settled<'b>) -> bool,
    ) -> bool {
        let mut other = from.clone();
        if !start(&mut other) {
            return false;
        }
        other.inertia = other.partition.settle(search.pace, self.inertia);
        let better = other.inertia < self.inertia * (1.0 - 1e-9)
            && other.partition.count() == self.partition.count();
        if better {
            *self = other;
        }
        better
    }

    /// Cuts again where a cluster has lost all its points on the way.
    fn mend(&mut self, k: usize) {
        while self.partition.count() < k {
            let empty: Vec<usize> = (0..self.partition.clusters().len())
                .filter(|&slot| self.partition.clusters()[slot][0] == 0)
                .collect();
            empty.into_iter().for_each(|slot| self.partition.remove(slot));
            if !self.cuts.cut(&mut self.partition, 0) {
                break;
            }
            self.inertia = self.partition.scatter();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Effort;
    use crate::points::Point;
    use crate::tree::Tree;

    fn found(points: Vec<Point>, largest: usize, rounds: usize) -> Vec<f64> {
        let blocks = Blocks::new(Tree::new(points).into_points());
        let search = Search { rounds, beyond: 0, ..Effort::Best.plan().search };
        let progress = Progress::new(&|_| {}, work(largest, &search));
        let path = path(&blocks, &blocks, largest, &search, &progress);
        for (k, settled) in (1..).zip(&path) {
            assert_eq!(settled.partition.count(), k);
        }
        path.iter().map(|settled| settled.inertia).collect()
    }

    #[test]
    fn more_rounds_never_lose() {
        let at = |i: i32| [i * i % 401, i * 37 % 256, i * i * i % 199];
        let points: Vec<Point> =
            (0..500).map(|i| Point { at: at(i), weight: 1 + i as u32 % 7 }).collect();
        let [once, again] = [0, 2].map(|rounds| found(points.clone(), 30, rounds));
        assert_eq!(again.len(), 30);
        assert!(once.iter().zip(&again).all(|(once, again)| again <= once));
        assert!(again.iter().sum::<f64>() < once.iter().sum::<f64>());
    }

    #[test]
    fn ends_where_the_points_end() {
        let points = (0..5).map(|x| Point { at: [x, 0, 0], weight: 1 }).collect();
        assert_eq!(found(points, 9, 1).len(), 5);
    }
}
