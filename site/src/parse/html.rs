//! Follows an author's raw HTML just closely enough to know whether a place in it is content, or
//! lies in a tag, in a comment, or in an element whose content is text.

use super::mask::MARK;

/// Where the next byte of raw HTML stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct HtmlState {
    mode: Mode,
    /// Open elements that may hold phrasing content only.
    phrasing: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq)]
enum Mode {
    #[default]
    Content,
    Tag {
        name: String,
        closing: bool,
        quote: Option<u8>,
    },
    Comment,
    /// `<!…>` and `<?…>`.
    Declaration,
    /// In an element of this name, whose content is text.
    RawText(String),
}

/// What a place in raw HTML is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HtmlPlace {
    /// Elements may stand here; only phrasing ones where `inline`.
    Content { inline: bool },
    /// In a tag, a comment or raw text: nothing but text here.
    Text,
    /// In a tag and in no quotes, where what is written decides whether there is a tag at all.
    Bare,
}

/// HTML's raw text and escapable raw text elements.
const RAW_TEXT: [&str; 8] =
    ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];
/// Elements that hold phrasing content only.
const PHRASING: [&str; 16] = [
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "span", "em", "strong", "b", "i", "small",
    "label", "button",
];
/// Elements whose start closes an open `<p>`.
const CLOSES_P: [&str; 17] = [
    "p",
    "div",
    "section",
    "article",
    "aside",
    "ul",
    "ol",
    "dl",
    "table",
    "blockquote",
    "figure",
    "form",
    "hr",
    "main",
    "nav",
    "details",
    "fieldset",
];

impl HtmlState {
    /// What the place is that comes next.
    pub(crate) fn place(&self) -> HtmlPlace {
        match self.mode {
            Mode::Content => HtmlPlace::Content { inline: !self.phrasing.is_empty() },
            Mode::Tag { quote: None, .. } => HtmlPlace::Bare,
            _ => HtmlPlace::Text,
        }
    }

    /// Whether text that Markdown finds next lies in an element that holds nothing but text.
    pub(crate) fn in_raw_text(&self) -> bool {
        matches!(self.mode, Mode::RawText(_))
    }

    /// An HTML block is over: what it left open, but raw text, Markdown will not close.
    pub(crate) fn end_block(&mut self) {
        if !self.in_raw_text() {
            self.mode = Mode::Content;
        }
    }

    /// Reads on through `html`, and says what each placeholder's place is, in order.
    pub(crate) fn read(&mut self, html: &str) -> Vec<HtmlPlace> {
        let mut places = Vec::new();
        let mut rest = html;
        while let Some(first) = rest.chars().next() {
            if first == MARK {
                places.push(self.place());
            }
            let step = match &mut self.mode {
                Mode::Content => return_step(rest, self.content(rest)),
                Mode::Comment if rest.starts_with("-->") => {
                    self.mode = Mode::Content;
                    3
                }
                Mode::Declaration if first == '>' => {
                    self.mode = Mode::Content;
                    1
                }
                Mode::Tag { quote, .. } if matches!(first, '"' | '\'') => {
                    let byte = first as u8;
                    match quote {
                        Some(open) if *open == byte => *quote = None,
                        Some(_) => {}
                        None => *quote = Some(byte),
                    }
                    1
                }
                Mode::Tag { quote: None, .. } if first == '>' => {
                    self.end_tag();
                    1
                }
                Mode::RawText(name) if closes(rest, name) => {
                    self.mode =
                        Mode::Tag { name: std::mem::take(name), closing: true, quote: None };
                    2
                }
                _ => first.len_utf8(),
            };
            rest = &rest[step..];
        }
        places
    }

    /// What starts at the beginning of `rest`: the bytes to step over.
    fn content(&mut self, rest: &str) -> usize {
        if rest.starts_with("<!--") {
            // `<!-->` and `<!--->` are whole comments.
            self.mode = Mode::Comment;
            return if rest.starts_with("<!-->") || rest.starts_with("<!--->") { 2 } else { 4 };
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            self.mode = Mode::Declaration;
            return 2;
        }
        let (closing, name) = match rest.strip_prefix("</") {
            Some(name) => (true, name),
            None => match rest.strip_prefix('<') {
                Some(name) => (false, name),
                None => return 0,
            },
        };
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return 0;
        }
        let length =
            name.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).unwrap_or(name.len());
        let step = rest.len() - name.len() + length;
        let name = name[..length].to_ascii_lowercase();
        self.mode = Mode::Tag { name, closing, quote: None };
        step
    }

    fn end_tag(&mut self) {
        let Mode::Tag { name, closing, .. } = std::mem::take(&mut self.mode) else { return };
        if !closing && CLOSES_P.contains(&name.as_str()) && self.innermost_is("p") {
            self.phrasing.pop();
        }
        if closing {
            if let Some(at) = self.phrasing.iter().rposition(|open| *open == name) {
                self.phrasing.truncate(at);
            }
        } else if RAW_TEXT.contains(&name.as_str()) {
            self.mode = Mode::RawText(name);
        } else if PHRASING.contains(&name.as_str()) && self.phrasing.len() < 64 {
            self.phrasing.push(name);
        }
    }

    fn innermost_is(&self, name: &str) -> bool {
        self.phrasing.last().is_some_and(|open| open == name)
    }
}

fn return_step(rest: &str, step: usize) -> usize {
    if step == 0 { rest.chars().next().map_or(1, char::len_utf8) } else { step }
}

fn closes(rest: &str, name: &str) -> bool {
    rest.starts_with("</")
        && rest.get(2..2 + name.len()).is_some_and(|close| close.eq_ignore_ascii_case(name))
}
