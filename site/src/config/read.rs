//! From TOML to [`Config`], with every mistake at its place.

use super::{BaseUrl, Config, Csp};
use crate::diagnostic::{Diagnostic, SourceFile};
use prebake_plugin::nearest;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const KEYS: [&str; 8] =
    ["title", "description", "author", "language", "base_url", "csp", "components", "section"];
const CSP_KEYS: [&str; 1] = ["script_src"];

/// The configuration in `file`, and all that is wrong with it.
pub(super) fn config(file: &Arc<SourceFile>) -> (Config, Vec<Diagnostic>) {
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    let mut reader = Reader { file, diagnostics: Vec::new() };
    for error in &errors {
        let span = error.span().unwrap_or_default();
        reader.report(error.message().replace('\n', ", "), span);
    }
    // After a slip of syntax the rest of the table is guesswork: its mistakes may be none.
    let config = if errors.is_empty() { reader.config(table.get_ref()) } else { Config::default() };
    let Reader { mut diagnostics, .. } = reader;
    diagnostics.sort_by_key(|wrong| wrong.span.as_ref().map(|span| span.range.start));
    (config, diagnostics)
}

pub(super) struct Reader<'a> {
    pub(super) file: &'a Arc<SourceFile>,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn config(&mut self, table: &DeTable<'_>) -> Config {
        self.unknown_keys(table, &KEYS);
        let mut config = Config::default();
        if let Some(title) = self.text(table, "title") {
            config.title = title;
        }
        config.description = self.text(table, "description");
        config.author = self.text(table, "author");
        if let Some(language) = self.parsed(table, "language", language) {
            config.language = language;
        }
        config.base_url = self.parsed(table, "base_url", str::parse::<BaseUrl>);
        if let Some(value) = table.get("csp") {
            match value.get_ref() {
                DeValue::Table(csp) => config.csp = self.csp(csp),
                other => self.wrong_type("csp", "a table", other, value.span()),
            }
        }
        if let Some(value) = table.get("section") {
            config.sections = self.sections(value);
        }
        if let Some(value) = table.get("components") {
            match value.get_ref() {
                DeValue::Table(components) => config.components = self.components(components),
                other => self.wrong_type("components", "a table", other, value.span()),
            }
        }
        config
    }

    fn csp(&mut self, table: &DeTable<'_>) -> Csp {
        self.unknown_keys(table, &CSP_KEYS);
        Csp { script_src: self.list(table, "script_src", script_source) }
    }

    /// An array of strings, each of which `parse` takes; those it does not take are left out.
    pub(super) fn list<T>(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        parse: impl Fn(&str) -> Result<T, &'static str>,
    ) -> Vec<T> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(key, "an array of strings", value.get_ref(), value.span());
            return Vec::new();
        };
        items.iter().filter_map(|item| self.value(key, item, &parse)).collect()
    }

    pub(super) fn unknown_keys(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for key in table.keys().filter(|key| !known.contains(&&**key.get_ref())) {
            let name = key.get_ref();
            let hint = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the keys are `{}`", known.join("`, `")),
            };
            let unknown = Diagnostic::error("unknown-key", format!("unknown key `{name}`"));
            self.diagnostics.push(unknown.hint(hint).at(self.file, key.span()));
        }
    }

    pub(super) fn text(&mut self, table: &DeTable<'_>, key: &str) -> Option<String> {
        self.parsed(table, key, |text| Ok(text.to_owned()))
    }

    pub(super) fn parsed<T>(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        parse: impl Fn(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        self.value(key, table.get(key)?, parse)
    }

    pub(super) fn value<T>(
        &mut self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        parse: impl Fn(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        let DeValue::String(text) = value.get_ref() else {
            self.wrong_type(key, "a string", value.get_ref(), value.span());
            return None;
        };
        let reason = match parse(text) {
            Ok(parsed) => return Some(parsed),
            Err(reason) => reason,
        };
        self.report(format!("`{key}` {reason}"), value.span());
        None
    }

    pub(super) fn wrong_type(
        &mut self,
        key: &str,
        wanted: &str,
        got: &DeValue<'_>,
        span: Range<usize>,
    ) {
        let message = format!("`{key}` is {wanted}, not a value of type {}", got.type_str());
        self.report(message, span);
    }

    pub(super) fn report(&mut self, message: String, span: Range<usize>) {
        let end = self.file.text.len();
        let span = span.start.min(end)..span.end.min(end);
        self.diagnostics.push(Diagnostic::error("invalid-config", message).at(self.file, span));
    }
}

/// A language tag by its shape (RFC 5646, section 2.1), whether registered or not.
fn language(text: &str) -> Result<String, &'static str> {
    let part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if text.split('-').all(part) {
        Ok(text.to_owned())
    } else {
        Err("is no language tag such as `en` or `pt-BR`")
    }
}

/// A source expression of a Content-Security-Policy: one, and nothing that would end the directive.
fn script_source(text: &str) -> Result<String, &'static str> {
    let refused = |c: char| !c.is_ascii_graphic() || ";,\"<>&".contains(c);
    if text.is_empty() || text.contains(refused) {
        Err("holds one source each, such as \"https://example.org\"")
    } else {
        Ok(text.to_owned())
    }
}
