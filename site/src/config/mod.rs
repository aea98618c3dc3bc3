//! `prebake.toml`, the site's own configuration.

mod base_url;
mod component;
mod read;
mod schema;
mod section;

pub use base_url::BaseUrl;
pub use component::{ComponentConfig, Declared, Mode};
pub use section::Section;

use crate::diagnostic::{Diagnostic, SourceFile};
use prebake_plugin::{SitePath, Source};
use serde::Serialize;
use std::io::ErrorKind;
use std::sync::Arc;

/// The name of the file, in the site's root.
pub const FILE: &str = "prebake.toml";

/// What `prebake.toml` says.
///
/// ```toml
/// title = "Explainers"
/// description = "How things work, with sliders"
/// author = "Ada"
/// language = "en"
/// base_url = "https://example.org/"
///
/// [csp]
/// script_src = ["https://embeds.example.org"]
///
/// [[section]]
/// folder = "docs"
/// path = "manual"
/// title = "Manual"
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Config {
    /// The site's title.
    pub title: String,
    /// One or two sentences about it.
    pub description: Option<String>,
    /// Who writes it.
    pub author: Option<String>,
    /// Its language, as BCP 47 has it: `en`, `pt-BR`.
    pub language: String,
    /// Where it will stand; needed for canonical links, the feed and the sitemap.
    pub base_url: Option<BaseUrl>,
    /// What its Content-Security-Policy allows beyond what Prebake needs.
    pub csp: Csp,
    /// Its sections, in the order in which links to them stand.
    pub sections: Vec<Section>,
    /// The components that are programs or anywidget modules; no page shows them as they stand here.
    #[serde(skip)]
    pub components: Vec<Declared>,
}

/// The `[csp]` table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Csp {
    /// Further sources of scripts, such as `https://embeds.example.org`.
    pub script_src: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            title: "Prebake site".to_owned(),
            description: None,
            author: None,
            language: "en".to_owned(),
            base_url: None,
            csp: Csp::default(),
            sections: Vec::new(),
            components: Vec::new(),
        }
    }
}

impl Config {
    /// Reads the configuration of a site; where something is wrong with it, the rest is still read.
    #[must_use]
    pub fn load(source: &dyn Source) -> (Self, Vec<Diagnostic>) {
        let unreadable = |reason: String| {
            let message = format!("`{FILE}` cannot be read: {reason}");
            (Self::default(), vec![Diagnostic::error("unreadable-file", message)])
        };
        let path = match SitePath::new(FILE) {
            Ok(path) => path,
            Err(reason) => return unreadable(reason.to_owned()),
        };
        match source.read(&path) {
            Ok(bytes) => match str::from_utf8(&bytes) {
                Ok(text) => read::config(&Arc::new(SourceFile { path, text: text.to_owned() })),
                Err(_) => unreadable("it is no UTF-8 text".to_owned()),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => (Self::default(), Vec::new()),
            Err(error) => unreadable(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests;
