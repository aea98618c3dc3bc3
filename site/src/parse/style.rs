//! Scopes an article's CSS to the article, with a real CSS parser (CSS Syntax Level 3).
//!
//! Every selector starts with the scope's class; figures stand inside the scope, so `img { … }`
//! reaches their pictures. The canvas that a widget lays over a picture copies the picture's
//! computed style, so that no rule needs to be written twice.

use super::mask::MARK;
use super::mistake::Mistake;
use super::{selector, style_url};
use cssparser::{Delimiter, ParseError, Parser, ParserInput, SourcePosition, Token};
use prebake_plugin::{Digest, SitePath};
use std::ops::Range;

/// The class that scopes the article at `path`.
pub(crate) fn scope_class(path: &SitePath) -> String {
    let digest = Digest::of(path.as_str().as_bytes()).to_string();
    format!("a-{}", &digest[..8])
}

/// The scoped CSS of the block that stands in `range` of the source. What is broken is left out.
pub(crate) fn scope(text: &str, range: Range<usize>, scope: &str) -> (String, Vec<Mistake>) {
    // What is still open at the end swallows this last at-rule, which no source can hold.
    let css = format!("{}\n@{MARK};", &text[range.clone()]);
    let mut input = ParserInput::new(&css);
    let mut parser = Parser::new(&mut input);
    let mut scoper = Scoper {
        class: format!(".{scope}"),
        base: range.start,
        length: range.len(),
        css: String::new(),
        mistakes: Vec::new(),
    };
    let start = parser.position();
    let is_whole = scoper.rules(&mut parser, 0);
    if !is_whole && scoper.mistakes.is_empty() {
        scoper.broken("a comment or block here is never closed", start, &parser);
    }
    for (place, url) in style_url::relative(&text[range.clone()]) {
        let place = range.start + place.start..range.start + place.end;
        let message =
            format!("`{url}` will not be found: the files that styles name are not copied");
        scoper.mistakes.push(
            Mistake::new("style-url", message, place)
                .hint("show the picture with `<img>`, or name a URL that starts with `https://`")
                .warning(),
        );
    }
    // Inside a string an escaped slash is a slash; elsewhere `</` is no CSS. Either way nothing
    // here can end the `<style>` element of the page.
    (scoper.css.replace("</", "<\\/"), scoper.mistakes)
}

/// At-rules that hold style rules to be scoped.
const GROUPS: [&str; 5] = ["media", "supports", "layer", "container", "starting-style"];
/// How deep groups may nest.
const DEEPEST: usize = 32;

struct Scoper {
    class: String,
    base: usize,
    length: usize,
    css: String,
    mistakes: Vec<Mistake>,
}

impl Scoper {
    /// Scopes rule after rule; true where the end of the style was reached.
    fn rules(&mut self, parser: &mut Parser<'_, '_>, depth: usize) -> bool {
        loop {
            parser.skip_whitespace();
            let start = parser.position();
            match parser.next_including_whitespace() {
                Err(_) => return false,
                Ok(Token::CDO | Token::CDC | Token::WhiteSpace(_)) => {}
                Ok(Token::AtKeyword(name)) => {
                    let name = name.to_ascii_lowercase();
                    if name.starts_with(MARK) {
                        return true;
                    }
                    self.at_rule(parser, start, &name, depth);
                }
                Ok(token) => {
                    // What opens a block must be read to its end as part of the prelude.
                    let opens = opens_block(token);
                    self.qualified_rule(parser, start, opens);
                }
            }
        }
    }

    fn at_rule(
        &mut self,
        parser: &mut Parser<'_, '_>,
        start: SourcePosition,
        name: &str,
        depth: usize,
    ) {
        let prelude = drain_until(parser, Delimiter::Semicolon | Delimiter::CurlyBracketBlock);
        let head = parser.slice_from(start).trim_end();
        if let Err(at) = prelude {
            self.broken("this at-rule is broken", at.unwrap_or(start), parser);
            skip_block(parser);
            return;
        }
        match parser.next() {
            Ok(Token::CurlyBracketBlock) if GROUPS.contains(&name) && depth < DEEPEST => {
                let before = self.css.len();
                self.css.push_str(head);
                self.css.push_str(" {\n");
                let nested = parser.parse_nested_block(|block| {
                    self.rules(block, depth + 1);
                    Ok::<_, ParseError<'_, ()>>(())
                });
                self.css.push_str("}\n");
                if nested.is_err() || !is_closed(parser, start) {
                    self.css.truncate(before);
                    self.broken("this block is never closed", start, parser);
                }
            }
            Ok(Token::CurlyBracketBlock) => {
                let body = block(parser);
                if body.is_err() || !is_closed(parser, start) {
                    self.broken(
                        "this block is broken",
                        body.err().flatten().unwrap_or(start),
                        parser,
                    );
                    return;
                }
                let rule = parser.slice_from(start);
                self.css.push_str(rule);
                self.css.push('\n');
            }
            // A semicolon, or the end of the style.
            _ => {
                if !is_closed(parser, start) {
                    self.broken("this at-rule has no end", start, parser);
                    return;
                }
                if name == "import" {
                    // The page's own styles stand before it, where browsers take no import any more.
                    self.broken("styles cannot be imported here", start, parser);
                    return;
                }
                self.css.push_str(head);
                self.css.push_str(";\n");
            }
        }
    }

    fn qualified_rule(&mut self, parser: &mut Parser<'_, '_>, start: SourcePosition, opens: Opens) {
        let first = match opens {
            Opens::Nothing => Ok(()),
            Opens::Block => block(parser),
            Opens::Rule => {
                let _ = block(parser);
                self.broken("a rule without a selector", start, parser);
                return;
            }
            Opens::Broken => Err(Some(start)),
        };
        let prelude = first.and(drain_until(parser, Delimiter::CurlyBracketBlock));
        let selectors = parser.slice_from(start);
        if parser.next().is_err() {
            self.broken("a rule without a block", start, parser);
            return;
        }
        let body_start = parser.position();
        let body = block(parser);
        if let Err(at) = prelude {
            self.broken("this selector is broken", at.unwrap_or(start), parser);
        } else if let Err(at) = body {
            self.broken("this rule is broken", at.unwrap_or(start), parser);
        } else if !is_closed(parser, start) {
            self.broken("this rule is never closed", start, parser);
        } else {
            match selector::scope_list(&self.class, selectors) {
                Some(selectors) => {
                    let body = parser.slice_from(body_start);
                    self.css.push_str(&selectors);
                    self.css.push_str(" {");
                    self.css.push_str(body);
                    self.css.push('\n');
                }
                None => self.broken("a selector is missing here", start, parser),
            }
        }
    }

    fn broken(&mut self, message: &str, at: SourcePosition, parser: &Parser<'_, '_>) {
        let end = parser.position().byte_index();
        let start = at.byte_index().min(end);
        let line = parser.slice(at..parser.position()).lines().next().unwrap_or("").trim_end();
        let start = start.min(self.length);
        let end = (start + line.len()).min(self.length);
        let range = self.base + start..self.base + end;
        self.mistakes.push(
            Mistake::new("invalid-css", message, range)
                .hint("it is left out of the page")
                .warning(),
        );
    }
}

/// What a token that was just read opens.
#[derive(Clone, Copy)]
pub(crate) enum Opens {
    Nothing,
    Block,
    /// `{`, where a selector was to come.
    Rule,
    Broken,
}

pub(crate) fn opens_block(token: &Token<'_>) -> Opens {
    match token {
        Token::CurlyBracketBlock => Opens::Rule,
        Token::Function(_) | Token::ParenthesisBlock | Token::SquareBracketBlock => Opens::Block,
        token if token.is_parse_error() => Opens::Broken,
        _ => Opens::Nothing,
    }
}

/// Reads on to a delimiter; the error says where the first broken token stands.
pub(crate) fn drain_until(
    parser: &mut Parser<'_, '_>,
    delimiters: cssparser::Delimiters,
) -> Result<(), Option<SourcePosition>> {
    let mut broken = None;
    let _ = parser.parse_until_before(delimiters, |part| {
        broken = drain(part, 0);
        Ok::<_, ParseError<'_, ()>>(())
    });
    if broken.is_some() { Err(broken) } else { Ok(()) }
}

/// Reads the block whose opening token was just read.
pub(crate) fn block(parser: &mut Parser<'_, '_>) -> Result<(), Option<SourcePosition>> {
    let mut broken = None;
    let nested = parser.parse_nested_block(|block| {
        broken = drain(block, 0);
        Ok::<_, ParseError<'_, ()>>(())
    });
    if broken.is_some() || nested.is_err() { Err(broken) } else { Ok(()) }
}

/// Reads everything, and says where the first broken token stands.
fn drain(parser: &mut Parser<'_, '_>, depth: usize) -> Option<SourcePosition> {
    let mut broken = None;
    loop {
        let at = parser.position();
        let opens = match parser.next() {
            Err(_) => return broken,
            Ok(Token::CurlyBracketBlock) => Opens::Block,
            Ok(token) => opens_block(token),
        };
        match opens {
            Opens::Nothing => {}
            Opens::Broken => broken = broken.or(Some(at)),
            Opens::Block | Opens::Rule if depth == DEEPEST => broken = broken.or(Some(at)),
            Opens::Block | Opens::Rule => {
                let mut inner = None;
                let _ = parser.parse_nested_block(|block| {
                    inner = drain(block, depth + 1);
                    Ok::<_, ParseError<'_, ()>>(())
                });
                broken = broken.or(inner);
            }
        }
    }
}

fn skip_block(parser: &mut Parser<'_, '_>) {
    if matches!(parser.next(), Ok(Token::CurlyBracketBlock)) {
        let _ = block(parser);
    }
}

/// Whether what starts at `start` ended before the style did.
fn is_closed(parser: &Parser<'_, '_>, start: SourcePosition) -> bool {
    !parser.slice_from(start).contains(MARK)
}
