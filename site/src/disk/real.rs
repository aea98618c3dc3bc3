//! The disk of the machine.

use super::{Disk, Kind, Lock};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The disk of the machine, through `std::fs`.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn kind(&self, path: &Path) -> io::Result<Kind> {
        let metadata = fs::metadata(path)?;
        if metadata.is_dir() {
            Ok(Kind::Folder)
        } else if metadata.is_file() {
            Ok(Kind::File(metadata.len()))
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "neither a file nor a folder"))
        }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        // Asked first, because opening a pipe would wait for its writer.
        match self.kind(path)? {
            Kind::File(_) => fs::read(path),
            Kind::Folder => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let mut names = fs::read_dir(path)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<Vec<_>>>()?;
        names.sort_unstable();
        Ok(names)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }

    fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        fs::metadata(path)?.modified()
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        fs::write(path, bytes)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let kind = fs::symlink_metadata(path)?.file_type();
        if kind.is_symlink() {
            // On Windows a link to a folder is removed as a folder is.
            fs::remove_file(path).or_else(|error| fs::remove_dir(path).map_err(|_| error))
        } else if kind.is_dir() {
            fs::remove_dir_all(path)
        } else {
            fs::remove_file(path)
        }
    }

    fn lock(&self, path: &Path) -> io::Result<Lock> {
        let file = open_lock(path)?;
        file.lock()?;
        Ok(Lock::new(file))
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Lock>> {
        let file = open_lock(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock::new(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

fn open_lock(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(path)
}
