//! Process CPU time, so that threads are paid for and a busy machine costs little.

use cpu_time::ProcessTime;
use std::hint::black_box;

/// The seconds of CPU that `work` takes, all threads together.
pub(crate) fn seconds<T>(work: impl FnOnce() -> T) -> f64 {
    let start = ProcessTime::now();
    black_box(work());
    start.elapsed().as_secs_f64()
}

/// Seconds of some rivals that took turns.
pub(crate) struct Race<const N: usize>(Vec<[f64; N]>);

impl<const N: usize> Race<N> {
    /// `rounds` rounds in which every rival runs once, after one round that is thrown away.
    pub(crate) fn run(rounds: usize, mut rivals: [&mut dyn FnMut() -> f64; N]) -> Self {
        let mut round = || rivals.each_mut().map(|rival| rival());
        round();
        Self((0..rounds).map(|_| round()).collect())
    }

    /// The median over the rounds of one rival's seconds.
    pub(crate) fn seconds(&self, rival: usize) -> f64 {
        median(self.0.iter().map(|round| round[rival]).collect())
    }

    /// The median over the rounds of one rival's seconds by another's in the same round.
    pub(crate) fn ratio(&self, rival: usize, by: usize) -> f64 {
        median(self.0.iter().map(|round| round[rival] / round[by]).collect())
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::Race;

    #[test]
    fn medians_are_over_pairs_of_one_round() {
        let (mut slow, mut n) = (0.0, 0.0);
        let mut a = || {
            slow += 1.0;
            2.0 * slow
        };
        let mut b = || {
            n += 1.0;
            n
        };
        let race = Race::run(3, [&mut a, &mut b]);
        // The first round does not count.
        assert_eq!((race.seconds(0), race.seconds(1), race.ratio(0, 1)), (6.0, 3.0, 2.0));
    }
}
