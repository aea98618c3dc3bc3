//! Diagnostics as JSON, for editors and continuous integration.

use super::lines::{Lines, Position};
use super::{Diagnostic, Summary, sorted};
use prebake_plugin::Severity;
use serde::Serialize;
use std::ops::Range;

/// Grows when a field changes its meaning or goes; new fields may come at any time.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    summary: Summary,
    diagnostics: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Found<'a> {
    code: &'a str,
    severity: Severity,
    message: &'a str,
    hint: Option<&'a str>,
    /// From the site's root, with forward slashes.
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    /// First, and behind the last.
    bytes: Option<[usize; 2]>,
}

/// All of `diagnostics` by file and place, as one document of JSON that ends in a line end:
///
/// ```json
/// {"version":1,"summary":{"errors":1,"warnings":0,"notes":0,"files":1},"diagnostics":[{
///   "code":"unknown-prop","severity":"error","message":"…","hint":"…",
///   "file":"content/a/index.md","line":3,"column":14,"end_line":3,"end_column":21,
///   "bytes":[18,25]}]}
/// ```
///
/// Lines and columns count from 1, columns in characters (Unicode scalar values); the end is the
/// place behind the last character; `bytes` are those of the file's text as UTF-8, from 0. Of a
/// diagnostic without a place, all of these and `file` are `null`; so is `hint` where there is none.
#[must_use]
pub fn to_json(diagnostics: &[Diagnostic]) -> String {
    let mut lines = Lines::default();
    let found = sorted(diagnostics).into_iter().map(|found| Found::new(found, &mut lines));
    let document = Document {
        version: VERSION,
        summary: Summary::of(diagnostics),
        diagnostics: found.collect(),
    };
    let mut text = serde_json::to_string(&document).unwrap_or_default();
    text.push('\n');
    text
}

impl<'a> Found<'a> {
    fn new(diagnostic: &'a Diagnostic, lines: &mut Lines) -> Self {
        let Diagnostic { severity, code, message, hint, span } = diagnostic;
        let range = span.as_ref().map(|span| {
            let text = &span.source.text;
            let start = text.floor_char_boundary(span.range.start);
            start..text.ceil_char_boundary(span.range.end).max(start)
        });
        let mut position = |at: fn(&Range<usize>) -> usize| {
            let (span, range) = span.as_ref().zip(range.as_ref())?;
            Some(lines.position(&span.source, at(range)))
        };
        let (start, end) = (position(|range| range.start), position(|range| range.end));
        let line = |position: Option<Position>| position.map(|it| it.line);
        let column = |position: Option<Position>| position.map(|it| it.column);
        Self {
            code,
            severity: *severity,
            message,
            hint: hint.as_deref(),
            file: span.as_ref().map(|span| span.source.path.as_str()),
            line: line(start),
            column: column(start),
            end_line: line(end),
            end_column: column(end),
            bytes: range.map(|range| [range.start, range.end]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::to_json;
    use crate::diagnostic::{Diagnostic, SourceFile};
    use prebake_plugin::SitePath;
    use std::sync::Arc;

    #[test]
    fn places_are_counted_for_people_and_for_programs() {
        let path = SitePath::new("content/a.md").unwrap();
        let text = "\u{FEFF}One.\r\nÄ <B\r\n".to_owned();
        let source = Arc::new(SourceFile { path, text });
        let diagnostics = [
            Diagnostic::warning("b", "two lines").at(&source, 3..12),
            Diagnostic::error("a", "nowhere").hint("look"),
            Diagnostic::note("c", "behind the end").at(&source, 14..99),
        ];
        let json: serde_json::Value = serde_json::from_str(&to_json(&diagnostics)).unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&json).unwrap());
    }
}
