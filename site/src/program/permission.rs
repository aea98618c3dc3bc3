//! Whether a site's commands may run.

use crate::config::Declared;
use prebake_plugin::Digest;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// A program that `prebake.toml` declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The component that it makes.
    pub component: String,
    /// The program and its arguments.
    pub words: Vec<String>,
}

impl Command {
    /// Those of a site, in the order of their components' names.
    #[must_use]
    pub fn all(components: &[Declared]) -> Vec<Self> {
        let mut commands: Vec<Self> = components
            .iter()
            .map(|declared| &declared.component)
            .filter(|component| !component.command.is_empty())
            .map(|it| Self { component: it.name.clone(), words: it.command.clone() })
            .collect();
        commands.sort_by(|a, b| a.component.cmp(&b.component));
        commands
    }

    /// Names these commands of the site at `root`, and no others.
    #[must_use]
    pub fn digest(commands: &[Self], root: &Path) -> Digest {
        let lines: Vec<_> = commands.iter().map(|it| (&it.component, &it.words)).collect();
        // Lists of text can be written as JSON.
        let text = serde_json::to_string(&(root.to_string_lossy(), lines)).unwrap_or_default();
        Digest::of(text.as_bytes())
    }
}

impl fmt::Display for Command {
    /// The command as one would type it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::failure::shown(&self.words))
    }
}

/// Whether a site's commands may run. By default they may not.
#[derive(Clone, Default)]
pub enum Permission {
    /// None of them.
    #[default]
    Refused,
    /// All that `prebake.toml` lists.
    Granted,
    /// Whoever it is that knows, or asks the author.
    Asked(Arc<Ask>),
}

/// Gets a site's root and all its commands, and says whether these may run.
pub type Ask = dyn Fn(&Path, &[Command]) -> bool + Send + Sync;

impl Permission {
    pub(super) fn covers(&self, root: &Path, commands: &[Command]) -> bool {
        match self {
            Self::Refused => false,
            Self::Granted => true,
            Self::Asked(ask) => ask(root, commands),
        }
    }
}

impl fmt::Debug for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "Refused",
            Self::Granted => "Granted",
            Self::Asked(_) => "Asked",
        })
    }
}
