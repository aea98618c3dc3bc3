//! The whole way, from a folder of articles to the files of a site.

use crate::assemble::assemble;
use crate::bake::{self, BakeJob, Baked, in_pool};
use crate::cache::Cache;
use crate::config::{BaseUrl, Config};
use crate::diagnostic::Diagnostic;
use crate::disk::Disk;
use crate::island::WidgetFiles;
use crate::output::Output;
use crate::plan::{Components, PlannedTag, plan};
use crate::progress::Progress;
use crate::read::{Pages, read_articles};
use crate::render::{Figures, Rendered, render_article};
use crate::report::{ArticleRow, Report};
use crate::source::SiteSource;
use crate::theme::Theme;
use prebake_plugin::{AnyComponent, Severity, Source};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// A site: where it lies, and the components that its articles may use.
pub struct Site {
    disk: Arc<dyn Disk>,
    root: PathBuf,
    components: Vec<Box<dyn AnyComponent>>,
}

/// How to build.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Build articles that are marked as drafts, too.
    pub drafts: bool,
    /// Takes the place of `base_url` in `prebake.toml`.
    pub base_url: Option<BaseUrl>,
    /// How many threads; as many as the machine has by default.
    pub jobs: Option<usize>,
    /// URLs of scripts that every page loads, from the site's root (`serve` reloads pages so).
    pub scripts: Vec<String>,
}

/// What a build made.
#[derive(Debug)]
pub struct Build {
    /// The files of the site; `None` when a diagnostic is an error.
    pub output: Option<Output>,
    /// Every mistake of every article.
    pub diagnostics: Vec<Diagnostic>,
    /// What was computed, and what it costs.
    pub report: Report,
}

impl Site {
    /// The site at `root`, with Prebake's own components.
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>, root: PathBuf) -> Self {
        Self { disk, root, components: Vec::new() }
            .component(prebake_kmeans_image::KMeansImage)
            .component(prebake_kmeans_image::PaletteCurve)
            .component(prebake_scrub::Scrub)
            .component(prebake_kmeans_image::KMeansSteps)
            .component(prebake_kmeans_image::OwnPicture)
    }

    /// Where it lies.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Its components.
    #[must_use]
    pub fn components(&self) -> &[Box<dyn AnyComponent>] {
        &self.components
    }

    /// Adds a component.
    #[must_use]
    pub fn component(mut self, component: impl AnyComponent + 'static) -> Self {
        self.components.push(Box::new(component));
        self
    }

    /// Builds the site. Nothing is written but the cache.
    pub fn build(&self, options: &Options, progress: &dyn Progress) -> Build {
        match SiteSource::new(Arc::clone(&self.disk), &self.root) {
            Ok(source) => in_pool(options.jobs, || self.build_from(&source, options, progress)),
            Err(error) => {
                let message = format!("the site's folder cannot be read: {error}");
                let diagnostics = vec![Diagnostic::error("unreadable-file", message)];
                Build { output: None, diagnostics, report: Report::default() }
            }
        }
    }

    fn build_from(&self, source: &SiteSource, options: &Options, progress: &dyn Progress) -> Build {
        let start = Instant::now();
        let (mut config, mut diagnostics) = Config::load(source);
        if options.base_url.is_some() {
            config.base_url.clone_from(&options.base_url);
        }
        let (theme, found) = Theme::load(source);
        diagnostics.extend(found);
        let components = Components::new(&self.components);
        let (mut entries, found) = read_articles(source, &config.sections, &components.names());
        diagnostics.extend(found);
        entries.retain(|entry| options.drafts || !entry.article.front.draft);

        let plans: Vec<_> =
            entries.par_iter().map(|entry| plan(&entry.article, &components)).collect();
        let mut planned = Vec::new();
        for (tags, found) in plans {
            diagnostics.extend(found);
            planned.push(tags);
        }
        let cache = Cache::new(Arc::clone(&self.disk), &self.root);
        let baked = bake_all(&planned, source, &cache, progress);
        diagnostics.extend(cache.warning());

        let widgets = widgets_of(&planned);
        let pages = Pages::new(&entries, &config.sections);
        let rendered: Vec<(Rendered, Vec<Diagnostic>)> = (0..entries.len())
            .into_par_iter()
            .map(|at| {
                let figures =
                    Figures { planned: &planned[at], baked: &baked[at], widgets: &widgets };
                render_article(&entries[at], &figures, &pages, &config, source)
            })
            .collect();

        let mut report = Report::default();
        let mut output = Output::default();
        let mut articles = Vec::new();
        for (entry, (made, found)) in entries.iter().zip(rendered) {
            diagnostics.extend(found);
            report.articles.push(ArticleRow { page: entry.page(), bytes: 0, figures: made.rows });
            articles.push((entry, made.page, made.listed));
            for (path, bytes) in made.files {
                insert(&mut output, &mut diagnostics, path, bytes);
            }
        }
        for (path, bytes) in widgets.values().flat_map(WidgetFiles::files) {
            insert(&mut output, &mut diagnostics, path.clone(), Arc::clone(bytes));
        }
        for (path, bytes) in &theme.files {
            insert(&mut output, &mut diagnostics, path.clone(), Arc::clone(bytes));
        }
        let (pages, found) = assemble(articles, &config, &theme, &options.scripts);
        diagnostics.extend(found);
        for (path, text) in pages {
            insert(&mut output, &mut diagnostics, path, Arc::from(text.into_bytes()));
        }
        for row in &mut report.articles {
            row.bytes = output.get(&row.page).map_or(0, |page| page.len() as u64);
        }
        report.seconds = start.elapsed().as_secs_f64();
        let failed = diagnostics.iter().any(|found| found.severity == Severity::Error);
        Build { output: (!failed).then_some(output), diagnostics, report }
    }
}

fn insert(output: &mut Output, diagnostics: &mut Vec<Diagnostic>, path: String, bytes: Arc<[u8]>) {
    if let Err(misplaced) = output.insert(path, bytes) {
        diagnostics.push(misplaced.into());
    }
}

type BakedTag = Option<Result<Baked, Vec<prebake_plugin::Problem>>>;

/// Bakes what every tag of every article needs; results stand where their tags stand.
fn bake_all(
    planned: &[Vec<Option<PlannedTag<'_>>>],
    source: &dyn Source,
    cache: &Cache,
    progress: &dyn Progress,
) -> Vec<Vec<BakedTag>> {
    let jobs: Vec<BakeJob<'_>> = planned
        .iter()
        .flatten()
        .flatten()
        .map(|tag| BakeJob { component: tag.component, job: tag.job.clone() })
        .collect();
    let mut results = bake::bake(&jobs, source, cache, progress).into_iter();
    planned
        .iter()
        .map(|tags| tags.iter().map(|tag| tag.as_ref().and_then(|_| results.next())).collect())
        .collect()
}

fn widgets_of(planned: &[Vec<Option<PlannedTag<'_>>>]) -> BTreeMap<&'static str, WidgetFiles> {
    let mut widgets = BTreeMap::new();
    for tag in planned.iter().flatten().flatten() {
        let name = tag.component.name();
        if !widgets.contains_key(name)
            && let Some(files) = WidgetFiles::of(tag.component)
        {
            widgets.insert(name, files);
        }
    }
    widgets
}
