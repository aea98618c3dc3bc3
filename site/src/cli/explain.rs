//! `prebake explain`.

use super::session::{Session, program};
use super::{Answer, Outcome};
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;

/// Says what a code means, and what to do.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  prebake explain                    every code, in a line each
  prebake explain unknown-prop       what brings it about, what to do, an example")]
pub(super) struct Explain {
    /// The code, as it stands in brackets: `error[unknown-prop]`
    pub(super) code: Option<String>,

    /// The site whose components count
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) root: PathBuf,
}

impl Session<'_> {
    pub(super) fn explain(&self, args: Explain) -> Answer {
        let Explain { code, root } = args;
        let site = (self.make)(Arc::clone(&self.disk), self.current.join(root));
        let catalogue = site.catalogue();
        let width = self.terminal.prose_width();
        let Some(written) = code else {
            self.terminal.say(&catalogue.to_text(width))?;
            return Ok(Outcome::Done);
        };
        // As it is copied from a terminal.
        let code = written.rsplit('[').next().unwrap_or(&written).trim_end_matches(']');
        if let Some(entry) = catalogue.get(code) {
            self.terminal.say(&entry.to_text(width))?;
            return Ok(Outcome::Done);
        }
        let hint = match catalogue.nearest(code) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("`{} explain` lists them all", program()),
        };
        Ok(self.refuse(&format!("no code is called `{code}`; {hint}")))
    }
}
