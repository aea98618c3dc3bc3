//! `prebake check`.

use super::args::{Format, ReportArgs, SiteArgs};
use super::session::Session;
use super::{Answer, Outcome};
use crate::diagnostic::raise_warnings;
use crate::external::{self, Memory, Network};
use crate::report::counted;
use crate::site;
use clap::Args;
use prebake_plugin::Severity;

/// Looks for mistakes without baking anything.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  prebake check
  prebake check --strict --format json
  prebake check --external           follow links that lead out of the site, too

Tags, props, links and anchors inside the site, descriptions, labels, headings, sizes of pictures,
files that nothing shows. Exit codes: 0, 1 where there is an error (with --strict, a warning too), 2
for a wrong command line.")]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) site: SiteArgs,

    /// Follow links that lead out of the site: a second between two requests to one host, no
    /// address of a private network, and what is good is asked again after a week
    #[arg(long)]
    pub(super) external: bool,

    #[command(flatten)]
    pub(super) report: ReportArgs,
}

const NO_HTTPS: &str = "this prebake was built without HTTPS, so it follows no links; \
    `cargo install --path site --features external` makes one that does";

impl Session<'_> {
    pub(super) fn check(&self, args: Check) -> Answer {
        let Check { site: SiteArgs { root, drafts }, external, report } = args;
        if let Err(outcome) = self.check_root(&root) {
            return Ok(outcome);
        }
        if external && !external::SPEAKS_HTTPS {
            return Ok(self.refuse(NO_HTTPS));
        }
        let site = self.site(&root);
        let options = site::Options { drafts, strict: report.strict, ..site::Options::default() };
        let mut checked = site.check(&options);
        if external {
            let cache = site.cache();
            let mut memory = Memory::load(&cache);
            let (links, network) = (&checked.outward, Network::internet());
            let mut found = external::follow(links, &network, &mut memory, self.progress);
            memory.keep(&cache);
            found.extend(cache.warning());
            if report.strict {
                raise_warnings(&mut found);
            }
            checked.diagnostics.extend(found);
        }
        self.report(report.format, &root, &checked.diagnostics)?;
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
