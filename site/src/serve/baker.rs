//! Bakes while the site is served, so that nobody who saves waits for a figure.

use super::publish::Publisher;
use crate::bake::in_pool;
use crate::diagnostic::Diagnostic;
use crate::memory::Memory;
use crate::progress::Progress;
use crate::site::{Options, Site};
use prebake_plugin::Digest;
use std::mem::take;
use std::num::NonZero;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;

/// Bakes on a thread of its own, one order after the other.
pub(super) struct Baker {
    orders: Mutex<Orders>,
    changed: Condvar,
}

/// What is asked of the baker.
#[derive(Default)]
struct Orders {
    /// The number of the newest one: all that the site needs now.
    newest: u64,
    closed: bool,
    /// What went wrong besides the figures themselves.
    found: Vec<Diagnostic>,
}

impl Baker {
    pub(super) fn new() -> Self {
        Self { orders: Mutex::default(), changed: Condvar::new() }
    }

    /// Asks for every figure that the site needs now. What was asked for before is not begun any more,
    /// unless it is needed still.
    pub(super) fn order(&self) {
        self.orders().newest += 1;
        self.changed.notify_all();
    }

    /// Ends the baker when it has done what it has begun.
    pub(super) fn close(&self) {
        self.orders().closed = true;
        self.changed.notify_all();
    }

    /// What went wrong since the last time, besides the figures themselves.
    pub(super) fn found(&self) -> Vec<Diagnostic> {
        take(&mut self.orders().found)
    }

    /// Bakes what is asked for until the baker is closed; the board is told of every figure.
    pub(super) fn work(&self, site: &Site, memory: &Memory, options: &Options, board: &Board<'_>) {
        let mut done = 0;
        while let Some(order) = self.next(done) {
            let is_newest = || {
                let orders = self.orders();
                orders.newest == order && !orders.closed
            };
            let bake = || site.bake(memory, options, board, &is_newest);
            // Its own threads: builds that go on meanwhile would wait for a figure on those of others.
            let threads = options.jobs.or_else(|| available_parallelism().ok().map(NonZero::get));
            let found = in_pool(threads, bake);
            self.orders().found.extend(found);
            board.publisher.rest();
            (board.done)();
            done = order;
        }
    }

    /// Waits for an order newer than this one.
    fn next(&self, done: u64) -> Option<u64> {
        let waiting = |orders: &mut Orders| orders.newest == done && !orders.closed;
        let orders = self.changed.wait_while(self.orders(), waiting);
        let orders = orders.unwrap_or_else(PoisonError::into_inner);
        (!orders.closed).then_some(orders.newest)
    }

    fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the baker's progress goes: to the terminal, and to the pages by way of their publisher.
pub(super) struct Board<'a> {
    pub(super) terminal: &'a dyn Progress,
    pub(super) publisher: Publisher,
    /// Called when a figure is there, and when all are.
    pub(super) done: &'a (dyn Fn() + Send + Sync),
}

impl Progress for Board<'_> {
    fn waiting(&self) {
        self.terminal.waiting();
    }

    fn begin(&self, jobs: usize) {
        self.terminal.begin(jobs);
    }

    fn advanced(&self, action: Digest, share: f64) {
        self.publisher.advance(action, share);
    }

    fn log(&self, component: &str, line: &str) {
        self.terminal.log(component, line);
    }

    fn started(&self, component: &str) {
        self.terminal.started(component);
    }

    fn finished(&self, component: &str) {
        self.terminal.finished(component);
        (self.done)();
    }

    fn end(&self) {
        self.terminal.end();
    }
}
