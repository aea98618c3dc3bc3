//! What `prebake new` writes: a site, an article, a component, a template.
//!
//! The scaffolds are files of the source tree, built into the binary: `scaffold/` beside this folder,
//! and for components those of `examples/`, under another name.

mod article;
mod component;
mod manifest;
mod name;
mod picture;
mod program;
mod site;
mod source;
mod undo;

pub(crate) use article::{Title, article, today};
pub(crate) use component::rust_component;
pub(crate) use name::ComponentName;
pub(crate) use program::python_component;
pub(crate) use site::site;
pub(crate) use source::PrebakeSource;

use crate::disk::Disk;
use crate::theme;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use undo::Undo;

/// Files to write below one folder, by their paths from it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Scaffold {
    /// Files that must not be there yet.
    pub(crate) made: BTreeMap<String, Vec<u8>>,
    /// Files that are there, with what they will hold.
    pub(crate) changed: BTreeMap<String, Vec<u8>>,
}

/// Why nothing was written.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The command asks for what cannot be: the reason, and what to do about it.
    Unfit(String),
    /// The disk does.
    Disk(PathBuf, io::Error),
}

impl Scaffold {
    fn make(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.made.insert(path.into(), bytes.into());
    }

    /// Writes all of it, or else leaves the folder as it was.
    pub(crate) fn write(&self, disk: &dyn Disk, root: &Path) -> Result<(), Refusal> {
        for path in self.made.keys() {
            let file = place(root, path);
            match disk.kind(&file) {
                Ok(_) => return Err(Refusal::Unfit(format!("`{path}` is there already"))),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(Refusal::Disk(file, error)),
            }
        }
        let mut undo = Undo::new(disk);
        let written = self.made.iter().chain(&self.changed).try_for_each(|(path, bytes)| {
            let file = place(root, path);
            undo.write(&file, bytes).map_err(|error| Refusal::Disk(file, error))
        });
        if written.is_err() {
            undo.all();
        }
        written
    }
}

/// A template or style of Prebake's by this name, for the site to change.
pub(crate) fn template(name: &str) -> Scaffold {
    let mut scaffold = Scaffold::default();
    for (folder, _, text) in theme::built_in().filter(|(_, known, _)| *known == name) {
        scaffold.make(format!("{folder}/{name}"), text);
    }
    scaffold
}

/// A path with slashes, below a folder of this system.
fn place(root: &Path, path: &str) -> PathBuf {
    path.split('/').fold(root.to_owned(), |at, part| at.join(part))
}

/// A file of the site as text, if it is there.
fn read(disk: &dyn Disk, root: &Path, path: &str) -> Result<Option<String>, Refusal> {
    let file = place(root, path);
    match disk.read(&file) {
        Ok(bytes) => String::from_utf8(bytes)
            .map(Some)
            .map_err(|_| Refusal::Unfit(format!("`{path}` is not UTF-8 text"))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Refusal::Disk(file, error)),
    }
}

/// Puts values in the places of a template: `%name%`.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = template.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("%{name}%"), value);
    }
    text
}

/// Text as TOML and YAML have it, between double quotes.
fn quoted(text: &str) -> String {
    // Both take all that JSON writes, control characters aside, which no name may hold.
    serde_json::Value::from(text).to_string()
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unfit(reason) => write!(f, "{reason}; nothing was written"),
            Self::Disk(path, error) => {
                write!(f, "`{}` cannot be written: {error}; nothing was left", path.display())
            }
        }
    }
}

#[cfg(test)]
mod tests;
