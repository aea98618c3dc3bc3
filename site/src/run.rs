//! One build on its way: each stage asks what is known from before, and does the rest.

use crate::assemble::{Ready, assemble};
use crate::bake::{self, BakeJob, Outcome, Oven, Unbaked};
use crate::blob::Blob;
use crate::body::Body;
use crate::cache::{Action, Cache};
use crate::config::{BaseUrl, Config, Section};
use crate::diagnostic::{Diagnostic, raise_warnings};
use crate::island::WidgetFiles;
use crate::memory::{GENERATOR, Memory, Tally, Trail, Trails, key};
use crate::outline::{Outline, Parsed};
use crate::output::Output;
use crate::page::Shared;
use crate::plan::Components;
use crate::program::{Shift, Tools};
use crate::progress::Progress;
use crate::read::{Text, read_articles};
use crate::render::{BakedTag, Figures, Rendered, render_article};
use crate::report::{ArticleRow, Report};
use crate::site::{Build, Options};
use crate::source::SiteSource;
use crate::theme::Theme;
use crate::world::{Pages, Seen, Witness};
use prebake_plugin::{AnyComponent, Digest, Severity};
use rayon::prelude::*;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

/// What the stages of one build share.
pub(crate) struct Run<'a> {
    pub(crate) components: &'a [Arc<dyn AnyComponent>],
    pub(crate) tools: Tools<'a>,
    pub(crate) source: &'a SiteSource,
    pub(crate) cache: Cache,
    pub(crate) memory: &'a Memory,
    pub(crate) options: &'a Options,
    pub(crate) progress: &'a dyn Progress,
    pub(crate) tally: Tally,
    /// As in [`Oven`].
    pub(crate) go_on: &'a (dyn Fn() -> bool + Sync),
}

/// An article that will have a page.
pub(crate) struct Draft {
    text: Text,
    /// Says everything that its outline depends on.
    key: Digest,
    outline: Arc<Outline>,
}

/// A site, and what it was made of.
pub(crate) struct Made {
    /// The published articles.
    pub(crate) drafts: Vec<Draft>,
    /// Where their pages stand.
    pub(crate) pages: Pages,
    /// Its files, as far as they could be made.
    pub(crate) output: Output,
    /// Every mistake.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// What its tags may name: the components that there are, and those that it declares.
    pub(crate) components: Vec<Arc<dyn AnyComponent>>,
    report: Report,
    trails: Trails,
    /// How many figures are still to be baked.
    pending: usize,
}

/// A site before anything is baked.
struct Opened {
    config: Config,
    theme: Theme,
    components: Vec<Arc<dyn AnyComponent>>,
    shift: Arc<Shift>,
    /// The articles that are published.
    drafts: Vec<Draft>,
    unpublished: Vec<Draft>,
    diagnostics: Vec<Diagnostic>,
}

/// What bodies depend on besides their own articles.
struct Around<'a> {
    components: &'a Components<'a>,
    widgets: BTreeMap<&'a str, WidgetFiles>,
    widget_digests: BTreeMap<&'a str, Digest>,
    pages: Pages,
    sections: &'a [Section],
    base_url: Option<&'a BaseUrl>,
}

impl Run<'_> {
    /// Takes all stages; also tells which keys were used, if all went well. `None` where what was kept
    /// from earlier builds turned out to be lost or another.
    pub(crate) fn build(&self) -> Option<(Build, Option<Trails>)> {
        let Made { output, mut diagnostics, report, trails, pending, .. } =
            self.make(|drafts, shift| self.bake(drafts, shift));
        if self.source.is_astray() || self.memory.is_astray() {
            return None;
        }
        diagnostics.extend(self.cache.warning());
        if self.options.strict {
            raise_warnings(&mut diagnostics);
        }
        let failed = diagnostics.iter().any(|found| found.severity == Severity::Error);
        let output = (!failed).then_some(output);
        let build = Build {
            output,
            diagnostics,
            report,
            pending,
            work: self.tally.work(),
            reads: self.source.asked(),
        };
        Some((build, (!failed && pending == 0).then_some(trails)))
    }

    /// Bakes what the site needs, and makes nothing of it yet.
    pub(crate) fn bake_only(&self) -> Vec<Diagnostic> {
        let Opened { drafts, shift, .. } = self.open();
        self.bake(&drafts, &shift);
        // Refusals are told by the build that comes next.
        shift.end(self.progress);
        self.cache.warning().into_iter().collect()
    }

    /// Makes every file of the site, with the figures that `bake` gives for the tags.
    pub(crate) fn make(
        &self,
        bake: impl FnOnce(&[Draft], &Arc<Shift>) -> Vec<Vec<BakedTag>>,
    ) -> Made {
        let Opened { config, theme, components: all, shift, drafts, unpublished, mut diagnostics } =
            self.open();
        let components = Components::new(&all);

        let baked = bake(&drafts, &shift);
        diagnostics.extend(shift.end(self.progress));
        let is_pending = |tag: &&BakedTag| matches!(tag, Some(Err(Unbaked::Pending(_))));
        let pending = baked.iter().flatten().filter(is_pending).count();

        let widgets = widgets(&drafts);
        let place = |draft: &Draft| (draft.text.path.clone(), draft.page());
        let around = Around {
            components: &components,
            widget_digests: widgets.iter().map(|(name, files)| (*name, files.digest())).collect(),
            widgets,
            pages: Pages::new(drafts.iter().map(place), &config.sections),
            sections: &config.sections,
            base_url: config.base_url.as_ref(),
        };
        let bodies: Vec<(Digest, Arc<Body>)> = drafts
            .par_iter()
            .zip(&baked)
            .map(|(draft, baked)| self.body(draft, baked, &around))
            .collect();

        let mut trails = Trails::default();
        let unpublished = unpublished.iter().map(|draft| draft.trail(None));
        trails.articles.extend(unpublished);
        let mut output = Output::default();
        let mut report = Report::default();
        for ((draft, (key, body)), baked) in drafts.iter().zip(&bodies).zip(&baked) {
            trails.articles.push(draft.trail(Some(*key)));
            diagnostics.extend_from_slice(&body.diagnostics);
            let figures = body.gist.told.iter().filter_map(|told| told.row(baked)).collect();
            report.articles.push(ArticleRow { page: draft.page(), bytes: 0, figures });
            for (path, shown) in &body.gist.files {
                let blob = shown.blob(baked, self.source);
                put(&mut output, &mut diagnostics, path.clone(), blob);
            }
        }
        let widgets = around.widgets.values().flat_map(WidgetFiles::files);
        for (path, bytes) in widgets.chain(&theme.files) {
            put(&mut output, &mut diagnostics, path.clone(), Ok(Blob::new(Arc::clone(bytes))));
        }
        let ready: Vec<Ready<'_>> = drafts
            .iter()
            .zip(&bodies)
            .map(|(draft, (_, body))| {
                let Text { dir, section, .. } = &draft.text;
                Ready { dir, section: *section, body }
            })
            .collect();
        let shared = Shared { config: &config, theme: &theme };
        let render = |at: usize| self.render(&drafts[at], &baked[at], &around).0.page;
        let page = |at: usize| bodies[at].1.page(|| render(at));
        let (pages, found) = assemble(&ready, &shared, &self.memory.pages, &self.tally, page);
        diagnostics.extend(found);
        for (path, key, text) in pages {
            trails.pages.push((path.clone(), key));
            put(&mut output, &mut diagnostics, path, Ok(text));
        }
        for row in &mut report.articles {
            row.bytes = output.blob(&row.page).map_or(0, Blob::length);
        }
        let pages = around.pages;
        Made { drafts, pages, output, diagnostics, components: all, report, trails, pending }
    }

    /// Reads all that says what is to be baked.
    fn open(&self) -> Opened {
        let (mut config, mut diagnostics) = Config::load(self.source);
        if self.options.base_url.is_some() {
            config.base_url.clone_from(&self.options.base_url);
        }
        let (theme, found) = Theme::load(self.source, &self.memory.templates);
        diagnostics.extend(found);
        let (declared, shift, found) =
            self.memory.workshop.open(&self.tools, &config, self.source, self.components);
        diagnostics.extend(found);
        let components = [self.components, &declared].concat();
        let (drafts, found) = self.drafts(&config.sections, &Components::new(&components));
        diagnostics.extend(found);
        let (drafts, unpublished) =
            drafts.into_iter().partition(|draft| self.options.drafts || !draft.outline.draft);
        Opened { config, theme, components, shift, drafts, unpublished, diagnostics }
    }

    /// Reads and outlines every article.
    fn drafts(
        &self,
        sections: &[Section],
        components: &Components<'_>,
    ) -> (Vec<Draft>, Vec<Diagnostic>) {
        let names = components.names();
        let outlines = &self.memory.outlines;
        let key = |text: &Text| {
            let Text { path, digest, dir, section, .. } = text;
            key(&(GENERATOR, &names, path, digest, dir, section))
        };
        let find = |text: &Text| {
            let key = key(text);
            Some((key, outlines.find(&key, |outline| outline.still_holds(components))?))
        };
        let (texts, mut diagnostics) = read_articles(self.source, sections, find);
        let draft = |(text, known): (Text, Option<_>)| {
            let (key, outline) = known.unwrap_or_else(|| {
                self.tally.parsed();
                let key = key(&text);
                (key, outlines.keep(key, Outline::new(&text, self.source, components)))
            });
            Draft { text, key, outline }
        };
        let drafts: Vec<Draft> = texts.into_par_iter().map(draft).collect();
        for draft in &drafts {
            diagnostics.extend_from_slice(&draft.outline.diagnostics);
        }
        (drafts, diagnostics)
    }

    /// Bakes what every tag of every article needs; results stand where their tags stand.
    fn bake(&self, drafts: &[Draft], shift: &Arc<Shift>) -> Vec<Vec<BakedTag>> {
        if (self.go_on)() {
            self.memory.workshop.begin(shift);
        }
        let tags = || drafts.iter().map(|draft| &draft.outline.jobs);
        let jobs: Vec<BakeJob<'_>> = tags()
            .flatten()
            .flatten()
            .map(|tag| BakeJob { component: &*tag.component, job: tag.job.clone() })
            .collect();
        let oven = Oven {
            source: self.source,
            cache: &self.cache,
            interim: &self.memory.interim,
            progress: self.progress,
            go_on: self.go_on,
        };
        let results = bake::bake(&jobs, oven);
        let fresh = |result: &Outcome| result.as_ref().is_ok_and(|baked| !baked.is_cached());
        let baked = jobs.iter().zip(&results).filter(|(_, result)| fresh(result));
        let baked = baked.map(|(job, _)| Action::new(job.component, &job.job).id());
        self.tally.baked(baked.collect::<BTreeSet<_>>().len());
        let mut results = results.into_iter();
        let mut result = |tag: &Option<_>| tag.as_ref().and_then(|_| results.next());
        tags().map(|tags| tags.iter().map(&mut result).collect()).collect()
    }

    /// The body of an article, with its key.
    fn body(&self, draft: &Draft, baked: &[BakedTag], around: &Around<'_>) -> (Digest, Arc<Body>) {
        let baked_as = |tag: &BakedTag| {
            let outcome = tag.as_ref()?.as_ref();
            Some(json!(outcome.map(|baked| baked.identity())))
        };
        let figures: Vec<_> = baked.iter().map(baked_as).collect();
        let components = &draft.outline.components;
        let widget = |name: &String| around.widget_digests.get(&**name);
        let widgets: Vec<_> = components.keys().map(widget).collect();
        let base_url = around.base_url.map(BaseUrl::as_str);
        let key = key(&(draft.key, components, figures, widgets, base_url, around.sections));
        let still_holds = |body: &Body| body.still_holds(self.source, &around.pages);
        let body = self.memory.bodies.find(&key, still_holds).unwrap_or_else(|| {
            self.tally.rendered();
            let (rendered, diagnostics, seen) = self.render(draft, baked, around);
            self.memory.bodies.keep(key, Body::new(rendered, diagnostics, seen))
        });
        (key, body)
    }

    /// The article of a draft.
    pub(crate) fn parsed<'d>(&self, draft: &'d Draft, components: &Components<'_>) -> &'d Parsed {
        draft.outline.parsed(|| {
            self.tally.parsed();
            Parsed::new(&draft.text, self.source, components).0
        })
    }

    /// Renders an article, and says what was looked at, unless the disk failed.
    fn render(
        &self,
        draft: &Draft,
        baked: &[BakedTag],
        around: &Around<'_>,
    ) -> (Rendered, Vec<Diagnostic>, Option<Vec<Seen>>) {
        let parsed = self.parsed(draft, around.components);
        let figures = Figures { planned: &parsed.planned, baked, widgets: &around.widgets };
        let witness = Witness::new(self.source, &around.pages);
        let (rendered, diagnostics) =
            render_article(&parsed.entry, &figures, around.base_url, &witness);
        (rendered, diagnostics, witness.into_seen())
    }
}

impl Draft {
    /// How many tags it has.
    pub(crate) fn tags(&self) -> usize {
        self.outline.jobs.len()
    }

    /// The path of its page in the output.
    fn page(&self) -> String {
        format!("{}index.html", self.text.dir)
    }

    fn trail(&self, body: Option<Digest>) -> Trail {
        Trail { page: self.page(), outline: self.key, body }
    }
}

/// The browser halves of all components that articles use.
fn widgets(drafts: &[Draft]) -> BTreeMap<&str, WidgetFiles> {
    let mut widgets = BTreeMap::new();
    for tag in drafts.iter().flat_map(|draft| &draft.outline.jobs).flatten() {
        let name = tag.component.name();
        if !widgets.contains_key(name)
            && let Some(files) = WidgetFiles::of(&*tag.component)
        {
            widgets.insert(name, files);
        }
    }
    widgets
}

fn put(
    output: &mut Output,
    diagnostics: &mut Vec<Diagnostic>,
    path: String,
    blob: io::Result<Blob>,
) {
    match blob {
        Ok(blob) => {
            if let Err(misplaced) = output.insert_blob(path, blob) {
                diagnostics.push(misplaced.into());
            }
        }
        Err(error) => {
            let message = format!("`{path}` cannot be read: {error}");
            diagnostics.push(Diagnostic::error("unreadable-file", message));
        }
    }
}
