//! What was baked before, kept under the site's root.
//!
//! ```text
//! .prebake/
//!   .gitignore            keeps all of this out of git
//!   bake.lock             held by the process that bakes
//!   cache/
//!     links.json          links that lead out of the site, and when they were last good
//!     .made-by-prebake    says that `prebake clean --cache` may remove the folder
//!     v2/
//!       actions/0a/0a1b…  component and job → its version and what was read → artifact
//!       store/5f/5f6e…    the files of artifacts, by their SHA-256
//!       pages/0 … f       what pages were last made of, with the digests of their texts
//!       pages/0.pages …   these texts, and those of feeds, one after another
//!       pages/files       the site's files, with what tells one version from the next
//!       pages/dist        the same of the finished site
//!       writing/          files before they get their name
//! ```
//!
//! Nothing in it is trusted: an entry or a file that does not have its digest counts as absent. No
//! key holds an absolute path or a time, so that a cache can be copied from machine to machine; what the
//! disk said of files is believed as far as it says the same again.
//!
//! A component's version is no part of the key, but a condition of a result, as the files are that
//! were read: so a bake can say which of them changed ([`Why`]).

mod entry;
mod prune;
mod shelves;
mod survey;
mod why;

pub use entry::{Action, Sealed};
pub use prune::{Keep, Removal, removal};
pub use shelves::{folder, writing};
pub use survey::{Share, Survey};
pub use why::{Change, Why};

use crate::diagnostic::Diagnostic;
use crate::disk::{Disk, Lock};
use crate::memory::Kept;
use entry::{Entry, Manifest, ManifestFile, Variant};
use prebake_plugin::{Digest, Read, Source};
use shelves::{Shelf, Shelves};
use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// How many results of one job are kept: enough to go back and forth between a few versions of a
/// picture or of a component.
const MOST_VARIANTS: usize = 8;

/// Artifacts that this process found or made, with what was read for them.
pub type Figures = Kept<(Digest, Digest), (Vec<Read>, Sealed)>;

/// The cache of one site. Make a new one for each build.
pub struct Cache {
    shelves: Shelves,
    figures: Arc<Figures>,
    prepared: OnceLock<bool>,
    trouble: Mutex<Option<io::Error>>,
}

/// What to do where the disk is full.
pub(crate) fn room_for(error: &io::Error) -> Option<&'static str> {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded).then_some(
        "free some space: `prebake cache --gc` removes cached figures that the site does not use",
    )
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
        let shelves = Shelves::new(disk, root);
        Self { shelves, figures, prepared: OnceLock::new(), trouble: Mutex::default() }
    }

    /// Whether there is one at all. Using it makes it.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.shelves.disk.kind(&folder(&self.shelves.root)).is_ok()
    }

    /// What baking `action` gave when everything that it read was as `source` has it now.
    ///
    /// # Errors
    /// Why there is no such thing. A job that the cache knows nothing of is [`Why::First`] here;
    /// [`recall`](Self::recall) looks further.
    pub fn find(&self, action: &Action, source: &dyn Source) -> Result<Sealed, Why> {
        let hold = |reads: &[Read]| reads.iter().all(|read| read.still_holds(source));
        if let Some(figure) = self.figures.find(&action.id(), |(reads, _)| hold(reads)) {
            return Ok(figure.1.clone());
        }
        let bytes = match self.shelves.read(Shelf::Actions, action.key) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(Why::First),
            Err(_) => return Err(Why::Damaged(None)),
            Ok(bytes) => bytes,
        };
        let entry = Entry::from_bytes(&bytes, action.key).ok_or(Why::Damaged(None))?;
        let mut damaged = None;
        for variant in entry.variants.iter().filter(|variant| variant.answers(action, source)) {
            match self.load(&variant.artifact) {
                Ok(sealed) => {
                    self.figures.keep(action.id(), (variant.reads.clone(), sealed.clone()));
                    return Ok(sealed);
                }
                Err(file) => damaged = damaged.or(Some(file)),
            }
        }
        Err(match damaged {
            Some(file) => Why::Damaged(Some(file)),
            None => Why::of(&entry, action, source),
        })
    }

    /// Looks further for those of the `missing` jobs of which [`find`](Self::find) knew nothing: a
    /// job of the same component that the site no longer asks for may have been much the same.
    /// `actions` are all the jobs of the site, and `missing` has their places there.
    pub fn recall(&self, missing: &mut [(usize, Why)], actions: &[Action]) {
        if missing.iter().all(|(_, why)| *why != Why::First) {
            return;
        }
        let used: BTreeSet<Digest> = actions.iter().map(|action| action.key).collect();
        // A shelf that cannot be listed says nothing of former jobs.
        let known = self.shelves.all(Shelf::Actions).unwrap_or_default().files;
        let former = known.into_iter().filter(|(key, _)| !used.contains(key));
        let former: Vec<Entry> = former.filter_map(|(key, _)| self.entry(key)).collect();
        for (index, why) in missing.iter_mut().filter(|(_, why)| *why == Why::First) {
            let Action { component, job, .. } = &actions[*index];
            let alike = former.iter().filter(|entry| entry.component == *component);
            *why = Why::of_new(job, alike.map(|entry| &entry.job));
        }
    }

    /// Keeps what baking `action` gave, and says whether it could. Where not, the build goes on
    /// without, and [`warning`](Self::warning) says so.
    pub fn keep(&self, action: &Action, reads: Vec<Read>, sealed: &Sealed) -> bool {
        self.figures.keep(action.id(), (reads.clone(), sealed.clone()));
        self.prepare()
            && self.try_keep(action, reads, sealed).map_err(|error| self.note(error)).is_ok()
    }

    /// What was kept beside the pages by that name, if anything was.
    #[must_use]
    pub fn page_memo(&self, name: &str) -> Option<Vec<u8>> {
        let mut bytes = self.shelves.disk.read(&self.page_place(name)).ok()?;
        // At the end, so that taking it off moves nothing.
        let digest = bytes.split_off(bytes.len().checked_sub(64)?);
        (*digest == *Digest::of(&bytes).to_string().as_bytes()).then_some(bytes)
    }

    /// Keeps something beside the pages; whether that went well. Where it did not,
    /// [`warning`](Self::warning) says so.
    pub fn keep_page_memo(&self, name: &str, bytes: &[u8]) -> bool {
        self.keep_texts(name, &[bytes, Digest::of(bytes).to_string().as_bytes()].concat())
    }

    /// Keeps the texts of pages in one file; whoever reads them knows their digests. Says what
    /// [`keep_page_memo`](Self::keep_page_memo) says.
    pub fn keep_texts(&self, name: &str, bytes: &[u8]) -> bool {
        let write = || self.shelves.write(&self.page_place(name), bytes);
        self.prepare() && write().map_err(|error| self.note(error)).is_ok()
    }

    /// Where the file of that name lies beside the pages.
    pub(crate) fn page_place(&self, name: &str) -> PathBuf {
        self.shelves.pages().join(name)
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
        let Shelves { disk, root, .. } = &self.shelves;
        let path = root.join(".prebake").join("bake.lock");
        let lock = disk.try_lock(&path).ok()?.or_else(|| {
            waiting();
            disk.lock(&path).ok()
        })?;
        self.shelves.sweep();
        Some(lock)
    }

    /// A file of this cache that is no artifact, if it was kept.
    #[must_use]
    pub fn memo(&self, name: &str) -> Option<Vec<u8>> {
        self.shelves.disk.read(&folder(&self.shelves.root).join(name)).ok()
    }

    /// Keeps such a file; where that fails, [`warning`](Self::warning) says so.
    pub fn keep_memo(&self, name: &str, bytes: &[u8]) {
        if self.prepare()
            && let Err(error) = self.shelves.write(&folder(&self.shelves.root).join(name), bytes)
        {
            self.note(error);
        }
    }

    /// What went wrong while keeping results, if anything did.
    #[must_use]
    pub fn warning(&self) -> Option<Diagnostic> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.as_ref().map(|error| {
            let message = format!("the cache `.prebake/cache` cannot be written: {error}");
            let again = "the next build will bake the same figures again";
            let hint = match room_for(error) {
                Some(room) => format!("{room}; {again}"),
                None => again.to_owned(),
            };
            Diagnostic::warning("unwritable-cache", message).hint(hint)
        })
    }

    fn note(&self, error: io::Error) {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    fn entry(&self, key: Digest) -> Option<Entry> {
        Entry::from_bytes(&self.shelves.read(Shelf::Actions, key).ok()?, key)
    }

    /// The artifact, or the name of a file of it that is missing or damaged.
    fn load(&self, manifest: &Manifest) -> Result<Sealed, String> {
        let mut artifact = manifest.without_files();
        let mut digests = Vec::with_capacity(manifest.files.len());
        for ManifestFile { name, digest } in &manifest.files {
            let bytes = self.shelves.read(Shelf::Store, *digest).map_err(|_| name.clone())?;
            if Digest::of(&bytes) != *digest {
                return Err(name.clone());
            }
            artifact.push(name, bytes);
            digests.push(*digest);
        }
        Ok(Sealed::verified(artifact, digests))
    }

    fn try_keep(&self, action: &Action, reads: Vec<Read>, sealed: &Sealed) -> io::Result<()> {
        for (file, digest) in sealed.files() {
            // Compared, not just looked for: a damaged file is mended.
            let there = self.shelves.read(Shelf::Store, digest);
            if !there.is_ok_and(|there| *there == *file.bytes) {
                self.shelves.write(&self.shelves.place(Shelf::Store, digest), &file.bytes)?;
            }
        }
        let version = action.version;
        let mut variants = self.entry(action.key).map_or_else(Vec::new, |entry| entry.variants);
        variants.retain(|variant| variant.version != version || variant.reads != reads);
        variants.insert(0, Variant { version, reads, artifact: Manifest::of(sealed) });
        variants.truncate(MOST_VARIANTS);
        let Action { component, job, key, .. } = action.clone();
        self.write_entry(&Entry { action: key, component, job, variants })
    }

    fn write_entry(&self, entry: &Entry) -> io::Result<()> {
        let path = self.shelves.place(Shelf::Actions, entry.action);
        self.shelves.write(&path, &entry.to_bytes()?)
    }

    /// Whether the cache can be written; makes its folders the first time.
    fn prepare(&self) -> bool {
        *self.prepared.get_or_init(|| match self.shelves.prepare() {
            Ok(()) => true,
            Err(error) => {
                self.note(error);
                false
            }
        })
    }
}
