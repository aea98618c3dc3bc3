//! The tokens of a script, as far as white space needs to know them (ECMA-262, chapter 12).

use crate::Error;

/// A part of a script.
pub(super) enum Piece<'s> {
    /// White space and comments.
    Gap {
        /// They end a line.
        lines: bool,
    },
    /// A word or number, a string, a part of a template, a regular expression without its flags, or
    /// one character of punctuation.
    Token(&'s str),
}

/// Reads a script from its start.
pub(super) struct Tokens<'s> {
    name: &'s str,
    source: &'s str,
    at: usize,
    /// For every brace that is open, whether it is a template's `${`.
    braces: Vec<bool>,
}

/// Words that ask for an expression, in which a slash begins a regular expression.
const OPERATORS: [&str; 14] = [
    "await",
    "case",
    "default",
    "delete",
    "do",
    "else",
    "in",
    "instanceof",
    "new",
    "of",
    "return",
    "throw",
    "typeof",
    "void",
];

/// Whether the character is part of a name or number.
pub(super) fn is_of_a_word(it: char) -> bool {
    it.is_alphanumeric()
        || matches!(it, '_' | '$' | '#' | '\\')
        || (!it.is_ascii() && !is_space(it))
}

/// Whether the character is white space: the byte order mark is.
fn is_space(it: char) -> bool {
    it.is_whitespace() || it == '\u{feff}'
}

/// Whether the character ends a line.
fn is_line_end(it: char) -> bool {
    matches!(it, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

impl<'s> Tokens<'s> {
    pub(super) fn new(name: &'s str, source: &'s str) -> Self {
        Self { name, source, at: 0, braces: Vec::new() }
    }

    /// The next piece, where `last` is the token before it.
    pub(super) fn next(&mut self, last: &str) -> Result<Option<Piece<'s>>, Error> {
        let rest = &self.source[self.at..];
        let Some(first) = rest.chars().next() else {
            if self.braces.contains(&true) {
                return Err(self.wrong("this template does not end"));
            }
            return Ok(None);
        };
        let length = match first {
            _ if is_space(first) => {
                let length = rest.find(|it| !is_space(it)).unwrap_or(rest.len());
                return Ok(Some(self.gap(length)));
            }
            '/' if rest.starts_with("//") => {
                let length = rest.find(is_line_end).unwrap_or(rest.len());
                return Ok(Some(self.gap(length)));
            }
            '/' if rest.starts_with("/*") => {
                let end = rest[2..].find("*/");
                let length = end.ok_or_else(|| self.wrong("this comment does not end"))? + 4;
                return Ok(Some(self.gap(length)));
            }
            '/' if self.is_a_regular_expression(last)? => self.regular_expression(rest)?,
            '"' | '\'' => self.string(rest, first)?,
            '`' => self.template(rest)?,
            '{' => {
                self.braces.push(false);
                1
            }
            '}' if self.braces.pop() == Some(true) => self.template(rest)?,
            _ if is_of_a_word(first) => rest.find(|it| !is_of_a_word(it)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        self.at += length;
        Ok(Some(Piece::Token(&rest[..length])))
    }

    /// Passes over white space or a comment.
    fn gap(&mut self, length: usize) -> Piece<'s> {
        let gap = &self.source[self.at..self.at + length];
        self.at += length;
        Piece::Gap { lines: gap.contains(is_line_end) }
    }

    /// Whether a slash behind `last` begins a regular expression, and is no division.
    fn is_a_regular_expression(&self, last: &str) -> Result<bool, Error> {
        match last.chars().next_back() {
            None => Ok(true),
            Some('}') => Err(self.wrong(
                "is this slash a division, or a regular expression? use a semicolon or \
                 parentheses before it",
            )),
            Some(')' | ']' | '"' | '\'' | '`' | '/') => Ok(false),
            // After `i++` it is a division.
            Some(sign @ ('+' | '-')) => {
                Ok(!self.source[..self.at].trim_end().ends_with(&String::from_iter([sign; 2])))
            }
            Some(it) if is_of_a_word(it) => Ok(OPERATORS.contains(&last)),
            Some(_) => Ok(true),
        }
    }

    fn regular_expression(&self, rest: &str) -> Result<usize, Error> {
        let (mut escaped, mut class) = (false, false);
        for (at, it) in rest.char_indices().skip(1) {
            match it {
                _ if is_line_end(it) => break,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '[' => class = true,
                ']' => class = false,
                '/' if !class => return Ok(at + 1),
                _ => {}
            }
        }
        Err(self.wrong("this regular expression does not end"))
    }

    fn string(&self, rest: &str, quote: char) -> Result<usize, Error> {
        let mut escaped = false;
        for (at, it) in rest.char_indices().skip(1) {
            match it {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '\n' | '\r' => break,
                _ if it == quote => return Ok(at + 1),
                _ => {}
            }
        }
        Err(self.wrong("this string does not end"))
    }

    /// From a backtick, or the brace that ends an expression, to the next expression or the end.
    fn template(&mut self, rest: &str) -> Result<usize, Error> {
        let mut escaped = false;
        for (at, it) in rest.char_indices().skip(1) {
            match it {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '`' => return Ok(at + 1),
                '$' if rest[at..].starts_with("${") => {
                    self.braces.push(true);
                    return Ok(at + 2);
                }
                _ => {}
            }
        }
        Err(self.wrong("this template does not end"))
    }

    /// An error at the current place.
    fn wrong(&self, message: &'static str) -> Error {
        let line = 1 + self.source[..self.at].matches('\n').count();
        Error::Script { script: self.name.to_owned(), line, message }
    }
}
