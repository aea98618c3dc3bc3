//! What a program is told, and what it answers.

use prebake_plugin::Severity;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// The version of this protocol.
pub(super) const VERSION: u32 = 1;

/// What a program is told.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    /// [`VERSION`].
    pub(super) prebake: u32,
    /// The name of the component.
    pub(super) component: &'a str,
    /// The props, checked by the schema; what is missing has its default.
    pub(super) props: &'a Map<String, Value>,
    /// The absolute paths of the files that props of the format `file` name.
    pub(super) inputs: BTreeMap<&'a str, &'a Path>,
    /// The site's root, where the program runs.
    pub(super) root: &'a Path,
    /// The folder of the article.
    pub(super) article: &'a Path,
    /// An empty folder for the files that the program makes.
    pub(super) out: &'a Path,
}

/// What a program answers.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Reply {
    /// The names of the files that it made; all in the folder where it does not say.
    pub(super) files: Option<Vec<String>>,
    /// The files and folders that it read: absolute, or from the site's root.
    pub(super) read: Vec<String>,
    /// What the author should know.
    pub(super) problems: Vec<Said>,
    /// What the figure is called, in the build's table and in URLs.
    pub(super) name: Option<String>,
    /// How many states a reader can reach.
    pub(super) states: Option<usize>,
    /// As in [`Shown`].
    pub(super) html: Option<String>,
    pub(super) picture: Option<Picture>,
    pub(super) caption: Option<String>,
    pub(super) model: Map<String, Value>,
    pub(super) urls: BTreeMap<String, String>,
    pub(super) numbers: Option<SaidNumbers>,
}

/// What a figure shows: kept beside its files, as `figure.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    /// HTML; `src`, `href`, `srcset` and `poster` that name a file of the figure lead to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) html: Option<String>,
    /// A picture, in place of HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) picture: Option<Picture>,
    /// The caption, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) caption: Option<String>,
    /// Values for the widget's model.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) model: Map<String, Value>,
    /// Keys of the widget's model that hold the URL of a file.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) urls: BTreeMap<String, String>,
    /// Numbers that prose may ask for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) numbers: Option<SaidNumbers>,
}

/// One of the files, shown as the figure.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Picture {
    pub(super) file: String,
    #[serde(default)]
    pub(super) alt: Option<String>,
    /// In CSS pixels; the picture's own size where the program does not say.
    #[serde(default)]
    pub(super) width: Option<u32>,
    #[serde(default)]
    pub(super) height: Option<u32>,
}

/// [`prebake_plugin::Numbers`] as JSON, which has no infinity: `null` stands for it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SaidNumbers {
    pub(super) control: String,
    pub(super) columns: BTreeMap<String, Vec<Option<f64>>>,
    pub(super) whole: BTreeMap<String, Option<f64>>,
}

/// A problem, as a program has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Said {
    #[serde(default = "warning")]
    pub(super) severity: Severity,
    pub(super) message: String,
    #[serde(default)]
    pub(super) hint: Option<String>,
    /// The prop at fault.
    #[serde(default)]
    pub(super) prop: Option<String>,
    /// The file at fault, as in `read`, and the place in it.
    #[serde(default)]
    pub(super) file: Option<String>,
    #[serde(default)]
    pub(super) line: Option<usize>,
    #[serde(default)]
    pub(super) column: Option<usize>,
}

fn warning() -> Severity {
    Severity::Warning
}
