//! Progress where stderr is no terminal.

use super::Progress;
use std::io::{self, Write as _};

/// Says on stderr why nothing happens, and what programs say, and no more.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lines;

impl Progress for Lines {
    fn waiting(&self) {
        // A build goes on whether or not somebody listens.
        let _ = writeln!(io::stderr().lock(), "waiting for another build of this site");
    }

    fn log(&self, component: &str, line: &str) {
        // As above.
        let _ = writeln!(io::stderr().lock(), "[{component}] {line}");
    }
}
