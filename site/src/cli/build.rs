//! `prebake build`.

use super::args::{CommandArgs, Format, ReportArgs, SiteArgs};
use super::interrupt::whole;
use super::session::{Session, program, root_option, under};
use super::{Answer, Outcome};
use crate::config::BaseUrl;
use crate::emit::{Ledger, Turn};
use crate::output::Output;
use crate::site;
use clap::Args;
use std::path::{Path, PathBuf};

/// Builds the site into a folder that can be put on any web server.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  prebake build
  prebake build --base-url https://example.org/blog/
  prebake build --root my-site --out /tmp/my-site --drafts

The output folder is replaced as a whole, and only where it is empty or was made by Prebake. Exit
codes: 0, 1 where the site has an error (the last good output stays), 2 for a wrong command line.")]
pub(super) struct Build {
    #[command(flatten)]
    pub(super) site: SiteArgs,

    #[command(flatten)]
    pub(super) commands: CommandArgs,

    /// Where to put the site [default: ROOT/dist]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,

    /// Where the site will stand: for canonical links, feed and sitemap
    #[arg(long, value_name = "URL")]
    pub(super) base_url: Option<BaseUrl>,

    #[command(flatten)]
    pub(super) report: ReportArgs,

    /// How many threads bake [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: Option<u16>,
}

impl Session<'_> {
    pub(super) fn build(&self, args: Build) -> Answer {
        let Build { site: SiteArgs { root, drafts }, commands, out, base_url, report, jobs } = args;
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
        let site = self.site(&root);
        let options = site::Options {
            drafts,
            base_url,
            jobs: jobs.map(usize::from),
            strict: report.strict,
            commands: self.permission(&commands),
        };
        let memory = site.recall();
        let built = site.rebuild_unread(&memory, &options, self.progress);
        self.report(report.format, &root, &built.diagnostics)?;
        let nothing = || {
            self.terminal.complain("nothing was written");
            Ok(Outcome::Failed)
        };
        let Some(mut output) = built.output else { return nothing() };
        let cache = site.cache();
        let emit = |output: &Output| {
            let emitting = turn();
            let before = Ledger::load(&cache, destination.real());
            let after = whole(|| emitting.emit_onto(output, &before))?;
            if after != before {
                after.keep(&cache);
            }
            Ok(())
        };
        let mut emitted = emit(&output);
        if output.has_lost() {
            // Something has been changed there, or what was found of earlier builds is damaged.
            let again = site.rebuild(&memory, &options, self.progress);
            let Some(made) = again.output else {
                self.report(report.format, &root, &again.diagnostics)?;
                return nothing();
            };
            output = made;
            emitted = emit(&output);
        }
        if let Err(diagnostic) = emitted {
            self.terminal.show(&[diagnostic]);
            return Ok(Outcome::Failed);
        }
        site.remember(&memory);
        if report.format == Format::Text {
            self.terminal.say(&built.report.table(self.terminal.shows_bold()))?;
            let page = out.join(first_page(&output));
            let see = serve_command(&root, drafts);
            self.terminal.say(&format!("built {}; see it live with `{see}`\n", page.display()))?;
        }
        // The process ends: nobody needs the room.
        std::mem::forget((memory, output, built.report));
        Ok(Outcome::Done)
    }
}

/// The page to look at first: the only article, or else the list of all.
fn first_page(output: &Output) -> &str {
    let mut pages =
        output.blobs().map(|(path, _)| path).filter(|path| path.ends_with("/index.html"));
    match (pages.next(), pages.next()) {
        (Some(page), None) => page,
        _ => "index.html",
    }
}

/// How the author would start the server.
fn serve_command(root: &Path, drafts: bool) -> String {
    let drafts = if drafts { " --drafts" } else { "" };
    format!("{} serve --open{}{drafts}", program(), root_option(root))
}
