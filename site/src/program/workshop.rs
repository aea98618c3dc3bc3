//! What the declared components of a site share: from build to build, and during one.

use super::component::ProgramComponent;
use super::permission::{Command, Permission};
use super::server::Server;
use super::widget::WidgetSource;
use crate::config::{Config, Declared, FILE};
use crate::diagnostic::{Diagnostic, Span};
use crate::disk::Disk;
use crate::memory::Kept;
use crate::process::Processes;
use crate::progress::Progress;
use crate::source::SiteSource;
use prebake_plugin::{AnyComponent, Digest};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

/// What a build gives to its declared components.
pub struct Tools<'a> {
    /// Where programs leave their files.
    pub disk: &'a Arc<dyn Disk>,
    /// Who starts programs.
    pub processes: &'a Arc<dyn Processes>,
    /// Whether they may run.
    pub permission: &'a Permission,
}

/// The declared components of one site, the same from build to build as long as nothing of theirs
/// changes.
#[derive(Default)]
pub struct Workshop {
    components: Kept<Digest, ProgramComponent>,
    current: Current,
}

/// The builds that are going on, as components find them.
pub(super) type Current = Arc<Mutex<Shifts>>;

/// Builds that go on at the same time: a server shows what is new while something older is baked.
#[derive(Default)]
pub(super) struct Shifts {
    /// The one that began last.
    pub(super) newest: Option<Arc<Shift>>,
    /// The one that bakes.
    pub(super) baking: Option<Arc<Shift>>,
}

/// One build, as its programs see it.
pub struct Shift {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) processes: Arc<dyn Processes>,
    /// Where the site really is.
    pub(super) root: PathBuf,
    /// When the build began.
    pub(super) began: SystemTime,
    permission: Permission,
    commands: Vec<Command>,
    granted: OnceLock<bool>,
    /// Where the components are declared, by their names.
    places: BTreeMap<String, Span>,
    /// The components whose commands were refused.
    refused: Mutex<BTreeSet<String>>,
    servers: Mutex<BTreeMap<String, Arc<Server>>>,
}

impl Workshop {
    /// Begins a build: gives the components that `config` declares, and the shift to be ended when
    /// all is baked. `known` are the components that there are already.
    pub fn open(
        &self,
        tools: &Tools<'_>,
        config: &Config,
        source: &SiteSource,
        known: &[Arc<dyn AnyComponent>],
    ) -> (Vec<Arc<dyn AnyComponent>>, Arc<Shift>, Vec<Diagnostic>) {
        let place = |it: &Declared| (it.component.name.clone(), it.span.clone());
        let shift = Arc::new(Shift {
            disk: Arc::clone(tools.disk),
            processes: Arc::clone(tools.processes),
            root: source.root().to_owned(),
            began: SystemTime::now(),
            permission: tools.permission.clone(),
            commands: Command::all(&config.components),
            granted: OnceLock::new(),
            places: config.components.iter().map(place).collect(),
            refused: Mutex::default(),
            servers: Mutex::default(),
        });
        self.current.lock().unwrap_or_else(PoisonError::into_inner).newest =
            Some(Arc::clone(&shift));
        let mut found = Vec::new();
        let mut components: Vec<Arc<dyn AnyComponent>> = Vec::new();
        for declared in &config.components {
            let Declared { component, span } = declared;
            if known.iter().any(|it| it.name() == component.name) {
                let message = format!("there is a component `{}` already", component.name);
                let taken = Diagnostic::error("duplicate-component", message);
                found.push(taken.hint("give it another name").at(&span.source, span.range.clone()));
                continue;
            }
            if component.memory.is_some() && !shift.processes.limits_memory() {
                let message = "`memory` is ignored: this system cannot limit it";
                let ignored = Diagnostic::warning("memory-limit-ignored", message);
                found.push(ignored.at(&span.source, span.range.clone()));
            }
            let widget = WidgetSource::load(declared, source, &mut found);
            let allowed = &config.csp.script_src;
            let key = format!("{component:?} {} {allowed:?}", widget.digest());
            let key = Digest::of(key.as_bytes());
            let component = self.components.get(key, || {
                let current = Arc::clone(&self.current);
                ProgramComponent::new(component.clone(), key, widget, allowed, current)
            });
            found.extend_from_slice(component.found());
            components.push(component);
        }
        (components, shift, found)
    }

    /// From now on, programs work for this build.
    pub fn begin(&self, shift: &Arc<Shift>) {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).baking =
            Some(Arc::clone(shift));
    }

    /// A build is over.
    pub(crate) fn forget_unused(&self) {
        self.components.forget_unused();
    }
}

impl Shift {
    /// Whether commands may run; asked for once, where nobody knows.
    pub(super) fn may_run(&self) -> bool {
        *self.granted.get_or_init(|| self.permission.covers(&self.root, &self.commands))
    }

    /// Notes that a component's command was refused.
    pub(super) fn refuse(&self, component: &str) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.insert(component.to_owned());
    }

    /// The server of a component.
    pub(super) fn server(&self, component: &str) -> Arc<Server> {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(servers.entry(component.to_owned()).or_default())
    }

    /// All is baked: lets servers end, and says why figures are missing, if commands were refused:
    /// once for all of them.
    pub fn end(&self, progress: &dyn Progress) -> Option<Diagnostic> {
        let servers =
            std::mem::take(&mut *self.servers.lock().unwrap_or_else(PoisonError::into_inner));
        for (component, server) in servers {
            server.close(&|line| progress.log(&component, line));
        }
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let mut places: Vec<_> =
            refused.iter().filter_map(|name| Some((name, self.places.get(name)?))).collect();
        places.sort_by_key(|(_, span)| span.range.start);
        let (name, Span { source, range }) = places.first()?;
        let command = self.commands.iter().find(|command| command.component == **name)?;
        let message = format!("`{command}` was not run: nobody has allowed this site's commands");
        let hint = format!(
            "look at every `command` in `{FILE}`; then build with `--allow-commands`, or once from \
             a terminal, which asks"
        );
        Some(Diagnostic::error("refused-command", message).hint(hint).at(source, range.clone()))
    }
}
