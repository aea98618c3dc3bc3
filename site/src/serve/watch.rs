//! Tells when a file of the site changes.

use super::burst::{Burst, Change};
use notify::event::{
    AccessKind, AccessMode, CreateKind, EventKind, ModifyKind, RemoveKind, RenameMode,
};
use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use prebake_plugin::SitePath;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;
use walkdir::WalkDir;

/// What the site is made of, below its root.
const WATCHED: [&str; 4] = ["content", "templates", "static", "prebake.toml"];

/// Between two tries to watch a folder that is not there now.
const RETRY: Duration = Duration::from_secs(1);

/// What is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// Files or folders changed, and perhaps figures are there.
    Files,
    /// Figures that were baked meanwhile are there.
    Figures,
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

    /// Watches what a build has read wherever in the site it lies, too; whether that is more than
    /// before.
    pub(super) fn attend(&mut self, reads: &[SitePath]) -> bool {
        let own = |path: &SitePath| {
            let first = path.as_str().split('/').next().unwrap_or_default();
            // The root has its own watch, and caches are nobody's to attend to.
            first.is_empty() || first == ".prebake" || WATCHED.contains(&first)
        };
        let place = |path: &SitePath| self.root.join(path.as_str());
        let attended: BTreeSet<PathBuf> =
            reads.iter().filter(|path| !own(path)).map(place).collect();
        let is_more = !attended.is_subset(&self.attended);
        if self.attended != attended {
            self.attended = attended;
            self.stale = !self.renew();
        }
        is_more
    }

    /// Whoever bakes says here that a figure is there.
    pub(super) fn sender(&self) -> Sender<Change> {
        self.tell.clone()
    }

    /// Waits until something has changed and is whole again, or has been restless for long enough;
    /// `None` when nothing more can come.
    pub(super) fn wait(&mut self) -> Option<News> {
        loop {
            let first = if self.stale {
                self.changes.recv_timeout(RETRY).ok()
            } else {
                Some(self.changes.recv().ok()?)
            };
            let next = |wait| self.changes.recv_timeout(wait).ok();
            let burst = first.map(|first| Burst::take(first, next));
            self.stale |= burst.as_ref().is_some_and(|burst| burst.folders);
            let renewed = self.stale && self.renew();
            match burst {
                Some(Burst { files: false, .. }) if !renewed => return Some(News::Figures),
                None if !renewed => {}
                _ => return Some(News::Files),
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

fn watch(
    root: &Path,
    attended: &BTreeSet<PathBuf>,
    tell: Sender<Change>,
) -> notify::Result<RecommendedWatcher> {
    let roots = roots(root);
    let below: Vec<PathBuf> = WATCHED.iter().map(|name| root.join(name)).collect();
    let beside: Vec<PathBuf> = attended.iter().cloned().collect();
    let site = Watched {
        root: root.to_owned(),
        concerned: [below, roots.clone(), beside].concat(),
        folders: roots.iter().flat_map(|root| folders_in(root)).collect(),
    };
    let hear = move |event: notify::Result<Event>| {
        if let Some(change) = site.judge(event) {
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

fn folders_in(root: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = WalkDir::new(root).into_iter().flatten();
    entries.filter(|entry| entry.file_type().is_dir()).map(walkdir::DirEntry::into_path)
}

/// What is watched, to judge events by.
struct Watched {
    root: PathBuf,
    /// What the site is made of.
    concerned: Vec<PathBuf>,
    /// Folders that were there when watching began.
    folders: BTreeSet<PathBuf>,
}

impl Watched {
    /// What an event means for the site; `None` where it does not concern it.
    fn judge(&self, event: notify::Result<Event>) -> Option<Change> {
        // A watcher that lost events cannot say what changed: anything, to be sure.
        let Ok(event) = event else { return Some(Change::Folders) };
        let [path, others @ ..] = &event.paths[..] else { return Some(Change::Folders) };
        if event.need_rescan() {
            return Some(Change::Folders);
        }
        let is_folder = |path: &PathBuf| path.is_dir() || self.folders.contains(path);
        let path_changed = || match event.kind {
            EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder) => true,
            EventKind::Create(_)
            | EventKind::Remove(_)
            | EventKind::Modify(ModifyKind::Name(_)) => event.paths.iter().any(is_folder),
            _ => false,
        };
        let change = match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => Change::Whole(path.clone()),
            EventKind::Access(_) => return None,
            // The root itself, which is gone or has come back.
            _ if path_changed() || event.paths.contains(&self.root) => Change::Folders,
            EventKind::Modify(ModifyKind::Name(RenameMode::To) | ModifyKind::Metadata(_)) => {
                Change::Whole(path.clone())
            }
            EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => {
                Change::Renamed(path.clone(), others.first().unwrap_or(path).clone())
            }
            _ => Change::Begun(path.clone()),
        };
        let concerns = |path: &PathBuf| {
            self.concerned.iter().any(|it| path.starts_with(it))
                || (*path == self.root && change == Change::Folders)
        };
        event.paths.iter().any(concerns).then_some(change)
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Watched, roots};
    use notify::event::{
        AccessKind, AccessMode, CreateKind, DataChange, ModifyKind, RemoveKind, RenameMode,
    };
    use notify::{Event, EventKind};
    use std::path::PathBuf;

    #[test]
    fn only_what_the_site_is_made_of_concerns_it() {
        let path = |name: &str| PathBuf::from(name);
        let watched = Watched {
            root: path("/site"),
            concerned: vec![path("/site/content")],
            folders: [path("/site/content"), path("/site/content/a")].into(),
        };
        let written = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        let closed = EventKind::Access(AccessKind::Close(AccessMode::Write));
        let renamed = |mode| EventKind::Modify(ModifyKind::Name(mode));
        let begun = |name: &str| Some(Change::Begun(path(name)));
        let whole = |name: &str| Some(Change::Whole(path(name)));
        for (kind, name, expect) in [
            (written, "/site/content/a.md", begun("/site/content/a.md")),
            (closed, "/site/content/a.md", whole("/site/content/a.md")),
            (written, "/site/target/a", None),
            (closed, "/site/target/a", None),
            (written, "/site/contents", None),
            (EventKind::Access(AccessKind::Read), "/site/content/a.md", None),
            (EventKind::Create(CreateKind::File), "/site/content/b", begun("/site/content/b")),
            (EventKind::Create(CreateKind::Folder), "/site/content/b", Some(Change::Folders)),
            (EventKind::Remove(RemoveKind::Any), "/site/content/a", Some(Change::Folders)),
            (EventKind::Remove(RemoveKind::Any), "/site/content/b", begun("/site/content/b")),
            (renamed(RenameMode::From), "/site/content", Some(Change::Folders)),
            (renamed(RenameMode::From), "/site/content/a.md", begun("/site/content/a.md")),
            (renamed(RenameMode::To), "/site/content/a.md", whole("/site/content/a.md")),
            (EventKind::Remove(RemoveKind::Folder), "/site", Some(Change::Folders)),
            (EventKind::Remove(RemoveKind::Folder), "/site/target", None),
        ] {
            let event = Event::new(kind).add_path(path(name));
            assert_eq!(watched.judge(Ok(event)), expect, "{kind:?} {name}");
        }
        let both = Event::new(renamed(RenameMode::Both))
            .add_path(path("/site/content/b"))
            .add_path(path("/site/content/a.md"));
        let expect = Change::Renamed(path("/site/content/b"), path("/site/content/a.md"));
        assert_eq!(watched.judge(Ok(both)), Some(expect));
        let lost = watched.judge(Err(notify::Error::generic("lost")));
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
