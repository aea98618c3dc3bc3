//! Templates and styles: the site's own where it has them, the built-in ones otherwise.

use crate::diagnostic::Diagnostic;
use crate::read::refused;
use crate::source::SiteSource;
use prebake_plugin::{SitePath, Source as _, escape};
use std::sync::Arc;
use tera::{Context, Tera};

/// The templates that every page is made with, in the binary so that it needs no source tree.
const TEMPLATES: [(&str, &str); 7] = [
    ("base.html", include_str!("../../templates/base.html")),
    ("article.html", include_str!("../../templates/article.html")),
    ("section.html", include_str!("../../templates/section.html")),
    ("index.html", include_str!("../../templates/index.html")),
    ("404.html", include_str!("../../templates/404.html")),
    ("atom.xml", include_str!("../../templates/atom.xml")),
    ("sitemap.xml", include_str!("../../templates/sitemap.xml")),
];
const STYLE: &str = include_str!("../../static/style.css");
const ICON: &str = include_str!("../../static/icon.svg");

/// Files of `static/` that are inlined into the pages rather than copied.
const INLINED: [&str; 2] = ["style.css", "icon.svg"];

/// What every page of a site shares.
pub struct Theme {
    tera: Tera,
    /// The style sheet, inlined in every page.
    pub style: String,
    /// The icon as a `data:` URI.
    pub icon: String,
    /// The other files of `static/`, by their path below it.
    pub files: Vec<(String, Arc<[u8]>)>,
}

impl Theme {
    /// Reads the theme; a file of the site's own takes the place of the built-in one of its name.
    pub fn load(source: &SiteSource) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let mut tera = Tera::default();
        // Tera's own escapes every slash of every URL.
        tera.set_escape_fn(escape);
        let mut templates: Vec<(String, String)> =
            TEMPLATES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        for (name, bytes) in read_folder(source, "templates", &mut diagnostics) {
            match String::from_utf8(bytes.to_vec()) {
                Ok(text) => {
                    templates.retain(|(known, _)| *known != name);
                    templates.push((name, text));
                }
                Err(_) => diagnostics.push(Diagnostic::error(
                    "invalid-template",
                    format!("`templates/{name}` is not UTF-8 text"),
                )),
            }
        }
        if let Err(error) = tera.add_raw_templates(templates) {
            diagnostics.push(Diagnostic::error("invalid-template", chain(&error)));
        }
        let mut files = read_folder(source, "static", &mut diagnostics);
        let inlined = |name: &str, built_in: &str| {
            let own = files.iter().find(|(file, _)| file == name);
            own.map_or_else(
                || built_in.to_owned(),
                |(_, bytes)| String::from_utf8_lossy(bytes).into_owned(),
            )
        };
        let style = inlined("style.css", STYLE);
        let icon = data_uri(&inlined("icon.svg", ICON));
        files.retain(|(name, _)| !INLINED.contains(&name.as_str()));
        (Self { tera, style, icon, files }, diagnostics)
    }

    /// Renders a template.
    ///
    /// # Errors
    /// An `invalid-template` diagnostic with Tera's own chain of reasons.
    pub fn render(&self, template: &str, context: &Context) -> Result<String, Diagnostic> {
        self.tera
            .render(template, context)
            .map_err(|error| Diagnostic::error("invalid-template", chain(&error)))
    }
}

fn chain(error: &tera::Error) -> String {
    let mut text = error.to_string();
    let mut reason = std::error::Error::source(error);
    while let Some(inner) = reason {
        text = format!("{text}: {inner}");
        reason = inner.source();
    }
    text.replace('\n', " ")
}

/// The files below a folder of the site's root, by their path below it. No folder, no files.
fn read_folder(
    source: &SiteSource,
    folder: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(String, Arc<[u8]>)> {
    let Ok(path) = SitePath::new(folder) else { return Vec::new() };
    let mut walk = source.files_under(&path);
    let mut files = Vec::new();
    for path in walk.files {
        let below = path.as_str().trim_start_matches(folder).trim_start_matches('/').to_owned();
        match source.read(&path) {
            Ok(bytes) => files.push((below, bytes)),
            Err(error) => walk.refused.push((path, error)),
        }
    }
    diagnostics.extend(refused(walk.refused));
    files
}

fn data_uri(svg: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const RESERVED: &AsciiSet =
        &CONTROLS.add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'&').add(b'\'');
    let one_line = svg.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("data:image/svg+xml,{}", utf8_percent_encode(&one_line, RESERVED))
}
