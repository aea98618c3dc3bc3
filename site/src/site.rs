//! The whole way, from a folder of articles to the files of a site.

use crate::bake::in_pool;
use crate::cache::Cache;
use crate::cli::CommandLine;
use crate::config::BaseUrl;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::catalogue::Catalogue;
use crate::disk::Disk;
use crate::memory::{Memory, Tally, Work};
use crate::output::Output;
use crate::process::{Processes, RealProcesses};
use crate::program::{Permission, Tools};
use crate::progress::{Progress, Silent};
use crate::report::Report;
use crate::run::Run;
use crate::source::SiteSource;
use prebake_plugin::{AnyComponent, SitePath};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// A site: where it lies, and the components that its articles may use.
pub struct Site {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) root: PathBuf,
    pub(crate) components: Vec<Arc<dyn AnyComponent>>,
    pub(crate) processes: Arc<dyn Processes>,
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
    /// Whether the programs that `prebake.toml` lists may run.
    pub commands: Permission,
    /// Warnings are errors.
    pub strict: bool,
}

/// What a build made.
#[derive(Debug, Default)]
pub struct Build {
    /// The files of the site; `None` when a diagnostic is an error.
    pub output: Option<Output>,
    /// Every mistake of every article.
    pub diagnostics: Vec<Diagnostic>,
    /// What was computed, and what it costs.
    pub report: Report,
    /// How many figures are still to be baked; placeholders stand for them.
    pub pending: usize,
    /// How much had to be done.
    pub work: Work,
    /// The files and folders that it was made of, there or not.
    pub reads: Vec<SitePath>,
}

impl Site {
    /// The site at `root`, with Prebake's own components.
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>, root: PathBuf) -> Self {
        Self { disk, root, components: Vec::new(), processes: Arc::new(RealProcesses::default()) }
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

    /// The disk that it lies on.
    #[must_use]
    pub fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }

    /// The command line, for the `main` of a site that has components of its own:
    ///
    /// ```no_run
    /// # use prebake_scrub::Scrub as MyFigure;
    /// fn main() -> std::process::ExitCode {
    ///     prebake::Site::cli().component(MyFigure).run()
    /// }
    /// ```
    #[must_use]
    pub fn cli() -> CommandLine {
        CommandLine::default()
    }

    /// Adds a component. One that has the name of another takes its place.
    #[must_use]
    pub fn component(self, component: impl AnyComponent + 'static) -> Self {
        self.shared(Arc::new(component))
    }

    /// Adds a component that other sites use, too.
    pub(crate) fn shared(mut self, component: Arc<dyn AnyComponent>) -> Self {
        self.components.retain(|known| known.name() != component.name());
        self.components.push(component);
        self
    }

    /// What every diagnostic of this site means.
    #[must_use]
    pub fn catalogue(&self) -> Catalogue {
        Catalogue::new(&self.components)
    }

    /// The components that its articles may use.
    #[must_use]
    pub fn components(&self) -> &[Arc<dyn AnyComponent>] {
        &self.components
    }

    pub(crate) fn source(&self) -> Result<SiteSource, Diagnostic> {
        SiteSource::new(Arc::clone(&self.disk), &self.root).map_err(|error| unreadable(&error))
    }

    pub(crate) fn cache(&self) -> Cache {
        Cache::new(Arc::clone(&self.disk), &self.root)
    }

    /// Whether tags may name it.
    pub(crate) fn has(&self, component: &str) -> bool {
        self.components.iter().any(|known| known.name() == component)
    }

    /// Starts programs through `processes`, instead of those of the machine.
    #[must_use]
    pub fn processes(mut self, processes: Arc<dyn Processes>) -> Self {
        self.processes = processes;
        self
    }

    /// Builds the site. Nothing is written but the cache.
    pub fn build(&self, options: &Options, progress: &dyn Progress) -> Build {
        self.rebuild(&Memory::default(), options, progress)
    }

    /// What declared components work with.
    pub(crate) fn tools<'a>(&'a self, options: &'a Options) -> Tools<'a> {
        Tools { disk: &self.disk, processes: &self.processes, permission: &options.commands }
    }

    /// What earlier processes left in the cache of this site.
    #[must_use]
    pub fn recall(&self) -> Memory {
        let memory = Memory::default();
        if let Ok(root) = self.disk.canonicalize(&self.root) {
            memory.restore(&self.components, &self.cache(), &self.disk, &root);
        }
        memory
    }

    /// Leaves in the cache what a later process can use of the newest good build. Where that fails
    /// the later one has more to do.
    pub fn remember(&self, memory: &Memory) {
        if let Ok(root) = self.disk.canonicalize(&self.root) {
            memory.store(&self.cache(), &root);
        }
    }

    /// Builds the site, and does again only what has to be: `memory` is what earlier builds left.
    /// What comes out is what [`build`](Self::build) would make.
    pub fn rebuild(&self, memory: &Memory, options: &Options, progress: &dyn Progress) -> Build {
        memory.interim.forget_unproven();
        self.build_while(memory, options, progress, &|| true)
    }

    /// The same at once: what takes time is not baked, but left [pending](Build::pending).
    #[must_use]
    pub fn glance(&self, memory: &Memory, options: &Options) -> Build {
        self.build_while(memory, options, &Silent, &|| false)
    }

    /// Bakes what is pending, for as long as `go_on` says so, and makes nothing of it yet. Says what is
    /// wrong with the cache.
    pub fn bake(
        &self,
        memory: &Memory,
        options: &Options,
        progress: &dyn Progress,
        go_on: &(dyn Fn() -> bool + Sync),
    ) -> Vec<Diagnostic> {
        let baked = self.run(memory, options, progress, go_on, |run| run.bake_only());
        // A site that has gone is told of by the build that comes next.
        baked.unwrap_or_default()
    }

    fn build_while(
        &self,
        memory: &Memory,
        options: &Options,
        progress: &dyn Progress,
        go_on: &(dyn Fn() -> bool + Sync),
    ) -> Build {
        memory.forget_unreadable();
        let build = self.build_unread(memory, options, progress, go_on);
        if build.output.as_ref().is_none_or(Output::is_whole) {
            return build;
        }
        memory.forget_all();
        self.build_unread(memory, options, progress, go_on)
    }

    /// As [`rebuild`](Self::rebuild), but pages and files that are as an earlier process left them need
    /// not be read: for who looks at their digests first. Some may turn out to be lost; with a memory
    /// that has forgotten everything, none will.
    pub(crate) fn rebuild_unread(
        &self,
        memory: &Memory,
        options: &Options,
        progress: &dyn Progress,
    ) -> Build {
        memory.interim.forget_unproven();
        self.build_unread(memory, options, progress, &|| true)
    }

    fn build_unread(
        &self,
        memory: &Memory,
        options: &Options,
        progress: &dyn Progress,
        go_on: &(dyn Fn() -> bool + Sync),
    ) -> Build {
        let start = Instant::now();
        let run = |memory: &Memory| self.run(memory, options, progress, go_on, |run| run.build());
        let built = run(memory).and_then(|built| match built {
            Some(built) => Ok(built),
            None => {
                memory.forget_all();
                let astray = || io::Error::other("its files change all the time");
                run(memory)?.ok_or_else(astray)
            }
        });
        let mut build = match built {
            Ok((build, trails)) => {
                memory.took(trails);
                build
            }
            Err(error) => Build { diagnostics: vec![unreadable(&error)], ..Build::default() },
        };
        memory.forget_unused();
        build.report.seconds = start.elapsed().as_secs_f64();
        build
    }

    /// Does `work` with what all stages share.
    ///
    /// # Errors
    /// Where the site's folder cannot be read.
    pub(crate) fn run<T: Send>(
        &self,
        memory: &Memory,
        options: &Options,
        progress: &dyn Progress,
        go_on: &(dyn Fn() -> bool + Sync),
        work: impl FnOnce(&Run<'_>) -> T + Send,
    ) -> io::Result<T> {
        let files = Arc::clone(&memory.files);
        let source = SiteSource::remembering(Arc::clone(&self.disk), &self.root, files)?;
        let (disk, figures) = (Arc::clone(&self.disk), Arc::clone(&memory.figures));
        let run = Run {
            components: &self.components,
            tools: self.tools(options),
            source: &source,
            cache: Cache::remembering(disk, &self.root, figures),
            memory,
            options,
            progress,
            tally: Tally::default(),
            go_on,
        };
        Ok(in_pool(options.jobs, || work(&run)))
    }
}

pub(crate) fn unreadable(error: &io::Error) -> Diagnostic {
    Diagnostic::error("unreadable-file", format!("the site's folder cannot be read: {error}"))
}
