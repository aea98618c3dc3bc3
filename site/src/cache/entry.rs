//! What the action table says, as bytes.

use crate::output::plain_file_name;
use prebake_plugin::{AnyComponent, AnyJob, Artifact, ArtifactFile, Digest, Problem, Read, Twin};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One computation: a component, its version and a serialised job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Action(Digest);

impl Action {
    /// The computation that `job` asks `component` for. The order of keys in the job's objects does
    /// not matter.
    #[must_use]
    pub fn new(component: &dyn AnyComponent, job: &AnyJob) -> Self {
        let key = Value::from(vec![
            component.artifact().into(),
            component.version().into(),
            with_sorted_keys(&job.0),
        ]);
        Self(Digest::of(key.to_string().as_bytes()))
    }

    pub(super) fn digest(&self) -> Digest {
        self.0
    }
}

fn with_sorted_keys(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(with_sorted_keys).collect(),
        Value::Object(map) => {
            let mut pairs: Vec<_> = map.iter().collect();
            pairs.sort_unstable_by_key(|(key, _)| *key);
            let sorted =
                pairs.into_iter().map(|(key, value)| (key.clone(), with_sorted_keys(value)));
            Value::Object(sorted.collect::<Map<_, _>>())
        }
        plain => plain.clone(),
    }
}

/// An artifact with the digest of each of its files, so that none is hashed twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    artifact: Artifact,
    digests: Vec<Digest>,
}

impl Sealed {
    /// Hashes the files of `artifact`.
    #[must_use]
    pub fn new(artifact: Artifact) -> Self {
        let digests = artifact.files.iter().map(|file| Digest::of(&file.bytes)).collect();
        Self { artifact, digests }
    }

    /// An artifact whose digests were compared already.
    pub(super) fn verified(artifact: Artifact, digests: Vec<Digest>) -> Self {
        Self { artifact, digests }
    }

    /// Digest of the names and bytes of the files, whatever their order.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let names = self.artifact.files.iter().map(|file| &file.name);
        let mut lines: Vec<_> = names.zip(&self.digests).collect();
        lines.sort_unstable();
        let line =
            |(name, digest): (&String, &Digest)| format!("{digest} {}\0{name}\n", name.len());
        Digest::of(lines.into_iter().map(line).collect::<String>().as_bytes())
    }

    /// The artifact.
    #[must_use]
    pub fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    /// The artifact, for keeps.
    #[must_use]
    pub fn into_artifact(self) -> Artifact {
        self.artifact
    }

    pub(super) fn files(&self) -> impl Iterator<Item = (&ArtifactFile, Digest)> {
        self.artifact.files.iter().zip(self.digests.iter().copied())
    }
}

/// What is known of one action: its results by what they read, the latest first.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The action itself, so that an entry at a wrong place is found out.
    pub(super) action: Digest,
    pub(super) variants: Vec<Variant>,
}

/// One result: stands for as long as every read gets the same answer.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Variant {
    pub(super) reads: Vec<Read>,
    pub(super) artifact: Manifest,
}

/// An artifact without its bytes.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) name: String,
    pub(super) files: Vec<ManifestFile>,
    pub(super) states: usize,
    pub(super) notes: Vec<String>,
    pub(super) twin: Option<Twin>,
    pub(super) problems: Vec<Problem>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ManifestFile {
    pub(super) name: String,
    pub(super) digest: Digest,
}

impl Entry {
    /// The entry as JSON behind a line with the digest of that JSON.
    pub(super) fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        let json = serde_json::to_string(self)?;
        Ok(format!("{}\n{json}", Digest::of(json.as_bytes())).into_bytes())
    }

    /// The entry of `action` in `bytes`; `None` where they are damaged in any way.
    pub(super) fn from_bytes(bytes: &[u8], action: Action) -> Option<Self> {
        let (digest, json) = str::from_utf8(bytes).ok()?.split_once('\n')?;
        if digest != Digest::of(json.as_bytes()).to_string() {
            return None;
        }
        let entry: Self = serde_json::from_str(json).ok()?;
        let mut files = entry.variants.iter().flat_map(|variant| &variant.artifact.files);
        let sound =
            entry.action == action.0 && files.all(|file| plain_file_name(&file.name).is_ok());
        sound.then_some(entry)
    }
}
