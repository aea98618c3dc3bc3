//! `prebake verify`.

use super::args::{CommandArgs, SiteArgs};
use super::session::Session;
use super::{Answer, Outcome};
use crate::report::{counted, grouped};
use crate::verify::{self, Sample, Verification};
use clap::Args;

/// Computes cached figures again, and compares.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  prebake verify
  prebake verify --sample 5%         the same twentieth each time; --seed 2 takes another
  prebake verify --jobs 1            the number of threads must change nothing
  prebake verify --repair            keep what is made now where the cache holds something else

Nothing is written without --repair. Exit codes: 0, 1 where something differs, is damaged or cannot
be computed (with --repair, where it could not be mended), 2 for a wrong command line.")]
pub(super) struct Verify {
    #[command(flatten)]
    pub(super) site: SiteArgs,

    #[command(flatten)]
    pub(super) commands: CommandArgs,

    /// Compare only some: a number such as 20, or a share such as 5%
    #[arg(long, value_name = "N|P%")]
    pub(super) sample: Option<Sample>,

    /// Which ones
    #[arg(long, value_name = "N", default_value_t = 1, requires = "sample")]
    pub(super) seed: u64,

    /// How many threads compute [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: Option<u16>,

    /// Put right what is wrong in the cache
    #[arg(long)]
    pub(super) repair: bool,
}

impl Session<'_> {
    pub(super) fn verify(&self, args: Verify) -> Answer {
        let Verify { site: SiteArgs { root, drafts }, commands, sample, seed, jobs, repair } = args;
        if let Err(outcome) = self.check_root(&root) {
            return Ok(outcome);
        }
        let site = self.site(&root);
        let jobs = jobs.map(usize::from);
        let commands = self.permission(&commands);
        let options = verify::Options { drafts, sample, seed, jobs, repair, commands };
        let found = site.verify(&options, self.progress);
        self.terminal.show(&found.diagnostics);
        self.terminal.say(&summary(&found))?;
        Ok(if found.is_sound() { Outcome::Done } else { Outcome::Failed })
    }
}

fn summary(found: &Verification) -> String {
    let Verification { compared, same, files, bytes, mended, absent, seconds, .. } = found;
    let results = counted(*compared, "cached result");
    let mut text = match compared {
        0 => "compared nothing".to_owned(),
        _ => format!("compared {results} with fresh ones in {seconds:.2} s"),
    };
    text += "\n";
    if *same > 0 {
        let (files, bytes) = (counted(*files, "file"), grouped(*bytes));
        text += &format!("{same} the same to the last bit: {files} of {bytes} bytes\n");
    }
    let wrong = compared - same;
    if wrong > 0 {
        let mended = if *mended > 0 { format!(", {mended} mended") } else { String::new() };
        text += &format!("{wrong} damaged or different{mended}\n");
    }
    if *absent > 0 {
        text += &format!("{absent} not in the cache; `prebake build` bakes and keeps them\n");
    }
    text
}
