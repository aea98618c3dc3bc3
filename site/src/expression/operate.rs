//! Operators on values, and the conversions that they bring with them.

use super::maths::power;
use super::tree::Binary;
use super::{Mistake, Value};
use std::cmp::Ordering;
use std::ops::Range;

type Operand<'a> = (&'a Value, &'a Range<usize>);

pub(super) fn binary(
    operator: Binary,
    (left, left_range): Operand<'_>,
    (right, right_range): Operand<'_>,
) -> Result<Value, Mistake> {
    let texts = matches!((left, right), (Value::Text(_), _) | (_, Value::Text(_)));
    match operator {
        Binary::Equal | Binary::Unequal => {
            let same = equal((left, left_range), (right, right_range))?;
            return Ok(Value::Bool(same == (operator == Binary::Equal)));
        }
        Binary::Add if texts => {
            let mut text = text_of(left, left_range)?;
            text.push_str(&text_of(right, right_range)?);
            return Ok(Value::Text(text));
        }
        _ => {}
    }
    let order = if let (Value::Text(one), Value::Text(two)) = (left, right)
        && is_order(operator)
    {
        // By UTF-16 units, which is not the order of characters.
        Some(one.encode_utf16().cmp(two.encode_utf16()))
    } else {
        let (one, two) = (number_of(left, left_range)?, number_of(right, right_range)?);
        let number = match operator {
            Binary::Add => one + two,
            Binary::Subtract => one - two,
            Binary::Multiply => one * two,
            Binary::Divide => one / two,
            Binary::Remainder => one % two,
            Binary::Power => power(one, two),
            _ => return Ok(Value::Bool(holds(operator, one.partial_cmp(&two)))),
        };
        return Ok(Value::Number(number));
    };
    Ok(Value::Bool(holds(operator, order)))
}

fn is_order(operator: Binary) -> bool {
    matches!(
        operator,
        Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual
    )
}

/// NaN has no order, and nothing holds of it.
fn holds(operator: Binary, order: Option<Ordering>) -> bool {
    order.is_some_and(|order| match operator {
        Binary::Less => order.is_lt(),
        Binary::LessOrEqual => order.is_le(),
        Binary::Greater => order.is_gt(),
        _ => order.is_ge(),
    })
}

/// JavaScript compares arrays and objects by identity, which no value has here.
fn equal(
    (left, left_range): Operand<'_>,
    (right, right_range): Operand<'_>,
) -> Result<bool, Mistake> {
    match (left, right) {
        (Value::Array(_), Value::Array(_)) | (Value::Object(_), Value::Object(_)) => {
            let range =
                left_range.start.min(right_range.start)..left_range.end.max(right_range.end);
            Err(Mistake::new("not-comparable", "arrays and objects are not compared", &range)
                .hint("compare their members"))
        }
        _ => Ok(left.strictly_equals(right)),
    }
}

/// The number that a value is, or stands for.
pub(super) fn number_of(value: &Value, range: &Range<usize>) -> Result<f64, Mistake> {
    value.number().ok_or_else(|| {
        Mistake::new("not-a-number", format!("{} is no number", value.kind()), range)
            .hint("write one of its members")
    })
}

/// The text that a value is shown as: strings, numbers and booleans can be.
pub(super) fn text_of(value: &Value, range: &Range<usize>) -> Result<String, Mistake> {
    let (message, hint) = match value {
        Value::Number(number) if number.is_nan() => {
            ("this is not a number (`NaN`)", "look at what it is computed from")
        }
        Value::Bool(_) | Value::Number(_) | Value::Text(_) => return Ok(value.to_string()),
        Value::Undefined => {
            ("this is undefined", "write `??` and what to show instead, where that is meant")
        }
        Value::Null => ("this is null", "write `??` and what to show instead, where that is meant"),
        Value::Array(_) => {
            ("this is an array, which is not shown", "write one of its items: `[0]`")
        }
        Value::Object(_) => ("this is an object, which is not shown", "write one of its members"),
    };
    Err(Mistake::new("not-shown", message, range).hint(hint))
}
