//! Anchors of headings, made as GitHub makes them.

use std::collections::{BTreeMap, BTreeSet};

/// The anchors of one article, each used once.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    used: BTreeSet<String>,
    /// Where to go on counting for a slug that was used before.
    next: BTreeMap<String, usize>,
}

impl Anchors {
    /// Takes an anchor that the author chose; false where it was taken already.
    pub(crate) fn reserve(&mut self, anchor: &str) -> bool {
        self.used.insert(anchor.to_owned())
    }

    /// An anchor for a heading of this text: its slug, with `-1`, `-2` … where that is taken.
    pub(crate) fn unique(&mut self, text: &str) -> String {
        let slug = slug(text);
        let mut count = self.next.get(&slug).copied().unwrap_or(0);
        loop {
            let anchor = if count == 0 { slug.clone() } else { format!("{slug}-{count}") };
            count += 1;
            if self.used.insert(anchor.clone()) {
                self.next.insert(slug, count);
                return anchor;
            }
        }
    }
}

/// Lower case; letters, digits, marks, `-` and `_` stay, spaces become `-`, the rest goes.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for character in text.trim().chars() {
        match character {
            ' ' => slug.push('-'),
            '-' | '_' => slug.push(character),
            other if other.is_alphanumeric() || is_mark(other) => slug.extend(other.to_lowercase()),
            _ => {}
        }
    }
    if slug.is_empty() { "section".to_owned() } else { slug }
}

/// Combining marks that letters are written with but that are not alphabetic by themselves:
/// diacritics, viramas of the scripts of India, joiners.
fn is_mark(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5BD}'
            | '\u{64B}'..='\u{65F}' | '\u{900}'..='\u{963}' | '\u{981}'..='\u{DDF}'
            | '\u{E31}'..='\u{E4E}' | '\u{200C}' | '\u{200D}' | '\u{3099}' | '\u{309A}'
    )
}
