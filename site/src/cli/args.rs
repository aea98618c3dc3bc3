//! What can be said on the command line.

use super::build::Build;
use super::cache::Cache;
use super::check::Check;
use super::clean::Clean;
use super::explain::Explain;
use super::export_widget::ExportWidget;
use super::new::New;
use super::python_module::PythonModule;
use super::serve::Serve;
use super::verify::Verify;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// A static-site generator for interactive explainers.
#[derive(Debug, Parser)]
#[command(name = "prebake", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Examples:
  prebake new my-site                start one: an article with a figure
  prebake build                      content/ becomes dist/
  prebake serve --watch --open       see it while you write
  prebake check                      look for mistakes, links and anchors included
  prebake explain unknown-prop       what a code means, and what to do
  prebake verify                     does the cache hold what would be baked now?
  prebake cache --gc                 remove cached figures that the site does not use
  prebake clean                      remove dist/

`prebake help build` says more of one command.")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    New(New),
    Build(Build),
    Serve(Serve),
    Check(Check),
    Explain(Explain),
    Verify(Verify),
    Cache(Cache),
    Clean(Clean),
    ExportWidget(ExportWidget),
    PythonModule(PythonModule),
}

#[derive(Debug, Args)]
pub(super) struct SiteArgs {
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) root: PathBuf,

    /// Include articles whose front matter says `draft: true`
    #[arg(long)]
    pub(super) drafts: bool,
}

#[derive(Debug, Args)]
pub(super) struct CommandArgs {
    /// Run the programs that the site's prebake.toml lists without asking
    #[arg(long)]
    pub(super) allow_commands: bool,
}

/// How to tell what is wrong.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Take warnings for errors
    #[arg(long)]
    pub(super) strict: bool,

    /// How to tell what is wrong: to people, or to programs
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// The form of diagnostics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Text, on stderr
    #[default]
    Text,
    /// One document of JSON, on stdout, and nothing else there
    Json,
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory as _;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }
}
