//! `prebake python-module`.

use super::interrupt::whole;
use super::session::Session;
use super::{Answer, Outcome};
use crate::disk::replace_file;
use crate::program::PYTHON_MODULE;
use clap::Args;
use std::path::{Path, PathBuf};

/// Writes the module by which a program in Python makes figures.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  prebake python-module --out figures/prebake.py

The module needs Python 3.8 or later and nothing else. Put it beside the programs that import it; it
is yours to keep with the site.")]
pub(super) struct PythonModule {
    /// Where to put it
    #[arg(long, value_name = "FILE", default_value = "prebake.py")]
    out: PathBuf,
}

impl Session<'_> {
    pub(super) fn python_module(&self, args: PythonModule) -> Answer {
        let path = self.current.join(&args.out);
        let folder = path.parent().unwrap_or(Path::new(""));
        let write = || {
            self.disk.create_folder(folder)?;
            replace_file(&*self.disk, folder, &path, PYTHON_MODULE.as_bytes())
        };
        if let Err(error) = whole(write) {
            let message = format!("`{}` cannot be written: {error}", args.out.display());
            self.terminal.complain(&message);
            return Ok(Outcome::Failed);
        }
        self.terminal.say(&format!("wrote {}\n", args.out.display()))?;
        Ok(Outcome::Done)
    }
}
