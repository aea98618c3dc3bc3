//! Tells when a file of the site changes.

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// What the site is made of, below its root.
const WATCHED: [&str; 4] = ["content", "templates", "static", "prebake.toml"];

/// Editors write a file in several steps: a build starts when nothing has changed for this long.
const QUIET: Duration = Duration::from_millis(20);

/// Watches the files of a site.
pub(super) struct Watcher {
    changes: Receiver<()>,
    // Watching ends with it.
    _watcher: RecommendedWatcher,
}

impl Watcher {
    pub(super) fn new(root: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        let (tell, changes) = channel();
        let roots: Vec<PathBuf> = WATCHED.iter().map(|name| root.join(name)).collect();
        let watched = roots.clone();
        let mut watcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                // A watcher that lost events cannot say what changed: build, to be sure.
                let concerns = event.map_or(true, |event| {
                    !matches!(event.kind, EventKind::Access(_))
                        && (event.paths.is_empty()
                            || event.paths.iter().any(|p| watched.iter().any(|w| p.starts_with(w))))
                });
                if concerns {
                    // Nobody listens once the server ends.
                    let _ = tell.send(());
                }
            })
            .map_err(io::Error::other)?;
        // The root tells of folders that come and go; below it only what the site is made of is
        // watched, never its caches or a compiler's.
        watcher.watch(&root, RecursiveMode::NonRecursive).map_err(io::Error::other)?;
        for folder in roots.iter().filter(|path| path.is_dir()) {
            watcher.watch(folder, RecursiveMode::Recursive).map_err(io::Error::other)?;
        }
        Ok(Self { changes, _watcher: watcher })
    }

    /// Waits until something has changed and all is quiet again; false when nothing more can come.
    pub(super) fn wait(&self) -> bool {
        if self.changes.recv().is_err() {
            return false;
        }
        loop {
            match self.changes.recv_timeout(QUIET) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) => return true,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }
}
