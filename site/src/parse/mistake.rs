//! A mistake found by one of the small parsers, before it is tied to its file.

use crate::diagnostic::{Diagnostic, SourceFile};
use crate::expression;
use std::ops::Range;
use std::sync::Arc;

/// What is wrong, and at which bytes of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    code: &'static str,
    message: String,
    hint: Option<String>,
    range: Range<usize>,
    is_warning: bool,
}

impl Mistake {
    pub(crate) fn new(code: &'static str, message: impl Into<String>, range: Range<usize>) -> Self {
        Self { code, message: message.into(), hint: None, range, is_warning: false }
    }

    /// One of an expression whose text begins at byte `offset`.
    pub(crate) fn in_prose(mistake: expression::Mistake, offset: usize) -> Self {
        let expression::Mistake { code, message, hint, range } = mistake;
        let otherwise = "where text is meant, write `\\{`";
        let hint = match hint {
            Some(hint) => format!("{hint}; {otherwise}"),
            None => otherwise.to_owned(),
        };
        Self::new(code, message, range.start + offset..range.end + offset).hint(hint)
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What it is, and where it starts.
    pub(crate) fn key(&self) -> (&'static str, usize) {
        (self.code, self.range.start)
    }

    /// The build goes on in spite of it.
    #[must_use]
    pub(crate) fn warning(mut self) -> Self {
        self.is_warning = true;
        self
    }

    pub(crate) fn into_diagnostic(self, source: &Arc<SourceFile>) -> Diagnostic {
        let diagnostic = if self.is_warning {
            Diagnostic::warning(self.code, self.message)
        } else {
            Diagnostic::error(self.code, self.message)
        };
        let diagnostic = diagnostic.at(source, self.range);
        match self.hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    }
}
