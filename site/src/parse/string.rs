//! JavaScript's string literals and plain template literals (ECMAScript 2024, 12.9.4 and 12.9.6).

use super::cursor::{Cursor, is_line_end};
use super::literal::invalid;
use super::mistake::Mistake;

/// The text of the literal whose quote stands at the cursor.
pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<String, Mistake> {
    let start = cursor.at();
    let quote = cursor.next().unwrap_or('"');
    let mut text = String::new();
    // The first half of a surrogate pair that waits for its second, and where it stands.
    let mut high: Option<(u32, usize)> = None;
    loop {
        let at = cursor.at();
        let lone = |at: usize, end: usize| {
            invalid("this escape is half of a surrogate pair", at..end)
                .hint("write the character itself, or `\\u{…}`")
        };
        let Some(character) = cursor.next() else {
            return Err(unclosed(start, quote));
        };
        let unit = match character {
            '\\' => match escape(cursor, at)? {
                Escape::Nothing => continue,
                Escape::Unit(unit) => unit,
            },
            _ if character == quote => {
                return match high {
                    Some((_, place)) => Err(lone(place, at)),
                    None => Ok(text),
                };
            }
            '\n' | '\r' if quote != '`' => return Err(unclosed(start, quote)),
            '$' if quote == '`' && cursor.peek() == Some('{') => {
                return Err(invalid("`${…}` in a template literal is not supported", at..at + 2)
                    .hint("write the text itself, or escape it as `\\${`"));
            }
            // In a template every line end is a line feed.
            '\r' => {
                cursor.eat("\n");
                u32::from('\n')
            }
            other => u32::from(other),
        };
        match (high.take(), unit) {
            (Some((first, _)), 0xDC00..=0xDFFF) => {
                let joined = 0x10000 + ((first - 0xD800) << 10) + (unit - 0xDC00);
                text.extend(char::from_u32(joined));
            }
            (Some((_, place)), _) => return Err(lone(place, at)),
            (None, 0xD800..=0xDBFF) => high = Some((unit, at)),
            (None, _) => match char::from_u32(unit) {
                Some(character) => text.push(character),
                None => return Err(lone(at, cursor.at())),
            },
        }
    }
}

enum Escape {
    /// A line continuation.
    Nothing,
    /// A code point, or one half of a surrogate pair.
    Unit(u32),
}

/// What the escape says whose backslash stood at `at`.
fn escape(cursor: &mut Cursor<'_>, at: usize) -> Result<Escape, Mistake> {
    let Some(character) = cursor.next() else {
        return Err(invalid("this escape is cut short", at..at + 1));
    };
    let unit = match character {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{C}',
        'v' => '\u{B}',
        '0' if !cursor.peek().is_some_and(|c| c.is_ascii_digit()) => '\0',
        '0'..='9' => {
            return Err(invalid("octal escapes are not allowed", at..cursor.at())
                .hint("write `\\x…` with two hexadecimal digits"));
        }
        'x' => return hexadecimal(cursor, at, 2),
        'u' if cursor.eat("{") => {
            let digits = cursor.take_while(|c| c.is_ascii_hexdigit());
            let code = u32::from_str_radix(digits, 16).ok().filter(|&code| code <= 0x10_FFFF);
            return match code {
                Some(code) if cursor.eat("}") => Ok(Escape::Unit(code)),
                _ => Err(invalid("no character has this code", at..cursor.at())
                    .hint("write `\\u{…}` with at most six hexadecimal digits")),
            };
        }
        'u' => return hexadecimal(cursor, at, 4),
        '\r' => {
            cursor.eat("\n");
            return Ok(Escape::Nothing);
        }
        other if is_line_end(other) => return Ok(Escape::Nothing),
        other => other,
    };
    Ok(Escape::Unit(u32::from(unit)))
}

fn hexadecimal(cursor: &mut Cursor<'_>, at: usize, length: usize) -> Result<Escape, Mistake> {
    let digits = cursor.rest().get(..length).unwrap_or("");
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    match u32::from_str_radix(digits, 16) {
        Ok(unit) if plain => {
            cursor.set(cursor.at() + length);
            Ok(Escape::Unit(unit))
        }
        _ => Err(invalid("this escape is cut short", at..cursor.at())
            .hint(format!("write {length} hexadecimal digits"))),
    }
}

fn unclosed(start: usize, quote: char) -> Mistake {
    invalid("this string is never closed", start..start + 1)
        .hint(format!("close it with `{quote}` on the same line"))
}
