//! What a bake makes.

use crate::{Problem, SitePath};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The files that a job made, and what the generator needs to know of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Artifact {
    /// What the folder of these files is called, before its digest: the picture's stem.
    pub name: String,
    /// The files, emitted side by side in the figure's own folder.
    pub files: Vec<ArtifactFile>,
    /// How many states a reader can reach.
    pub states: usize,
    /// A file of this artifact that shows the same pixels as a picture of the article, so that
    /// both are fetched once.
    pub twin: Option<Twin>,
    /// Lines for the build's table: what delivering the figure costs, and why.
    pub notes: Vec<String>,
    /// What the author should know of the result; shown at every tag that uses it.
    pub problems: Vec<Problem>,
}

/// One file of an artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactFile {
    /// A plain file name: `k-03.png`.
    pub name: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// Says that an `<img>` of `picture` may show the artifact's `file` in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twin {
    /// The picture as it lies in the site.
    pub picture: SitePath,
    /// The name of the artifact's file.
    pub file: String,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

impl Artifact {
    /// Adds a file. Names are plain: no folder, no `..`.
    pub fn push(&mut self, name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) {
        self.files.push(ArtifactFile { name: name.into(), bytes: bytes.into() });
    }

    /// The bytes of the file of that name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.iter().find(|file| file.name == name).map(|file| &*file.bytes)
    }

    /// A JSON file of this artifact, deserialised.
    ///
    /// # Errors
    /// A `damaged-artifact` problem where the file is missing or does not fit `T`.
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, Problem> {
        let damaged = |reason: String| {
            Problem::error("damaged-artifact", format!("`{name}` of the baked figure {reason}"))
                .hint("run `prebake clean --cache` and build again")
        };
        let bytes = self.file(name).ok_or_else(|| damaged("is missing".to_owned()))?;
        serde_json::from_slice(bytes).map_err(|error| damaged(format!("is no such JSON: {error}")))
    }
}
