//! The `[components]` table: figures made by programs in any language, and anywidget modules.

use super::read::Reader;
use super::schema;
use crate::diagnostic::Span;
use prebake_plugin::{SitePath, Trigger};
use serde_json::Value;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const KEYS: [&str; 13] = [
    "command", "widget", "style", "props", "mode", "timeout", "memory", "version", "reads",
    "bindable", "hydrate", "height", "on",
];

/// How long a job may take where its component says nothing else.
const TIMEOUT: Duration = Duration::from_secs(600);

/// A component that the site itself declares, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The component.
    pub component: ComponentConfig,
    /// Its command, or else its widget, in `prebake.toml`.
    pub span: Span,
}

/// A component as `prebake.toml` declares it.
///
/// ```toml
/// [components.Harmonics]
/// command = ["python3", "figures/harmonics.py"]
/// widget = "figures/harmonics.js"
///
/// [components.Harmonics.props.properties]
/// terms = { type = "integer", minimum = 1, maximum = 32, default = 8 }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentConfig {
    /// What tags call it.
    pub name: String,
    /// The program and its arguments, run in the site's root; empty where it computes nothing.
    pub command: Vec<String>,
    /// An ES module that follows the anywidget contract.
    pub widget: Option<SitePath>,
    /// Styles for the pages that hold one.
    pub style: Option<SitePath>,
    /// The JSON Schema of the props, an object's.
    pub props: Value,
    /// How its processes live.
    pub mode: Mode,
    /// How long one job may take.
    pub timeout: Duration,
    /// How many bytes a process may write to, where the system can hold it to that.
    pub memory: Option<u64>,
    /// Joins the key of every figure: for what cannot be seen, such as an interpreter's version.
    pub version: String,
    /// Files and folders that every job depends on, beyond those that the command names.
    pub reads: Vec<SitePath>,
    /// The props that `bind:` may tie to a state of the article.
    pub bindable: Vec<String>,
    /// The widget takes over the static figure that it finds in `el`; otherwise `el` is empty, as
    /// anywidget has it, and takes the figure's place.
    pub hydrate: bool,
    /// The height in CSS pixels that is kept free for the widget.
    pub height: Option<u32>,
    /// When the widget wakes.
    pub trigger: Trigger,
}

/// How the processes of a program live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// One process for each job.
    #[default]
    OneShot,
    /// One process for all jobs of a build, which answers one line for each line that it gets.
    Server,
}

impl Reader<'_> {
    pub(super) fn components(&mut self, table: &DeTable<'_>) -> Vec<Declared> {
        let mut components = Vec::new();
        for (name, value) in table.iter() {
            if let Err(reason) = component_name(name.get_ref()) {
                self.report(format!("`{}` {reason}", name.get_ref()), name.span());
                continue;
            }
            match value.get_ref() {
                DeValue::Table(table) => {
                    components.extend(self.component(name.get_ref(), name.span(), table));
                }
                other => self.wrong_type(name.get_ref(), "a table", other, value.span()),
            }
        }
        components
    }

    fn component(
        &mut self,
        name: &str,
        span: Range<usize>,
        table: &DeTable<'_>,
    ) -> Option<Declared> {
        self.unknown_keys(table, &KEYS);
        let command = self.list(table, "command", argument);
        let widget = self.parsed(table, "widget", SitePath::new);
        let declared = ["command", "widget"].iter().find_map(|key| table.get(*key));
        let Some(declared) = declared else {
            let message = format!("`{name}` has neither `command` nor `widget`");
            self.report(message, span);
            return None;
        };
        if matches!(declared.get_ref(), DeValue::Array(words) if words.is_empty()) {
            let message = "`command` names no program".to_owned();
            self.report(message, declared.span());
        }
        let props = self.schema(table.get("props"));
        let bindable = self.list(table, "bindable", |name| Ok(name.to_owned()));
        for unknown in bindable.iter().filter(|name| props["properties"].get(name).is_none()) {
            let message = format!("`bindable` names `{unknown}`, which is no property of `props`");
            let place = table.get("bindable").map_or_else(|| span.clone(), Spanned::span);
            self.report(message, place);
        }
        let whole = |seconds: f64| Duration::try_from_secs_f64(seconds).ok();
        let component = ComponentConfig {
            name: name.to_owned(),
            command,
            widget,
            style: self.parsed(table, "style", SitePath::new),
            props,
            mode: self.parsed(table, "mode", mode).unwrap_or_default(),
            timeout: self.number(table, "timeout", 0.01..1e6).and_then(whole).unwrap_or(TIMEOUT),
            memory: self.parsed(table, "memory", memory),
            version: self.text(table, "version").unwrap_or_default(),
            reads: self.list(table, "reads", SitePath::new),
            bindable,
            hydrate: self.flag(table, "hydrate"),
            height: self.number(table, "height", 1.0..10_000.0).map(|height| height as u32),
            trigger: self.parsed(table, "on", trigger).unwrap_or_default(),
        };
        let span = Span { source: Arc::clone(self.file), range: declared.span() };
        Some(Declared { component, span })
    }

    fn number(&mut self, table: &DeTable<'_>, key: &str, range: Range<f64>) -> Option<f64> {
        let value = table.get(key)?;
        match schema::json(value.get_ref()).as_f64() {
            Some(number) if range.contains(&number) => Some(number),
            Some(_) => {
                let message =
                    format!("`{key}` is at least {} and less than {}", range.start, range.end);
                self.report(message, value.span());
                None
            }
            None => {
                self.wrong_type(key, "a number", value.get_ref(), value.span());
                None
            }
        }
    }

    fn flag(&mut self, table: &DeTable<'_>, key: &str) -> bool {
        let Some(value) = table.get(key) else { return false };
        match value.get_ref() {
            DeValue::Boolean(flag) => *flag,
            other => {
                self.wrong_type(key, "true or false", other, value.span());
                false
            }
        }
    }
}

/// As the parser of articles has it: what is no such name would never be found as a tag.
fn component_name(name: &str) -> Result<(), &'static str> {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain && name.starts_with(|c: char| c.is_ascii_uppercase()) {
        Ok(())
    } else {
        Err("is no component's name: a capital letter, then letters and digits")
    }
}

fn argument(text: &str) -> Result<String, &'static str> {
    if text.contains('\0') { Err("holds a NUL") } else { Ok(text.to_owned()) }
}

fn mode(text: &str) -> Result<Mode, &'static str> {
    match text {
        "one-shot" => Ok(Mode::OneShot),
        "server" => Ok(Mode::Server),
        _ => Err("is \"one-shot\" or \"server\""),
    }
}

fn trigger(text: &str) -> Result<Trigger, &'static str> {
    [Trigger::Load, Trigger::Idle, Trigger::Visible, Trigger::Click]
        .into_iter()
        .find(|trigger| trigger.as_str() == text)
        .ok_or("is \"load\", \"idle\", \"visible\" or \"click\"")
}

/// `512 MB`, `2GiB`: a whole number and its unit.
fn memory(text: &str) -> Result<u64, &'static str> {
    const REASON: &str = "is a whole number with its unit, such as \"512 MB\" or \"2 GiB\"";
    let unit = text.find(|c: char| !c.is_ascii_digit()).ok_or(REASON)?;
    let (number, unit) = text.split_at(unit);
    let factor: u64 = match unit.trim() {
        "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err(REASON),
    };
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    bytes.filter(|bytes| *bytes > 0).ok_or(REASON)
}
