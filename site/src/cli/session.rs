//! What the commands have in common.

use super::Outcome;
use super::args::{CommandArgs, Format};
use super::consent::Consent;
use super::terminal::Terminal;
use crate::diagnostic::{Diagnostic, to_json};
use crate::disk::{Disk, Kind};
use crate::emit::Destination;
use crate::process::Processes;
use crate::program::Permission;
use crate::progress::Progress;
use crate::site::Site;
use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the commands work with.
pub(super) struct Session<'a> {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) current: PathBuf,
    pub(super) make: &'a dyn Fn(Arc<dyn Disk>, PathBuf) -> Site,
    pub(super) terminal: &'a Terminal,
    pub(super) progress: &'a dyn Progress,
    pub(super) processes: Arc<dyn Processes>,
}

impl Session<'_> {
    /// The folder that a command may replace or remove.
    pub(super) fn destination(&self, root: &Path, out: &Path) -> Result<Destination, Outcome> {
        self.check_root(root)?;
        Destination::new(&*self.disk, out, root, &self.current)
            .map_err(|refusal| self.refuse(&format!("{refusal}; nothing was touched")))
    }

    /// The site in this folder.
    pub(super) fn site(&self, root: &Path) -> Site {
        let site = (self.make)(Arc::clone(&self.disk), self.current.join(root));
        site.processes(Arc::clone(&self.processes))
    }

    /// Whether its programs may run: all of them where the author says so on the command line, and
    /// otherwise those that have been allowed, which a terminal can be asked.
    pub(super) fn permission(&self, commands: &CommandArgs) -> Permission {
        if commands.allow_commands {
            Permission::Granted
        } else {
            let consent = Consent::new(Arc::clone(&self.disk));
            Permission::Asked(Arc::new(move |root, commands| consent.covers(root, commands)))
        }
    }

    pub(super) fn check_root(&self, root: &Path) -> Result<(), Outcome> {
        let shown = root.display();
        match self.disk.kind(&self.current.join(root)) {
            Ok(Kind::Folder) => Ok(()),
            Ok(Kind::File(_)) => Err(self.refuse(&format!("`{shown}` is no folder"))),
            Err(error) => Err(self.refuse(&format!("no site in `{shown}`: {error}"))),
        }
    }

    /// Shows what is wrong with a site, and where a tag names no component of this program, that
    /// the site may have a program of its own.
    pub(super) fn show(&self, root: &Path, diagnostics: &[Diagnostic]) {
        self.terminal.show(diagnostics);
        let file = |path: &[&str]| {
            let path = path.iter().fold(self.current.join(root), |at, part| at.join(part));
            matches!(self.disk.kind(&path), Ok(Kind::File(_)))
        };
        if program() == INSTALLED
            && diagnostics.iter().any(|found| found.code == "unknown-component")
            && file(&["Cargo.toml"])
            && file(&["src", "main.rs"])
        {
            let message = "this site has components of its own, which its own program knows: \
                           `cargo run -- build`";
            self.terminal.complain(message);
        }
    }

    /// Tells what is wrong with a site in the form that was asked for.
    pub(super) fn report(
        &self,
        format: Format,
        root: &Path,
        diagnostics: &[Diagnostic],
    ) -> io::Result<()> {
        match format {
            Format::Text => self.show(root, diagnostics),
            Format::Json => self.terminal.say(&to_json(diagnostics))?,
        }
        Ok(())
    }

    pub(super) fn refuse(&self, message: &str) -> Outcome {
        self.terminal.complain(message);
        Outcome::Usage
    }
}

/// `name` in `root`, without a needless `./`.
pub(super) fn under(root: &Path, name: &str) -> PathBuf {
    if root == Path::new(".") { PathBuf::from(name) } else { root.join(name) }
}

/// How the author started this program: from a checkout or a site of their own, or installed.
pub(super) fn program() -> &'static str {
    // Cargo says this to what it runs.
    if env::var_os("CARGO").is_some() { "cargo run --" } else { INSTALLED }
}

const INSTALLED: &str = "prebake";

/// What follows in a command for the site in `root`.
pub(super) fn root_option(root: &Path) -> String {
    if root == Path::new(".") { String::new() } else { format!(" --root {}", typed(root)) }
}

/// A path as one would type it.
pub(super) fn typed(path: &Path) -> String {
    let shown = path.display().to_string();
    let quote = if shown.contains(char::is_whitespace) { "\"" } else { "" };
    format!("{quote}{shown}{quote}")
}
