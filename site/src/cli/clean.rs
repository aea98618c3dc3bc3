//! `prebake clean`.

use super::interrupt::whole;
use super::session::{Session, under};
use super::{Answer, Outcome};
use crate::emit::{Destination, Turn};
use clap::Args;
use std::path::PathBuf;

/// Removes what Prebake made.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  prebake clean
  prebake clean --cache              bake every figure again next time

Only a folder that is empty or was made by Prebake is removed.")]
pub(super) struct Clean {
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) root: PathBuf,

    /// What to remove [default: ROOT/dist]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,

    /// The baked figures in ROOT/.prebake/cache too
    #[arg(long)]
    pub(super) cache: bool,
}

impl Session<'_> {
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
}
