//! Schemas and values in words.

use super::{DEEPEST, Schema, kinds, list};
use serde_json::Value;
use std::fmt::Write as _;

impl<'s> Schema<'s> {
    /// What the schema takes, to stand behind "must be".
    pub(super) fn describe(self, schema: &'s Value, depth: usize) -> String {
        let schema = self.resolve(schema);
        if depth > DEEPEST {
            return "a value".to_owned();
        }
        let listed: Vec<&Value> = list(schema, "enum").chain(schema.get("const")).collect();
        if !listed.is_empty() {
            return alternatives(listed.into_iter().filter(|one| !one.is_null()).map(show));
        }
        for keyword in ["anyOf", "oneOf", "allOf"] {
            if list(schema, keyword).next().is_some() {
                let parts = list(schema, keyword)
                    .filter(|part| kinds(self.resolve(part)) != ["null"])
                    .map(|part| self.describe(part, depth + 1));
                return alternatives(parts);
            }
        }
        let kinds = kinds(schema);
        if kinds.is_empty() {
            return "a value".to_owned();
        }
        alternatives(kinds.iter().filter(|kind| **kind != "null").map(|kind| match *kind {
            "string" => "text".to_owned(),
            "boolean" => "true or false".to_owned(),
            "integer" => format!("a whole number{}", bounds(schema)),
            "number" => format!("a number{}", bounds(schema)),
            "array" => match schema.get("items") {
                Some(items) if items.is_object() => {
                    format!("a list, each item {}", self.describe(items, depth + 1))
                }
                _ => "a list".to_owned(),
            },
            _ => "an object".to_owned(),
        }))
    }
}

fn bounds(schema: &Value) -> String {
    let steps =
        schema.get("multipleOf").map_or_else(String::new, |step| format!(" in steps of {step}"));
    range(schema) + &steps
}

fn range(schema: &Value) -> String {
    match (schema.get("minimum"), schema.get("maximum")) {
        (Some(least), Some(most)) => format!(" from {least} to {most}"),
        (Some(least), None) => format!(" of at least {least}"),
        (None, Some(most)) => format!(" of at most {most}"),
        (None, None) => String::new(),
    }
}

fn alternatives(parts: impl Iterator<Item = String>) -> String {
    let mut unique: Vec<String> = Vec::new();
    for part in parts {
        if !unique.contains(&part) {
            unique.push(part);
        }
    }
    match unique.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "null".to_owned(),
    }
}

/// A number in quotes is the likeliest slip, and a bare prop where a value is wanted the next.
pub(super) fn type_hint(value: &Value, kinds: &[&str], path: &str) -> Option<String> {
    let takes = |wanted: &[&str]| kinds.iter().any(|kind| wanted.contains(kind));
    match value {
        Value::String(text) if takes(&["integer", "number"]) && text.parse::<f64>().is_ok() => {
            Some(format!("write `{path}={{{text}}}`"))
        }
        Value::String(text) if takes(&["boolean"]) && matches!(&**text, "true" | "false") => {
            Some(format!("write `{path}={{{text}}}`"))
        }
        Value::Number(number) if takes(&["string"]) => Some(format!("write `{path}=\"{number}\"`")),
        Value::Bool(true) if !takes(&["boolean"]) => {
            Some("a prop without a value is `true`".to_owned())
        }
        _ => None,
    }
}

/// The value as an author would write it, cut where it is long.
pub(super) fn show(value: &Value) -> String {
    let mut text = String::new();
    let _ = match value {
        Value::Array(_) => write!(text, "the list `{value}`"),
        Value::Object(_) => write!(text, "the object `{value}`"),
        _ => write!(text, "`{value}`"),
    };
    if text.chars().count() > 60 {
        let start: String = text.chars().take(56).collect();
        return format!("{start}…`");
    }
    text
}
