//! Where an expression in prose may begin and end, told before anything is parsed.
//!
//! A brace opens one where the first name behind it is known, or is `Math` with a dot behind it; only
//! signs, numbers, strings, operators and parentheses may stand before that name. It ends at the brace
//! that matches, over strings and templates. Any other brace is text.

use super::cursor::{Cursor, is_line_end};
use std::collections::BTreeSet;
use std::ops::Range;

/// Bytes between the braces, at most.
const LONGEST: usize = 1_000;
/// Braces and templates open at once, at most.
const DEEPEST: usize = 32;

/// What stands between the braces, where the one at `start` opens an expression.
pub(crate) fn find(text: &str, start: usize, names: &BTreeSet<String>) -> Option<Range<usize>> {
    let inner = start + 1;
    let limit = text.floor_char_boundary((inner + LONGEST + 1).min(text.len()));
    let window = &text[..limit];
    if !begins(&mut Cursor::new(window, inner, limit), names) {
        return None;
    }
    let mut cursor = Cursor::new(window, inner, limit);
    to_brace(&mut cursor, 0)?;
    let range = inner..cursor.at() - 1;
    (range.len() <= LONGEST && !has_blank_line(&text[range.clone()])).then_some(range)
}

/// Whether the first name from here on is known, and stands where an operand may.
fn begins(cursor: &mut Cursor<'_>, names: &BTreeSet<String>) -> bool {
    let mut wants_operand = true;
    loop {
        cursor.take_while(char::is_whitespace);
        if wants_operand && let Some(name) = cursor.identifier() {
            cursor.take_while(char::is_whitespace);
            return names.contains(name) || (name == "Math" && cursor.peek() == Some('.'));
        }
        let Some(first) = cursor.peek() else { return false };
        match first {
            '0'..='9' if wants_operand => {
                cursor.take_while(|c| c.is_alphanumeric() || c == '.');
                wants_operand = false;
            }
            '"' | '\'' if wants_operand => {
                cursor.next();
                if string(cursor, first).is_none() {
                    return false;
                }
                wants_operand = false;
            }
            '`' if wants_operand => {
                // The first name is that of the first `${…}`.
                cursor.next();
                loop {
                    match cursor.next() {
                        Some('\\') => drop(cursor.next()),
                        Some('$') if cursor.eat("{") => break,
                        None | Some('`') => return false,
                        Some(_) => {}
                    }
                }
            }
            '(' | '!' | '+' | '-' if wants_operand => drop(cursor.next()),
            '+' | '-' | '*' | '/' | '%' | '<' | '>' | '=' | '!' | '&' | '|' | '?'
                if !wants_operand =>
            {
                cursor.take_while(|c| "+-*/%<>=!&|?".contains(c));
                wants_operand = true;
            }
            _ => return false,
        }
    }
}

/// Steps behind the brace that closes what is open.
fn to_brace(cursor: &mut Cursor<'_>, depth: usize) -> Option<()> {
    if depth > DEEPEST {
        return None;
    }
    loop {
        match cursor.next()? {
            '}' => return Some(()),
            '{' => to_brace(cursor, depth + 1)?,
            quote @ ('"' | '\'') => string(cursor, quote)?,
            '`' => template(cursor, depth + 1)?,
            _ => {}
        }
    }
}

/// Steps over the rest of a string, which ends on its line.
fn string(cursor: &mut Cursor<'_>, quote: char) -> Option<()> {
    loop {
        match cursor.next()? {
            '\\' => drop(cursor.next()),
            end if end == quote => return Some(()),
            end if is_line_end(end) => return None,
            _ => {}
        }
    }
}

fn template(cursor: &mut Cursor<'_>, depth: usize) -> Option<()> {
    loop {
        match cursor.next()? {
            '\\' => drop(cursor.next()),
            '`' => return Some(()),
            '$' if cursor.eat("{") => to_brace(cursor, depth)?,
            _ => {}
        }
    }
}

fn has_blank_line(text: &str) -> bool {
    let mut lines = text.split('\n');
    lines.next();
    let last = lines.next_back();
    lines.any(|line| line.trim().is_empty()) && last.is_some()
}

#[cfg(test)]
mod tests {
    use super::find;
    use std::collections::BTreeSet;

    fn found(text: &str) -> Option<&str> {
        let names: BTreeSet<String> = ["k", "dog"].map(str::to_owned).into();
        find(text, 0, &names).map(|range| &text[range])
    }

    #[test]
    fn a_known_name_opens_an_expression() {
        for text in [
            "k",
            " k ",
            "k+1",
            "-k",
            "(k - 1) * 2",
            "2 * k",
            "2 ** k",
            "!k",
            "k ? '}' : \"{\"",
            "dog.at(k).psnr_db.toFixed(1)",
            "Math.round(2)",
            "'a' + k",
            "`a${k}b`",
            "`a${ k ? `}` : '' }`",
            "k +\n1",
            "k, n",
            "k === { a: 1 }.a",
        ] {
            assert_eq!(found(&format!("{{{text}}} …}}")), Some(text));
        }
    }

    #[test]
    fn all_else_is_text() {
        for text in [
            "{}",
            "{x}",
            "{ }",
            "{k",
            "{kk}",
            "{1}",
            "{1, k}",
            "{x + k}",
            "{Math}",
            "{k\n\n}",
            "{k \n \t\n}",
            "{k's}",
            "{2 k}",
            "{2k}",
            "{#k}",
            "{.k}",
            "{:k}",
            "{`a`}",
            "{'k'}",
            "{{k}}",
            "{",
            "{k ? '}",
            "{true}",
            "{\\k}",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        assert_eq!(found(&format!("{{k{}}}", " ".repeat(999))).map(str::len), Some(1_000));
        assert_eq!(found(&format!("{{k{}}}", " ".repeat(1_000))), None);
        assert_eq!(found(&format!("{{k{}", "{".repeat(900))), None);
    }
}
