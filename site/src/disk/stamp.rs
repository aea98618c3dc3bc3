//! What tells one version of a file from the next without reading it.

use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime};

/// Clocks of file systems may be as coarse as this (FAT's are).
const COARSEST: Duration = Duration::from_secs(2);

/// Twice the tick of a system that ticks a hundred times a second.
const FINE: Duration = Duration::from_millis(20);

/// What a system says of a file's version: of two equal ones the bytes are the same, if the first was
/// settled when they were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Numbers", into = "Numbers")]
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

impl Stamp {
    /// The same for a file that this process wrote itself and others leave alone as a rule: clocks
    /// that tell parts of a second tick a hundred times in one or more often.
    #[must_use]
    pub fn is_past(&self, now: SystemTime) -> bool {
        let whole = self.changed.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let tick = if whole.subsec_nanos() == 0 { COARSEST } else { FINE };
        now.duration_since(self.changed).is_ok_and(|age| age > tick)
    }
}

/// A stamp in short, times in nanoseconds since 1970.
type Numbers = (u64, u64, [i128; 3]);

impl From<Stamp> for Numbers {
    fn from(Stamp { size, changed, identity }: Stamp) -> Self {
        let since = changed.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        (size, u64::try_from(since.as_nanos()).unwrap_or(u64::MAX), identity)
    }
}

impl From<Numbers> for Stamp {
    fn from((size, changed, identity): Numbers) -> Self {
        let changed = SystemTime::UNIX_EPOCH + Duration::from_nanos(changed);
        Self { size, changed, identity }
    }
}
