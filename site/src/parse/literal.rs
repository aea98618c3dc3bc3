//! JavaScript's literals, as they stand in `prop={…}` and in the `<script>`.
//!
//! The grammar is that of ECMAScript 2024 (sections 12.9 and 13.2), without what only a running
//! program can answer: no operators but a sign, no calls, no `${…}` in template literals.

use super::cursor::Cursor;
use super::mistake::Mistake;
use super::scope::Scope;
use super::{number, string};
use serde_json::{Map, Value};
use std::ops::Range;

/// How deep arrays and objects may nest.
const DEEPEST: usize = 32;

/// A literal whose names are not looked up yet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Value(Value),
    Name(String, Range<usize>),
    Array(Vec<Literal>),
    Object(Vec<(String, Literal)>),
}

impl Literal {
    /// The literal at the cursor, with the trivia before it; the cursor ends behind it.
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Mistake> {
        parse(cursor, 0)
    }

    /// The value, with every name looked up.
    pub(crate) fn evaluate(&self, scope: &Scope) -> Result<Value, Mistake> {
        Ok(match self {
            Self::Value(value) => value.clone(),
            Self::Name(name, range) => scope.look_up(name, range)?,
            Self::Array(items) => {
                let items: Result<_, _> = items.iter().map(|item| item.evaluate(scope)).collect();
                Value::Array(items?)
            }
            Self::Object(members) => {
                let mut object = Map::new();
                for (name, member) in members {
                    object.insert(name.clone(), member.evaluate(scope)?);
                }
                Value::Object(object)
            }
        })
    }
}

fn parse(cursor: &mut Cursor<'_>, depth: usize) -> Result<Literal, Mistake> {
    cursor.skip_trivia()?;
    let start = cursor.at();
    match cursor.peek() {
        None => Err(invalid("a value is missing here", start..start)),
        Some('[' | '{') if depth == DEEPEST => {
            let message = format!("arrays and objects nest deeper than {DEEPEST} levels here");
            Err(invalid(message, start..start + 1))
        }
        Some('[') => array(cursor, depth),
        Some('{') => object(cursor, depth),
        Some('"' | '\'' | '`') => Ok(Literal::Value(Value::String(string::parse(cursor)?))),
        Some('0'..='9' | '.' | '+' | '-') => Ok(Literal::Value(number::parse(cursor)?)),
        Some(other) => {
            let Some(word) = cursor.identifier() else {
                let end = start + other.len_utf8();
                return Err(invalid(format!("`{other}` starts no literal"), start..end)
                    .hint("write a number, a string, a boolean, null, an array or an object"));
            };
            Ok(match word {
                "true" => Literal::Value(Value::Bool(true)),
                "false" => Literal::Value(Value::Bool(false)),
                "null" => Literal::Value(Value::Null),
                name => Literal::Name(name.to_owned(), start..cursor.at()),
            })
        }
    }
}

fn array(cursor: &mut Cursor<'_>, depth: usize) -> Result<Literal, Mistake> {
    let start = cursor.at();
    cursor.next();
    let mut items = Vec::new();
    loop {
        cursor.skip_trivia()?;
        if cursor.eat("]") {
            return Ok(Literal::Array(items));
        }
        if cursor.peek().is_none() {
            return Err(unclosed("array", ']', start));
        }
        items.push(parse(cursor, depth + 1)?);
        separator(cursor, ']', "array", start)?;
    }
}

fn object(cursor: &mut Cursor<'_>, depth: usize) -> Result<Literal, Mistake> {
    let start = cursor.at();
    cursor.next();
    let mut members = Vec::new();
    loop {
        cursor.skip_trivia()?;
        if cursor.eat("}") {
            return Ok(Literal::Object(members));
        }
        if cursor.peek().is_none() {
            return Err(unclosed("object", '}', start));
        }
        let key_start = cursor.at();
        let (key, bare) = key(cursor)?;
        let key_range = key_start..cursor.at();
        cursor.skip_trivia()?;
        let value = if cursor.eat(":") {
            parse(cursor, depth + 1)?
        } else if bare {
            Literal::Name(key.clone(), key_range)
        } else {
            return Err(invalid(format!("the key `{key}` has no value"), key_range)
                .hint("write `:` and a value behind it"));
        };
        members.push((key, value));
        separator(cursor, '}', "object", start)?;
    }
}

/// A key, and whether it is a bare name, which may stand for its own value.
fn key(cursor: &mut Cursor<'_>) -> Result<(String, bool), Mistake> {
    let start = cursor.at();
    match cursor.peek() {
        Some('"' | '\'') => Ok((string::parse(cursor)?, false)),
        Some('0'..='9') => Ok((number::parse(cursor)?.to_string(), false)),
        _ => match cursor.identifier() {
            Some(name) => Ok((name.to_owned(), true)),
            None => {
                cursor.next();
                let message = format!("`{}` starts no key", cursor.since(start));
                Err(invalid(message, start..cursor.at()).hint("write a name or a quoted string"))
            }
        },
    }
}

fn separator(
    cursor: &mut Cursor<'_>,
    close: char,
    what: &str,
    start: usize,
) -> Result<(), Mistake> {
    cursor.skip_trivia()?;
    let at = cursor.at();
    match cursor.peek() {
        Some(',') => {
            cursor.next();
            Ok(())
        }
        Some(next) if next == close => Ok(()),
        Some(next) => Err(invalid(
            format!("expected `,` or `{close}` here, found `{next}`"),
            at..at + next.len_utf8(),
        )),
        None => Err(unclosed(what, close, start)),
    }
}

fn unclosed(what: &str, close: char, start: usize) -> Mistake {
    invalid(format!("this {what} is never closed"), start..start + 1)
        .hint(format!("close it with `{close}`"))
}

pub(crate) fn invalid(message: impl Into<String>, range: Range<usize>) -> Mistake {
    Mistake::new("invalid-literal", message, range)
}
