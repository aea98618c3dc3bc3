//! What tells one version of a file from the next without reading it.

use std::time::{Duration, SystemTime};

/// Clocks of file systems may be as coarse as this (FAT's are).
const COARSEST: Duration = Duration::from_secs(2);

/// What a system says of a file's version: of two equal ones the bytes are the same, if the first was
/// settled when they were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Its size in bytes.
    pub size: u64,
    /// When it was last changed.
    pub changed: SystemTime,
    /// What else the system knows: on Unix the device, the inode, and the time that programs may set.
    pub identity: [i128; 3],
}

impl Stamp {
    /// Whether a change from `now` on would show. A file that was written a moment ago may be written
    /// again within the same tick of the file system's clock (git calls it "racily clean").
    #[must_use]
    pub fn is_settled(&self, now: SystemTime) -> bool {
        now.duration_since(self.changed).is_ok_and(|age| age > COARSEST)
    }
}
