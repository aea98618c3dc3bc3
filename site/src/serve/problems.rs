//! What is wrong with the site, for a page's overlay.

use crate::diagnostic::{self, Diagnostic};
use serde_json::{Value, json};

/// How many columns of text the overlay shows.
const WIDTH: usize = 100;

/// Nobody reads further on a page; the terminal has them all.
const MOST: usize = 50;

/// Diagnostics as the overlay wants them, the worst first: the text that the terminal shows, and
/// where there is one the place in it and its parts.
pub(super) fn problems(diagnostics: &[Diagnostic]) -> Value {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|found| std::cmp::Reverse(found.severity));
    sorted.into_iter().take(MOST).map(problem).collect()
}

fn problem(found: &Diagnostic) -> Value {
    let text = diagnostic::render(std::slice::from_ref(found), false, WIDTH);
    let mut problem = json!({ "severity": found.severity, "text": text });
    if let Some(span) = &found.span {
        let (line, column) = span.start();
        let path = span.source.path.as_str();
        problem["path"] = path.into();
        problem["line"] = line.into();
        problem["column"] = column.into();
        problem["place"] = format!("{path}:{line}:{column}").into();
    }
    problem
}
