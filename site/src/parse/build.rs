//! From Markdown's events to HTML with component tags in their places.

use super::anchor::Anchors;
use super::html::HtmlPlace;
use super::judge::Verdict;
use super::mask::{MARK, Part};
use super::math;
use super::mistake::Mistake;
use super::nest::OpenTag;
use super::payload::{is_inline, is_inline_end, without_marks};
use super::run::{Flow, Piece, Run};
use super::scan::CandidateKind;
use super::settle::Settled;
use super::{Heading, Interpolation, Options};
use crate::expression::{Environment, Expression};
use pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Ends the number in a component's stand-in in the HTML.
pub(crate) const MARK_END: char = '\u{FDD1}';

/// What came out of an article's Markdown.
pub(crate) struct Built {
    /// HTML in which every component is a stand-in: [`MARK`], `o`, `c` or `s`, the candidate's
    /// index, [`MARK_END`]; so is every expression, `e` or in an attribute `a`.
    pub(crate) html: String,
    /// For each candidate that is a tag, whether only phrasing content may stand in its place.
    pub(crate) placed: Vec<Option<bool>>,
    /// The contents of the article's own `<script>` blocks.
    pub(crate) scripts: Vec<Range<usize>>,
    /// The contents of its `<style>` blocks.
    pub(crate) styles: Vec<Range<usize>>,
    /// The expressions of the prose, by the candidate's index.
    pub(crate) interpolations: BTreeMap<usize, Interpolation>,
    pub(crate) headings: Vec<Heading>,
    /// A heading's text depends on what the states and constants are.
    pub(crate) has_named_headings: bool,
    pub(crate) mistakes: Vec<Mistake>,
}

/// Builds the HTML of a settled text. `environment` has the values that headings and their anchors
/// take in.
pub(crate) fn build(
    source: &str,
    settled: &Settled,
    events: Vec<(Event<'_>, Range<usize>)>,
    options: Options,
    environment: &Environment,
) -> Built {
    let mut builder = Builder {
        source,
        settled,
        options,
        environment,
        anchors: Anchors::default(),
        out: Vec::new(),
        containers: vec![0],
        next_container: 1,
        open: Vec::new(),
        run: Vec::new(),
        leaf: Leaf::None,
        images: 0,
        heading: None,
        macros: 0,
        built: Built {
            html: String::new(),
            placed: vec![None; settled.candidates.len()],
            scripts: Vec::new(),
            styles: Vec::new(),
            interpolations: BTreeMap::new(),
            headings: Vec::new(),
            has_named_headings: false,
            mistakes: Vec::new(),
        },
    };
    builder.reserve_anchors(&events);
    for (event, range) in events {
        builder.event(event, range);
    }
    builder.flush();
    builder.close_container();
    let Builder { out, mut built, .. } = builder;
    pulldown_cmark::html::push_html(&mut built.html, out.into_iter());
    built
}

pub(crate) struct Builder<'a, 's> {
    pub(crate) source: &'s str,
    pub(crate) settled: &'s Settled,
    options: Options,
    environment: &'s Environment,
    anchors: Anchors,
    pub(crate) out: Vec<Event<'a>>,
    /// The lists, quotes, cells … that are open, each with a number of its own.
    pub(crate) containers: Vec<usize>,
    next_container: usize,
    /// Block components that are open.
    pub(crate) open: Vec<OpenTag>,
    run: Vec<Piece<'a>>,
    leaf: Leaf,
    /// How many picture descriptions the place is in.
    images: usize,
    heading: Option<PendingHeading<'a>>,
    /// How many formulas have defined macros so far.
    macros: usize,
    pub(crate) built: Built,
}

/// The Markdown block whose inline content is being gathered.
#[derive(Clone, Copy, PartialEq)]
enum Leaf {
    /// None, or an item of a tight list.
    None,
    Paragraph,
    Heading,
    Cell,
    Code,
    Html,
}

struct PendingHeading<'a> {
    tag: Tag<'a>,
    text: String,
    deferred: Vec<(usize, Interpolation)>,
    span: Range<usize>,
}

impl<'a> Builder<'a, '_> {
    fn reserve_anchors(&mut self, events: &[(Event<'_>, Range<usize>)]) {
        for (event, range) in events {
            let anchor = match event {
                Event::Start(Tag::Heading { id: Some(anchor), .. }) => anchor,
                Event::Start(Tag::FootnoteDefinition(label)) => label,
                _ => continue,
            };
            if !self.anchors.reserve(anchor) {
                let message = format!("another place is called `#{anchor}` already");
                let mistake = Mistake::new("duplicate-anchor", message, self.first_line(range));
                let mistake = mistake.hint("give each heading and footnote a name of its own");
                self.built.mistakes.push(mistake);
            }
        }
    }

    fn first_line(&self, range: &Range<usize>) -> Range<usize> {
        let text = &self.source[range.clone()];
        range.start..range.start + text.lines().next().unwrap_or("").len()
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(end) => self.end(end),
            Event::Text(text) if self.leaf == Leaf::Code => {
                let text = self.restore(&text, &range).replace("\r\n", "\n");
                self.out.push(Event::Text(text.into()));
            }
            // The indentation of a line of HTML.
            Event::Text(text) if self.leaf == Leaf::Html => self.html(text, &range),
            Event::Text(text) => self.text(text, &range),
            Event::Code(code) => {
                let code = self.restore(&code, &range).replace(['\n', '\r'], " ");
                self.note_text(&code);
                self.run.push(Piece::Event(Event::Code(code.into())));
            }
            Event::InlineMath(tex) => self.math(&tex, &range, false),
            Event::DisplayMath(tex) => self.math(&tex, &range, true),
            Event::Html(html) => self.html(html, &range),
            Event::InlineHtml(html) => {
                let html = self.restore(&html, &range);
                self.run.push(Piece::Event(Event::InlineHtml(html.into())));
            }
            Event::SoftBreak | Event::HardBreak => {
                self.note_text(" ");
                self.run.push(Piece::Event(event));
            }
            Event::FootnoteReference(label) => {
                let label = CowStr::from(label.replace(MARK, "\u{FFFD}"));
                self.run.push(Piece::Event(Event::FootnoteReference(label)));
            }
            Event::TaskListMarker(_) => self.run.push(Piece::Event(event)),
            Event::Rule => {
                self.flush();
                self.out.push(event);
            }
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        let tag = without_marks(tag);
        if is_inline(&tag) {
            self.images += usize::from(matches!(tag, Tag::Image { .. }));
            self.run.push(Piece::Event(Event::Start(tag)));
            return;
        }
        self.flush();
        match tag {
            Tag::Paragraph => self.leaf = Leaf::Paragraph,
            Tag::Heading { .. } => {
                self.leaf = Leaf::Heading;
                let span = self.first_line(&range);
                self.heading =
                    Some(PendingHeading { tag, text: String::new(), deferred: Vec::new(), span });
            }
            Tag::CodeBlock(_) => {
                self.leaf = Leaf::Code;
                self.out.push(Event::Start(tag));
            }
            Tag::HtmlBlock => self.leaf = Leaf::Html,
            tag => {
                if matches!(tag, Tag::TableCell) {
                    self.leaf = Leaf::Cell;
                }
                self.containers.push(self.next_container);
                self.next_container += 1;
                self.out.push(Event::Start(tag));
            }
        }
    }

    fn end(&mut self, end: TagEnd) {
        if is_inline_end(end) {
            self.images -= usize::from(end == TagEnd::Image);
            self.run.push(Piece::Event(Event::End(end)));
            return;
        }
        if let (TagEnd::Heading(_), Some(heading)) = (end, self.heading.take()) {
            self.end_heading(heading);
        }
        self.flush();
        self.leaf = Leaf::None;
        match end {
            TagEnd::Paragraph | TagEnd::HtmlBlock => {}
            TagEnd::Heading(_) | TagEnd::CodeBlock => self.out.push(Event::End(end)),
            _ => {
                self.close_container();
                self.out.push(Event::End(end));
            }
        }
    }

    fn end_heading(&mut self, heading: PendingHeading<'a>) {
        let PendingHeading { tag, text, deferred, span } = heading;
        let Tag::Heading { level, id, classes, attrs } = tag else { return };
        // A space at an end may part the text from an expression there.
        let text = if deferred.is_empty() { text.trim().to_owned() } else { text };
        let id = match id {
            Some(id) => Some(id),
            None if self.options.anchors => Some(self.anchors.unique(&text).into()),
            None => None,
        };
        if let Some(id) = &id {
            let heading = Heading { level: level as u8, id: id.to_string(), text, deferred, span };
            self.built.headings.push(heading);
        }
        self.out.push(Event::Start(Tag::Heading { level, id, classes, attrs }));
    }

    /// Adds to the text of the heading that is being gathered, if one is.
    fn note_text(&mut self, text: &str) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
        }
    }

    fn text(&mut self, text: CowStr<'a>, range: &Range<usize>) {
        if !text.contains(MARK) {
            self.note_text(&text);
            self.run.push(Piece::Event(Event::Text(text)));
            return;
        }
        for part in self.settled.masked.split(&text, range) {
            match part {
                Part::Text(text) => {
                    self.note_text(text);
                    self.run.push(Piece::Event(Event::Text(text.to_owned().into())));
                }
                Part::Hidden(index) => self.hidden_in_text(index),
            }
        }
    }

    fn hidden_in_text(&mut self, index: usize) {
        let candidate = &self.settled.candidates[index];
        let range = candidate.range.clone();
        if self.settled.verdicts[index] == Verdict::Text {
            let text = self.source[range].to_owned();
            self.run.push(Piece::Event(Event::Text(text.into())));
            return;
        }
        match &*candidate.kind {
            CandidateKind::Expression(inner) => {
                let inner = inner.clone();
                let stand_in = self.expression(index, &inner);
                self.run.extend(stand_in.map(Piece::Event));
                return;
            }
            CandidateKind::Script(content) => self.built.scripts.push(content.clone()),
            CandidateKind::Style(content) => self.built.styles.push(content.clone()),
            _ if self.images > 0 => {
                let message = "a component cannot stand in the description of a picture";
                let mistake = Mistake::new("misplaced-tag", message, range)
                    .hint("write `\\<` where no tag is meant");
                self.built.mistakes.push(mistake);
                return;
            }
            _ => {}
        }
        self.run.push(Piece::Tag(index));
    }

    fn html(&mut self, html: CowStr<'a>, range: &Range<usize>) {
        if !html.contains(MARK) {
            self.out.push(Event::Html(html));
            return;
        }
        for part in self.settled.masked.split(&html, range) {
            match part {
                Part::Text(text) => self.out.push(Event::Html(text.to_owned().into())),
                Part::Hidden(index) => match self.settled.verdicts[index] {
                    Verdict::Tag { html: Some(HtmlPlace::Content { inline }) } => {
                        match &*self.settled.candidates[index].kind {
                            CandidateKind::Expression(inner) => {
                                let stand_in = self.expression(index, &inner.clone());
                                self.out.extend(stand_in);
                            }
                            _ => self.block_tag(index, inline),
                        }
                    }
                    _ => {
                        let range = self.settled.candidates[index].range.clone();
                        self.out.push(Event::Html(self.source[range].to_owned().into()));
                    }
                },
            }
        }
    }

    /// The stand-in of an expression; nothing where it is none.
    fn expression(&mut self, index: usize, inner: &Range<usize>) -> Option<Event<'a>> {
        let in_attribute = self.images > 0;
        let interpolation = match Expression::parse(&self.source[inner.clone()]) {
            Ok(expression) => {
                let expression = Arc::new(expression);
                Interpolation { expression, span: inner.clone(), in_attribute }
            }
            Err(found) => {
                let found = found.into_iter().map(|it| Mistake::in_prose(it, inner.start));
                self.built.mistakes.extend(found);
                return None;
            }
        };
        if let Some(heading) = &mut self.heading {
            self.built.has_named_headings = true;
            match interpolation.expression.shown(self.environment) {
                Ok(text) => heading.text.push_str(&text),
                // It asks a figure, which is not baked yet.
                Err(_) => heading.deferred.push((heading.text.len(), interpolation.clone())),
            }
        }
        self.built.interpolations.insert(index, interpolation);
        let kind = if in_attribute { 'a' } else { 'e' };
        let stand_in = format!("{MARK}{kind}{index}{MARK_END}").into();
        Some(if in_attribute { Event::Text(stand_in) } else { Event::InlineHtml(stand_in) })
    }

    fn math(&mut self, tex: &str, range: &Range<usize>, display: bool) {
        let tex = self.restore(tex, range);
        self.note_text(&tex);
        self.macros += usize::from(math::defines_macros(&tex));
        let mathml = if self.macros > math::MOST_MACROS {
            Err(format!("more than {} formulas define macros", math::MOST_MACROS))
        } else {
            math::to_mathml(&tex, display)
        };
        let event = match mathml {
            Ok(mathml) => Event::InlineHtml(mathml.into()),
            Err(reason) => {
                self.built.mistakes.push(
                    Mistake::new(
                        "invalid-math",
                        format!("this is no valid LaTeX: {reason}"),
                        range.clone(),
                    )
                    .hint("where a dollar sign is meant, write `\\$`"),
                );
                Event::Code(tex.into())
            }
        };
        self.run.push(Piece::Event(event));
    }

    fn restore(&self, text: &str, range: &Range<usize>) -> String {
        self.settled.masked.restore(text, range, &self.settled.candidates, self.source)
    }

    /// Emits the inline content gathered so far.
    fn flush(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let pieces = std::mem::take(&mut self.run);
        let flow = match self.leaf {
            Leaf::Paragraph => Flow::Paragraph,
            Leaf::None => Flow::Tight,
            Leaf::Heading | Leaf::Cell | Leaf::Code | Leaf::Html => Flow::Inline,
        };
        let run = Run::new(pieces, |index| self.raw_tag(index));
        run.emit(self, flow);
    }
}
