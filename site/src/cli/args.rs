//! What can be said on the command line.

use crate::config::BaseUrl;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// A static-site generator for interactive explainers.
#[derive(Debug, Parser)]
#[command(name = "prebake", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Examples:
  prebake build                      content/ becomes dist/
  prebake serve --watch --open       see it while you write
  prebake clean                      remove dist/

`prebake help build` says more of one command.")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Build(Build),
    Serve(Serve),
    Clean(Clean),
}

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

    /// Where to put the site [default: ROOT/dist]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,

    /// Where the site will stand: for canonical links, feed and sitemap
    #[arg(long, value_name = "URL")]
    pub(super) base_url: Option<BaseUrl>,

    /// How many threads bake [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: Option<u16>,
}

/// Shows the site in a browser.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  prebake serve --open
  prebake serve --watch --port 8000 --drafts

The server answers this machine only, at http://127.0.0.1:PORT/, until it is interrupted.")]
pub(super) struct Serve {
    #[command(flatten)]
    pub(super) site: SiteArgs,

    /// Build again and reload the page when a file is saved
    #[arg(long)]
    pub(super) watch: bool,

    /// Which port to listen on [default: a free one]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) port: Option<u16>,

    /// Open the browser
    #[arg(long)]
    pub(super) open: bool,
}

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

#[derive(Debug, Args)]
pub(super) struct SiteArgs {
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) root: PathBuf,

    /// Include articles whose front matter says `draft: true`
    #[arg(long)]
    pub(super) drafts: bool,
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
