//! JavaScript's numeric literals (ECMAScript 2024, 12.9.3), with an optional sign.

use super::cursor::Cursor;
use super::literal::invalid;
use super::mistake::Mistake;
use serde_json::Value;

/// Beyond this, a double no longer holds every integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The number at the cursor: an integer in JSON where its value is one that a double holds exactly.
pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Value, Mistake> {
    let start = cursor.at();
    let negative = match cursor.peek() {
        Some(sign @ ('+' | '-')) => {
            cursor.next();
            cursor.skip_trivia()?;
            sign == '-'
        }
        _ => false,
    };
    let digits_start = cursor.at();
    let digits = digits(cursor);
    let range = start..cursor.at();
    if digits.is_empty() {
        return Err(invalid("a number is missing behind the sign", range));
    }
    let magnitude = magnitude(digits).map_err(|reason| {
        invalid(format!("`{digits}` is no number: {reason}"), digits_start..range.end)
    })?;
    let value = if negative { -magnitude } else { magnitude };
    if value.fract() == 0.0 && value.abs() <= EXACT {
        // Exact: an integer of at most 54 bits.
        return Ok(Value::from(value as i64));
    }
    serde_json::Number::from_f64(value)
        .map(Value::Number)
        .ok_or_else(|| invalid(format!("`{digits}` is beyond every double"), range))
}

/// Everything that can belong to the number, so that `12px` is one mistake.
fn digits<'a>(cursor: &mut Cursor<'a>) -> &'a str {
    let start = cursor.at();
    let mut last = '0';
    let mut decimal = true;
    while let Some(next) = cursor.peek() {
        let sign = matches!(next, '+' | '-') && matches!(last, 'e' | 'E') && decimal;
        if !(sign || next.is_alphanumeric() || matches!(next, '.' | '_' | '$')) {
            break;
        }
        if cursor.since(start) == "0" && next.is_ascii_alphabetic() && !matches!(next, 'e' | 'E') {
            decimal = false;
        }
        last = next;
        cursor.next();
    }
    cursor.since(start)
}

fn magnitude(text: &str) -> Result<f64, &'static str> {
    let bytes = text.as_bytes();
    for (index, &byte) in bytes.iter().enumerate() {
        let digit = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at)).is_some_and(|byte| byte.is_ascii_hexdigit())
        };
        if byte == b'_' && !(digit(index.checked_sub(1)) && digit(Some(index + 1))) {
            return Err("a separator stands between two digits");
        }
    }
    let plain = text.replace('_', "");
    let radix = match plain.get(..2) {
        Some("0x" | "0X") => 16,
        Some("0o" | "0O") => 8,
        Some("0b" | "0B") => 2,
        _ => return decimal(&plain, text),
    };
    if text.as_bytes().get(2) == Some(&b'_') {
        return Err("a separator stands between two digits");
    }
    // `u128::from_str_radix` would take a sign here; the digits hold none.
    u128::from_str_radix(&plain[2..], radix)
        .map(|integer| integer as f64)
        .map_err(|_| "its digits do not fit its base")
}

fn decimal(plain: &str, text: &str) -> Result<f64, &'static str> {
    if plain.ends_with('n') {
        return Err("big integers are not supported");
    }
    let first_two = (plain.as_bytes().first(), text.as_bytes().get(1));
    if matches!(first_two, (Some(b'0'), Some(b'0'..=b'9' | b'_'))) {
        return Err("a leading zero is not allowed");
    }
    let shaped = plain.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
        && plain.bytes().any(|b| b.is_ascii_digit());
    match plain.parse::<f64>() {
        Ok(value) if shaped => Ok(value),
        _ => Err("write digits, at most one point and at most one exponent"),
    }
}
