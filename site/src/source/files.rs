//! Files that earlier builds of this process read.

use crate::disk::{Disk, Stamp};
use crate::memory::Kept;
use prebake_plugin::Digest;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

/// The bytes of a file, hashed when that is first asked for.
pub(super) struct File {
    pub(super) bytes: Arc<[u8]>,
    digest: OnceLock<Digest>,
}

impl File {
    pub(super) fn digest(&self) -> Digest {
        *self.digest.get_or_init(|| Digest::of(&self.bytes))
    }
}

/// Files by where they really are, for as long as the disk says that they are the same.
#[derive(Default)]
pub struct Files(Kept<PathBuf, (Stamp, Arc<File>)>);

impl Files {
    /// The file at `real`, read if need be.
    pub(super) fn read(&self, disk: &dyn Disk, real: &Path) -> io::Result<Arc<File>> {
        let now = SystemTime::now();
        let Ok(stamp) = disk.stamp(real) else { return read(disk, real) };
        if let Some(kept) = self.0.find(real, |(kept, _)| *kept == stamp) {
            return Ok(Arc::clone(&kept.1));
        }
        let file = read(disk, real)?;
        // Whatever changes it from here on, or has since it was stamped, makes another stamp.
        if stamp.is_settled(now) {
            self.0.keep(real.to_owned(), (stamp, Arc::clone(&file)));
        }
        Ok(file)
    }

    /// Forgets what was not asked for since the last time.
    pub(crate) fn forget_unused(&self) {
        self.0.forget_unused();
    }
}

fn read(disk: &dyn Disk, real: &Path) -> io::Result<Arc<File>> {
    let bytes = disk.read(real)?.into();
    Ok(Arc::new(File { bytes, digest: OnceLock::new() }))
}
