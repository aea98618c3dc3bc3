//! The whole way, from a folder of articles to the files of a site.

use crate::assemble::assemble;
use crate::bake::{self, BakeJob, Baked, in_pool};
use crate::cache::Cache;
use crate::config::{BaseUrl, Config};
use crate::diagnostic::catalogue::Catalogue;
use crate::diagnostic::{self, Diagnostic};
use crate::disk::Disk;
use crate::island::WidgetFiles;
use crate::output::Output;
use crate::plan::{Components, PlannedTag, plan};
use crate::progress::Progress;
use crate::read::{Entry, read_articles};
use crate::render::{Figures, Link, Rendered, render_article};
use crate::report::{ArticleRow, Report};
use crate::source::SiteSource;
use crate::theme::Theme;
use prebake_plugin::{AnyComponent, Severity, SitePath, Source};
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
    /// Warnings are errors.
    pub strict: bool,
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

    /// The components that its articles may use.
    #[must_use]
    pub fn components(&self) -> &[Box<dyn AnyComponent>] {
        &self.components
    }

    /// What every diagnostic of this site means.
    #[must_use]
    pub fn catalogue(&self) -> Catalogue {
        Catalogue::new(&self.components)
    }

    /// Its files, as they are now.
    pub(crate) fn source(&self) -> Result<SiteSource, Diagnostic> {
        SiteSource::new(Arc::clone(&self.disk), &self.root).map_err(|error| {
            let message = format!("the site's folder cannot be read: {error}");
            Diagnostic::error("unreadable-file", message)
        })
    }

    /// Adds a component.
    #[must_use]
    pub fn component(mut self, component: impl AnyComponent + 'static) -> Self {
        self.components.push(Box::new(component));
        self
    }

    /// Builds the site. Nothing is written but the cache.
    pub fn build(&self, options: &Options, progress: &dyn Progress) -> Build {
        match self.source() {
            Ok(source) => in_pool(options.jobs, || self.build_from(&source, options, progress)),
            Err(found) => {
                Build { output: None, diagnostics: vec![found], report: Report::default() }
            }
        }
    }

    fn build_from(&self, source: &SiteSource, options: &Options, progress: &dyn Progress) -> Build {
        let start = Instant::now();
        let components = Components::new(&self.components);
        let cache = Cache::new(Arc::clone(&self.disk), &self.root);
        let whole = whole(source, &components, options, |planned| {
            bake_all(planned, source, &cache, progress)
        });
        let Whole { output, mut diagnostics, mut report, .. } = whole;
        diagnostics.extend(cache.warning());
        if options.strict {
            diagnostic::raise_warnings(&mut diagnostics);
        }
        report.seconds = start.elapsed().as_secs_f64();
        let failed = diagnostics.iter().any(|found| found.severity == Severity::Error);
        Build { output: (!failed).then_some(output), diagnostics, report }
    }
}

/// A site, and what it was made of.
pub(crate) struct Whole<'a> {
    /// Its articles.
    pub(crate) entries: Vec<Entry>,
    /// The tags of each.
    pub(crate) planned: Vec<Vec<Option<PlannedTag<'a>>>>,
    /// The links of each.
    pub(crate) links: Vec<Vec<Link>>,
    /// Its files, as far as they could be made.
    pub(crate) output: Output,
    /// Every mistake.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// What was computed.
    pub(crate) report: Report,
}

/// Makes every file of a site, with the figures that `bake` gives for the tags.
pub(crate) fn whole<'a>(
    source: &SiteSource,
    components: &Components<'a>,
    options: &Options,
    bake: impl FnOnce(&[Vec<Option<PlannedTag<'a>>>]) -> Vec<Vec<BakedTag>>,
) -> Whole<'a> {
    let (mut config, mut diagnostics) = Config::load(source);
    if options.base_url.is_some() {
        config.base_url.clone_from(&options.base_url);
    }
    let (theme, found) = Theme::load(source);
    diagnostics.extend(found);
    let (mut entries, found) = read_articles(source, &components.names());
    diagnostics.extend(found);
    entries.retain(|entry| options.drafts || !entry.article.front.draft);

    let plans: Vec<_> = entries.par_iter().map(|entry| plan(&entry.article, components)).collect();
    let mut planned = Vec::new();
    for (tags, found) in plans {
        diagnostics.extend(found);
        planned.push(tags);
    }
    let baked = bake(&planned);

    let widgets = widgets_of(&planned);
    let pages: BTreeMap<SitePath, String> =
        entries.iter().map(|entry| (entry.article.source.path.clone(), entry.page())).collect();
    let rendered: Vec<(Rendered, Vec<Diagnostic>)> = (0..entries.len())
        .into_par_iter()
        .map(|at| {
            let figures = Figures { planned: &planned[at], baked: &baked[at], widgets: &widgets };
            render_article(&entries[at], &figures, &pages, &config, source)
        })
        .collect();

    let mut report = Report::default();
    let mut output = Output::default();
    let mut articles = Vec::new();
    let mut links = Vec::new();
    for (entry, (made, found)) in entries.iter().zip(rendered) {
        diagnostics.extend(found);
        report.articles.push(ArticleRow { page: entry.page(), bytes: 0, figures: made.rows });
        articles.push((entry, made.page, made.listed));
        links.push(made.links);
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
    Whole { entries, planned, links, output, diagnostics, report }
}

fn insert(output: &mut Output, diagnostics: &mut Vec<Diagnostic>, path: String, bytes: Arc<[u8]>) {
    if let Err(misplaced) = output.insert(path, bytes) {
        diagnostics.push(misplaced.into());
    }
}

pub(crate) type BakedTag = Option<Result<Baked, Vec<prebake_plugin::Problem>>>;

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
