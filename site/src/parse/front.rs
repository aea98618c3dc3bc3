//! The YAML block at the top of an article.

use super::mistake::Mistake;
use super::{Date, FrontMatter};
use serde_json::Value;
use serde_saphyr::{MessageFormatter as _, Spanned};
use std::ops::Range;

/// What stands above an article's body.
pub(crate) struct Front {
    pub(crate) matter: FrontMatter,
    /// Where the body starts: behind a byte order mark and the front matter's last line.
    pub(crate) body: usize,
    pub(crate) mistakes: Vec<Mistake>,
}

const CODE: &str = "invalid-front-matter";

/// The keys that mean something; all others are values for `{name}`.
pub const KEYS: [&str; 8] =
    ["title", "description", "date", "updated", "lastUpdate", "lastUpdated", "draft", "order"];

/// Reads the front matter of `text`, if it has one.
pub(crate) fn parse(text: &str) -> Front {
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let mut front = Front { matter: FrontMatter::default(), body: start, mistakes: Vec::new() };
    let Some(first) = text[start..].split_inclusive('\n').next().filter(|line| is_fence(line))
    else {
        return front;
    };
    let yaml_start = start + first.len();
    let mut at = yaml_start;
    for line in text[yaml_start..].split_inclusive('\n') {
        if is_fence(line) {
            front.body = at + line.len();
            front.read(text, yaml_start..at);
            return front;
        }
        at += line.len();
    }
    // Without a second fence, a first line with nothing like YAML below it is a thematic break.
    if looks_like_yaml(&text[yaml_start..]) {
        front.body = text.len();
        front.mistakes.push(
            Mistake::new(CODE, "the front matter is never closed", start..start + 3)
                .hint("close it with a line of three hyphens"),
        );
    }
    front
}

/// Far more than anyone writes by hand, and little enough that no text is slow or deep.
fn budget() -> serde_saphyr::Budget {
    let mut budget = serde_saphyr::Budget::default();
    budget.max_depth = 32;
    budget.max_nodes = 20_000;
    budget.max_aliases = 100;
    budget.max_total_scalar_bytes = 1 << 20;
    budget
}

fn is_fence(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|rest| rest.trim().is_empty())
}

fn looks_like_yaml(text: &str) -> bool {
    let key = text.lines().next().and_then(|line| line.split_once(':')).map(|(key, _)| key);
    key.is_some_and(|key| {
        !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
    })
}

impl Front {
    fn read(&mut self, text: &str, range: Range<usize>) {
        let yaml = &text[range.clone()];
        if yaml.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            return;
        }
        let options = serde_saphyr::options! { budget: Some(budget()) };
        match serde_saphyr::from_str_with_options::<Entries>(yaml, options) {
            Ok(entries) => {
                for (key, spanned) in entries.0 {
                    let place = place(yaml, &range, spanned.referenced);
                    self.entry(&key, spanned.value, place);
                }
            }
            Err(error) => {
                let place = error.location().map(|location| place(yaml, &range, location));
                let formatter = serde_saphyr::UserMessageFormatter;
                let message = one_line(&formatter.format_message(error.without_snippet()));
                self.mistakes.push(
                    Mistake::new(
                        CODE,
                        format!("the front matter cannot be read: {message}"),
                        place.unwrap_or(range.start..range.start),
                    )
                    .hint("write `name: value` lines, as YAML has them"),
                );
            }
        }
    }

    fn entry(&mut self, key: &str, value: Value, place: Range<usize>) {
        match key {
            "title" => self.matter.title = self.text(key, &value, place),
            "description" => self.matter.description = self.text(key, &value, place),
            "date" => self.matter.date = self.date(key, &value, place),
            "updated" | "lastUpdate" | "lastUpdated" => {
                self.matter.updated = self.date(key, &value, place);
            }
            "draft" => match &value {
                Value::Bool(draft) => self.matter.draft = *draft,
                _ => self.wrong_type(key, "`true` or `false`", place),
            },
            "order" => match value.as_f64() {
                None if !value.is_null() => self.wrong_type(key, "a number", place),
                order => self.matter.order = order,
            },
            _ => {}
        }
        self.matter.values.insert(key.to_owned(), value);
    }

    fn text(&mut self, key: &str, value: &Value, place: Range<usize>) -> Option<String> {
        match value {
            Value::String(text) => return Some(text.trim().to_owned()),
            Value::Null => {}
            _ => self.wrong_type(key, "text", place),
        }
        None
    }

    /// A number is a date too: `date: 2023` is a year.
    fn date(&mut self, key: &str, value: &Value, place: Range<usize>) -> Option<Date> {
        match value {
            Value::String(text) if !text.trim().is_empty() => return Some(Date::read(text)),
            Value::Number(number) => return Some(Date::read(&number.to_string())),
            Value::Null | Value::String(_) => {}
            _ => self.wrong_type(key, "a date", place),
        }
        None
    }

    fn wrong_type(&mut self, key: &str, wanted: &str, place: Range<usize>) {
        let mistake = Mistake::new(CODE, format!("`{key}` must be {wanted}"), place);
        self.mistakes.push(match wanted {
            "text" => mistake.hint(format!("put it in quotes: `{key}: \"…\"`")),
            "a date" => mistake.hint(format!("write `{key}: 2023-08-14`")),
            _ => mistake,
        });
    }
}

/// The top-level entries in the order they are written.
struct Entries(Vec<(String, Spanned<Value>)>);

impl<'de> serde::Deserialize<'de> for Entries {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Entries;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("lines of the form `name: value`")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// The bytes of the article that a location in its YAML means: from there to the line's end.
fn place(yaml: &str, range: &Range<usize>, location: serde_saphyr::Location) -> Range<usize> {
    let line = usize::try_from(location.line()).unwrap_or(1).saturating_sub(1);
    let column = usize::try_from(location.column()).unwrap_or(1).saturating_sub(1);
    let mut start = range.start;
    for (index, text) in yaml.split_inclusive('\n').enumerate() {
        if index == line {
            let text = text.trim_end();
            let offset = text.char_indices().nth(column).map_or(text.len(), |(at, _)| at);
            return start + offset..(start + text.len()).max(start + offset);
        }
        start += text.len();
    }
    range.end..range.end
}

fn one_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it is no YAML");
    line.trim_start_matches("error: ").trim_end_matches('.').to_owned()
}
