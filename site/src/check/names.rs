//! Names that nothing uses.

use super::article::Looked;
use crate::diagnostic::Diagnostic;
use crate::parse::KEYS;
use prebake_plugin::nearest;
use std::ops::Range;

pub(super) fn find(article: &Looked<'_>) -> Vec<Diagnostic> {
    let names = &article.entry.article.names;
    let mut found = Vec::new();
    for (name, place) in names.declared.iter().filter(|(name, _)| !names.used.contains(*name)) {
        let message = format!("nothing uses `{name}`");
        found.push(article.warning("unused-name", message, place).hint("remove it"));
    }
    let values = &article.entry.article.front.values;
    for key in values.keys().filter(|key| !names.used.contains(*key)) {
        let missing = KEYS.into_iter().filter(|known| !values.contains_key(*known));
        if let Some(meant) = nearest(key, missing).filter(|_| !KEYS.contains(&key.as_str())) {
            let message = format!("nothing uses `{key}`");
            let warning = article.warning("misspelt-key", message, &place_of(article, key));
            found.push(warning.hint(format!("did you mean `{meant}`?")));
        }
    }
    found
}

/// Where the front matter has a key.
fn place_of(article: &Looked<'_>, key: &str) -> Range<usize> {
    let text = &article.source().text;
    let start = text.find(&format!("\n{key}")).map_or(0, |at| at + 1);
    start..start + if start == 0 { 0 } else { key.len() }
}
