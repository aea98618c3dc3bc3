//! What the programs of one build share.

use super::component::ProgramComponent;
use super::permission::{Command, Permission};
use crate::config::{Config, FILE};
use crate::diagnostic::{Diagnostic, Span};
use crate::disk::Disk;
use crate::process::Processes;
use crate::progress::Progress;
use crate::source::SiteSource;
use prebake_plugin::AnyComponent;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

/// Where the programs of one build run. Make a new one for each build.
pub struct Workshop<'b> {
    pub(super) disk: &'b dyn Disk,
    pub(super) processes: &'b dyn Processes,
    pub(super) progress: &'b dyn Progress,
    /// Where the site really is.
    pub(super) root: &'b Path,
    /// When the build began.
    pub(super) began: SystemTime,
    permission: &'b Permission,
    commands: Vec<Command>,
    granted: OnceLock<bool>,
    /// The first command that was refused.
    refused: Mutex<Option<(Span, String)>>,
}

impl<'b> Workshop<'b> {
    /// The workshop of the site that `source` reads.
    #[must_use]
    pub fn new(
        config: &Config,
        source: &'b SiteSource,
        disk: &'b Arc<dyn Disk>,
        processes: &'b dyn Processes,
        permission: &'b Permission,
        progress: &'b dyn Progress,
    ) -> Self {
        Self {
            disk: &**disk,
            processes,
            progress,
            root: source.root(),
            began: SystemTime::now(),
            permission,
            commands: Command::all(&config.components),
            granted: OnceLock::new(),
            refused: Mutex::default(),
        }
    }

    /// The components that `config` declares; `known` are the names of those that there are already.
    #[must_use]
    pub fn components(
        &'b self,
        config: &Config,
        source: &SiteSource,
        known: &[&str],
    ) -> (Vec<Box<dyn AnyComponent + 'b>>, Vec<Diagnostic>) {
        let mut found = Vec::new();
        let mut components: Vec<Box<dyn AnyComponent + 'b>> = Vec::new();
        for component in &config.components {
            let Span { source: file, range } = &component.span;
            if known.contains(&&*component.name) {
                let message = format!("there is a component `{}` already", component.name);
                let taken = Diagnostic::error("duplicate-component", message)
                    .hint("give it another name")
                    .at(file, range.clone());
                found.push(taken);
                continue;
            }
            if component.memory.is_some() && !self.processes.limits_memory() {
                let message = "`memory` is ignored: this system cannot limit it";
                let ignored = Diagnostic::warning("memory-limit-ignored", message);
                found.push(ignored.at(file, range.clone()));
            }
            let component = ProgramComponent::new(
                component.clone(),
                &config.csp.script_src,
                source,
                self,
                &mut found,
            );
            components.push(Box::new(component));
        }
        (components, found)
    }

    /// Whether commands may run; asked for once, where nobody knows.
    pub(super) fn may_run(&self) -> bool {
        *self.granted.get_or_init(|| self.permission.covers(self.root, &self.commands))
    }

    /// Notes that a command was refused.
    pub(super) fn refuse(&self, span: &Span, command: String) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let start = |span: &Span| span.range.start;
        if refused.as_ref().is_none_or(|(known, _)| start(span) < start(known)) {
            *refused = Some((span.clone(), command));
        }
    }

    /// Why figures are missing, if commands were refused: one diagnostic for all of them.
    #[must_use]
    pub fn refusal(&self) -> Option<Diagnostic> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let (Span { source, range }, command) = refused.as_ref()?;
        let message = format!("{command} was not run: nobody has allowed this site's commands");
        let hint = format!(
            "look at every `command` in `{FILE}`; then build with `--allow-commands`, or once from \
             a terminal, which asks"
        );
        Some(Diagnostic::error("refused-command", message).hint(hint).at(source, range.clone()))
    }
}
