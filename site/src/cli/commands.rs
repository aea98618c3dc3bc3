//! The commands.

use super::args::{Build, Clean, Serve, SiteArgs};
use super::interrupt::whole;
use super::terminal::Terminal;
use super::{Answer, Outcome};
use crate::diagnostic::Diagnostic;
use crate::disk::{Disk, Kind};
use crate::emit::{Destination, Turn};
use crate::output::Output;
use crate::progress::Progress;
use crate::report::counted;
use crate::serve::{self, Event};
use crate::site::{self, Site};
use prebake_plugin::Severity;
use std::cell::Cell;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the commands work with.
pub(super) struct Session<'a> {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) current: PathBuf,
    pub(super) make: &'a dyn Fn(Arc<dyn Disk>, PathBuf) -> Site,
    pub(super) terminal: &'a Terminal,
    pub(super) progress: &'a dyn Progress,
}

impl Session<'_> {
    pub(super) fn build(&self, args: Build) -> Answer {
        let Build { site: SiteArgs { root, drafts }, out, base_url, jobs } = args;
        let out = out.unwrap_or_else(|| under(&root, "dist"));
        let destination = match self.destination(&root, &out) {
            Ok(destination) => destination,
            Err(outcome) => return Ok(outcome),
        };
        let turn = || Turn::wait(&*self.disk, &destination);
        // Waited for outside, so that waiting can be interrupted.
        let recovering = turn();
        let recovered = whole(|| recovering.recover());
        drop(recovering);
        if let Err(diagnostic) = recovered {
            self.terminal.show(&[diagnostic]);
            return Ok(Outcome::Failed);
        }
        let site = (self.make)(Arc::clone(&self.disk), self.current.join(&root));
        let options = site::Options {
            drafts,
            base_url,
            jobs: jobs.map(usize::from),
            ..site::Options::default()
        };
        let built = site.build(&options, self.progress);
        self.terminal.show(&built.diagnostics);
        let Some(output) = built.output else {
            self.terminal.complain(&nothing_built(&built.diagnostics));
            return Ok(Outcome::Failed);
        };
        let emitting = turn();
        if let Err(diagnostic) = whole(|| emitting.emit(&output)) {
            self.terminal.show(&[diagnostic]);
            return Ok(Outcome::Failed);
        }
        self.terminal.say(&built.report.table(self.terminal.shows_bold()))?;
        let page = out.join(first_page(&output));
        let see = serve_command(&root, drafts);
        self.terminal.say(&format!("built {}; see it live with `{see}`\n", page.display()))?;
        Ok(Outcome::Done)
    }

    pub(super) fn serve(&self, args: Serve) -> Answer {
        let Serve { site: SiteArgs { root, drafts }, watch, port, open } = args;
        if let Err(outcome) = self.check_root(&root) {
            return Ok(outcome);
        }
        let site = (self.make)(Arc::clone(&self.disk), self.current.join(&root));
        let build = site::Options { drafts, ..site::Options::default() };
        let options = serve::Options { watch, port, build };
        let failed = Cell::new(false);
        let tell = |event: Event<'_>| match event {
            Event::Built(build) => {
                failed.set(build.output.is_none());
                self.terminal.show(&build.diagnostics);
                if build.output.is_some() {
                    self.remark(&format!("built in {:.2} s\n", build.report.seconds));
                }
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

    pub(super) fn clean(&self, args: Clean) -> Answer {
        let Clean { root, out, cache } = args;
        let out = out.unwrap_or_else(|| under(&root, "dist"));
        // Both are looked at before either is touched.
        let mut destinations = vec![match self.destination(&root, &out) {
            Ok(destination) => destination,
            Err(outcome) => return Ok(outcome),
        }];
        if cache {
            match Destination::cache(&*self.disk, &root, &self.current) {
                Ok(destination) => destinations.push(destination),
                Err(refusal) => return Ok(self.refuse(&refusal.to_string())),
            }
        }
        for destination in &destinations {
            let named = destination.named().display();
            let cleaning = Turn::wait(&*self.disk, destination);
            match whole(|| cleaning.clean()) {
                Ok(true) => self.terminal.say(&format!("removed {named}\n"))?,
                Ok(false) => self.terminal.say(&format!("{named} is not there\n"))?,
                Err(diagnostic) => {
                    self.terminal.show(&[diagnostic]);
                    return Ok(Outcome::Failed);
                }
            }
        }
        Ok(Outcome::Done)
    }

    fn destination(&self, root: &Path, out: &Path) -> Result<Destination, Outcome> {
        self.check_root(root)?;
        Destination::new(&*self.disk, out, root, &self.current)
            .map_err(|refusal| self.refuse(&format!("{refusal}; nothing was touched")))
    }

    fn check_root(&self, root: &Path) -> Result<(), Outcome> {
        let shown = root.display();
        match self.disk.kind(&self.current.join(root)) {
            Ok(Kind::Folder) => Ok(()),
            Ok(Kind::File(_)) => Err(self.refuse(&format!("`{shown}` is no folder"))),
            Err(error) => Err(self.refuse(&format!("no site in `{shown}`: {error}"))),
        }
    }

    fn refuse(&self, message: &str) -> Outcome {
        self.terminal.complain(message);
        Outcome::Usage
    }
}

/// How many mistakes stand above, and that they changed nothing.
fn nothing_built(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
    format!("nothing was written, because of {}", counted(errors, "error"))
}

/// `name` in `root`, without a needless `./`.
fn under(root: &Path, name: &str) -> PathBuf {
    if root == Path::new(".") { PathBuf::from(name) } else { root.join(name) }
}

/// The page to look at first: the only article, or else the list of all.
fn first_page(output: &Output) -> &str {
    let mut pages =
        output.iter().map(|(path, _)| path).filter(|path| path.ends_with("/index.html"));
    match (pages.next(), pages.next()) {
        (Some(page), None) => page,
        _ => "index.html",
    }
}

/// How the author would start the server, from a checkout or with the installed program.
fn serve_command(root: &Path, drafts: bool) -> String {
    // Cargo says this to what it runs.
    let program = if env::var_os("CARGO").is_some() { "cargo run --" } else { "prebake" };
    let mut command = format!("{program} serve --open");
    if root != Path::new(".") {
        let shown = root.display().to_string();
        let quote = if shown.contains(char::is_whitespace) { "\"" } else { "" };
        command += &format!(" --root {quote}{shown}{quote}");
    }
    if drafts {
        command += " --drafts";
    }
    command
}
