//! A JSON Schema written as TOML.

use super::read::Reader;
use serde_json::{Map, Number, Value, json};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The keywords of JSON Schema (draft 2020-12) that props are checked by, and those that say
/// something to readers only.
const CHECKED: [&str; 24] = [
    "type",
    "properties",
    "required",
    "additionalProperties",
    "enum",
    "const",
    "anyOf",
    "oneOf",
    "allOf",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "items",
    "prefixItems",
    "minItems",
    "maxItems",
    "$ref",
    "$defs",
    "default",
    "format",
];
const SPOKEN: [&str; 6] = ["title", "description", "examples", "deprecated", "$comment", "$schema"];

impl Reader<'_> {
    /// The schema of a component's props: an object's, which takes no other props unless it says so.
    pub(super) fn schema(&mut self, value: Option<&Spanned<DeValue<'_>>>) -> Value {
        let mut schema = json!({ "type": "object", "properties": {} });
        let Some(value) = value else { return closed(schema) };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type("props", "a table, a JSON Schema", value.get_ref(), value.span());
            return closed(schema);
        };
        self.keywords(table, true);
        if let (Value::Object(given), Value::Object(schema)) = (json(value.get_ref()), &mut schema)
        {
            schema.extend(given);
        }
        if schema["type"] != "object" || !schema["properties"].is_object() {
            let message = "`props` is the JSON Schema of an object with `properties`".to_owned();
            self.report(message, value.span());
            schema = json!({ "type": "object", "properties": {} });
        }
        closed(schema)
    }

    /// Reports the keywords below `table` that nothing would be checked by.
    fn keywords(&mut self, table: &DeTable<'_>, outermost: bool) {
        for (key, value) in table.iter() {
            let name = &**key.get_ref();
            match (name, value.get_ref()) {
                ("properties" | "$defs", DeValue::Table(schemas)) => {
                    for schema in schemas.values() {
                        self.sub_schema(schema);
                    }
                }
                ("items" | "additionalProperties", _) => self.sub_schema(value),
                ("anyOf" | "oneOf" | "allOf" | "prefixItems", DeValue::Array(schemas)) => {
                    for schema in schemas.iter() {
                        self.sub_schema(schema);
                    }
                }
                _ if CHECKED.contains(&name) || SPOKEN.contains(&name) => {}
                (_, DeValue::Table(_)) if outermost => {
                    let message = format!(
                        "`{name}` is no keyword of JSON Schema; props stand in \
                         `props.properties.{name}`"
                    );
                    self.report(message, key.span());
                }
                _ => {
                    let message =
                        format!("`{name}` is no keyword of JSON Schema that props are checked by");
                    self.report(message, key.span());
                }
            }
        }
    }

    fn sub_schema(&mut self, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Table(table) => self.keywords(table, false),
            DeValue::Boolean(_) => {}
            other => self.wrong_type("a schema", "a table or a boolean", other, value.span()),
        }
    }
}

/// The schema that takes no props but its own, unless it says something else.
fn closed(mut schema: Value) -> Value {
    if schema.get("additionalProperties").is_none() {
        schema["additionalProperties"] = Value::Bool(false);
    }
    schema
}

/// TOML as JSON. Dates become text; numbers that JSON lacks become `null`.
pub(super) fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(integer) => {
            i64::from_str_radix(integer.as_str(), integer.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Float(float) => {
            let number = float.as_str().parse().ok().and_then(Number::from_f64);
            number.map_or(Value::Null, Value::Number)
        }
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Datetime(date) => Value::String(date.to_string()),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(table) => Value::Object(
            table
                .iter()
                .map(|(key, value)| (key.get_ref().to_string(), json(value.get_ref())))
                .collect::<Map<_, _>>(),
        ),
    }
}
