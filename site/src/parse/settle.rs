//! Learns from Markdown which candidates are tags and which are text.
//!
//! As CommonMark has it for code spans and raw HTML, the leftmost opener wins: a tag that opens
//! outside code owns everything to its end, and code that opens before a tag owns the tag. So the
//! text is parsed with every candidate hidden, and each place is judged: hidden in code it is text;
//! in a paragraph it is a tag. Where a judgement can change how Markdown reads the rest (a backtick
//! inside a tag inside code), the candidate is shown instead and the text parsed again, until every
//! judgement agrees with the text it was made on. What lies before the leftmost disagreement never
//! changes again, so this ends; a text made to need many rounds ends in an error.

use super::html::{HtmlPlace, HtmlState};
use super::mask::{MARK, Masked};
use super::scan::{Candidate, Scanner};
use crate::boundary;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What a candidate turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A tag; where it stands in an author's HTML, whether only phrasing content may.
    Tag { html: Option<HtmlPlace> },
    /// Text, whether hidden or not makes no difference to the rest.
    Text,
    /// It must be shown to Markdown before it can be judged.
    Show,
    /// Nothing of it came out of Markdown: it is part of a link's destination, a title, an info
    /// string.
    Unseen,
}

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

/// Settles every candidate that `scanner` finds in `text` from `body` on.
pub(crate) fn settle(
    text: &str,
    body: usize,
    scanner: &mut Scanner<'_>,
    options: Options,
) -> Settled {
    let mut text_at = scanner.link_destinations();
    let mut flips: BTreeMap<usize, u8> = BTreeMap::new();
    let mut fixed: BTreeSet<usize> = BTreeSet::new();
    let rounds = (BYTES / text.len().max(1)).clamp(ROUNDS, MOST_ROUNDS);
    let mut round = 0;
    loop {
        round += 1;
        let candidates = scanner.scan(&text_at);
        let masked = Masked::new(text, body, &candidates, &text_at);
        let verdicts = Judge::new(text, &masked, &candidates).verdicts(options);
        let disagree: Vec<usize> = candidates
            .iter()
            .zip(&verdicts)
            .filter(|(candidate, verdict)| {
                let shown = text_at.contains(&candidate.range.start);
                let is_fixed = fixed.contains(&candidate.range.start);
                candidate.can_mask()
                    && match verdict {
                        Verdict::Tag { .. } => shown && !is_fixed,
                        Verdict::Text => false,
                        Verdict::Show => !shown && !is_fixed,
                        Verdict::Unseen => !shown,
                    }
            })
            .map(|(candidate, _)| candidate.range.start)
            .collect();
        let first = disagree.first().copied();
        if first.is_none() || round == rounds {
            let at = |start| candidates.iter().position(|c| c.range.start == start);
            let unsettled = first.and_then(at).map(|index| candidates[index].range.clone());
            return Settled { candidates, verdicts, masked, unsettled };
        }
        for &start in &disagree {
            let shown = text_at.remove(&start);
            if !shown {
                text_at.insert(start);
            }
            if Some(start) == first {
                let times = flips.entry(start).or_default();
                *times += 1;
                // Hidden and shown gave opposite answers: it is hidden for good, as a tag, unless
                // that would put it into something like a link's destination.
                if *times >= 2 {
                    fixed.insert(start);
                }
            }
        }
    }
}

/// Judges the candidates of one round.
struct Judge<'a> {
    source: &'a str,
    masked: &'a Masked,
    candidates: &'a [Candidate],
    verdicts: Vec<Option<Verdict>>,
    html: HtmlState,
    /// How many lists, quotes and the like are open.
    containers: usize,
    code_block: Option<CodeBlock>,
    in_table: bool,
    /// Where the current HTML block starts.
    html_block: usize,
    openers: Openers,
}

#[derive(Clone, Copy)]
struct CodeBlock {
    fenced: bool,
}

/// What in the current block's text so far could have opened something, had it been closed.
#[derive(Default)]
struct Openers {
    backticks: BTreeSet<usize>,
    dollar: bool,
    angle: bool,
}

impl<'a> Judge<'a> {
    fn new(source: &'a str, masked: &'a Masked, candidates: &'a [Candidate]) -> Self {
        Self {
            source,
            masked,
            candidates,
            verdicts: vec![None; candidates.len()],
            html: HtmlState::default(),
            containers: 0,
            code_block: None,
            in_table: false,
            html_block: 0,
            openers: Openers::default(),
        }
    }

    fn verdicts(mut self, options: Options) -> Vec<Verdict> {
        let masked = self.masked;
        for (event, range) in Parser::new_ext(&masked.text, options).into_offset_iter() {
            if matches!(event, Event::Start(Tag::HtmlBlock)) {
                self.html_block = range.start;
            }
            self.event(&event, &range);
        }
        self.verdicts.into_iter().map(|verdict| verdict.unwrap_or(Verdict::Unseen)).collect()
    }

    fn event(&mut self, event: &Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(_) if self.code_block.is_some() => self.opaque(range, &["```", "~~~"]),
            Event::Text(_) if self.html.in_raw_text() => self.opaque(range, &["<"]),
            Event::Text(text) => self.text(text, range),
            Event::Code(_) if self.in_table => self.opaque(range, &["`", "|"]),
            Event::Code(_) => self.opaque(range, &["`"]),
            Event::InlineMath(_) | Event::DisplayMath(_) => self.opaque(range, &["$", "|"]),
            Event::Html(html) | Event::InlineHtml(html) => self.raw_html(html, range),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::BlockQuote(_) | Tag::Item | Tag::FootnoteDefinition(_) => self.containers += 1,
            Tag::CodeBlock(kind) => {
                let fenced = matches!(kind, CodeBlockKind::Fenced(_));
                self.code_block = Some(CodeBlock { fenced });
            }
            Tag::Table(_) => self.in_table = true,
            _ => {}
        }
        if !is_inline(tag) {
            self.openers = Openers::default();
        }
    }

    fn end(&mut self, tag: &TagEnd) {
        match tag {
            TagEnd::BlockQuote(_) | TagEnd::Item | TagEnd::FootnoteDefinition => {
                self.containers -= 1;
            }
            TagEnd::CodeBlock => self.code_block = None,
            TagEnd::Table => self.in_table = false,
            TagEnd::HtmlBlock => self.html.end_block(),
            _ => {}
        }
    }

    /// Code, math, or text in raw HTML: everything in it is text. A hidden candidate may stay
    /// hidden if its source could not have ended what it lies in: it holds none of `enders`, and
    /// no line end from which a container's prefix would have been taken.
    fn opaque(&mut self, range: &Range<usize>, enders: &[&str]) {
        let is_block = self.code_block.is_some_and(|block| block.fenced) && self.containers == 0;
        for (index, place) in self.masked.hidden_in(range) {
            let written = &self.source[place.clone()];
            let plain = !enders.iter().any(|ender| written[1..].contains(ender));
            let one_line = !written.contains(['\n', '\r']);
            let harmless = if self.code_block.is_some() {
                one_line || (is_block && plain)
            } else {
                one_line && plain
            };
            let verdict = if harmless { Verdict::Text } else { Verdict::Show };
            self.verdicts[*index] = Some(verdict);
        }
        for index in self.shown_in(range) {
            self.verdicts[index] = Some(Verdict::Text);
        }
    }

    fn text(&mut self, text: &str, range: &Range<usize>) {
        let masked = self.masked;
        // A tag is judged by what stands before it, so the two are taken in order.
        let mut at = range.start;
        let hidden = if text.contains(MARK) { masked.hidden_in(range) } else { &[] };
        for (index, place) in hidden {
            self.openers.read(&masked.text, at..place.start);
            let written = &self.source[place.clone()];
            let nested_block = self.containers > 0 && self.candidates[*index].is_block();
            let verdict = if nested_block || self.openers.could_reach_into(written) {
                Verdict::Show
            } else {
                Verdict::Tag { html: None }
            };
            self.verdicts[*index] = Some(verdict);
            at = place.end;
        }
        self.openers.read(&masked.text, at.min(range.end)..range.end);
        for index in self.shown_in(range) {
            self.verdicts[index] = Some(Verdict::Tag { html: None });
        }
    }

    fn raw_html(&mut self, html: &str, range: &Range<usize>) {
        let mut state = self.html.clone();
        let mut read = 0;
        for index in self.shown_in(range) {
            let candidate = &self.candidates[index];
            let before = boundary::floor(html, candidate.range.start - range.start).max(read);
            state.read(&html[read..before]);
            read = before;
            let block_start = self.html_block.min(candidate.range.start);
            let is_first = candidate.is_block()
                && self.source[block_start..candidate.range.start].trim().is_empty();
            let verdict = match state.place() {
                HtmlPlace::Text => Verdict::Text,
                _ if candidate.is_block() && !(is_first && self.containers == 0) => Verdict::Text,
                place => Verdict::Tag { html: Some(place) },
            };
            self.verdicts[index] = Some(verdict);
        }
        let places = self.html.read(html);
        for ((index, place), found) in self.masked.hidden_in(range).iter().zip(places) {
            let written = &self.source[place.clone()];
            let one_line = self.containers == 0 || !written.contains(['\n', '\r']);
            let verdict = match found {
                HtmlPlace::Content { .. } if self.candidates[*index].is_block() => Verdict::Show,
                HtmlPlace::Content { .. } => Verdict::Tag { html: Some(found) },
                HtmlPlace::Text if one_line && !written.contains(['"', '\'', '-']) => Verdict::Text,
                HtmlPlace::Text => Verdict::Show,
            };
            self.verdicts[*index] = Some(verdict);
        }
    }

    /// The candidates that Markdown sees as they are written, and that start in `range`.
    fn shown_in(&self, range: &Range<usize>) -> Vec<usize> {
        let from = self.candidates.partition_point(|c| c.range.start < range.start);
        let inside = self.candidates[from..].iter().take_while(|c| c.range.start < range.end);
        let hidden = self.masked.hidden_in(range);
        (from..)
            .zip(inside)
            .map(|(index, _)| index)
            .filter(|index| hidden.binary_search_by_key(index, |(hidden, _)| *hidden).is_err())
            .collect()
    }
}

impl Openers {
    /// Takes in literal text.
    fn read(&mut self, text: &str, range: Range<usize>) {
        let bytes = text.as_bytes();
        let mut at = range.start;
        // Markdown cuts its text behind the backslash of an escape.
        if at > 0 && at < range.end && bytes[at - 1] == b'\\' {
            at += 1;
        }
        while at < range.end {
            match bytes[at] {
                b'`' => {
                    let run = bytes[at..range.end].iter().take_while(|&&b| b == b'`').count();
                    self.backticks.insert(run);
                    at += run;
                    continue;
                }
                b'$' => self.dollar = true,
                b'<' => {
                    let next = bytes.get(at + 1).copied().unwrap_or(b' ');
                    self.angle |= next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?');
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Whether something opened earlier could be closed inside the tag as it is written.
    fn could_reach_into(&self, tag: &str) -> bool {
        if self.angle || (self.dollar && tag.contains('$')) {
            return true;
        }
        if self.backticks.is_empty() {
            return false;
        }
        let mut rest = tag;
        while let Some(at) = rest.find('`') {
            let behind = rest[at..].trim_start_matches('`');
            let run = rest.len() - at - behind.len();
            if self.backticks.contains(&run) {
                return true;
            }
            rest = behind;
        }
        false
    }
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
}
