//! Tells when a file of the site changes.

use notify::event::{CreateKind, EventKind, ModifyKind, RemoveKind};
use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use prebake_plugin::SitePath;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};
use walkdir::WalkDir;

/// What the site is made of, below its root.
const WATCHED: [&str; 4] = ["content", "templates", "static", "prebake.toml"];

/// Editors write a file in several steps: a build starts when nothing has changed for this long,
const QUIET: Duration = Duration::from_millis(20);
/// or when something has changed again and again for this long.
const UNREST: Duration = Duration::from_millis(200);
/// Between two tries to watch a folder that is not there now.
const RETRY: Duration = Duration::from_secs(1);

/// What has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// A file's text, at most.
    Text,
    /// Perhaps a folder came or went, and what is watched is no longer what is there.
    Folders,
}

/// Watches the files of a site.
pub(super) struct Watcher {
    root: PathBuf,
    changes: Receiver<Change>,
    tell: Sender<Change>,
    // Watching ends with it.
    watching: RecommendedWatcher,
    /// Whether folders changed, and they could not be watched anew.
    stale: bool,
    /// What the last build was made of beyond what the site is made of: programs, and their data.
    attended: BTreeSet<PathBuf>,
}

impl Watcher {
    pub(super) fn new(root: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        let (tell, changes) = channel();
        let attended = BTreeSet::new();
        let watching = watch(&root, &attended, tell.clone()).map_err(io::Error::other)?;
        Ok(Self { root, changes, tell, watching, stale: false, attended })
    }

    /// Watches what a build has read wherever in the site it lies, too.
    pub(super) fn attend(&mut self, reads: &[SitePath]) {
        let own = |path: &SitePath| {
            let first = path.as_str().split('/').next().unwrap_or_default();
            // The root has its own watch, and caches are nobody's to attend to.
            first.is_empty() || first == ".prebake" || WATCHED.contains(&first)
        };
        let place = |path: &SitePath| self.root.join(path.as_str());
        let attended = reads.iter().filter(|path| !own(path)).map(place).collect();
        if self.attended != attended {
            self.attended = attended;
            self.stale = !self.renew();
        }
    }

    /// Waits until something has changed and all is quiet again, or has been restless for long
    /// enough; false when nothing more can come.
    pub(super) fn wait(&mut self) -> bool {
        loop {
            let first = if self.stale {
                self.changes.recv_timeout(RETRY).ok()
            } else {
                let Ok(change) = self.changes.recv() else { return false };
                Some(change)
            };
            if let Some(first) = first {
                let more = settle(|wait| self.changes.recv_timeout(wait).ok());
                self.stale |= more || first == Change::Folders;
            }
            let renewed = self.stale && self.renew();
            if first.is_some() || renewed {
                return true;
            }
        }
    }

    /// Watches what is there now. A system's watches follow folders that are moved away, end with
    /// those that are removed, and miss what was written into a new one before it was watched: the
    /// build that comes next sees all that, and the new watches all that comes later.
    fn renew(&mut self) -> bool {
        match watch(&self.root, &self.attended, self.tell.clone()) {
            Ok(watching) => {
                self.watching = watching;
                self.stale = false;
                true
            }
            Err(_) => false,
        }
    }
}

/// Lets changes come to rest, as far as they do; whether folders are among them.
fn settle(mut next: impl FnMut(Duration) -> Option<Change>) -> bool {
    let end = Instant::now() + UNREST;
    let mut folders = false;
    while Instant::now() < end
        && let Some(change) = next(QUIET)
    {
        folders |= change == Change::Folders;
    }
    folders
}

fn watch(
    root: &Path,
    attended: &BTreeSet<PathBuf>,
    tell: Sender<Change>,
) -> notify::Result<RecommendedWatcher> {
    let roots = roots(root);
    let below: Vec<PathBuf> = WATCHED.iter().map(|name| root.join(name)).collect();
    let beside: Vec<PathBuf> = attended.iter().cloned().collect();
    let concerned = (root.to_owned(), [below, roots.clone(), beside].concat());
    let hear = move |event: notify::Result<Event>| {
        if let Some(change) = judge(event, &concerned.0, &concerned.1) {
            // Nobody listens once the server ends.
            let _ = tell.send(change);
        }
    };
    // A link may lead anywhere: `roots` has followed those that stay in the site.
    let config = Config::default().with_follow_symlinks(false);
    let mut watcher = RecommendedWatcher::new(hear, config)?;
    // The root tells of folders that come and go; below it only what the site is made of is watched,
    // never its caches or a compiler's.
    watcher.watch(root, RecursiveMode::NonRecursive)?;
    for root in &roots {
        watcher.watch(root, RecursiveMode::Recursive)?;
    }
    // A file is watched through its folder, because editors replace it; what is not there, through
    // the nearest folder that is.
    let folders = attended.iter().filter_map(|path| {
        let mut above = path.ancestors();
        let folder = above.find(|it| it.is_dir())?;
        let watched = folder == root || roots.iter().any(|root| folder.starts_with(root));
        (folder.starts_with(root) && !watched).then_some(folder)
    });
    for folder in folders.collect::<BTreeSet<_>>() {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
    }
    Ok(watcher)
}

/// What the site is made of, as far as it is there, and where links in it lead inside the site.
fn roots(root: &Path) -> Vec<PathBuf> {
    let mut roots: Vec<PathBuf> =
        WATCHED.iter().map(|name| root.join(name)).filter(|path| path.is_dir()).collect();
    let mut at = 0;
    while let Some(walked) = roots.get(at) {
        let links = WalkDir::new(walked).into_iter().flatten().filter(|it| it.path_is_symlink());
        let targets: Vec<PathBuf> =
            links.filter_map(|link| link.path().canonicalize().ok()).collect();
        for target in targets {
            let nested = |known: &PathBuf| target.starts_with(known) || known.starts_with(&target);
            if target.starts_with(root) && !roots.iter().any(nested) {
                roots.push(target);
            }
        }
        at += 1;
    }
    roots
}

/// What an event means for a site at `root` that is made of what `concerned` names.
fn judge(event: notify::Result<Event>, root: &Path, concerned: &[PathBuf]) -> Option<Change> {
    // A watcher that lost events cannot say what changed: anything, to be sure.
    let Ok(event) = event else { return Some(Change::Folders) };
    if event.need_rescan() || event.paths.is_empty() {
        return Some(Change::Folders);
    }
    let change = match event.kind {
        EventKind::Access(_) => return None,
        EventKind::Create(CreateKind::File) | EventKind::Remove(RemoveKind::File) => Change::Text,
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) => {
            Change::Folders
        }
        _ => Change::Text,
    };
    let concerns = |path: &PathBuf| {
        concerned.iter().any(|it| path.starts_with(it))
            // The root itself, which is gone or has come back.
            || (path == root && change == Change::Folders)
    };
    event.paths.iter().any(concerns).then_some(change)
}

#[cfg(test)]
mod tests {
    use super::{Change, judge, roots, settle};
    use notify::event::{AccessKind, CreateKind, DataChange, ModifyKind, RemoveKind, RenameMode};
    use notify::{Event, EventKind};
    use std::path::{Path, PathBuf};

    #[test]
    fn endless_changes_are_not_waited_out() {
        let mut left = 10_000;
        let folders = settle(|quiet| {
            std::thread::sleep(quiet / 2);
            left -= 1;
            (left > 0).then_some(Change::Text)
        });
        assert!(left > 0 && !folders);
        let mut few = [Change::Text, Change::Folders, Change::Text].into_iter();
        assert!(settle(|_| few.next()));
        assert_eq!(few.next(), None);
    }

    #[test]
    fn only_what_the_site_is_made_of_concerns_it() {
        let written = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        let renamed = EventKind::Modify(ModifyKind::Name(RenameMode::From));
        let removed = EventKind::Remove(RemoveKind::Folder);
        for (kind, path, expect) in [
            (written, "/site/content/a.md", Some(Change::Text)),
            (written, "/site/target/a", None),
            (written, "/site/contents", None),
            (written, "/site", None),
            (EventKind::Access(AccessKind::Read), "/site/content/a.md", None),
            (EventKind::Create(CreateKind::File), "/site/content/a.md", Some(Change::Text)),
            (EventKind::Create(CreateKind::Any), "/site/content/a", Some(Change::Folders)),
            (renamed, "/site/content", Some(Change::Folders)),
            (removed, "/site", Some(Change::Folders)),
            (removed, "/site/target", None),
        ] {
            let event = Event::new(kind).add_path(PathBuf::from(path));
            let judged = judge(Ok(event), Path::new("/site"), &[PathBuf::from("/site/content")]);
            assert_eq!(judged, expect, "{kind:?} {path}");
        }
        let lost = judge(Err(notify::Error::generic("lost")), Path::new("/site"), &[]);
        assert_eq!(lost, Some(Change::Folders));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_inside_the_site_only() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for name in ["content/a", "shared/deep", "target"] {
            std::fs::create_dir_all(root.join(name)).unwrap();
        }
        for (to, name) in [
            ("/", "content/out"),
            ("..", "content/root"),
            ("../..", "content/a/root"),
            ("a", "content/same"),
            ("nowhere", "content/broken"),
            ("../shared", "content/shared"),
            ("../../content", "shared/deep/back"),
        ] {
            symlink(to, root.join(name)).unwrap();
        }
        assert_eq!(roots(&root), [root.join("content"), root.join("shared")]);
    }
}
