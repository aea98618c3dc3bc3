//! From a program's reply to an artifact, and to what it was made of.

use super::outbox::Outbox;
use super::protocol::{Reply, Said, Shown};
use crate::disk::{Disk, Kind};
use prebake_plugin::{Artifact, FilePlace, Inputs, Problem, SitePath};
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

/// The file of the artifact that says what it shows.
pub(super) const SHOWN: &str = "figure.json";

/// Records what a job is made of, as far as it can be told from outside.
pub(super) struct Recorder<'a, 'i> {
    pub(super) disk: &'a dyn Disk,
    /// Where the site really is.
    pub(super) root: &'a Path,
    /// When the build began: what was changed later may not be what the program read.
    pub(super) began: SystemTime,
    pub(super) inputs: &'a mut Inputs<'i>,
}

impl Recorder<'_, '_> {
    /// Records a file, a folder's names, or that nothing is there.
    pub(super) fn record(&mut self, path: &SitePath) -> Result<(), Problem> {
        let place = self.place(path);
        match self.disk.kind(&place) {
            Ok(Kind::Folder) => drop(self.inputs.list(path)?),
            Ok(Kind::File(_)) | Err(_) => drop(self.inputs.find(path)?),
        }
        if self.disk.stamp(&place).is_ok_and(|stamp| stamp.changed > self.began) {
            self.inputs.unsettle();
        }
        Ok(())
    }

    /// Records a file, or a folder and all below it; hidden files and compiled Python aside.
    pub(super) fn record_below(&mut self, path: &SitePath, depth: usize) -> Result<(), Problem> {
        self.record(path)?;
        if depth == 0 || !matches!(self.disk.kind(&self.place(path)), Ok(Kind::Folder)) {
            return Ok(());
        }
        for name in self.inputs.list(path)?.unwrap_or_default() {
            if !name.starts_with('.')
                && name != "__pycache__/"
                && let Ok(inner) = path.resolve(&format!("./{name}"))
            {
                self.record_below(&inner, depth - 1)?;
            }
        }
        Ok(())
    }

    /// Whether a file of the site stands there.
    pub(super) fn is_file(&self, path: &SitePath) -> bool {
        matches!(self.disk.kind(&self.place(path)), Ok(Kind::File(_)))
    }

    fn place(&self, path: &SitePath) -> PathBuf {
        placed(self.root, path)
    }

    /// A path that a program wrote, as a path of the site.
    fn site_path(&self, written: &str) -> Result<SitePath, String> {
        let outside = || format!("`{written}`, which it read, lies outside the site");
        let path = Path::new(written);
        if !path.is_absolute() {
            // On Windows programs write backslashes.
            let written =
                if cfg!(windows) { written.replace('\\', "/") } else { written.to_owned() };
            return SitePath::new(&format!("./{written}"))
                .map_err(|reason| format!("`{written}`, which it read, {reason}"));
        }
        let real = match self.disk.canonicalize(path) {
            Ok(real) => real,
            Err(error) if error.kind() == ErrorKind::NotFound => path.to_owned(),
            Err(error) => return Err(format!("`{written}`, which it read: {error}")),
        };
        let below = real.strip_prefix(self.root).map_err(|_| outside())?;
        let mut parts = Vec::new();
        for part in below.components() {
            match part {
                Component::Normal(name) => parts.push(name.to_str().ok_or_else(outside)?),
                Component::CurDir => {}
                _ => return Err(outside()),
            }
        }
        SitePath::new(&parts.join("/")).map_err(|_| outside())
    }
}

/// Where a path of the site is on the disk.
pub(super) fn placed(root: &Path, path: &SitePath) -> PathBuf {
    let parts = path.as_str().split('/').filter(|part| !part.is_empty());
    parts.fold(root.to_owned(), |folder, part| folder.join(part))
}

/// Why a reply made no artifact.
pub(super) enum Refused {
    /// What is wrong with the reply, in words.
    Invalid(String),
    /// What the program says is wrong, or the disk.
    Told(Vec<Problem>),
}

/// The artifact that a reply describes. What was read is recorded, whatever else is wrong.
pub(super) fn collect(
    reply: Reply,
    outbox: &Outbox<'_>,
    recorder: &mut Recorder<'_, '_>,
    default_name: &str,
) -> Result<Artifact, Refused> {
    let Reply { files, read, problems, name, states, .. } = &reply;
    for path in read {
        let path = recorder.site_path(path).map_err(Refused::Invalid)?;
        recorder.record(&path).map_err(|problem| Refused::Told(vec![problem]))?;
    }
    let mut artifact = Artifact {
        name: name.clone().unwrap_or_else(|| default_name.to_owned()),
        states: states.unwrap_or(1),
        ..Artifact::default()
    };
    let told = problems.iter().map(|said| problem(said, recorder));
    artifact.problems = told.collect::<Result<_, _>>()?;
    if artifact.problems.iter().any(|it| it.severity == prebake_plugin::Severity::Error) {
        return Err(Refused::Told(artifact.problems));
    }
    for (name, bytes) in outbox.take(files.clone()).map_err(Refused::Invalid)? {
        if name == SHOWN {
            let message = format!("`{SHOWN}` is a name that Prebake keeps for itself");
            return Err(Refused::Invalid(message));
        }
        artifact.push(name, bytes);
    }
    let shown = shown(reply, &artifact).map_err(Refused::Invalid)?;
    let json = serde_json::to_vec(&shown).map_err(|error| Refused::Invalid(error.to_string()))?;
    artifact.push(SHOWN, json);
    Ok(artifact)
}

fn problem(said: &Said, recorder: &mut Recorder<'_, '_>) -> Result<Problem, Refused> {
    let Said { severity, message, hint, prop, file, line, column } = said;
    let mut problem = Problem::error("program-says", message.clone());
    problem.severity = *severity;
    problem.hint.clone_from(hint);
    problem.prop.clone_from(prop);
    if let Some(file) = file {
        let path = recorder.site_path(file).map_err(Refused::Invalid)?;
        // It points into these bytes, and into no others.
        recorder.record(&path).map_err(|problem| Refused::Told(vec![problem]))?;
        problem = problem.place(FilePlace { path, line: line.unwrap_or(1), column: *column });
    }
    Ok(problem)
}

/// What the figure shows, with every file that it names there.
fn shown(reply: Reply, artifact: &Artifact) -> Result<Shown, String> {
    let Reply { html, picture, caption, model, urls, numbers, .. } = reply;
    if html.is_some() && picture.is_some() {
        return Err("it has `html` and a `picture`, and a figure shows one of them".to_owned());
    }
    let pictured = picture.iter().map(|picture| &picture.file);
    for name in pictured.chain(urls.values()) {
        if artifact.file(name).is_none() {
            return Err(format!("it names `{name}`, which is none of the files that it made"));
        }
    }
    if let Some(numbers) = &numbers {
        let mut lengths = numbers.columns.values().map(Vec::len);
        let first = lengths.next();
        if lengths.any(|length| Some(length) != first) {
            return Err("the columns of its `numbers` are not equally long".to_owned());
        }
        if !numbers.columns.contains_key(&numbers.control) {
            let control = &numbers.control;
            return Err(format!("`numbers` have no column `{control}`, which is their control"));
        }
    }
    Ok(Shown { html, picture, caption, model, urls, numbers })
}
