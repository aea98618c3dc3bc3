//! From Markdown's events to HTML with component tags in their places.

use super::anchor::Anchors;
use super::mask::{MARK, Part};
use super::math;
use super::mistake::Mistake;
use super::run::{Flow, Piece, Run};
use super::scan::CandidateKind;
use super::settle::{Settled, Verdict};
use super::tag::{RawTag, TagKind};
use super::{Heading, Options};
use crate::parse::html::HtmlPlace;
use pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use std::ops::Range;

/// Ends the number in a component's stand-in in the HTML.
pub(crate) const MARK_END: char = '\u{FDD1}';

/// What came out of an article's Markdown.
pub(crate) struct Built {
    /// HTML in which every component is a stand-in: [`MARK`], `o`, `c` or `s`, the candidate's
    /// index, [`MARK_END`].
    pub(crate) html: String,
    /// For each candidate that is a tag, whether only phrasing content may stand in its place.
    pub(crate) placed: Vec<Option<bool>>,
    /// The contents of the article's own `<script>` blocks.
    pub(crate) scripts: Vec<Range<usize>>,
    /// The contents of its `<style>` blocks.
    pub(crate) styles: Vec<Range<usize>>,
    pub(crate) headings: Vec<Heading>,
    pub(crate) mistakes: Vec<Mistake>,
}

/// Builds the HTML of a settled text.
pub(crate) fn build(
    source: &str,
    settled: &Settled,
    events: Vec<(Event<'_>, Range<usize>)>,
    options: Options,
) -> Built {
    let mut builder = Builder {
        source,
        settled,
        options,
        anchors: Anchors::default(),
        out: Vec::new(),
        containers: vec![0],
        next_container: 1,
        open: Vec::new(),
        run: Vec::new(),
        leaf: Leaf::None,
        images: 0,
        heading: None,
        built: Built {
            html: String::new(),
            placed: vec![None; settled.candidates.len()],
            scripts: Vec::new(),
            styles: Vec::new(),
            headings: Vec::new(),
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
    anchors: Anchors,
    pub(crate) out: Vec<Event<'a>>,
    /// The lists, quotes, cells … that are open, each with a number of its own.
    containers: Vec<usize>,
    next_container: usize,
    /// Block components that are open.
    open: Vec<OpenTag>,
    run: Vec<Piece<'a>>,
    leaf: Leaf,
    /// How many picture descriptions the place is in.
    images: usize,
    heading: Option<PendingHeading<'a>>,
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

struct OpenTag {
    index: usize,
    container: usize,
    /// A mistake with it was reported already.
    is_reported: bool,
}

struct PendingHeading<'a> {
    tag: Tag<'a>,
    text: String,
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
                self.heading = Some(PendingHeading { tag, text: String::new(), span });
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
        let PendingHeading { tag, text, span } = heading;
        let Tag::Heading { level, id, classes, attrs } = tag else { return };
        let text = text.trim().to_owned();
        let id = match id {
            Some(id) => Some(id),
            None if self.options.anchors => Some(self.anchors.unique(&text).into()),
            None => None,
        };
        if let Some(id) = &id {
            let heading = Heading { level: level as u8, id: id.to_string(), text, span };
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
                        self.block_tag(index, inline);
                    }
                    _ => {
                        let range = self.settled.candidates[index].range.clone();
                        self.out.push(Event::Html(self.source[range].to_owned().into()));
                    }
                },
            }
        }
    }

    fn math(&mut self, tex: &str, range: &Range<usize>, display: bool) {
        let tex = self.restore(tex, range);
        self.note_text(&tex);
        let event = match math::to_mathml(&tex, display) {
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

    pub(crate) fn raw_tag(&self, index: usize) -> Option<&RawTag> {
        match &*self.settled.candidates[index].kind {
            CandidateKind::Tag(tag) => Some(tag),
            _ => None,
        }
    }

    /// A tag between blocks.
    pub(crate) fn block_tag(&mut self, index: usize, inline: bool) {
        let Some(tag) = self.raw_tag(index) else { return };
        match tag.kind {
            TagKind::SelfClosing => self.stand_in('s', index, inline),
            TagKind::Open => {
                let container = self.container();
                self.open.push(OpenTag { index, container, is_reported: false });
                self.stand_in('o', index, inline);
            }
            TagKind::Close => self.close_block_tag(index),
        }
    }

    fn close_block_tag(&mut self, index: usize) {
        let Some(close) = self.raw_tag(index) else { return };
        let (name, range) = (close.name.clone(), close.range.clone());
        let container = self.container();
        let matching = self.open.iter().rposition(|open| {
            open.container == container
                && self.raw_tag(open.index).is_some_and(|tag| tag.name == name)
        });
        match matching {
            Some(at) => {
                while self.open.len() > at + 1 {
                    self.close_innermost();
                }
                if let Some(open) = self.open.pop() {
                    self.stand_in('c', open.index, false);
                }
            }
            None => self.stray_close(&name, range),
        }
    }

    /// A closing tag whose opening tag is not where it could close it.
    pub(crate) fn stray_close(&mut self, name: &str, range: Range<usize>) {
        let elsewhere = self.open.iter().rposition(|open| {
            !open.is_reported && self.raw_tag(open.index).is_some_and(|tag| tag.name == name)
        });
        let mistake = match elsewhere {
            Some(at) => {
                self.open[at].is_reported = true;
                let message = format!("`</{name}>` stands in another block than its opening tag");
                Mistake::new("mismatched-tag", message, range)
                    .hint("give each of the two a line of its own, in the same list item or quote")
            }
            None => {
                let message = format!("`</{name}>` closes no open `<{name}>`");
                Mistake::new("unopened-tag", message, range)
                    .hint("remove it, or open it in the same block")
            }
        };
        self.built.mistakes.push(mistake);
    }

    /// An opening tag without its closing tag.
    pub(crate) fn stray_open(&mut self, index: usize) {
        let Some(tag) = self.raw_tag(index) else { return };
        let message = format!("`<{}>` is never closed", tag.name);
        let hint = format!("close it with `</{0}>`, or write `<{0} … />`", tag.name);
        let mistake = Mistake::new("unclosed-tag", message, tag.range.clone()).hint(hint);
        // Its props are checked all the same.
        self.built.placed[index].get_or_insert(true);
        self.built.mistakes.push(mistake);
    }

    fn close_innermost(&mut self) {
        if let Some(open) = self.open.pop() {
            if !open.is_reported {
                self.stray_open(open.index);
            }
            self.stand_in('c', open.index, false);
        }
    }

    fn container(&self) -> usize {
        self.containers.last().copied().unwrap_or(0)
    }

    /// The innermost container ends, and with it what was left open in it.
    fn close_container(&mut self) {
        let container = self.container();
        while self.open.last().is_some_and(|open| open.container == container) {
            self.close_innermost();
        }
        self.containers.pop();
    }

    /// Puts a component's stand-in into the HTML: `o`pening, `c`losing or `s`elf-closing.
    pub(crate) fn stand_in(&mut self, kind: char, index: usize, inline: bool) {
        self.built.placed[index].get_or_insert(inline);
        let html = format!("{MARK}{kind}{index}{MARK_END}");
        self.out.push(Event::InlineHtml(html.into()));
    }
}

/// The tag with every mark, written as a character reference, replaced.
fn without_marks(tag: Tag<'_>) -> Tag<'_> {
    let clean = |text: CowStr<'_>| CowStr::from(text.replace(MARK, "\u{FFFD}"));
    match tag {
        Tag::Link { link_type, dest_url, title, id }
            if dest_url.contains(MARK) || title.contains(MARK) =>
        {
            Tag::Link { link_type, dest_url: clean(dest_url), title: clean(title), id }
        }
        Tag::Image { link_type, dest_url, title, id }
            if dest_url.contains(MARK) || title.contains(MARK) =>
        {
            Tag::Image { link_type, dest_url: clean(dest_url), title: clean(title), id }
        }
        Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Fenced(info)) if info.contains(MARK) => {
            Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Fenced(clean(info)))
        }
        Tag::FootnoteDefinition(label) if label.contains(MARK) => {
            Tag::FootnoteDefinition(clean(label))
        }
        Tag::Heading { level, id, classes, attrs } => Tag::Heading {
            level,
            id: id.map(clean_if_marked),
            classes: classes.into_iter().map(clean_if_marked).collect(),
            attrs: attrs
                .into_iter()
                .map(|(name, value)| (clean_if_marked(name), value.map(clean_if_marked)))
                .collect(),
        },
        tag => tag,
    }
}

fn clean_if_marked(text: CowStr<'_>) -> CowStr<'_> {
    if text.contains(MARK) { text.replace(MARK, "\u{FFFD}").into() } else { text }
}

fn is_inline(tag: &Tag<'_>) -> bool {
    is_inline_end(tag.to_end())
}

/// Whether the element is inline content of a block.
pub(crate) fn is_inline_end(end: TagEnd) -> bool {
    matches!(
        end,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}
