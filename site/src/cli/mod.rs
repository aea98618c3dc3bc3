//! The command line.

mod args;
mod build;
mod cache;
mod check;
mod clean;
mod consent;
mod explain;
mod export_widget;
mod interrupt;
mod new;
mod python_module;
mod serve;
mod session;
mod terminal;
mod verify;

use crate::disk::{Disk, RealDisk};
use crate::process::{Processes, RealProcesses};
use crate::progress::{Bar, Lines, Progress};
use crate::site::Site;
use args::{Cli, Command};
use clap::Parser as _;
use prebake_plugin::AnyComponent;
use session::Session;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use terminal::Terminal;

/// The command line with the components that it knows: Prebake's own and those that are added.
/// [`Site::cli`] makes one.
#[derive(Default)]
pub struct CommandLine {
    components: Vec<Arc<dyn AnyComponent>>,
}

impl CommandLine {
    /// Adds a component. One that has the name of another takes its place.
    #[must_use]
    pub fn component(mut self, component: impl AnyComponent + 'static) -> Self {
        self.components.push(Arc::new(component));
        self
    }

    /// Does what the arguments of this process ask for. All that is printed is printed here.
    #[must_use]
    pub fn run(self) -> ExitCode {
        run(&|disk, root| self.components.iter().cloned().fold(Site::new(disk, root), Site::shared))
    }
}

/// Runs the command line; `make` says which site a folder holds.
fn run(make: &dyn Fn(Arc<dyn Disk>, PathBuf) -> Site) -> ExitCode {
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
    let processes: Arc<dyn Processes> = Arc::new(RealProcesses::default());
    interrupt::exit_between_writes(Arc::clone(&progress), Arc::clone(&processes));
    let outcome = std::env::current_dir().and_then(|current| {
        let session = Session {
            disk: Arc::new(RealDisk),
            current,
            make,
            terminal: &terminal,
            progress: &*progress,
            processes,
        };
        match cli.command {
            Command::New(args) => session.new_scaffold(args),
            Command::Build(args) => session.build(args),
            Command::Serve(args) => session.serve(args),
            Command::Check(args) => session.check(args),
            Command::Explain(args) => session.explain(args),
            Command::Verify(args) => session.verify(args),
            Command::Cache(args) => session.cache(args),
            Command::Clean(args) => session.clean(args),
            Command::ExportWidget(args) => session.export_widget(args),
            Command::PythonModule(args) => session.python_module(args),
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
