//! A place in the source that moves forward over characters, JavaScript's white space and comments.

use super::mistake::Mistake;

/// Reads `text` up to `end`; every offset is a byte of the whole text.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    end: usize,
}

impl<'a> Cursor<'a> {
    /// Both bounds must lie between characters of `text`.
    pub(crate) fn new(text: &'a str, at: usize, end: usize) -> Self {
        Self { text, at, end }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn set(&mut self, at: usize) {
        self.at = at;
    }

    pub(crate) fn rest(&self) -> &'a str {
        &self.text[self.at..self.end]
    }

    pub(crate) fn since(&self, start: usize) -> &'a str {
        &self.text[start..self.at]
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(crate) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Steps over `expected` if it comes next.
    pub(crate) fn eat(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            self.at += expected.len();
        }
        found
    }

    /// Steps over the characters that `wanted` accepts, and returns them.
    pub(crate) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|character| !wanted(character)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// A JavaScript identifier, or nothing.
    pub(crate) fn identifier(&mut self) -> Option<&'a str> {
        let starts = |c: char| c.is_alphabetic() || c == '_' || c == '$';
        self.peek().filter(|&c| starts(c))?;
        Some(self.take_while(|c| starts(c) || c.is_alphanumeric()))
    }

    /// Steps over white space and `//` and `/* */` comments.
    pub(crate) fn skip_trivia(&mut self) -> Result<(), Mistake> {
        loop {
            self.take_while(|c| c.is_whitespace() || c == '\u{FEFF}');
            let start = self.at;
            if self.eat("//") {
                self.take_while(|c| !is_line_end(c));
            } else if self.eat("/*") {
                match self.rest().find("*/") {
                    Some(length) => self.at += length + 2,
                    None => {
                        self.at = self.end;
                        let range = start..start + 2;
                        return Err(Mistake::new(
                            "invalid-literal",
                            "this comment never ends",
                            range,
                        )
                        .hint("close it with `*/`"));
                    }
                }
            } else {
                return Ok(());
            }
        }
    }

    /// From an opening brace to behind the brace that closes it, over strings and comments,
    /// whatever else stands between. `None` where it is never closed.
    pub(crate) fn skip_braces(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        // Up to here no quote has a partner on its line, so that none is looked for again.
        let mut plain_until = self.at;
        while let Some(character) = self.next() {
            match character {
                '{' => depth += 1,
                '}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(());
                    }
                }
                '"' | '\'' if self.at > plain_until => {
                    let start = self.at;
                    if !self.skip_quoted(character, true) {
                        plain_until = self.at;
                        self.at = start;
                    }
                }
                '`' => {
                    self.skip_quoted(character, false);
                }
                '/' if self.peek() == Some('/') => {
                    self.take_while(|c| !is_line_end(c));
                }
                '/' if self.eat("*") => self.at += self.rest().find("*/")? + 2,
                _ => {}
            }
        }
        None
    }

    /// Steps over the rest of a string; false where it ends without its quote.
    fn skip_quoted(&mut self, quote: char, one_line: bool) -> bool {
        while let Some(character) = self.next() {
            match character {
                '\\' => {
                    self.next();
                }
                other if other == quote => return true,
                other if one_line && is_line_end(other) => return false,
                _ => {}
            }
        }
        false
    }
}

/// The characters that end a line in JavaScript.
pub(crate) fn is_line_end(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}
