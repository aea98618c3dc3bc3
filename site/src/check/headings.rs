//! Headings that skip a level.

use super::article::Looked;
use crate::diagnostic::Diagnostic;

pub(super) fn find(article: &Looked<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // The page's title is a heading of the first level.
    let mut before = 1;
    for heading in &article.entry.article.headings {
        if heading.level > before + 1 {
            let message = format!(
                "this heading is of level {}, and the one before it of level {before}",
                heading.level
            );
            let hint = format!("write `{} …`", "#".repeat(usize::from(before) + 1));
            found.push(article.warning("skipped-heading", message, &heading.span).hint(hint));
        }
        before = heading.level;
    }
    found
}
