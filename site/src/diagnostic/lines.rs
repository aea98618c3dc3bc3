//! From bytes of a file to lines and columns.

use super::SourceFile;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Where the lines of each file start, found once.
#[derive(Default)]
pub(super) struct Lines {
    starts: BTreeMap<*const SourceFile, Vec<usize>>,
}

/// A place as a reader counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    /// Counted from 1.
    pub(super) line: usize,
    /// In characters, counted from 1.
    pub(super) column: usize,
}

impl Lines {
    /// The number of the line that holds byte `at`, counted from 1, and its bytes without its end.
    pub(super) fn line(&mut self, source: &Arc<SourceFile>, at: usize) -> (usize, Range<usize>) {
        let text = &source.text;
        let starts = self.starts.entry(Arc::as_ptr(source)).or_insert_with(|| {
            let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect()
        });
        let line = starts.partition_point(|&line| line <= at);
        let start = starts.get(line - 1).copied().unwrap_or(0);
        let end = starts.get(line).map_or(text.len(), |next| next - 1);
        (line, start..start + text[start..end].trim_end_matches('\r').len())
    }

    /// The place of byte `at`; one behind its line's last character counts as just behind it, and one
    /// inside a character as before it.
    pub(super) fn position(&mut self, source: &Arc<SourceFile>, at: usize) -> Position {
        let text = &source.text;
        let at = text.floor_char_boundary(at);
        let (line, range) = self.line(source, at);
        let bom = usize::from(range.start == 0 && text.starts_with('\u{FEFF}'));
        let before = &text[range.start..at.min(range.end)];
        Position { line, column: before.chars().count().saturating_sub(bom) + 1 }
    }
}
