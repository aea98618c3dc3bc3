//! From TOML to [`Config`], with every mistake at its place.

use super::{BaseUrl, Config, Csp, Section, section};
use crate::diagnostic::{Diagnostic, SourceFile, Span};
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const KEYS: [&str; 7] =
    ["title", "description", "author", "language", "base_url", "csp", "section"];
const CSP_KEYS: [&str; 1] = ["script_src"];

/// The configuration in `file`, and all that is wrong with it.
pub(super) fn config(file: &Arc<SourceFile>) -> (Config, Vec<Diagnostic>) {
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    let mut reader = Reader { file, diagnostics: Vec::new() };
    for error in &errors {
        let span = error.span().unwrap_or_default();
        reader.report("invalid-config", error.message().replace('\n', ", "), span);
    }
    // After a slip of syntax the rest of the table is guesswork: its mistakes may be none.
    let config = if errors.is_empty() { reader.config(table.get_ref()) } else { Config::default() };
    let Reader { mut diagnostics, .. } = reader;
    diagnostics.sort_by_key(|wrong| wrong.span.as_ref().map(|span| span.range.start));
    (config, diagnostics)
}

struct Reader<'a> {
    file: &'a Arc<SourceFile>,
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
        config
    }

    fn sections(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<Section> {
        let mut sections: Vec<Section> = Vec::new();
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type("section", "an array: `[[section]]`", value.get_ref(), value.span());
            return sections;
        };
        for item in items.iter() {
            let DeValue::Table(table) = item.get_ref() else {
                self.wrong_type("section", "a table", item.get_ref(), item.span());
                continue;
            };
            let Some(section) = self.section(table, item.span()) else { continue };
            match sections.iter().find_map(|other| section.clash(other)) {
                Some(clash) => self.report("invalid-config", clash, section.place.range),
                None => sections.push(section),
            }
        }
        sections
    }

    fn section(&mut self, table: &DeTable<'_>, whole: Range<usize>) -> Option<Section> {
        self.unknown_keys(table, &section::KEYS);
        let Some(value) = table.get("folder") else {
            self.report("invalid-config", "a section needs a `folder`".to_owned(), whole);
            return None;
        };
        let folder = self.value("folder", value, section::folder)?;
        let path = match table.get("path") {
            Some(value) => self.value("path", value, section::path)?,
            None => folder.file_name().to_owned(),
        };
        let title = self.text(table, "title").unwrap_or_else(|| path.clone());
        let place = Span { source: Arc::clone(self.file), range: value.span() };
        Some(Section { folder, path: path + "/", title, place })
    }

    fn csp(&mut self, table: &DeTable<'_>) -> Csp {
        self.unknown_keys(table, &CSP_KEYS);
        let mut csp = Csp::default();
        let Some(value) = table.get("script_src") else { return csp };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type("script_src", "an array of strings", value.get_ref(), value.span());
            return csp;
        };
        for item in items.iter() {
            csp.script_src.extend(self.value("script_src", item, script_source));
        }
        csp
    }

    fn unknown_keys(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for key in table.keys().filter(|key| !known.contains(&&**key.get_ref())) {
            let name = key.get_ref();
            let near = known
                .iter()
                .map(|known| (strsim::damerau_levenshtein(&name.to_lowercase(), known), known))
                .filter(|(distance, known)| *distance <= known.len() / 3 + 1)
                .min();
            let hint = match near {
                Some((_, near)) => format!("did you mean `{near}`?"),
                None => format!("the keys are `{}`", known.join("`, `")),
            };
            let unknown = Diagnostic::error("unknown-key", format!("unknown key `{name}`"));
            self.diagnostics.push(unknown.hint(hint).at(self.file, key.span()));
        }
    }

    fn text(&mut self, table: &DeTable<'_>, key: &str) -> Option<String> {
        self.parsed(table, key, |text| Ok(text.to_owned()))
    }

    fn parsed<T>(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        parse: impl Fn(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        self.value(key, table.get(key)?, parse)
    }

    fn value<T>(
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
        self.report("invalid-config", format!("`{key}` {reason}"), value.span());
        None
    }

    fn wrong_type(&mut self, key: &str, wanted: &str, got: &DeValue<'_>, span: Range<usize>) {
        let message = format!("`{key}` is {wanted}, not a value of type {}", got.type_str());
        self.report("invalid-config", message, span);
    }

    fn report(&mut self, code: &str, message: String, span: Range<usize>) {
        let end = self.file.text.len();
        let span = span.start.min(end)..span.end.min(end);
        self.diagnostics.push(Diagnostic::error(code, message).at(self.file, span));
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
