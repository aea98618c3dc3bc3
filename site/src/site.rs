//! From a folder to the finished site, as values.

use crate::bake::in_pool;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::disk::Disk;
use crate::output::Output;
use crate::progress::Progress;
use crate::report::{ArticleRow, Report};
use crate::source::SiteSource;
use prebake_plugin::{Severity, SitePath, Source as _, escape};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// How to build.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Drafts too.
    pub drafts: bool,
    /// In the place of the configuration's.
    pub base_url: Option<String>,
    /// How many threads; one for each processor where it is not given.
    pub jobs: Option<usize>,
}

/// A site.
pub struct Site {
    disk: Arc<dyn Disk>,
    root: PathBuf,
}

/// What a build made.
#[derive(Debug)]
pub struct Build {
    /// The finished site; `None` where a diagnostic is an error.
    pub output: Option<Output>,
    /// All that is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
    /// What was made.
    pub report: Report,
}

impl Site {
    /// The site in the folder `root`.
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>, root: PathBuf) -> Self {
        Self { disk, root }
    }

    /// Builds the site; writes nothing but the cache.
    pub fn build(&self, options: &Options, _progress: &dyn Progress) -> Build {
        in_pool(options.jobs, || self.pages())
    }

    fn pages(&self) -> Build {
        let start = Instant::now();
        let (mut output, mut report) = (Output::new(), Report::default());
        let diagnostics = match SiteSource::new(Arc::clone(&self.disk), &self.root) {
            Err(error) => vec![Diagnostic::error("unreadable-file", error.to_string())],
            Ok(source) => {
                let (_, mut diagnostics) = Config::load(&source);
                let content = SitePath::new("content").unwrap_or_default();
                for path in source.files_under(&content).files {
                    let bytes = source.read(&path).unwrap_or_default();
                    let html = escape(&String::from_utf8_lossy(&bytes));
                    let folder = path.parent();
                    let page = format!("{}/index.html", folder.file_name());
                    report.articles.push(ArticleRow {
                        page: page.clone(),
                        bytes: html.len() as u64,
                        figures: Vec::new(),
                    });
                    diagnostics
                        .extend(output.insert(page, html.into_bytes()).err().map(Into::into));
                }
                diagnostics
            }
        };
        report.seconds = start.elapsed().as_secs_f64();
        let failed = diagnostics.iter().any(|one| one.severity == Severity::Error);
        Build { output: (!failed).then_some(output), diagnostics, report }
    }
}
