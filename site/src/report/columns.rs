//! Text in columns.

use unicode_width::UnicodeWidthStr as _;

/// Columns as wide as their widest cell, two spaces apart.
pub(crate) struct Columns<const N: usize> {
    widths: [usize; N],
    right: [bool; N],
}

impl<const N: usize> Columns<N> {
    /// Columns for these rows; those that are `right` end at one edge, as numbers should.
    pub(crate) fn of<'a>(rows: impl Iterator<Item = &'a [String; N]>, right: [bool; N]) -> Self {
        let mut widths = [0; N];
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.width().max(*width);
            }
        }
        Self { widths, right }
    }

    /// Where a column starts.
    pub(crate) fn start(&self, column: usize) -> usize {
        self.widths[..column].iter().map(|width| width + 2).sum()
    }

    /// One row, without white space at its end.
    pub(crate) fn row(&self, cells: &[String; N]) -> String {
        let mut row = String::new();
        for ((cell, width), right) in cells.iter().zip(self.widths).zip(self.right) {
            if !row.is_empty() {
                row += "  ";
            }
            let space = " ".repeat(width.saturating_sub(cell.width()));
            let (before, after) = if right { (&*space, "") } else { ("", &*space) };
            row.extend([before, cell, after]);
        }
        row.truncate(row.trim_end().len());
        row
    }
}
