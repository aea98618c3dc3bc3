//! What is going on while a build takes its time.

mod lines;
mod terminal;

pub use lines::Lines;
pub use terminal::Bar;

use prebake_plugin::Digest;

/// Told what a build does; the calls may come from any thread.
pub trait Progress: Send + Sync {
    /// Another process bakes for this site; this one waits for it.
    fn waiting(&self) {}

    /// So many jobs are about to be baked.
    fn begin(&self, _jobs: usize) {}

    /// So many cached results are about to be computed again, and compared.
    fn verifying(&self, _results: usize) {}

    /// So many links are about to be followed.
    fn following(&self, _links: usize) {}

    /// So much of the job whose action has this key is done, from 0 to 1.
    fn advanced(&self, _action: Digest, _share: f64) {}

    /// Something is to be printed, beside whatever is drawn.
    fn aside(&self, print: &mut dyn FnMut()) {
        print();
    }

    /// A job of this component says something of its own: one line, without a line end.
    fn log(&self, _component: &str, _line: &str) {}

    /// A job of this component, or a request to this host, has started.
    fn started(&self, _what: &str) {}

    /// It is done, well or badly.
    fn finished(&self, _what: &str) {}

    /// All jobs or links are done.
    fn end(&self) {}
}

/// Keeps quiet.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {}
