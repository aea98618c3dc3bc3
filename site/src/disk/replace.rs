//! Files that appear whole or not at all.

use super::Disk;
use std::io;
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes a file under a temporary name in `staging`, then renames it to `path`: whoever reads
/// `path` sees the old bytes or the new ones, never a part. Both folders must exist, on one file
/// system.
///
/// # Errors
/// What the system says; what stood at `path` still stands then.
pub fn replace_file(disk: &dyn Disk, staging: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let temporary = staging.join(format!("{}-{number}", process::id()));
    let written = disk.write(&temporary, bytes).and_then(|()| disk.rename(&temporary, path));
    if written.is_err() {
        // Best effort: whoever owns the staging folder sweeps it.
        let _ = disk.remove(&temporary);
    }
    written
}
