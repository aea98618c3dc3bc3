//! Members of values, by name or by index.

use super::number;
use super::{Mistake, Value};
use prebake_plugin::nearest;
use std::borrow::Cow;
use std::ops::Range;

/// What every object inherits, and no value of the author's is.
const INHERITED: [&str; 12] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

/// `value.name`, and `value[key]` where `name` is `String(key)`.
///
/// As in JavaScript, a member that an object lacks is undefined. Names that would give one of the
/// language's own functions are mistakes.
pub(super) fn member<'a>(
    value: Cow<'a, Value>,
    name: &str,
    range: &Range<usize>,
) -> Result<Cow<'a, Value>, Mistake> {
    match value {
        Cow::Borrowed(Value::Object(members)) => match members.get(name) {
            Some(member) => Ok(Cow::Borrowed(member)),
            None => absent(name, range),
        },
        Cow::Owned(Value::Object(mut members)) => match members.remove(name) {
            Some(member) => Ok(Cow::Owned(member)),
            None => absent(name, range),
        },
        Cow::Borrowed(Value::Array(items)) => match (name, index(name)) {
            ("length", _) => Ok(Cow::Owned(Value::Number(items.len() as f64))),
            (_, Some(index)) => {
                Ok(items.get(index).map_or(Cow::Owned(Value::Undefined), Cow::Borrowed))
            }
            _ => Err(unknown(&Value::Array(Vec::new()), name, range)),
        },
        Cow::Owned(Value::Array(mut items)) => match (name, index(name)) {
            ("length", _) => Ok(Cow::Owned(Value::Number(items.len() as f64))),
            (_, Some(index)) if index < items.len() => Ok(Cow::Owned(items.swap_remove(index))),
            (_, Some(_)) => Ok(Cow::Owned(Value::Undefined)),
            _ => Err(unknown(&Value::Array(Vec::new()), name, range)),
        },
        value => match (&*value, name, index(name)) {
            (Value::Text(text), "length", _) => {
                Ok(Cow::Owned(Value::Number(text.encode_utf16().count() as f64)))
            }
            (Value::Text(text), _, Some(index)) => unit(text, index, range).map(Cow::Owned),
            (value, ..) => Err(unknown(value, name, range)),
        },
    }
}

fn absent<'a>(name: &str, range: &Range<usize>) -> Result<Cow<'a, Value>, Mistake> {
    if INHERITED.contains(&name) {
        let message = format!("`{name}` is a function of the language's own");
        return Err(Mistake::new("unknown-member", message, range)
            .hint("write a member that the object has"));
    }
    Ok(Cow::Owned(Value::Undefined))
}

/// The index that a name stands for: `0`, but not `00` or `-1`.
fn index(name: &str) -> Option<usize> {
    let index: u32 = name.parse().ok()?;
    (number::text(f64::from(index)) == name).then_some(index as usize)
}

/// One UTF-16 unit of a string.
fn unit(text: &str, index: usize, range: &Range<usize>) -> Result<Value, Mistake> {
    let Some(unit) = text.encode_utf16().nth(index) else { return Ok(Value::Undefined) };
    match char::from_u32(u32::from(unit)) {
        Some(letter) => Ok(Value::Text(letter.to_string())),
        None => Err(Mistake::new(
            "unknown-member",
            format!("at {index} stands half of a character"),
            range,
        )
        .hint("characters beyond U+FFFF take two places in a JavaScript string")),
    }
}

fn unknown(value: &Value, name: &str, range: &Range<usize>) -> Mistake {
    let message = match value {
        Value::Undefined | Value::Null => {
            format!("{} has no members, and so no `{name}`", value.kind())
        }
        _ => format!("{} has no `{name}`", value.kind()),
    };
    let mistake = Mistake::new("unknown-member", message, range);
    match value {
        Value::Undefined | Value::Null => {
            mistake.hint("write `?.` before it where nothing may be there")
        }
        Value::Number(_) if nearest(name, ["toFixed", "toString"]).is_some() => {
            mistake.hint("write `toFixed(1)`, with parentheses")
        }
        Value::Array(_) | Value::Text(_) => mistake.hint("it has `length` and an index in `[…]`"),
        _ => mistake,
    }
}
