//! `prebake check`.

use super::args::{Format, ReportArgs, SiteArgs};
use super::session::Session;
use super::{Answer, Outcome};
use crate::report::counted;
use crate::site;
use clap::Args;
use prebake_plugin::Severity;
use std::sync::Arc;

/// Looks for mistakes without baking anything.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  prebake check
  prebake check --strict --format json

Tags, props, links and anchors inside the site, descriptions, labels, headings, sizes of pictures,
files that nothing shows. Exit codes: 0, 1 where there is an error (with --strict, a warning too), 2
for a wrong command line.")]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) site: SiteArgs,

    #[command(flatten)]
    pub(super) report: ReportArgs,
}

impl Session<'_> {
    pub(super) fn check(&self, args: Check) -> Answer {
        let Check { site: SiteArgs { root, drafts }, report } = args;
        if let Err(outcome) = self.check_root(&root) {
            return Ok(outcome);
        }
        let site = (self.make)(Arc::clone(&self.disk), self.current.join(&root));
        let options = site::Options { drafts, strict: report.strict, ..site::Options::default() };
        let checked = site.check(&options);
        report.diagnostics(self.terminal, &checked.diagnostics)?;
        if report.format == Format::Text {
            let nothing = if checked.diagnostics.is_empty() { ": nothing to mend" } else { "" };
            let articles = counted(checked.articles, "article");
            let seconds = checked.seconds;
            self.terminal.say(&format!("checked {articles} in {seconds:.2} s{nothing}\n"))?;
        }
        let failed = checked.diagnostics.iter().any(|it| it.severity == Severity::Error);
        Ok(if failed { Outcome::Failed } else { Outcome::Done })
    }
}
