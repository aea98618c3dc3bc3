//! The inline content of one block: which tags belong together, and which stand alone on their
//! lines and so are blocks themselves.

use super::build::Builder;
use super::tag::{RawTag, TagKind};
use pulldown_cmark::{Event, Tag, TagEnd};
use std::ops::Range;

/// A piece of inline content.
pub(crate) enum Piece<'a> {
    Event(Event<'a>),
    /// The candidate of this index.
    Tag(usize),
}

/// What stands around lines of inline content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Text becomes paragraphs; a tag alone on its line is a block.
    Paragraph,
    /// Text stays bare; a tag alone on its line is a block.
    Tight,
    /// Everything is inline.
    Inline,
}

/// The inline content of one block.
pub(crate) struct Run<'a> {
    pieces: Vec<Piece<'a>>,
    /// For each opening tag, where the closing tag stands, and the other way round.
    partner: Vec<Option<usize>>,
}

/// How deep tags with children are looked into for lines of their own.
const DEEPEST: usize = 32;

impl<'a> Run<'a> {
    pub(crate) fn new<'t>(
        pieces: Vec<Piece<'a>>,
        raw_tag: impl Fn(usize) -> Option<&'t RawTag>,
    ) -> Self {
        let partner = partners(&pieces, raw_tag);
        Self { pieces, partner }
    }

    /// Emits everything.
    pub(crate) fn emit(mut self, builder: &mut Builder<'a, '_>, flow: Flow) {
        let all = 0..self.pieces.len();
        if self.pieces.iter().any(|piece| matches!(piece, Piece::Tag(_))) {
            self.lines(builder, all, flow, 0);
        } else {
            // As Markdown has it, odd line breaks included.
            self.paragraph(builder, Some(all), flow);
        }
    }

    fn lines(
        &mut self,
        builder: &mut Builder<'a, '_>,
        range: Range<usize>,
        flow: Flow,
        depth: usize,
    ) {
        if flow == Flow::Inline || depth == DEEPEST {
            self.inline(builder, range);
            return;
        }
        // Lines of text that follow one another, to stand in one paragraph.
        let mut text: Option<Range<usize>> = None;
        for line in self.split_lines(range) {
            if self.is_tags_only(builder, &line) {
                self.paragraph(builder, text.take(), flow);
                self.blocks(builder, line, depth);
            } else if self.has_content(builder, &line) {
                let start = text.map_or(line.start, |text| text.start);
                text = Some(start..line.end);
            }
        }
        self.paragraph(builder, text, flow);
    }

    /// The lines in `range`: tags with children and emphasised text are not cut.
    fn split_lines(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut lines = Vec::new();
        let mut start = range.start;
        let mut depth = 0_usize;
        let mut at = range.start;
        while at < range.end {
            match &self.pieces[at] {
                Piece::Event(Event::Start(_)) => depth += 1,
                Piece::Event(Event::End(_)) => depth = depth.saturating_sub(1),
                Piece::Event(Event::SoftBreak | Event::HardBreak) if depth == 0 => {
                    lines.push(start..at);
                    start = at + 1;
                }
                Piece::Tag(_) => at = self.last_of(at),
                Piece::Event(_) => {}
            }
            at += 1;
        }
        lines.push(start..range.end);
        lines
    }

    /// The place of the closing tag, where an opening tag that has one stands at `at`.
    fn last_of(&self, at: usize) -> usize {
        self.partner[at].map_or(at, |partner| partner.max(at))
    }

    fn is_tags_only(&self, builder: &Builder<'a, '_>, line: &Range<usize>) -> bool {
        let mut has_tag = false;
        let mut at = line.start;
        while at < line.end {
            match &self.pieces[at] {
                Piece::Tag(index) => {
                    has_tag |= builder.raw_tag(*index).is_some();
                    at = self.last_of(at);
                }
                piece if is_blank(piece) => {}
                Piece::Event(_) => return false,
            }
            at += 1;
        }
        has_tag
    }

    /// Whether anything is left of a line but white space and the article's own blocks.
    fn has_content(&self, builder: &Builder<'a, '_>, line: &Range<usize>) -> bool {
        self.pieces[line.clone()].iter().any(|piece| match piece {
            Piece::Tag(index) => builder.raw_tag(*index).is_some(),
            piece => !is_blank(piece),
        })
    }

    fn paragraph(&mut self, builder: &mut Builder<'a, '_>, text: Option<Range<usize>>, flow: Flow) {
        let Some(text) = text else { return };
        if flow == Flow::Paragraph {
            builder.out.push(Event::Start(Tag::Paragraph));
            self.inline(builder, text);
            builder.out.push(Event::End(TagEnd::Paragraph));
        } else {
            self.inline(builder, text);
        }
    }

    /// A line of nothing but tags.
    fn blocks(&mut self, builder: &mut Builder<'a, '_>, line: Range<usize>, depth: usize) {
        let mut at = line.start;
        while at < line.end {
            let Piece::Tag(index) = self.pieces[at] else {
                at += 1;
                continue;
            };
            let last = self.last_of(at);
            if last == at {
                builder.block_tag(index, false);
            } else {
                builder.stand_in('o', index, false);
                let ends_line = |at: usize| {
                    matches!(self.pieces[at], Piece::Event(Event::SoftBreak | Event::HardBreak))
                };
                let is_own_line = ends_line(at + 1) || ends_line(last - 1);
                let flow = if is_own_line { Flow::Paragraph } else { Flow::Tight };
                self.lines(builder, at + 1..last, flow, depth + 1);
                builder.stand_in('c', index, false);
            }
            at = last + 1;
        }
    }

    fn inline(&mut self, builder: &mut Builder<'a, '_>, range: Range<usize>) {
        for at in range {
            match &mut self.pieces[at] {
                Piece::Event(event) => {
                    let event = std::mem::replace(event, Event::SoftBreak);
                    builder.out.push(event);
                }
                Piece::Tag(index) => {
                    let index = *index;
                    let Some(tag) = builder.raw_tag(index) else { continue };
                    let (kind, name, range) = (tag.kind, tag.name.clone(), tag.range.clone());
                    match (kind, self.partner[at]) {
                        (TagKind::SelfClosing, _) => builder.stand_in('s', index, true),
                        (TagKind::Open, Some(_)) => builder.stand_in('o', index, true),
                        (TagKind::Open, None) => builder.stray_open(index),
                        (TagKind::Close, Some(open)) => {
                            if let Piece::Tag(open) = self.pieces[open] {
                                builder.stand_in('c', open, true);
                            }
                        }
                        (TagKind::Close, None) => builder.stray_close(&name, range),
                    }
                }
            }
        }
    }
}

fn is_blank(piece: &Piece<'_>) -> bool {
    matches!(piece, Piece::Event(Event::Text(text)) if text.trim().is_empty())
}

/// Which tags belong together: same name, in the same emphasis or link, the innermost first.
fn partners<'t>(
    pieces: &[Piece<'_>],
    raw_tag: impl Fn(usize) -> Option<&'t RawTag>,
) -> Vec<Option<usize>> {
    let mut partner = vec![None; pieces.len()];
    // For each open element of Markdown, the opening tags in it that wait for theirs.
    let mut waiting: Vec<Vec<(&str, usize)>> = vec![Vec::new()];
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Event(Event::Start(_)) => waiting.push(Vec::new()),
            Piece::Event(Event::End(_)) if waiting.len() > 1 => {
                waiting.pop();
            }
            Piece::Event(_) => {}
            Piece::Tag(index) => {
                let (Some(tag), Some(waiting)) = (raw_tag(*index), waiting.last_mut()) else {
                    continue;
                };
                match tag.kind {
                    TagKind::Open => waiting.push((&tag.name, at)),
                    TagKind::SelfClosing => {}
                    TagKind::Close => {
                        // A closing tag far out of order is a mistake anyway.
                        let near = waiting.len().saturating_sub(64);
                        let open = waiting[near..].iter().rposition(|(name, _)| *name == tag.name);
                        if let Some(open) = open {
                            let (_, open) = waiting[near + open];
                            while waiting.last().is_some_and(|(_, at)| *at >= open) {
                                waiting.pop();
                            }
                            partner[open] = Some(at);
                            partner[at] = Some(open);
                        }
                    }
                }
            }
        }
    }
    partner
}
