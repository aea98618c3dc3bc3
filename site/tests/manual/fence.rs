//! The fenced code blocks of a page.

use std::ops::Range;

/// A fenced code block.
#[derive(Debug, Clone)]
pub(crate) struct Fence {
    /// The line of its opening, from 1.
    pub(crate) line: usize,
    pub(crate) language: String,
    /// What follows the language, such as `fails=unknown-prop`.
    options: Vec<String>,
    pub(crate) text: String,
    /// The bytes of `text` in the page.
    pub(crate) range: Range<usize>,
    /// Where the page goes on below it.
    pub(crate) end: usize,
}

impl Fence {
    /// Those of `text`, from the top. All stand at the start of a line, so that nothing has to be
    /// taken off theirs.
    pub(crate) fn all(text: &str) -> Vec<Self> {
        let mut fences: Vec<Self> = Vec::new();
        let mut open: Option<(usize, Self)> = None;
        let mut at = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let ticks = line.bytes().take_while(|byte| *byte == b'`').count();
            let info = line[ticks..].trim();
            match &mut open {
                Some((length, fence)) if ticks >= *length && info.is_empty() => {
                    fence.end = at + line.len();
                    fence.text = text[fence.range.start..at].to_owned();
                    fence.range.end = at;
                    fences.extend(open.take().map(|(_, fence)| fence));
                }
                Some(_) => {}
                None if ticks >= 3 => {
                    let mut words = info.split_whitespace().map(str::to_owned);
                    let start = at + line.len();
                    let fence = Self {
                        line: number + 1,
                        language: words.next().unwrap_or_default(),
                        options: words.collect(),
                        text: String::new(),
                        range: start..start,
                        end: start,
                    };
                    open = Some((ticks, fence));
                }
                None => {
                    let indented = line.trim_start().starts_with("```");
                    assert!(!indented, "line {}: an indented code block", number + 1);
                }
            }
            at += line.len();
        }
        assert!(open.is_none(), "a code block is never closed: {open:?}");
        fences
    }

    /// Whether it bears the option.
    pub(crate) fn is(&self, option: &str) -> bool {
        self.options.iter().any(|given| given == option)
    }

    /// The value of the option.
    pub(crate) fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find_map(|given| given.strip_prefix(name)?.strip_prefix('='))
    }
}
