//! `prebake serve`.

use super::args::{CommandArgs, SiteArgs};
use super::session::Session;
use super::{Answer, Outcome};
use crate::serve::{self, Event};
use crate::site::{self, Build};
use clap::Args;
use std::cell::{Cell, RefCell};
use std::time::Instant;

/// Shows the site in a browser.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  prebake serve --open
  prebake serve --watch --port 8000 --drafts

The server answers this machine only, at http://127.0.0.1:PORT/, until it is interrupted.
Mistakes are shown over the page; a place in them opens in the editor that PREBAKE_EDITOR,
VISUAL or EDITOR names, if it has a window, or else in one that is found.")]
pub(super) struct Serve {
    #[command(flatten)]
    pub(super) site: SiteArgs,

    #[command(flatten)]
    pub(super) commands: CommandArgs,

    /// Build again when a file is saved, and bring open pages up to date
    #[arg(long)]
    pub(super) watch: bool,

    /// Which port to listen on [default: a free one]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) port: Option<u16>,

    /// Open the browser
    #[arg(long)]
    pub(super) open: bool,
}

impl Session<'_> {
    pub(super) fn serve(&self, args: Serve) -> Answer {
        let Serve { site: SiteArgs { root, drafts }, commands, watch, port, open } = args;
        if let Err(outcome) = self.check_root(&root) {
            return Ok(outcome);
        }
        let site = self.site(&root);
        let commands = self.permission(&commands);
        let build = site::Options { drafts, commands, ..site::Options::default() };
        let options = serve::Options { watch, port, build };
        let failed = Cell::new(false);
        let (said, begun) = (RefCell::new(Vec::new()), Cell::new(Instant::now()));
        let say = |build: &Build, done: &str| {
            failed.set(build.output.is_none());
            self.progress.aside(&mut || {
                // When figures come, what else there is to say has been said.
                if *said.borrow() != build.diagnostics {
                    self.show(&root, &build.diagnostics);
                }
                if build.output.is_some() {
                    self.remark(done);
                }
            });
            said.replace(build.diagnostics.clone());
        };
        let tell = |event: Event<'_>| match event {
            Event::Built(build) => {
                begun.set(Instant::now());
                said.take();
                let seconds = build.report.seconds;
                say(
                    build,
                    &match build.pending {
                        0 => format!("built in {seconds:.2} s\n"),
                        1 => format!("built in {seconds:.2} s; a figure is being baked\n"),
                        pending => {
                            format!("built in {seconds:.2} s; {pending} figures are being baked\n")
                        }
                    },
                );
            }
            Event::Baked(build) => {
                say(build, &format!("baked in {:.2} s\n", begun.get().elapsed().as_secs_f64()));
            }
            Event::Listening(url) => {
                let watching = if watch { ", watching for changes" } else { "" };
                self.remark(&format!("serving at {url}{watching}; Ctrl-C ends it\n"));
                if open && let Err(error) = open::that_detached(url) {
                    self.terminal.complain(&format!("no browser could be opened: {error}"));
                }
            }
        };
        match serve::serve(&site, &options, self.progress, &tell) {
            Ok(()) if failed.get() => Ok(Outcome::Failed),
            Ok(()) => Ok(Outcome::Done),
            Err(diagnostic) => {
                self.terminal.show(&[diagnostic]);
                Ok(Outcome::Failed)
            }
        }
    }

    /// Says something that the server goes on without.
    fn remark(&self, text: &str) {
        // A server whose log nobody reads still serves.
        let _ = self.terminal.say(text);
    }
}
