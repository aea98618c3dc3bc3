//! What the action table says, as bytes.

use crate::output::plain_file_name;
use prebake_plugin::{
    AnyComponent, AnyJob, Artifact, ArtifactFile, Digest, Problem, Read, Source, Twin,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One computation: what a job asks a component for, and the version of the component.
#[derive(Debug, Clone)]
pub struct Action {
    pub(super) component: String,
    pub(super) job: Value,
    pub(super) key: Digest,
    /// Digest of the component's version.
    pub(super) version: Digest,
}

impl Action {
    /// The computation that `job` asks `component` for. The order of keys in the job's objects does
    /// not matter.
    #[must_use]
    pub fn new(component: &dyn AnyComponent, job: &AnyJob) -> Self {
        let job = with_sorted_keys(&job.0);
        let name = component.artifact().to_owned();
        let key = Value::from(vec![name.as_str().into(), job.clone()]);
        Self {
            component: name,
            job,
            key: Digest::of(key.to_string().as_bytes()),
            version: Digest::of(component.version().as_bytes()),
        }
    }

    /// Names the component and the job, whatever the component's version.
    #[must_use]
    pub fn key(&self) -> Digest {
        self.key
    }

    /// Actions with equal ids are one computation.
    #[must_use]
    pub fn id(&self) -> (Digest, Digest) {
        (self.key, self.version)
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

/// What is known of one job of a component: its results by version and by what they read, the latest
/// first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The action's own key, so that an entry at a wrong place is found out.
    pub(super) action: Digest,
    pub(super) component: String,
    pub(super) job: Value,
    pub(super) variants: Vec<Variant>,
}

/// One result: stands for as long as the component is of this version and every read gets the same
/// answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Variant {
    pub(super) version: Digest,
    pub(super) reads: Vec<Read>,
    pub(super) artifact: Manifest,
}

/// An artifact without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) name: String,
    pub(super) files: Vec<ManifestFile>,
    pub(super) states: usize,
    pub(super) notes: Vec<String>,
    pub(super) twin: Option<Twin>,
    pub(super) problems: Vec<Problem>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ManifestFile {
    pub(super) name: String,
    pub(super) digest: Digest,
}

impl Manifest {
    pub(super) fn of(sealed: &Sealed) -> Self {
        let file = |(file, digest): (&ArtifactFile, Digest)| ManifestFile {
            name: file.name.clone(),
            digest,
        };
        let files = sealed.files().map(file).collect();
        let Artifact { name, states, notes, twin, problems, files: _ } = sealed.artifact().clone();
        Self { name, files, states, notes, twin, problems }
    }

    /// The artifact but for its files.
    pub(super) fn without_files(&self) -> Artifact {
        let Self { name, files: _, states, notes, twin, problems } = self.clone();
        Artifact { name, files: Vec::new(), states, notes, twin, problems }
    }
}

impl Entry {
    /// The entry as JSON behind a line with the digest of that JSON.
    pub(super) fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        let json = serde_json::to_string(self)?;
        Ok(format!("{}\n{json}", Digest::of(json.as_bytes())).into_bytes())
    }

    /// The entry of the action with this key in `bytes`; `None` where they are damaged in any way.
    pub(super) fn from_bytes(bytes: &[u8], key: Digest) -> Option<Self> {
        let (digest, json) = str::from_utf8(bytes).ok()?.split_once('\n')?;
        if digest != Digest::of(json.as_bytes()).to_string() {
            return None;
        }
        let entry: Self = serde_json::from_str(json).ok()?;
        let mut files = entry.variants.iter().flat_map(|variant| &variant.artifact.files);
        let sound = entry.action == key && files.all(|file| plain_file_name(&file.name).is_ok());
        sound.then_some(entry)
    }
}

impl Variant {
    /// How many bytes its entry has less without it, where it is not the only one.
    pub(super) fn size(&self) -> u64 {
        // With the comma that parts it from the others.
        serde_json::to_string(self).map_or(0, |json| json.len() as u64 + 1)
    }

    /// Whether baking `action` would give this now.
    pub(super) fn answers(&self, action: &Action, source: &dyn Source) -> bool {
        self.version == action.version && self.reads.iter().all(|read| read.still_holds(source))
    }
}
