//! What is wrong, where, and what to do about it.

pub mod catalogue;
mod json;
mod lines;
mod render;
mod summary;
mod wrap;

pub use json::to_json;
pub use render::render;
pub use summary::Summary;

use lines::{Lines, Position};
use prebake_plugin::{FilePlace, Problem, Severity, SitePath, Source};
use std::ops::Range;
use std::sync::Arc;

/// One mistake, note or warning, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How serious it is.
    pub severity: Severity,
    /// A stable kebab-case code: `unknown-component`.
    pub code: String,
    /// One line: lower case at the start, no full stop at the end.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Where it is; `None` where no file is at fault.
    pub span: Option<Span>,
}

/// A stretch of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The file it is in.
    pub source: Arc<SourceFile>,
    /// The bytes of it.
    pub range: Range<usize>,
}

/// A text file of the site, as it was read.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it lies: `content/quantization/index.md`.
    pub path: SitePath,
    /// Its text.
    pub text: String,
}

/// Another tool's message as messages are written here: lower case at the start, no full stop at the
/// end.
pub(crate) fn house(said: &str) -> String {
    let mut letters = said.trim_end_matches('.').chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

impl SourceFile {
    /// A place that was told by line and column, with its file; `None` where that is no text, or not
    /// so long.
    #[must_use]
    pub fn place(place: &FilePlace, source: &dyn Source) -> Option<(Arc<Self>, Range<usize>)> {
        let text = str::from_utf8(&source.read(&place.path).ok()?).ok()?.to_owned();
        let line = text.split_inclusive('\n').nth(place.line.checked_sub(1)?)?;
        let start = line.as_ptr().addr() - text.as_ptr().addr();
        let line = line.trim_end();
        let range = match place.column.and_then(|column| column.checked_sub(1)) {
            Some(column) => {
                let (at, character) = line.char_indices().nth(column)?;
                start + at..start + at + character.len_utf8()
            }
            None => start..start + line.len(),
        };
        Some((Arc::new(Self { path: place.path.clone(), text }), range))
    }
}

impl Span {
    /// The line and the column, in characters, of its beginning, both counted from 1.
    #[must_use]
    pub fn start(&self) -> (usize, usize) {
        let Position { line, column } = Lines::default().position(&self.source, self.range.start);
        (line, column)
    }
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::from(Problem::error(code, message))
    }

    /// A warning without a place.
    pub fn warning(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::from(Problem::warning(code, message))
    }

    /// A note without a place.
    pub fn note(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::from(Problem::note(code, message))
    }

    /// Adds the place.
    #[must_use]
    pub fn at(mut self, source: &Arc<SourceFile>, range: Range<usize>) -> Self {
        self.span = Some(Span { source: Arc::clone(source), range });
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Takes every warning for an error.
pub fn raise_warnings(diagnostics: &mut [Diagnostic]) {
    for found in diagnostics.iter_mut().filter(|found| found.severity == Severity::Warning) {
        found.severity = Severity::Error;
    }
}

/// The first of the most serious, in the order in which they are shown.
#[must_use]
pub fn worst(diagnostics: &[Diagnostic]) -> Option<&Diagnostic> {
    // Of several that are equal, the last one is taken.
    sorted(diagnostics).into_iter().rev().max_by_key(|found| found.severity)
}

/// By file and place; those without a place first.
fn sorted(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_cached_key(|diagnostic| {
        let place = diagnostic.span.as_ref();
        let place = place.map(|span| (span.source.path.clone(), span.range.start, span.range.end));
        (place, std::cmp::Reverse(diagnostic.severity), diagnostic.code.clone())
    });
    sorted
}

impl From<Problem> for Diagnostic {
    fn from(problem: Problem) -> Self {
        let Problem { severity, code, message, hint, prop: _, place: _ } = problem;
        Self { severity, code, message, hint, span: None }
    }
}
