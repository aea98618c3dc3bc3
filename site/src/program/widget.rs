//! An anywidget module as a component's browser half.

use crate::config::{Declared, FILE};
use crate::diagnostic::{Diagnostic, SourceFile, house};
use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::{SourceType, Span};
use prebake_plugin::{Digest, Problem, SitePath, Source, Widget, WidgetFile};
use std::io::ErrorKind;
use std::ops::Range;
use std::sync::Arc;

/// The module that gives an anywidget module what its contract promises.
const ADAPTER: &str = include_str!(concat!(env!("OUT_DIR"), "/anywidget.js"));

/// The files of a widget, read.
#[derive(Debug, Default)]
pub(super) struct WidgetSource {
    module: Option<Arc<SourceFile>>,
    style: String,
}

impl WidgetSource {
    /// Reads what the component names; `allowed` are the sources of scripts that pages may use.
    pub(super) fn load(
        declared: &Declared,
        source: &dyn Source,
        found: &mut Vec<Diagnostic>,
    ) -> Self {
        let Declared { component, span } = declared;
        let mut read = |path: &Option<SitePath>, key: &str| {
            let path = path.as_ref()?;
            match text_of(path, key, &component.name, source) {
                Ok(text) => Some((path.clone(), text)),
                Err(wrong) => {
                    found.push(wrong.at(&span.source, span.range.clone()));
                    None
                }
            }
        };
        let style = read(&component.style, "style").map(|(_, text)| text).unwrap_or_default();
        let module = read(&component.widget, "widget");
        let module = module.map(|(path, text)| Arc::new(SourceFile { path, text }));
        Self { module, style }
    }

    /// Changes with what browsers get.
    pub(super) fn digest(&self) -> Digest {
        let module = self.module.as_ref().map(|file| (file.path.as_str(), &*file.text));
        // A list of texts can be written as JSON.
        Digest::of(&serde_json::to_vec(&(module, &self.style)).unwrap_or_default())
    }

    /// What is wrong with the module; `allowed` are the sources of scripts that pages may use.
    pub(super) fn check(&self, allowed: &[String]) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        if let Some(file) = &self.module {
            check(file, allowed, &mut found);
        }
        found
    }

    /// The browser half: none where there is neither a module nor a style.
    pub(super) fn widget(&self) -> Option<Widget<'_>> {
        if self.module.is_none() && self.style.is_empty() {
            return None;
        }
        let files = self.module.iter().map(|file| WidgetFile {
            key: "_esm",
            name: file.path.file_name(),
            bytes: file.text.as_bytes(),
        });
        Some(Widget {
            name: "anywidget",
            module: ADAPTER,
            style: &self.style,
            kernel: None,
            files: files.collect(),
        })
    }
}

/// The text of the file that a component named `component` has for its `key`.
fn text_of(
    path: &SitePath,
    key: &str,
    component: &str,
    source: &dyn Source,
) -> Result<String, Diagnostic> {
    let reason = match source.read(path).map(|bytes| String::from_utf8(bytes.to_vec())) {
        Ok(Ok(text)) => return Ok(text),
        Ok(Err(_)) => "it is no UTF-8 text".to_owned(),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let names = source.list(&path.parent()).unwrap_or_default();
            let missing = Diagnostic::from(Problem::missing_file(path, &names));
            let is_near = missing.hint.as_ref().is_some_and(|it| it.starts_with("did you mean"));
            let hint = format!("paths in `{FILE}` are taken from the site's root");
            return Err(if is_near { missing } else { missing.hint(hint) });
        }
        Err(error) => error.to_string(),
    };
    let message = format!("`{path}`, the {key} of `<{component}>`, cannot be read: {reason}");
    Err(Diagnostic::error("unreadable-file", message))
}

/// Reports what browsers would not run: slips of syntax, and imports that lead nowhere.
fn check(file: &Arc<SourceFile>, allowed: &[String], found: &mut Vec<Diagnostic>) {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, &file.text, SourceType::mjs()).parse();
    let mut report = |message: String, hint: &str, range: Range<usize>| {
        let start = file.text.floor_char_boundary(range.start);
        let end = file.text.ceil_char_boundary(range.end).max(start);
        found.push(Diagnostic::error("invalid-widget", message).hint(hint).at(file, start..end));
    };
    // One is enough: those that follow are often its echo.
    if let Some(slip) = parsed.diagnostics.into_vec().into_iter().next() {
        let place =
            slip.labels.iter().next().map_or(0..0, |label| {
                label.offset() as usize..(label.offset() + label.len()) as usize
            });
        let message = format!("this is no JavaScript module: {}", house(&slip.message));
        return report(
            message,
            "widgets are run as they are: compile JSX and TypeScript first",
            place,
        );
    }
    let record = parsed.module_record;
    // `export default` and `export { x as default }`, from here or from elsewhere; `render` by
    // itself is what anywidget began with.
    let own = record.local_export_entries.iter().map(|it| &it.export_name);
    let mut entries = own.chain(record.indirect_export_entries.iter().map(|it| &it.export_name));
    let mut names = record.exported_bindings.keys().map(|name| name.as_str());
    if !entries.any(|it| it.is_default()) && !names.any(|it| ["default", "render"].contains(&it)) {
        let message = "this module has no default export".to_owned();
        return report(message, "write `export default { render({ model, el }) { … } }`", 0..0);
    }
    let mut imports: Vec<(String, Range<usize>)> = record
        .requested_modules
        .iter()
        .flat_map(|(name, places)| {
            places.iter().map(|place| (name.as_str().to_owned(), range(place.span)))
        })
        .collect();
    for import in &record.dynamic_imports {
        let place = range(import.module_request);
        let text = file.text[place.clone()].trim();
        // What is computed is the author's to know.
        if let Some(name) =
            text.strip_prefix(['"', '\'']).and_then(|it| it.strip_suffix(['"', '\'']))
        {
            imports.push((name.to_owned(), place));
        }
    }
    imports.sort_by_key(|(_, place)| place.start);
    for (name, place) in imports {
        if name.starts_with("https://") || name.starts_with("http://") {
            if !allowed.iter().any(|source| covers(source, &name)) {
                let origin: String = name.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
                report(
                    format!("pages may not load scripts from `{origin}`"),
                    &format!(
                        "bundle the module, or write `script_src = [\"{origin}\"]` under `[csp]` \
                         in `{FILE}`"
                    ),
                    place,
                );
            }
        } else if !name.starts_with("data:") && !name.starts_with("blob:") {
            report(
                format!("nothing stands at `{name}` when the page runs"),
                "a widget is one file: bundle it with what it imports",
                place,
            );
        }
    }
}

/// Whether a source expression of the policy allows a URL, as far as origins and prefixes go.
fn covers(source: &str, url: &str) -> bool {
    match source {
        "https:" => url.starts_with("https:"),
        "*" => true,
        source => {
            let source = if source.contains("://") {
                source.to_owned()
            } else {
                format!("https://{source}")
            };
            url.strip_prefix(source.trim_end_matches('/'))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        }
    }
}

fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}
