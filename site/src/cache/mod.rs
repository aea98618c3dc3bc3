//! What was baked before, kept under the site's root.
//!
//! ```text
//! .prebake/
//!   .gitignore            keeps all of this out of git
//!   bake.lock             held by the process that bakes
//!   cache/
//!     .made-by-prebake    says that `prebake clean --cache` may remove the folder
//!     v1/
//!       actions/0a/0a1b…  component, version and job → what was read → artifact
//!       store/5f/5f6e…    the files of artifacts, by their SHA-256
//!       pages/0 … f       pages as they were last made, by what they were made of
//!       writing/          files before they get their name
//! ```
//!
//! Nothing in it is trusted: an entry or a file that does not have its digest counts as absent. No
//! key holds an absolute path or a time, so that a cache can be copied from machine to machine.

mod entry;

pub use entry::{Action, Sealed};

use crate::diagnostic::Diagnostic;
use crate::disk::{Disk, Lock, replace_file};
use crate::emit::{MARKER, MARKER_TEXT};
use crate::memory::Kept;
use entry::{Entry, Manifest, ManifestFile, Variant};
use prebake_plugin::{Artifact, Digest, Read, Source};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// How many results of one action are kept: enough to go back and forth between a few versions of a
/// picture.
const MOST_VARIANTS: usize = 8;

/// Artifacts that this process found or made, with what was read for them.
pub type Figures = Kept<Action, (Vec<Read>, Sealed)>;

/// The cache of one site. Make a new one for each build.
pub struct Cache {
    disk: Arc<dyn Disk>,
    root: PathBuf,
    folder: PathBuf,
    figures: Arc<Figures>,
    prepared: OnceLock<bool>,
    trouble: Mutex<Option<io::Error>>,
}

/// The folder that `prebake clean --cache` removes.
#[must_use]
pub fn folder(root: &Path) -> PathBuf {
    root.join(".prebake").join("cache")
}

impl Cache {
    /// The cache of the site in the folder `root`.
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>, root: &Path) -> Self {
        Self::remembering(disk, root, Arc::default())
    }

    /// A cache that looks first among the `figures` of this process, and adds to them.
    #[must_use]
    pub fn remembering(disk: Arc<dyn Disk>, root: &Path, figures: Arc<Figures>) -> Self {
        Self {
            disk,
            root: root.to_owned(),
            folder: folder(root).join("v1"),
            figures,
            prepared: OnceLock::new(),
            trouble: Mutex::default(),
        }
    }

    /// What baking `action` gave when everything that it read was as `source` has it now.
    #[must_use]
    pub fn find(&self, action: Action, source: &dyn Source) -> Option<Sealed> {
        let hold = |reads: &[Read]| reads.iter().all(|read| read.still_holds(source));
        if let Some(figure) = self.figures.find(&action, |(reads, _)| hold(reads)) {
            return Some(figure.1.clone());
        }
        let Entry { variants, .. } = self.entry(action)?;
        let mut fresh = variants.into_iter().filter(|variant| hold(&variant.reads));
        let (reads, sealed) = fresh.find_map(|Variant { reads, artifact }| {
            self.load(artifact).map(|sealed| (reads, sealed))
        })?;
        self.figures.keep(action, (reads, sealed.clone()));
        Some(sealed)
    }

    /// Keeps what baking `action` gave. Where that fails, the build goes on without, and
    /// [`warning`](Self::warning) says so.
    pub fn keep(&self, action: Action, reads: Vec<Read>, sealed: &Sealed) {
        self.figures.keep(action, (reads.clone(), sealed.clone()));
        if self.prepare()
            && let Err(error) = self.try_keep(action, reads, sealed)
        {
            self.note(error);
        }
    }

    /// What was put on the shelf of this number, if anything was.
    #[must_use]
    pub fn shelf_bytes(&self, number: usize) -> Option<Vec<u8>> {
        let bytes = self.disk.read(&self.page_shelf(number)).ok()?;
        let (digest, rest) = bytes.split_at_checked(64)?;
        (digest == Digest::of(rest).to_string().as_bytes()).then(|| rest.to_vec())
    }

    /// Puts something on the shelf of this number; whether that went well. Where it did not,
    /// [`warning`](Self::warning) says so.
    pub fn keep_shelf(&self, number: usize, bytes: &[u8]) -> bool {
        let sealed = [Digest::of(bytes).to_string().as_bytes(), bytes].concat();
        let kept = self.prepare()
            && self
                .write(&self.page_shelf(number), &sealed)
                .map_err(|error| self.note(error))
                .is_ok();
        kept
    }

    fn page_shelf(&self, number: usize) -> PathBuf {
        self.folder.join("pages").join(format!("{number:x}"))
    }

    /// Waits until no other process bakes for this site; `waiting` is called where that takes time.
    /// What was not in the cache before the turn may be there now.
    ///
    /// `None` where there are no locks: then two processes may bake the same, which is slower but
    /// safe.
    pub fn turn(&self, waiting: impl FnOnce()) -> Option<Lock> {
        if !self.prepare() {
            return None;
        }
        let path = self.root.join(".prebake").join("bake.lock");
        let lock = self.disk.try_lock(&path).ok()?.or_else(|| {
            waiting();
            self.disk.lock(&path).ok()
        })?;
        self.sweep();
        Some(lock)
    }

    /// What went wrong while keeping results, if anything did.
    #[must_use]
    pub fn warning(&self) -> Option<Diagnostic> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.as_ref().map(|error| {
            let message = format!("the cache `.prebake/cache` cannot be written: {error}");
            Diagnostic::warning("unwritable-cache", message)
                .hint("the next build will bake the same figures again")
        })
    }

    fn note(&self, error: io::Error) {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    fn entry(&self, action: Action) -> Option<Entry> {
        let bytes = self.disk.read(&self.shelf("actions", action.digest())).ok()?;
        Entry::from_bytes(&bytes, action)
    }

    fn load(&self, manifest: Manifest) -> Option<Sealed> {
        let Manifest { name, files, states, notes, twin, problems } = manifest;
        let mut artifact = Artifact { name, files: Vec::new(), states, notes, twin, problems };
        let mut digests = Vec::with_capacity(files.len());
        for ManifestFile { name, digest } in files {
            let bytes = self.disk.read(&self.shelf("store", digest)).ok()?;
            if Digest::of(&bytes) != digest {
                return None;
            }
            artifact.push(name, bytes);
            digests.push(digest);
        }
        Some(Sealed::verified(artifact, digests))
    }

    fn try_keep(&self, action: Action, reads: Vec<Read>, sealed: &Sealed) -> io::Result<()> {
        let mut files = Vec::new();
        for (file, digest) in sealed.files() {
            let path = self.shelf("store", digest);
            // Compared, not just looked for: a damaged file is mended.
            if !self.disk.read(&path).is_ok_and(|there| *there == *file.bytes) {
                self.write(&path, &file.bytes)?;
            }
            files.push(ManifestFile { name: file.name.clone(), digest });
        }
        let Artifact { name, states, notes, twin, problems, .. } = sealed.artifact();
        let manifest = Manifest {
            name: name.clone(),
            files,
            states: *states,
            notes: notes.clone(),
            twin: twin.clone(),
            problems: problems.clone(),
        };
        let mut variants = self.entry(action).map_or_else(Vec::new, |entry| entry.variants);
        variants.retain(|variant| variant.reads != reads);
        variants.insert(0, Variant { reads, artifact: manifest });
        variants.truncate(MOST_VARIANTS);
        let entry = Entry { action: action.digest(), variants };
        self.write(&self.shelf("actions", action.digest()), &entry.to_bytes()?)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            self.disk.create_folder(folder)?;
        }
        replace_file(&*self.disk, &self.folder.join("writing"), path, bytes)
    }

    fn shelf(&self, name: &str, digest: Digest) -> PathBuf {
        let digest = digest.to_string();
        self.folder.join(name).join(&digest[..2]).join(digest)
    }

    /// Whether the cache can be written; makes its folders the first time.
    fn prepare(&self) -> bool {
        *self.prepared.get_or_init(|| match self.try_prepare() {
            Ok(()) => true,
            Err(error) => {
                self.note(error);
                false
            }
        })
    }

    fn try_prepare(&self) -> io::Result<()> {
        let disk = &*self.disk;
        let (home, kept) = (self.root.join(".prebake"), folder(&self.root));
        let root = disk.canonicalize(&self.root)?;
        for folder in [&home, &kept] {
            disk.create_folder(folder)?;
            if !disk.canonicalize(folder)?.starts_with(&root) {
                let reason = "a link leads out of the site";
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, reason));
            }
        }
        disk.create_folder(&self.folder.join("writing"))?;
        for (path, text) in [(home.join(".gitignore"), "*\n"), (kept.join(MARKER), MARKER_TEXT)] {
            if disk.kind(&path).is_err() {
                disk.write(&path, text.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Removes what a process left that died while writing; needs the turn.
    fn sweep(&self) {
        let folder = self.folder.join("writing");
        for name in self.disk.list(&folder).unwrap_or_default() {
            // What cannot be removed now is tried again next time.
            let _ = self.disk.remove(&folder.join(name));
        }
    }
}
