//! Files that are written all or not at all.

use crate::disk::{Disk, Kind, replace_file};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What was written, so that it can be taken back.
pub(super) struct Undo<'a> {
    disk: &'a dyn Disk,
    steps: Vec<Step>,
}

enum Step {
    Folder(PathBuf),
    File(PathBuf),
    Changed(PathBuf, Vec<u8>),
}

impl<'a> Undo<'a> {
    pub(super) fn new(disk: &'a dyn Disk) -> Self {
        Self { disk, steps: Vec::new() }
    }

    /// Writes a file, and makes the folders above it that are missing.
    pub(super) fn write(&mut self, file: &Path, bytes: &[u8]) -> io::Result<()> {
        let folder = file.parent().unwrap_or(file);
        self.folder(folder)?;
        match self.disk.kind(file) {
            Ok(Kind::File(_)) => {
                let before = self.disk.read(file)?;
                self.steps.push(Step::Changed(file.to_owned(), before));
            }
            Ok(Kind::Folder) => return Err(ErrorKind::IsADirectory.into()),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.steps.push(Step::File(file.to_owned()));
            }
            Err(error) => return Err(error),
        }
        replace_file(self.disk, folder, file, bytes)
    }

    fn folder(&mut self, folder: &Path) -> io::Result<()> {
        match self.disk.kind(folder) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if let Some(parent) = folder.parent() {
                    self.folder(parent)?;
                }
                self.disk.create_folder(folder)?;
                self.steps.push(Step::Folder(folder.to_owned()));
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Takes everything back, as far as the disk allows.
    pub(super) fn all(self) {
        for step in self.steps.into_iter().rev() {
            // Nothing is left to do about a disk that refuses this, too.
            let _ = match step {
                Step::File(path) => self.disk.remove(&path),
                // Somebody else may have put something there meanwhile.
                Step::Folder(path) => match self.disk.list(&path) {
                    Ok(names) if names.is_empty() => self.disk.remove(&path),
                    Ok(_) => Ok(()),
                    Err(error) => Err(error),
                },
                Step::Changed(path, before) => self.disk.write(&path, &before),
            };
        }
    }
}
