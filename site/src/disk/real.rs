//! The disk of the machine.

use super::{Disk, Entry, EntryKind, Kind, Lock, Stamp};
use std::fs::{self, File, Metadata, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::time::{Duration, SystemTime};

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

    fn stamp(&self, path: &Path) -> io::Result<Stamp> {
        stamp(&fs::metadata(path)?)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        // Asked first, because opening a pipe would wait for its writer.
        match self.kind(path)? {
            Kind::File(_) => fs::read(path),
            Kind::Folder => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    fn entries(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let entry = |entry: fs::DirEntry| {
            let kind = entry.file_type()?;
            let kind = match (kind.is_file(), kind.is_dir()) {
                (true, _) => EntryKind::File,
                (_, true) => EntryKind::Folder,
                _ => EntryKind::Other,
            };
            Ok(Entry { name: entry.file_name().to_string_lossy().into_owned(), kind })
        };
        let mut entries =
            fs::read_dir(path)?.map(|it| entry(it?)).collect::<io::Result<Vec<_>>>()?;
        entries.sort_unstable();
        Ok(entries)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
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

#[cfg(unix)]
fn stamp(metadata: &Metadata) -> io::Result<Stamp> {
    use std::os::unix::fs::MetadataExt as _;
    let times = |seconds: i64, nanoseconds: i64| {
        i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds)
    };
    let written = times(metadata.mtime(), metadata.mtime_nsec());
    // Nobody can set this one.
    let changed = times(metadata.ctime(), metadata.ctime_nsec()).max(written);
    let since_epoch = Duration::from_nanos(u64::try_from(changed).unwrap_or(0));
    Ok(Stamp {
        size: metadata.len(),
        changed: SystemTime::UNIX_EPOCH + since_epoch,
        identity: [metadata.dev().into(), metadata.ino().into(), written],
    })
}

#[cfg(not(unix))]
fn stamp(metadata: &Metadata) -> io::Result<Stamp> {
    // Not all file systems keep this up to date for folders.
    if metadata.is_dir() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    Ok(Stamp { size: metadata.len(), changed: metadata.modified()?, identity: [0; 3] })
}

fn open_lock(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(path)
}
