//! A disk in memory, for tests.

use super::{Disk, Entry, EntryKind, Kind, Lock, Stamp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// A disk in memory, for tests: it records every access, and any access can be made to fail. A write
/// that fails leaves half of the file, as on a full disk.
///
/// Paths are absolute; names differ by case. Clones share one tree.
///
/// ```
/// use prebake::disk::{Disk, MemoryDisk};
/// use std::io::ErrorKind;
/// use std::path::Path;
///
/// let disk = MemoryDisk::new().with_file("/site/content/dog.png", b"woof");
/// assert_eq!(disk.read(Path::new("/site/content/dog.png")).unwrap(), b"woof");
///
/// disk.fail_at(0, ErrorKind::StorageFull);
/// let error = disk.write(Path::new("/site/x"), b"y").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::StorageFull);
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryDisk {
    shared: Arc<Shared>,
}

/// One access to a [`MemoryDisk`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// What was done.
    pub operation: Operation,
    /// Where; for a rename, the old name.
    pub path: PathBuf,
}

/// What an [`Access`] did: one for each method of [`Disk`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after its method")]
pub enum Operation {
    Kind,
    Stamp,
    Read,
    List,
    Canonicalize,
    Write,
    CreateFolder,
    Rename,
    Remove,
    Lock,
}

impl Operation {
    /// Whether it is meant to change what is on the disk.
    #[must_use]
    pub fn is_change(self) -> bool {
        match self {
            Self::Kind | Self::Stamp | Self::Read | Self::List | Self::Canonicalize => false,
            Self::Write | Self::CreateFolder | Self::Rename | Self::Remove | Self::Lock => true,
        }
    }
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    unlocked: Condvar,
}

#[derive(Debug, Default)]
struct State {
    tree: BTreeMap<PathBuf, Node>,
    locked: BTreeSet<PathBuf>,
    accesses: Vec<Access>,
    fault: Option<Fault>,
    /// Ticks with each file that is written, and each name that comes or goes.
    clock: Duration,
}

#[derive(Debug, Clone)]
enum Node {
    File(Vec<u8>, SystemTime),
    /// Changed when a name in it comes or goes.
    Folder(SystemTime),
    Link(PathBuf),
}

#[derive(Debug, Clone, Copy)]
struct Fault {
    first: usize,
    last: usize,
    kind: ErrorKind,
}

impl MemoryDisk {
    /// An empty disk.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and the folders above it.
    #[must_use]
    pub fn with_file(self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> Self {
        let changed = self.state().tick();
        self.insert(path.as_ref(), Node::File(bytes.as_ref().to_vec(), changed))
    }

    /// Adds a file that was changed at that time. Others are as old as Unix, each a nanosecond
    /// younger than the one before.
    #[must_use]
    pub fn with_file_from(
        self,
        changed: SystemTime,
        path: impl AsRef<Path>,
        bytes: impl AsRef<[u8]>,
    ) -> Self {
        self.insert(path.as_ref(), Node::File(bytes.as_ref().to_vec(), changed))
    }

    /// Adds an empty folder and those above it.
    #[must_use]
    pub fn with_folder(self, path: impl AsRef<Path>) -> Self {
        let changed = self.state().tick();
        self.insert(path.as_ref(), Node::Folder(changed))
    }

    /// Adds a link; a relative target is taken from the link's own folder.
    #[must_use]
    pub fn with_link(self, path: impl AsRef<Path>, target: impl AsRef<Path>) -> Self {
        self.insert(path.as_ref(), Node::Link(target.as_ref().to_owned()))
    }

    fn insert(self, path: &Path, node: Node) -> Self {
        let mut state = self.state();
        let mut folders: Vec<&Path> = path.ancestors().skip(1).collect();
        folders.reverse();
        for folder in folders {
            if !state.tree.contains_key(folder) {
                let changed = state.tick();
                state.put(folder.to_owned(), Node::Folder(changed));
            }
        }
        state.put(path.to_owned(), node);
        drop(state);
        self
    }

    /// Every file, links left out.
    #[must_use]
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let file = |(path, node): (&PathBuf, &Node)| match node {
            Node::File(bytes, _) => Some((path.clone(), bytes.clone())),
            Node::Folder(_) | Node::Link(_) => None,
        };
        self.state().tree.iter().filter_map(file).collect()
    }

    /// Every access so far, in order, failed ones included.
    #[must_use]
    pub fn accesses(&self) -> Vec<Access> {
        self.state().accesses.clone()
    }

    /// Makes one access from now fail: 0 is the next one.
    pub fn fail_at(&self, n: usize, kind: ErrorKind) {
        let mut state = self.state();
        let first = state.accesses.len() + n;
        state.fault = Some(Fault { first, last: first, kind });
    }

    /// Makes every access fail from the `n`-th from now on, as if the process had been killed
    /// there.
    pub fn fail_from(&self, n: usize, kind: ErrorKind) {
        let mut state = self.state();
        let first = state.accesses.len() + n;
        state.fault = Some(Fault { first, last: usize::MAX, kind });
    }

    /// Sets the clock: what is written from now on was changed then, a nanosecond apart.
    pub fn set_time(&self, now: SystemTime) {
        self.state().clock = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    }

    /// Lets every access succeed again.
    pub fn heal(&self) {
        self.state().fault = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn access(&self, operation: Operation, path: &Path) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.state();
        let number = state.accesses.len();
        state.accesses.push(Access { operation, path: path.to_owned() });
        match state.fault {
            Some(fault) if (fault.first..=fault.last).contains(&number) => Err(fault.kind.into()),
            _ => Ok(state),
        }
    }
}

impl Disk for MemoryDisk {
    fn kind(&self, path: &Path) -> io::Result<Kind> {
        let state = self.access(Operation::Kind, path)?;
        Ok(match state.node(path)? {
            Node::File(bytes, _) => Kind::File(bytes.len() as u64),
            Node::Folder(_) | Node::Link(_) => Kind::Folder,
        })
    }

    fn stamp(&self, path: &Path) -> io::Result<Stamp> {
        let state = self.access(Operation::Stamp, path)?;
        let (size, changed) = match state.node(path)? {
            Node::File(bytes, changed) => (bytes.len() as u64, *changed),
            Node::Folder(changed) => (0, *changed),
            Node::Link(_) => (0, SystemTime::UNIX_EPOCH),
        };
        Ok(Stamp { size, changed, identity: [0; 3] })
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let state = self.access(Operation::Read, path)?;
        match state.node(path)? {
            Node::File(bytes, _) => Ok(bytes.clone()),
            Node::Folder(_) | Node::Link(_) => Err(ErrorKind::IsADirectory.into()),
        }
    }

    fn entries(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let state = self.access(Operation::List, path)?;
        let folder = state.resolve(path)?;
        if !matches!(state.node(&folder)?, Node::Folder(_)) {
            return Err(ErrorKind::NotADirectory.into());
        }
        let within = state.tree.iter().filter(|(path, _)| path.parent() == Some(&folder));
        let entry = |(path, node): (&PathBuf, &Node)| {
            let kind = match node {
                Node::File(..) => EntryKind::File,
                Node::Folder(_) => EntryKind::Folder,
                Node::Link(_) => EntryKind::Other,
            };
            Some(Entry { name: path.file_name()?.to_string_lossy().into(), kind })
        };
        Ok(within.filter_map(entry).collect())
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.access(Operation::Canonicalize, path)?.resolve(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let (mut state, bytes, answer) = match self.access(Operation::Write, path) {
            Ok(state) => (state, bytes, Ok(())),
            // As much of it as there was room for.
            Err(error) => (self.state(), &bytes[..bytes.len() / 2], Err(error)),
        };
        let path = state.resolve_new(path)?;
        if matches!(state.tree.get(&path), Some(Node::Folder(_))) {
            return Err(ErrorKind::IsADirectory.into());
        }
        let changed = state.tick();
        state.put(path, Node::File(bytes.to_vec(), changed));
        answer
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        let mut state = self.access(Operation::CreateFolder, path)?;
        let mut folders: Vec<&Path> = path.ancestors().collect();
        folders.reverse();
        for folder in folders {
            let folder = match folder.parent() {
                Some(_) => state.resolve_new(folder)?,
                None => folder.to_owned(),
            };
            match state.tree.get(&folder) {
                Some(Node::Folder(_)) => {}
                Some(_) => return Err(ErrorKind::NotADirectory.into()),
                None => {
                    let changed = state.tick();
                    state.put(folder, Node::Folder(changed));
                }
            }
        }
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.access(Operation::Rename, from)?;
        let (from, to) = (state.resolve_parent(from)?, state.resolve_parent(to)?);
        match (state.tree.get(&from), state.tree.get(&to)) {
            (None, _) => return Err(ErrorKind::NotFound.into()),
            (Some(Node::Folder(_)), Some(_)) => return Err(ErrorKind::AlreadyExists.into()),
            (Some(_), Some(Node::Folder(_))) => return Err(ErrorKind::IsADirectory.into()),
            _ => {}
        }
        let moved = state.cut(&from);
        for (path, node) in moved {
            let path = path.strip_prefix(&from).map_or_else(|_| to.clone(), |rest| to.join(rest));
            // Joining an empty rest adds a slash, which components leave out again.
            state.tree.insert(path.components().collect(), node);
        }
        state.touch_above(&to);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.access(Operation::Remove, path)?;
        let path = state.resolve_parent(path)?;
        if state.cut(&path).is_empty() { Err(ErrorKind::NotFound.into()) } else { Ok(()) }
    }

    fn lock(&self, path: &Path) -> io::Result<Lock> {
        let mut state = self.access(Operation::Lock, path)?;
        let path = state.open_lock(path)?;
        while !state.locked.insert(path.clone()) {
            state = self.shared.unlocked.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(Lock::new(Held { disk: self.clone(), path }))
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Lock>> {
        let mut state = self.access(Operation::Lock, path)?;
        let path = state.open_lock(path)?;
        let free = state.locked.insert(path.clone());
        Ok(free.then(|| Lock::new(Held { disk: self.clone(), path })))
    }
}

struct Held {
    disk: MemoryDisk,
    path: PathBuf,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.disk.state().locked.remove(&self.path);
        self.disk.shared.unlocked.notify_all();
    }
}

impl State {
    /// A time at which no other file was changed.
    fn tick(&mut self) -> SystemTime {
        self.clock += Duration::from_nanos(1);
        SystemTime::UNIX_EPOCH + self.clock
    }

    /// What stands at `path`, links followed.
    fn node(&self, path: &Path) -> io::Result<&Node> {
        self.tree.get(&self.resolve(path)?).ok_or_else(|| ErrorKind::NotFound.into())
    }

    /// Where `path` really is; something must stand there.
    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        let mut real = PathBuf::new();
        let mut rest: VecDeque<OsString> = names(path);
        let mut links = 0;
        while let Some(name) = rest.pop_front() {
            if name == ".." {
                real.pop();
                continue;
            }
            if matches!(self.tree.get(&real), Some(Node::File(..))) {
                return Err(ErrorKind::NotADirectory.into());
            }
            let next = real.join(&name);
            match self.tree.get(&next) {
                None if next.parent().is_some() => return Err(ErrorKind::NotFound.into()),
                Some(Node::Link(target)) => {
                    links += 1;
                    if links > 40 {
                        return Err(io::Error::other("too many levels of links"));
                    }
                    for name in names(target).into_iter().rev() {
                        rest.push_front(name);
                    }
                }
                _ => real = next,
            }
        }
        Ok(real)
    }

    /// Where a file or folder at `path` would be made: all but the last name must stand.
    fn resolve_new(&self, path: &Path) -> io::Result<PathBuf> {
        match self.resolve(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => self.resolve_parent(path),
            answer => answer,
        }
    }

    /// `path` with the links above it followed, but not itself.
    fn resolve_parent(&self, path: &Path) -> io::Result<PathBuf> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(ErrorKind::InvalidInput.into());
        };
        let folder = self.resolve(folder)?;
        match self.tree.get(&folder) {
            Some(Node::Folder(_)) => Ok(folder.join(name)),
            None if folder.parent().is_none() => Ok(folder.join(name)),
            None => Err(ErrorKind::NotFound.into()),
            Some(_) => Err(ErrorKind::NotADirectory.into()),
        }
    }

    fn open_lock(&mut self, path: &Path) -> io::Result<PathBuf> {
        let path = self.resolve_new(path)?;
        let changed = self.tick();
        if !self.tree.contains_key(&path) {
            self.put(path.clone(), Node::File(Vec::new(), changed));
        }
        Ok(path)
    }

    /// Takes a node and all below it out of the tree.
    fn cut(&mut self, path: &Path) -> BTreeMap<PathBuf, Node> {
        let below: Vec<PathBuf> =
            self.tree.keys().filter(|other| other.starts_with(path)).cloned().collect();
        let cut = below.into_iter().filter_map(|path| self.tree.remove_entry(&path)).collect();
        self.touch_above(path);
        cut
    }

    /// Puts a node in its place; the folder around it is changed where the name is new there.
    fn put(&mut self, path: PathBuf, node: Node) {
        let kind = std::mem::discriminant(&node);
        let before = self.tree.insert(path.clone(), node);
        if before.is_none_or(|before| std::mem::discriminant(&before) != kind) {
            self.touch_above(&path);
        }
    }

    fn touch_above(&mut self, path: &Path) {
        let now = self.tick();
        let folder = path.parent().and_then(|folder| self.tree.get_mut(folder));
        if let Some(Node::Folder(changed)) = folder {
            *changed = now;
        }
    }
}

fn names(path: &Path) -> VecDeque<OsString> {
    let kept = |component: &Component<'_>| !matches!(component, Component::CurDir);
    path.components().filter(kept).map(|part| part.as_os_str().to_owned()).collect()
}
