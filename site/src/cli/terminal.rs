//! What the author sees.

use super::session::program;
use crate::diagnostic::{self, Diagnostic, Summary};
use std::env;
use std::io::{self, IsTerminal as _, Write as _};
use terminal_size::{Width, terminal_size_of};

/// The standard streams, and what they can show.
pub(super) struct Terminal {
    out_colour: bool,
    err_colour: bool,
    err_watched: bool,
    width: usize,
}

impl Terminal {
    pub(super) fn new() -> Self {
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        // https://no-color.org: any value that is not empty.
        let plain = dumb || env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let err_watched = io::stderr().is_terminal();
        let width = terminal_size_of(io::stderr()).map_or(100, |(Width(width), _)| width.into());
        Self {
            out_colour: io::stdout().is_terminal() && !plain,
            err_colour: err_watched && !plain,
            err_watched: err_watched && !dumb,
            width,
        }
    }

    /// Somebody may watch stderr while we work.
    pub(super) fn is_watched(&self) -> bool {
        self.err_watched
    }

    /// Stdout shows colours and bold type.
    pub(super) fn shows_bold(&self) -> bool {
        self.out_colour
    }

    /// How many columns there are for prose.
    pub(super) fn prose_width(&self) -> usize {
        self.width.min(100)
    }

    /// Writes to stdout.
    pub(super) fn say(&self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    }

    /// Writes diagnostics to stderr, and below them how many they are and where to learn more.
    pub(super) fn show(&self, diagnostics: &[Diagnostic]) {
        if let Some(worst) = diagnostic::worst(diagnostics) {
            let mut text = diagnostic::render(diagnostics, self.err_colour, self.width);
            let summary = Summary::of(diagnostics);
            let explain = format!("{} explain {}", program(), worst.code);
            text.push_str(&format!("\n{summary}; `{explain}` says more\n"));
            // Nowhere is left to complain to where this fails; the exit code still tells.
            let _ = io::stderr().lock().write_all(text.as_bytes());
        }
    }

    /// Writes one error without a place to stderr.
    pub(super) fn complain(&self, message: &str) {
        let head = if self.err_colour { "\x1b[1;31merror\x1b[0m" } else { "error" };
        // As above.
        let _ = writeln!(io::stderr().lock(), "{head}: {message}");
    }
}
