//! Checks a tag's props against its component's JSON Schema (draft 2020-12, as schemars writes it).

mod describe;

use self::describe::{show, type_hint};
use super::Tag;
use crate::diagnostic::{Diagnostic, SourceFile};
use prebake_plugin::nearest;
use serde_json::{Map, Value};
use std::sync::Arc;

/// How deep references and values are followed.
const DEEPEST: usize = 48;

/// Everything that is wrong with the props of `tag`: unknown ones, missing ones, and values that do
/// not fit.
#[must_use]
pub fn check(tag: &Tag, schema: &Value, source: &Arc<SourceFile>) -> Vec<Diagnostic> {
    let schema = Schema { root: schema };
    let object = schema.resolve(schema.root);
    let empty = Map::new();
    let properties = object.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    // A schema that says what further props are like takes any name.
    let is_open =
        matches!(object.get("additionalProperties"), Some(Value::Bool(true) | Value::Object(_)));
    let mut found = Vec::new();
    for (name, value) in &tag.props {
        let span = tag.prop_spans.get(name).unwrap_or(&tag.name_span).clone();
        match properties.get(name) {
            Some(property) => {
                if let Err(misfit) = schema.check(value, property, name, 0) {
                    let diagnostic = Diagnostic::error(misfit.code, misfit.message);
                    let diagnostic = match misfit.hint {
                        Some(hint) => diagnostic.hint(hint),
                        None => diagnostic,
                    };
                    found.push(diagnostic.at(source, span));
                }
            }
            None if is_open => {}
            None => {
                let message = format!("`<{}>` has no prop `{name}`", tag.component);
                found.push(
                    Diagnostic::error("unknown-prop", message)
                        .at(source, span)
                        .hint(unknown_hint(name, properties)),
                );
            }
        }
    }
    for name in required(object) {
        if !tag.props.contains_key(name) {
            let message = format!("`<{}>` needs the prop `{name}`", tag.component);
            let missing =
                Diagnostic::error("missing-prop", message).at(source, tag.name_span.clone());
            found.push(match properties.get(name) {
                Some(property) => missing.hint(format!("it is {}", schema.describe(property, 0))),
                None => missing,
            });
        }
    }
    found
}

fn unknown_hint(name: &str, properties: &Map<String, Value>) -> String {
    let names: Vec<String> = properties.keys().map(|name| format!("`{name}`")).collect();
    let list = if names.is_empty() {
        "there are none".to_owned()
    } else {
        format!("there are {}", names.join(", "))
    };
    match nearest(name, properties.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`? {list}"),
        None => list,
    }
}

fn required(object: &Value) -> impl Iterator<Item = &str> {
    let names = object.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str)
}

/// Why a value does not fit.
struct Misfit {
    code: &'static str,
    message: String,
    hint: Option<String>,
}

impl Misfit {
    fn kind(path: &str, wanted: &str, value: &Value) -> Self {
        Self {
            code: "wrong-type",
            message: format!("`{path}` must be {wanted}, and is {}", show(value)),
            hint: None,
        }
    }

    fn value(path: &str, wanted: &str, value: &Value) -> Self {
        Self { code: "invalid-value", ..Self::kind(path, wanted, value) }
    }
}

#[derive(Clone, Copy)]
struct Schema<'s> {
    root: &'s Value,
}

impl<'s> Schema<'s> {
    /// Follows `$ref` to the schema it means.
    fn resolve(self, mut schema: &'s Value) -> &'s Value {
        for _ in 0..DEEPEST {
            let target = schema
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|reference| self.root.pointer(reference.strip_prefix('#')?));
            match target {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }

    fn check(
        self,
        value: &Value,
        schema: &'s Value,
        path: &str,
        depth: usize,
    ) -> Result<(), Misfit> {
        let schema = self.resolve(schema);
        if depth > DEEPEST || *schema == Value::Bool(true) {
            return Ok(());
        }
        for part in list(schema, "allOf") {
            self.check(value, part, path, depth + 1)?;
        }
        for keyword in ["anyOf", "oneOf"] {
            let choices: Vec<&Value> = list(schema, keyword).collect();
            if !choices.is_empty() {
                self.check_choices(value, schema, &choices, path, depth)?;
            }
        }
        if let Some(only) = schema.get("const")
            && !equal(only, value)
        {
            return Err(Misfit::value(path, &show(only), value));
        }
        if schema.get("enum").is_some() && !list(schema, "enum").any(|one| equal(one, value)) {
            return Err(self.no_such_choice(value, schema, path, depth));
        }
        let kinds = kinds(schema);
        if !kinds.is_empty() && !kinds.iter().any(|kind| is_kind(value, kind)) {
            let mut misfit = Misfit::kind(path, &self.describe(schema, depth), value);
            misfit.hint = type_hint(value, &kinds, path);
            return Err(misfit);
        }
        match value {
            Value::Number(_) => self.check_number(value, schema, path, depth),
            Value::String(text) => {
                let length = text.chars().count();
                self.check_length(length, schema, ["minLength", "maxLength"], "characters", path)
            }
            Value::Array(items) => self.check_array(items, schema, path, depth),
            Value::Object(members) => self.check_object(members, schema, path, depth),
            Value::Null | Value::Bool(_) => Ok(()),
        }
    }

    /// One of several schemas must fit. Where only one of them is of the value's kind, what is
    /// wrong is what that one says.
    fn check_choices(
        self,
        value: &Value,
        schema: &'s Value,
        choices: &[&'s Value],
        path: &str,
        depth: usize,
    ) -> Result<(), Misfit> {
        let mut near = Vec::new();
        for choice in choices {
            match self.check(value, choice, path, depth + 1) {
                Ok(()) => return Ok(()),
                Err(misfit) => {
                    let kinds = self.all_kinds(choice, depth);
                    if kinds.iter().any(|kind| is_kind(value, kind)) {
                        near.push(misfit);
                    }
                }
            }
        }
        match (near.pop(), near.is_empty()) {
            (Some(misfit), true) => Err(misfit),
            (Some(_), false) => Err(self.no_such_choice(value, schema, path, depth)),
            (None, _) => {
                let kinds = self.all_kinds(schema, depth);
                let mut misfit = Misfit::kind(path, &self.describe(schema, depth), value);
                if self.words(schema, depth).is_empty() {
                    misfit.hint = type_hint(value, &kinds, path);
                }
                Err(misfit)
            }
        }
    }

    fn no_such_choice(self, value: &Value, schema: &'s Value, path: &str, depth: usize) -> Misfit {
        let mut misfit = Misfit::value(path, &self.describe(schema, depth), value);
        if let Value::String(text) = value {
            let near = nearest(text, self.words(schema, 0));
            misfit.hint = near.map(|near| format!("did you mean `{near}`?"));
        }
        misfit
    }

    /// The kinds of value that the schema takes, by whichever of its choices.
    fn all_kinds(self, schema: &'s Value, depth: usize) -> Vec<&'s str> {
        let schema = self.resolve(schema);
        let mut found = kinds(schema);
        if depth < DEEPEST {
            for keyword in ["anyOf", "oneOf", "allOf"] {
                found.extend(list(schema, keyword).flat_map(|one| self.all_kinds(one, depth + 1)));
            }
        }
        found
    }

    /// The strings that the schema lists.
    fn words(self, schema: &'s Value, depth: usize) -> Vec<&'s str> {
        let schema = self.resolve(schema);
        let mut words: Vec<&str> = list(schema, "enum").filter_map(Value::as_str).collect();
        words.extend(schema.get("const").and_then(Value::as_str));
        if depth < DEEPEST {
            for keyword in ["anyOf", "oneOf"] {
                words.extend(list(schema, keyword).flat_map(|one| self.words(one, depth + 1)));
            }
        }
        words
    }

    fn check_number(
        self,
        value: &Value,
        schema: &'s Value,
        path: &str,
        depth: usize,
    ) -> Result<(), Misfit> {
        let number = value.as_f64().unwrap_or(f64::NAN);
        let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
        let fits = bound("minimum").is_none_or(|least| number >= least)
            && bound("maximum").is_none_or(|most| number <= most)
            && bound("exclusiveMinimum").is_none_or(|least| number > least)
            && bound("exclusiveMaximum").is_none_or(|most| number < most)
            && bound("multipleOf").is_none_or(|step| {
                // Three times 0.1 is not 0.3 in floats, and is meant.
                let steps = number / step;
                (steps - steps.round()).abs() < 1e-9
            });
        if fits { Ok(()) } else { Err(Misfit::value(path, &self.describe(schema, depth), value)) }
    }

    fn check_length(
        self,
        length: usize,
        schema: &Value,
        [least, most]: [&str; 2],
        unit: &str,
        path: &str,
    ) -> Result<(), Misfit> {
        let bound = |name| schema.get(name).and_then(Value::as_u64);
        let too = |word: &str, bound: u64| Misfit {
            code: "invalid-value",
            message: format!("`{path}` has {length} {unit}, and must have {word} {bound}"),
            hint: None,
        };
        match (bound(least), bound(most)) {
            (Some(least), _) if (length as u64) < least => Err(too("at least", least)),
            (_, Some(most)) if (length as u64) > most => Err(too("at most", most)),
            _ => Ok(()),
        }
    }

    fn check_array(
        self,
        items: &[Value],
        schema: &'s Value,
        path: &str,
        depth: usize,
    ) -> Result<(), Misfit> {
        self.check_length(items.len(), schema, ["minItems", "maxItems"], "items", path)?;
        let first: Vec<&Value> = list(schema, "prefixItems").collect();
        for (index, item) in items.iter().enumerate() {
            let schema = first.get(index).copied().or_else(|| schema.get("items"));
            if let Some(schema) = schema {
                self.check(item, schema, &format!("{path}[{index}]"), depth + 1)?;
            }
        }
        Ok(())
    }

    fn check_object(
        self,
        members: &Map<String, Value>,
        schema: &'s Value,
        path: &str,
        depth: usize,
    ) -> Result<(), Misfit> {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, member) in members {
            let inner = format!("{path}.{name}");
            let property = properties.and_then(|properties| properties.get(name));
            match (property, schema.get("additionalProperties")) {
                (Some(property), _) => self.check(member, property, &inner, depth + 1)?,
                (None, Some(Value::Bool(false))) => {
                    return Err(Misfit {
                        code: "unknown-prop",
                        message: format!("`{path}` has no member `{name}`"),
                        hint: properties.map(|properties| unknown_hint(name, properties)),
                    });
                }
                (None, Some(additional)) => self.check(member, additional, &inner, depth + 1)?,
                (None, None) => {}
            }
        }
        for name in required(schema) {
            if !members.contains_key(name) {
                return Err(Misfit {
                    code: "missing-prop",
                    message: format!("`{path}` needs the member `{name}`"),
                    hint: None,
                });
            }
        }
        Ok(())
    }
}

fn list<'v>(schema: &'v Value, keyword: &str) -> impl Iterator<Item = &'v Value> {
    schema.get(keyword).and_then(Value::as_array).into_iter().flatten()
}

fn kinds(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is_kind(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        "integer" => {
            value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|n| n.fract() == 0.0)
        }
        _ => true,
    }
}

fn equal(one: &Value, other: &Value) -> bool {
    one == other || (one.is_number() && one.as_f64() == other.as_f64())
}
