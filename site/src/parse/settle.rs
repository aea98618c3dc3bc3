//! Learns from Markdown which candidates are tags and which are text.
//!
//! As CommonMark has it for code spans and raw HTML, the leftmost opener wins: a tag that opens
//! outside code owns everything to its end, and code that opens before a tag owns the tag. So the
//! text is parsed with every candidate hidden, and each place is judged: hidden in code it is text;
//! in a paragraph it is a tag. Where a judgement can change how Markdown reads the rest (a backtick
//! inside a tag inside code), the candidate is shown instead and the text parsed again, until every
//! judgement agrees with the text it was made on. What lies before the leftmost disagreement never
//! changes again, so this ends; a text made to need many rounds ends in an error.

use super::judge::{Judge, Verdict};
use super::mask::Masked;
use super::scan::{Candidate, Scanner};
use pulldown_cmark::Options;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A text whose tags are known.
pub(crate) struct Settled {
    pub(crate) candidates: Vec<Candidate>,
    /// What each candidate is.
    pub(crate) verdicts: Vec<Verdict>,
    pub(crate) masked: Masked,
    /// The first candidate that could not be settled in the rounds allowed.
    pub(crate) unsettled: Option<Range<usize>>,
}

/// How often a text is parsed at most, whatever its length, and how many bytes in all beyond that.
const ROUNDS: usize = 12;
const BYTES: usize = 24 << 20;
const MOST_ROUNDS: usize = 400;

/// How Markdown sees a candidate that is not hidden from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// All of it as it is written, to be judged.
    OnTrial,
    /// It is text, and tags may start inside it.
    AsText,
}

/// Settles every candidate that `scanner` finds in `text` from `body` on.
pub(crate) fn settle(
    text: &str,
    body: usize,
    scanner: &mut Scanner<'_>,
    options: Options,
) -> Settled {
    let destinations = scanner.link_destinations().into_iter();
    let mut shown: BTreeMap<usize, Shown> =
        destinations.map(|start| (start, Shown::OnTrial)).collect();
    // Those whose judgement stands: they were judged as they are written, when everything before
    // them was settled.
    let mut fixed: BTreeSet<usize> = BTreeSet::new();
    let rounds = (BYTES / text.len().max(1)).clamp(ROUNDS, MOST_ROUNDS);
    let mut round = 0;
    // The leftmost unsettled candidate, where it and all behind it are on trial.
    let mut trial: Option<usize> = None;
    loop {
        round += 1;
        let candidates = scanner.scan(&shown);
        let masked = Masked::new(text, body, &candidates, &shown);
        let verdicts = Judge::new(text, &masked, &candidates).verdicts(options);
        let mut unsettled: Option<Range<usize>> = None;
        let mut tried = None;
        for (candidate, verdict) in candidates.iter().zip(&verdicts) {
            let start = candidate.range.start;
            let was = shown.get(&start).copied();
            let next = next(was, *verdict, fixed.contains(&start));
            if !candidate.can_mask() {
                continue;
            }
            if tried.is_some() && next.is_none() && !fixed.contains(&start) {
                shown.insert(start, Shown::OnTrial);
                continue;
            }
            if next == was {
                continue;
            }
            match next {
                Some(how) => shown.insert(start, how),
                None => shown.remove(&start),
            };
            if unsettled.is_none() {
                unsettled = Some(candidate.range.clone());
                if was == Some(Shown::OnTrial) && trial == Some(start) {
                    fixed.insert(start);
                } else if next == Some(Shown::OnTrial) || was == Some(Shown::OnTrial) {
                    // Nothing behind it may hide what could close something before it.
                    shown.insert(start, Shown::OnTrial);
                    tried = Some(start);
                }
            }
        }
        trial = tried;
        if unsettled.is_none() || round == rounds {
            return Settled { candidates, verdicts, masked, unsettled };
        }
    }
}

/// How a candidate is to be seen after a verdict on it as it `was` seen; `None` is hidden.
fn next(was: Option<Shown>, verdict: Verdict, is_fixed: bool) -> Option<Shown> {
    match (was, verdict) {
        // Its word would end up in something like a link's destination.
        (None, Verdict::Unseen) if is_fixed => Some(Shown::AsText),
        _ if is_fixed => was,
        (None, Verdict::Show | Verdict::Unseen) => Some(Shown::OnTrial),
        (Some(_), Verdict::Tag { .. }) => None,
        (Some(Shown::OnTrial), _) => Some(Shown::AsText),
        _ => was,
    }
}

#[cfg(test)]
mod tests {
    use super::{Shown, settle};
    use crate::parse::judge::Verdict;
    use crate::parse::mask::Masked;
    use crate::parse::scan::Scanner;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};
    use std::collections::{BTreeMap, BTreeSet};

    /// A scanner of tags, and of expressions that begin with `k`.
    fn scanner(text: &str) -> Scanner<'_> {
        Scanner::new(text, 0, &[], BTreeSet::new()).with_names(["k".to_owned()].into())
    }

    /// Where tags and expressions start; nothing where one never ends, which is an error anyway.
    fn settled_tags(text: &str) -> Option<Vec<usize>> {
        let mut scanner = scanner(text);
        let settled = settle(text, 0, &mut scanner, Options::empty());
        assert_eq!(settled.unsettled, None, "{text}");
        let is_whole = settled.candidates.iter().all(super::Candidate::can_mask);
        let tags = settled.candidates.iter().zip(&settled.verdicts);
        let tags = tags
            .filter(|(candidate, verdict)| {
                // A tag that had to be shown, and was found to be one, stays judged `Show`.
                let is_hidden = !settled.masked.hidden_in(&candidate.range).is_empty();
                candidate.can_mask()
                    && is_hidden
                    && matches!(verdict, Verdict::Tag { .. } | Verdict::Show)
            })
            .map(|(candidate, _)| candidate.range.start)
            .collect();
        is_whole.then_some(tags)
    }

    /// The same, told one by one from left to right: of all that follows, Markdown sees the source.
    fn tags_one_by_one(text: &str) -> Vec<usize> {
        let mut scanner = scanner(text);
        let mut tags = BTreeSet::new();
        let mut texts = BTreeMap::new();
        loop {
            let candidates = scanner.scan(&texts);
            let next = candidates.iter().find(|candidate| {
                let start = candidate.range.start;
                candidate.can_mask() && !tags.contains(&start) && !texts.contains_key(&start)
            });
            let Some(next) = next else { return tags.into_iter().collect() };
            let shown = candidates
                .iter()
                .map(|candidate| candidate.range.start)
                .filter(|start| !tags.contains(start))
                .map(|start| (start, Shown::AsText))
                .collect();
            let masked = Masked::new(text, 0, &candidates, &shown);
            let start = next.range.start;
            let is_text =
                Parser::new(&masked.text).into_offset_iter().any(|(event, range)| match event {
                    Event::Code(_) => range.contains(&start),
                    Event::InlineHtml(_) => range.contains(&start) && range.start != start,
                    Event::Start(Tag::Link { link_type: LinkType::Autolink, .. }) => {
                        range.contains(&start)
                    }
                    _ => false,
                });
            if is_text {
                texts.insert(start, Shown::AsText);
            } else {
                tags.insert(start);
            }
        }
    }

    const PIECES: [&str; 25] = [
        "`",
        "``",
        "<Figure a=\"",
        "\"/>",
        "<Box>",
        "</Box>",
        "<Box a={`",
        "`}/>",
        "*",
        " ",
        "b",
        "\\",
        "<i>",
        "<!-- ",
        " -->",
        "\"",
        "{k}",
        "{k + '",
        "'}",
        "{k > `",
        "`}",
        "<i title=",
        ">",
        "<https://a",
        "{",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn settles_as_one_by_one(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..16)) {
            let text = format!("x{}", pieces.concat());
            if let Some(tags) = settled_tags(&text) {
                prop_assert_eq!(tags, tags_one_by_one(&text), "{}", text);
            }
        }
    }
}
