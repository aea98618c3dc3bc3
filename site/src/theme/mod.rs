//! Templates and styles: the site's own where it has them, the built-in ones otherwise.

mod templates;

pub use templates::{Needs, Templates};

use crate::diagnostic::Diagnostic;
use crate::memory::Kept;
use crate::read::refused;
use crate::source::SiteSource;
use prebake_plugin::{Digest, SitePath, Source as _};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use templates::chain;
use tera::Context;

/// The templates that every page is made with, in the binary so that it needs no source tree.
const TEMPLATES: [(&str, &str); 7] = [
    ("base.html", include_str!("../../../templates/base.html")),
    ("article.html", include_str!("../../../templates/article.html")),
    ("section.html", include_str!("../../../templates/section.html")),
    ("index.html", include_str!("../../../templates/index.html")),
    ("404.html", include_str!("../../../templates/404.html")),
    ("atom.xml", include_str!("../../../templates/atom.xml")),
    ("sitemap.xml", include_str!("../../../templates/sitemap.xml")),
];
const STYLE: &str = include_str!("../../../static/style.css");
const ICON: &str = include_str!("../../../static/icon.svg");

/// How wide the built-in style sets text on a wide screen, in CSS pixels: 56 zeros of 19 pixels, half
/// to five ninths as wide as high in the faces that it names.
pub const COLUMN: u32 = 600;

/// How wide text is set at most, in CSS pixels; `None` where the site has a style of its own.
pub(crate) fn column(source: &SiteSource) -> Option<u32> {
    let own = SitePath::new("static/style.css").ok().and_then(|path| source.read(&path).ok());
    own.is_none_or(|own| *own == *STYLE.as_bytes()).then_some(COLUMN)
}

/// Files of `static/` that are inlined into the pages rather than copied.
const INLINED: [&str; 2] = ["style.css", "icon.svg"];

/// The built-in files that a site may have its own of: the folder where it keeps them, the name, and
/// what is built in.
pub(crate) fn built_in() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let templates = TEMPLATES.into_iter().map(|(name, text)| ("templates", name, text));
    templates.chain([("static", INLINED[0], STYLE), ("static", INLINED[1], ICON)])
}

/// What every page of a site shares.
pub struct Theme {
    templates: Arc<Templates>,
    /// The style sheet, inlined in every page.
    pub style: String,
    /// The icon as a `data:` URI.
    pub icon: String,
    /// The other files of `static/`, by their path below it.
    pub files: Vec<(String, Arc<[u8]>)>,
}

impl Theme {
    /// Reads the theme; a file of the site's own takes the place of the built-in one of its name.
    /// `earlier` has templates that were read before.
    pub fn load(source: &SiteSource, earlier: &Kept<Digest, Templates>) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let mut texts: BTreeMap<String, String> =
            TEMPLATES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        for (name, bytes) in read_folder(source, "templates", &mut diagnostics) {
            match String::from_utf8(bytes.to_vec()) {
                Ok(text) => drop(texts.insert(name, text)),
                Err(_) => diagnostics.push(Diagnostic::error(
                    "invalid-template",
                    format!("`templates/{name}` is not UTF-8 text"),
                )),
            }
        }
        let key = Digest::of(json!(texts).to_string().as_bytes());
        let templates = earlier.get(key, || Templates::new(texts));
        diagnostics.extend(templates.mistake.clone());
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
        (Self { templates, style, icon, files }, diagnostics)
    }

    /// What a page that is made with a template depends on.
    #[must_use]
    pub fn needs(&self, template: &str) -> Needs {
        self.templates.needs(template)
    }

    /// Whether the site has a template of its own of this name.
    #[must_use]
    pub fn has_own(&self, template: &str) -> bool {
        !TEMPLATES.iter().any(|(name, text)| {
            *name == template && self.templates.text(name).is_some_and(|own| own == *text)
        })
    }

    /// Renders a template.
    ///
    /// # Errors
    /// An `invalid-template` diagnostic with Tera's own chain of reasons.
    pub fn render(&self, template: &str, context: &Context) -> Result<String, Diagnostic> {
        self.templates
            .tera
            .render(template, context)
            .map_err(|error| Diagnostic::error("invalid-template", chain(&error)))
    }
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
