//! The command line.

mod args;
mod build;
mod check;
mod clean;
mod explain;
mod interrupt;
mod serve;
mod session;
mod terminal;

use crate::disk::{Disk, RealDisk};
use crate::progress::{Bar, Lines, Progress};
use crate::site::Site;
use args::{Cli, Command};
use clap::Parser as _;
use session::Session;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use terminal::Terminal;

/// Runs the command line with the components that come with Prebake.
#[must_use]
pub fn run() -> ExitCode {
    run_with(Site::new)
}

/// Runs the command line; `make` says which site a folder holds, and with it which components there
/// are.
pub fn run_with(make: impl Fn(Arc<dyn Disk>, PathBuf) -> Site) -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => {
            // Help that nobody reads any more is no failure.
            let _ = answer.print();
            return if answer.use_stderr() { Outcome::Usage } else { Outcome::Done }.into();
        }
    };
    let terminal = Terminal::new();
    let progress: Arc<dyn Progress> =
        if terminal.is_watched() { Arc::new(Bar::default()) } else { Arc::new(Lines) };
    interrupt::exit_between_writes(Arc::clone(&progress));
    let outcome = std::env::current_dir().and_then(|current| {
        let session = Session {
            disk: Arc::new(RealDisk),
            current,
            make: &make,
            terminal: &terminal,
            progress: &*progress,
        };
        match cli.command {
            Command::Build(args) => session.build(args),
            Command::Serve(args) => session.serve(args),
            Command::Check(args) => session.check(args),
            Command::Explain(args) => session.explain(args),
            Command::Clean(args) => session.clean(args),
        }
    });
    match outcome {
        Ok(outcome) => outcome,
        // Whoever read the output has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Outcome::Done,
        Err(error) => {
            terminal.complain(&error.to_string());
            Outcome::Failed
        }
    }
    .into()
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// All is well: 0.
    Done,
    /// The site has an error: 1.
    Failed,
    /// The command line asks for what cannot be: 2.
    Usage,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Failed => Self::FAILURE,
            Outcome::Usage => Self::from(2),
        }
    }
}

type Answer = io::Result<Outcome>;
