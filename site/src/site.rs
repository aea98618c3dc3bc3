//! The whole way, from a folder of articles to the files of a site.

use crate::bake::{self, BakeJob, Baked, in_pool};
use crate::cache::Cache;
use crate::config::{BaseUrl, Config};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::disk::Disk;
use crate::island::WidgetFiles;
use crate::links;
use crate::output::Output;
use crate::page::{self, Listed, Page};
use crate::parse::{self, Article};
use crate::plan::{Components, PlannedTag, plan};
use crate::progress::Progress;
use crate::render::{Figures, Rendered, render_article};
use crate::report::{ArticleRow, Report};
use crate::source::SiteSource;
use crate::theme::Theme;
use prebake_plugin::{AnyComponent, Severity, SitePath, Source};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// The folder of the articles, below the site's root.
pub const CONTENT: &str = "content";

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

/// An article, and where its page goes.
pub struct Entry {
    /// The article.
    pub article: Article,
    /// The folder of its page: `quantization/`, or nothing for the home page.
    pub dir: String,
}

impl Entry {
    /// The path of its page in the output.
    #[must_use]
    pub fn page(&self) -> String {
        format!("{}index.html", self.dir)
    }

    /// Its title: the one it gives itself, or its name.
    #[must_use]
    pub fn title(&self) -> String {
        let front = self.article.front.title.clone();
        front.unwrap_or_else(|| self.dir.trim_end_matches('/').replace(['-', '_'], " "))
    }
}

impl Site {
    /// The site at `root`, with Prebake's own components.
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>, root: PathBuf) -> Self {
        let components = vec![Box::new(prebake_kmeans_image::KMeansImage) as Box<dyn AnyComponent>];
        Self { disk, root, components }
    }

    /// Where it lies.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
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
        let (mut entries, found) = read_articles(source, &components.names());
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
        let pages: BTreeMap<SitePath, String> =
            entries.iter().map(|entry| (entry.article.source.path.clone(), entry.page())).collect();
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
        for (path, text) in assemble(articles, &config, &theme, &options.scripts, &mut diagnostics)
        {
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

/// Reads and parses every article, in the order of their paths.
fn read_articles(source: &SiteSource, known: &[&str]) -> (Vec<Entry>, Vec<Diagnostic>) {
    let (paths, mut diagnostics) = article_paths(source);
    if paths.is_empty() && diagnostics.is_empty() {
        diagnostics.push(
            Diagnostic::error("no-articles", format!("no article in `{CONTENT}/`"))
                .hint("write `content/first/index.md`, or name the site's folder with `--root`"),
        );
    }
    let parsed: Vec<_> =
        paths.into_par_iter().map(|path| read_article(path, source, known)).collect();
    let mut entries: Vec<Entry> = Vec::new();
    for (entry, found) in parsed {
        diagnostics.extend(found);
        entries.extend(entry);
    }
    let mut pages: BTreeMap<String, &Entry> = BTreeMap::new();
    for entry in &entries {
        if let Some(first) = pages.insert(entry.page().to_lowercase(), entry) {
            diagnostics.push(
                Diagnostic::error(
                    "same-page",
                    format!(
                        "`{}` and `{}` make the same page",
                        first.article.source.path, entry.article.source.path
                    ),
                )
                .at(&entry.article.source, 0..0)
                .hint("rename one of them"),
            );
        }
    }
    (entries, diagnostics)
}

fn article_paths(source: &SiteSource) -> (Vec<SitePath>, Vec<Diagnostic>) {
    let Ok(content) = SitePath::new(CONTENT) else { return Default::default() };
    let walk = source.files_under(&content);
    let is_article = |path: &SitePath| path.extension() == "md" && path.stem() != "README";
    (walk.files.into_iter().filter(is_article).collect(), refused(walk.refused))
}

/// What of a folder could not be read.
pub(crate) fn refused(refused: Vec<(SitePath, io::Error)>) -> Vec<Diagnostic> {
    let say = |(path, error)| {
        Diagnostic::error("unreadable-file", format!("`{path}` cannot be read: {error}"))
    };
    refused.into_iter().map(say).collect()
}

fn read_article(
    path: SitePath,
    source: &dyn Source,
    known: &[&str],
) -> (Option<Entry>, Vec<Diagnostic>) {
    let bytes = match source.read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = format!("`{path}` cannot be read: {error}");
            return (None, vec![Diagnostic::error("unreadable-file", message)]);
        }
    };
    let Ok(text) = String::from_utf8(bytes.to_vec()) else {
        let found = Diagnostic::error("not-utf-8", format!("`{path}` is not UTF-8 text"));
        return (None, vec![found.hint("save it as UTF-8")]);
    };
    let below = path.as_str().trim_start_matches(CONTENT).trim_start_matches('/');
    let below = below.strip_suffix(".md").unwrap_or(below);
    let dir = match below.strip_suffix("index") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder.to_owned(),
        _ => format!("{below}/"),
    };
    let (article, found) = parse::article(&Arc::new(SourceFile { path, text }), known);
    (Some(Entry { article, dir }), found)
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

/// The pages and feeds, by their paths.
fn assemble(
    articles: Vec<(&Entry, Page, Listed)>,
    config: &Config,
    theme: &Theme,
    scripts: &[String],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(String, String)> {
    let mut home = Page {
        kind: "index",
        title: config.title.clone(),
        description: config.description.clone(),
        canonical: config.base_url.as_ref().map(ToString::to_string),
        ..Page::default()
    };
    let mut pages = Vec::new();
    let mut listed = Vec::new();
    for (entry, page, line) in articles {
        if entry.dir.is_empty() {
            home = Page { kind: "index", ..page };
        } else {
            pages.push((entry.page(), page));
            listed.push(line);
        }
    }
    listed.sort_by(|a, b| b.iso.cmp(&a.iso).then_with(|| a.title.cmp(&b.title)));
    pages.push(("index.html".to_owned(), home));
    let lost = Page { kind: "404", title: "Page not found".to_owned(), ..Page::default() };
    pages.push(("404.html".to_owned(), lost));

    let mut made = Vec::new();
    for (path, page) in pages {
        let root = links::root_from(&path);
        let scripts: Vec<String> = scripts.iter().map(|url| format!("{root}{url}")).collect();
        match page::render(&page, &listed, config, theme, &scripts) {
            Ok(text) => made.push((path, text)),
            Err(found) => diagnostics.push(found),
        }
    }
    if config.base_url.is_some() {
        let dated: Vec<Listed> =
            listed.iter().filter(|article| article.iso.is_some()).cloned().collect();
        for (path, articles) in [("atom.xml", &dated), ("sitemap.xml", &listed)] {
            match page::render_feed(path, articles, config, theme) {
                Ok(text) => made.push((path.to_owned(), text)),
                Err(found) => diagnostics.push(found),
            }
        }
    }
    made
}
