//! Judges from Markdown's events what each candidate is.

use super::html::{HtmlPlace, HtmlState};
use super::mask::{MARK, Masked};
use super::payload::is_inline;
use super::scan::Candidate;
use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};
use std::collections::BTreeSet;
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

/// Judges the candidates of one round.
pub(crate) struct Judge<'a> {
    source: &'a str,
    masked: &'a Masked,
    candidates: &'a [Candidate],
    verdicts: Vec<Option<Verdict>>,
    html: HtmlState,
    /// How many lists, quotes and the like are open.
    containers: usize,
    code_block: Option<CodeBlock>,
    in_table: bool,
    /// In the text of `<https://…>`.
    in_autolink: bool,
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
    pub(crate) fn new(source: &'a str, masked: &'a Masked, candidates: &'a [Candidate]) -> Self {
        Self {
            source,
            masked,
            candidates,
            verdicts: vec![None; candidates.len()],
            html: HtmlState::default(),
            containers: 0,
            code_block: None,
            in_table: false,
            in_autolink: false,
            html_block: 0,
            openers: Openers::default(),
        }
    }

    /// What each candidate is, as Markdown reads the masked text.
    pub(crate) fn verdicts(mut self, options: Options) -> Vec<Verdict> {
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
            Event::Text(_) if self.in_autolink => self.destination(range),
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
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. } => {
                self.in_autolink = true;
            }
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
            TagEnd::Link => self.in_autolink = false,
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
            let reached = self.code_block.is_none() && self.openers.could_reach_into(written);
            let stays = if self.code_block.is_some() {
                one_line || (is_block && plain)
            } else {
                one_line && plain
            };
            let harmless = stays && !reached;
            let verdict = if harmless { Verdict::Text } else { Verdict::Show };
            self.verdicts[*index] = Some(verdict);
        }
        for index in self.shown_in(range) {
            self.verdicts[index] = Some(Verdict::Text);
        }
    }

    /// A destination that is shown: Markdown has to see it as it is written.
    fn destination(&mut self, range: &Range<usize>) {
        for (index, _) in self.masked.hidden_in(range) {
            self.verdicts[*index] = Some(Verdict::Show);
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
            let before = html.floor_char_boundary(candidate.range.start - range.start).max(read);
            state.read(&html[read..before]);
            read = before;
            let block_start = self.html_block.min(candidate.range.start);
            let is_first = candidate.is_block()
                && self.source[block_start..candidate.range.start].trim().is_empty();
            let verdict = match state.place() {
                HtmlPlace::Text | HtmlPlace::Bare => Verdict::Text,
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
                HtmlPlace::Text if one_line && !written.contains(['"', '\'', '-', '`', '$']) => {
                    Verdict::Text
                }
                HtmlPlace::Text | HtmlPlace::Bare => Verdict::Show,
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
