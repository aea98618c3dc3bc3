//! Hides tags from Markdown: each becomes one plain word of the same length in bytes, so that every
//! offset still holds.

use super::scan::Candidate;
use super::settle::Shown;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// The first character of every placeholder, a noncharacter of three bytes: `<A>` is as long.
pub(crate) const MARK: char = '\u{FDD0}';
const FILLER: u8 = b'x';

/// The text that Markdown sees, and what is hidden in it.
pub(crate) struct Masked {
    pub(crate) text: String,
    /// Indices of the hidden candidates, and their places in order.
    hidden: Vec<(usize, Range<usize>)>,
}

impl Masked {
    /// Hides every candidate that can be hidden and is not in `shown`; bytes before `body`
    /// become line ends.
    pub(crate) fn new(
        source: &str,
        body: usize,
        candidates: &[Candidate],
        shown: &BTreeMap<usize, Shown>,
    ) -> Self {
        let mut text = "\n".repeat(body);
        text.reserve(source.len() - body);
        let mut hidden = Vec::new();
        let mut at = body;
        for (index, candidate) in candidates.iter().enumerate() {
            let range = &candidate.range;
            if !candidate.can_mask() || shown.contains_key(&range.start) {
                continue;
            }
            text.push_str(&source[at..range.start]);
            text.push(MARK);
            let filler = range.len() - MARK.len_utf8();
            text.extend(std::iter::repeat_n(char::from(FILLER), filler));
            hidden.push((index, range.clone()));
            at = range.end;
        }
        text.push_str(&source[at..]);
        Self { text, hidden }
    }

    /// The candidates hidden in `range`, as indices, in order.
    pub(crate) fn hidden_in(&self, range: &Range<usize>) -> &[(usize, Range<usize>)] {
        let from = self.hidden.partition_point(|(_, place)| place.start < range.start);
        let to = self.hidden.partition_point(|(_, place)| place.start < range.end);
        &self.hidden[from..to.max(from)]
    }

    /// Cuts `content`, which Markdown made of the bytes in `range`, at its placeholders. A mark
    /// that hides nothing was written as a character reference, and becomes U+FFFD.
    pub(crate) fn split<'c>(&self, content: &'c str, range: &Range<usize>) -> Vec<Part<'c>> {
        let mut hidden = self.hidden_in(range).iter();
        let mut parts = Vec::new();
        let mut rest = content;
        while let Some(at) = rest.find(MARK) {
            if at > 0 {
                parts.push(Part::Text(&rest[..at]));
            }
            match hidden.next() {
                Some((index, place)) => {
                    parts.push(Part::Hidden(*index));
                    rest = rest.get(at + place.len()..).unwrap_or("");
                }
                None => {
                    parts.push(Part::Text("\u{FFFD}"));
                    rest = &rest[at + MARK.len_utf8()..];
                }
            }
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest));
        }
        parts
    }

    /// `content` with the source of every placeholder put back.
    pub(crate) fn restore(
        &self,
        content: &str,
        range: &Range<usize>,
        candidates: &[Candidate],
        source: &str,
    ) -> String {
        let parts = self.split(content, range);
        parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text,
                Part::Hidden(index) => &source[candidates[*index].range.clone()],
            })
            .collect()
    }
}

/// A piece of what Markdown made of masked text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part<'c> {
    Text(&'c str),
    /// The index of the candidate that is hidden here.
    Hidden(usize),
}

/// The text with every mark that an author wrote replaced by U+FFFD, which is as long.
pub(crate) fn without_marks(text: &str) -> Cow<'_, str> {
    if text.contains(MARK) {
        Cow::Owned(text.replace(MARK, "\u{FFFD}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{MARK, Masked, Part};
    use crate::parse::scan::Scanner;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    proptest! {
        #[test]
        fn every_offset_still_holds(text in "(<A>|<Box a=\"é\n\"/>|</Box>|\\{k\\}|\\{k \\+ 'é'\\}|\\{|<|>|é|a|\n|`|\\\\){0,20}") {
            let scanner = Scanner::new(&text, 0, &[], BTreeSet::new());
            let candidates = scanner.with_names(["k".to_owned()].into()).scan(&BTreeMap::new());
            let masked = Masked::new(&text, 0, &candidates, &BTreeMap::new());
            prop_assert_eq!(masked.text.len(), text.len());
            let hidden = masked.hidden_in(&(0..text.len()));
            for (index, place) in hidden {
                prop_assert!(masked.text[place.clone()].starts_with(MARK));
                prop_assert_eq!(&candidates[*index].range, place);
            }
            prop_assert_eq!(masked.text.matches(MARK).count(), hidden.len());
            // What was hidden can be put back.
            prop_assert_eq!(masked.restore(&masked.text, &(0..text.len()), &candidates, &text), text);
        }
    }

    #[test]
    fn a_mark_that_hides_nothing_is_replaced() {
        let masked = Masked::new("a &#xFDD0;b", 0, &[], &BTreeMap::new());
        let parts = masked.split("a \u{FDD0}b", &(0..11));
        assert_eq!(parts, [Part::Text("a "), Part::Text("\u{FFFD}"), Part::Text("b")]);
    }
}
