//! A progress bar, for builds that take long.

use super::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, Write as _};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long work may last before the reader of a terminal is told of it.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on stderr that shows up after a second. Only for terminals.
#[derive(Debug, Default)]
pub struct Bar {
    shown: Mutex<Option<Shown>>,
}

#[derive(Debug)]
struct Shown {
    bar: ProgressBar,
    /// What is being baked now, by component.
    running: Vec<String>,
    stop: Sender<()>,
    timer: JoinHandle<()>,
}

impl Bar {
    fn show(&self, bar: ProgressBar, template: &str) {
        self.end();
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸ "));
        }
        let (stop, stopped) = mpsc::channel();
        let late = bar.clone();
        let timer = thread::spawn(move || {
            if stopped.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                late.set_draw_target(ProgressDrawTarget::stderr());
                late.enable_steady_tick(Duration::from_millis(100));
            }
        });
        *self.lock() = Some(Shown { bar, running: Vec::new(), stop, timer });
    }

    fn count(&self, all: usize, done: &str) {
        let bar = ProgressBar::with_draw_target(Some(all as u64), ProgressDrawTarget::hidden());
        self.show(bar, &format!("{{bar:24}} {{pos}} of {{len}} {done} ({{elapsed}}) {{msg}}"));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Shown>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Shown)) {
        if let Some(shown) = &mut *self.lock() {
            change(shown);
            let mut names = shown.running.clone();
            names.sort_unstable();
            names.dedup();
            shown.bar.set_message(names.join(", "));
        }
    }
}

impl Progress for Bar {
    fn waiting(&self) {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        self.show(bar, "{spinner} waiting for another build of this site ({elapsed})");
    }

    fn begin(&self, jobs: usize) {
        self.count(jobs, "baked");
    }

    fn verifying(&self, results: usize) {
        self.count(results, "compared");
    }

    fn following(&self, links: usize) {
        self.count(links, "links followed");
    }

    fn started(&self, component: &str) {
        self.change(|shown| shown.running.push(component.to_owned()));
    }

    fn aside(&self, print: &mut dyn FnMut()) {
        // Above the bar, which is drawn again below.
        match &*self.lock() {
            Some(shown) => shown.bar.suspend(print),
            None => print(),
        }
    }

    fn log(&self, component: &str, line: &str) {
        self.aside(&mut || {
            // A build goes on whether or not somebody listens.
            let _ = writeln!(io::stderr().lock(), "[{component}] {line}");
        });
    }

    fn finished(&self, component: &str) {
        self.change(|shown| {
            if let Some(index) = shown.running.iter().position(|name| name == component) {
                shown.running.swap_remove(index);
            }
            shown.bar.inc(1);
        });
    }

    fn end(&self) {
        let Some(Shown { bar, stop, timer, .. }) = self.lock().take() else { return };
        drop(stop);
        // The timer never panics, and a bar is not worth failing for.
        let _ = timer.join();
        bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::Bar;
    use crate::progress::Progress;
    use std::time::{Duration, Instant};

    #[test]
    fn ends_at_once_whatever_came_before() {
        let start = Instant::now();
        let bar = Bar::default();
        bar.finished("early");
        bar.waiting();
        bar.begin(2);
        bar.started("KMeansImage");
        bar.started("KMeansImage");
        bar.finished("KMeansImage");
        bar.finished("Other");
        bar.end();
        bar.end();
        assert!(start.elapsed() < Duration::from_millis(900), "the timer was told to stop");
    }
}
