//! How much a build had to do.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How much a build had to do; all else was known from before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Articles that were parsed.
    pub parsed: usize,
    /// Jobs that were baked.
    pub baked: usize,
    /// Articles whose bodies were rendered.
    pub rendered: usize,
    /// Pages and feeds that were made with a template.
    pub pages: usize,
}

/// Counts while a build works.
#[derive(Debug, Default)]
pub struct Tally {
    parsed: AtomicUsize,
    baked: AtomicUsize,
    rendered: AtomicUsize,
    pages: AtomicUsize,
}

impl Tally {
    /// An article is parsed.
    pub fn parsed(&self) {
        self.parsed.fetch_add(1, Ordering::Relaxed);
    }

    /// So many jobs are baked.
    pub fn baked(&self, jobs: usize) {
        self.baked.fetch_add(jobs, Ordering::Relaxed);
    }

    /// A body is rendered.
    pub fn rendered(&self) {
        self.rendered.fetch_add(1, Ordering::Relaxed);
    }

    /// A page is made.
    pub fn page(&self) {
        self.pages.fetch_add(1, Ordering::Relaxed);
    }

    /// All of it.
    #[must_use]
    pub fn work(&self) -> Work {
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        Work {
            parsed: count(&self.parsed),
            baked: count(&self.baked),
            rendered: count(&self.rendered),
            pages: count(&self.pages),
        }
    }
}
