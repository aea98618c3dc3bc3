//! Which component's tag closes which: components that are blocks, and where they may be closed.

use super::build::{Builder, MARK_END};
use super::mask::MARK;
use super::mistake::Mistake;
use super::scan::CandidateKind;
use super::tag::{RawTag, TagKind};
use pulldown_cmark::Event;
use std::ops::Range;

/// A block component that is open.
pub(crate) struct OpenTag {
    /// Its candidate.
    index: usize,
    /// The innermost list item, quote or cell that it was opened in.
    container: usize,
    /// A mistake with it was reported already.
    is_reported: bool,
}

impl Builder<'_, '_> {
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
    pub(crate) fn close_container(&mut self) {
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
