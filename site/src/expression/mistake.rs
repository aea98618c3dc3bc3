//! What is wrong with an expression, before it is tied to its file.

use crate::diagnostic::{Diagnostic, SourceFile};
use std::ops::Range;
use std::sync::Arc;

/// What is wrong, at which bytes of the expression's text, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// A stable kebab-case code; the module's page lists them.
    pub code: &'static str,
    /// One line: lower case at the start, no full stop at the end.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The bytes of the expression's text.
    pub range: Range<usize>,
}

impl Mistake {
    pub(super) fn new(
        code: &'static str,
        message: impl Into<String>,
        range: &Range<usize>,
    ) -> Self {
        Self { code, message: message.into(), hint: None, range: range.clone() }
    }

    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// An error in `source`, where the expression's text begins at byte `offset`.
    pub fn into_diagnostic(self, source: &Arc<SourceFile>, offset: usize) -> Diagnostic {
        let range = self.range.start + offset..self.range.end + offset;
        let diagnostic = Diagnostic::error(self.code, self.message).at(source, range);
        match self.hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    }
}
