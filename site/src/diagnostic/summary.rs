//! How many diagnostics of each kind there are.

use super::Diagnostic;
use crate::report::counted;
use prebake_plugin::Severity;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;

/// What a run found: `2 errors, 1 warning in 2 articles`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// How many errors.
    pub errors: usize,
    /// How many warnings.
    pub warnings: usize,
    /// How many notes.
    pub notes: usize,
    /// In how many files that have a text.
    pub files: usize,
    /// All of these files are articles.
    #[serde(skip)]
    is_of_articles: bool,
}

impl Summary {
    /// Counts.
    #[must_use]
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let count = |severity| diagnostics.iter().filter(|it| it.severity == severity).count();
        let files: BTreeSet<_> = diagnostics
            .iter()
            .filter_map(|found| Some(&found.span.as_ref()?.source.path))
            .collect();
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            files: files.len(),
            is_of_articles: files.iter().all(|path| path.extension() == "md"),
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")];
        let kinds: Vec<String> = kinds
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| counted(count, name))
            .collect();
        f.write_str(&kinds.join(", "))?;
        match self.files {
            0 => Ok(()),
            files => {
                let name = if self.is_of_articles { "article" } else { "file" };
                write!(f, " in {}", counted(files, name))
            }
        }
    }
}
