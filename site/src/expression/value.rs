//! JavaScript's values, as far as expressions have them.

use super::number;
use std::collections::BTreeMap;
use std::fmt;

/// A value. Its `Display` is what `String(value)` gives in JavaScript: `1e+21`, `0` for `-0`, `NaN`.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `undefined`.
    Undefined,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A double.
    Number(f64),
    /// A string; unlike JavaScript's it holds no lone halves of surrogate pairs.
    Text(String),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(BTreeMap<String, Value>),
}

impl Value {
    /// What it is, in words: `a number`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// `Boolean(value)`.
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Undefined | Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::Array(_) | Self::Object(_) => true,
        }
    }

    /// Whether it is `undefined` or `null`.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }

    /// `Number(value)`; `None` of arrays and objects, which expressions do not turn into numbers.
    pub(super) fn number(&self) -> Option<f64> {
        Some(match self {
            Self::Undefined => f64::NAN,
            Self::Null => 0.0,
            Self::Bool(value) => f64::from(*value),
            Self::Number(number) => *number,
            Self::Text(text) => number::parse(text),
            Self::Array(_) | Self::Object(_) => return None,
        })
    }

    /// Whether two values that are neither arrays nor objects are `===`.
    pub(super) fn strictly_equals(&self, other: &Self) -> bool {
        match (self, other) {
            // Here -0 equals 0, and NaN nothing.
            (Self::Number(one), Self::Number(two)) => one == two,
            _ => self == other,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undefined => f.write_str("undefined"),
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(number) => f.write_str(&number::text(*number)),
            Self::Text(text) => f.write_str(text),
            Self::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        f.write_str(",")?;
                    }
                    if !item.is_nothing() {
                        write!(f, "{item}")?;
                    }
                }
                Ok(())
            }
            Self::Object(_) => f.write_str("[object Object]"),
        }
    }
}

/// JSON's values are values.
impl From<&serde_json::Value> for Value {
    fn from(json: &serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            // Rounds integers beyond 53 bits, as `JSON.parse` does.
            Json::Number(number) => Self::Number(number.as_f64().unwrap_or(f64::NAN)),
            Json::String(text) => Self::Text(text.clone()),
            Json::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            Json::Object(members) => Self::Object(
                members.iter().map(|(name, value)| (name.clone(), Self::from(value))).collect(),
            ),
        }
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}
