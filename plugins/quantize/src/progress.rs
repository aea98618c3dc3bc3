//! How far a run has come, told to whoever waits for it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts work from any thread and reports the share done, which rises.
pub(crate) struct Progress<'r> {
    report: &'r (dyn Fn(f64) + Sync),
    done: AtomicU64,
    all: u64,
    /// The work that was reported last.
    told: Mutex<u64>,
}

impl<'r> Progress<'r> {
    /// `all` is the work that will be done, in whatever units `add` counts.
    pub(crate) fn new(report: &'r (dyn Fn(f64) + Sync), all: u64) -> Self {
        Self { report, done: AtomicU64::new(0), all, told: Mutex::new(0) }
    }

    pub(crate) fn add(&self, work: u64) {
        let done = self.done.fetch_add(work, Relaxed) + work;
        // All of it is told by `end` alone.
        self.tell(done.min(self.all.saturating_sub(1)));
    }

    /// Reports that nothing is left to do.
    pub(crate) fn end(&self) {
        self.tell(self.all.max(1));
    }

    fn tell(&self, done: u64) {
        // Who comes while another thread reports goes on working: the next report tells of both. To
        // wait here could last for ever, should `report` itself hand work to this pool.
        if let Ok(mut told) = self.told.try_lock()
            && done > *told
        {
            *told = done;
            (self.report)(done as f64 / self.all.max(1) as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;

    #[test]
    fn shares_rise_to_one_from_any_thread() {
        let shares = Mutex::new(Vec::new());
        let report = |share| shares.lock().unwrap().push(share);
        let progress = Progress::new(&report, 500);
        (0..600).into_par_iter().for_each(|_| progress.add(1));
        progress.end();
        let shares = shares.into_inner().unwrap();
        assert!(shares.len() > 1 && shares.is_sorted_by(|a, b| a < b), "{shares:?}");
        assert_eq!(shares.iter().filter(|&&share| share >= 1.0).count(), 1);
        assert_eq!(shares.last(), Some(&1.0));
    }

    #[test]
    fn no_work_is_done_at_once() {
        let shares = Mutex::new(Vec::new());
        let report = |share| shares.lock().unwrap().push(share);
        Progress::new(&report, 0).end();
        assert_eq!(*shares.lock().unwrap(), [1.0]);
    }
}
