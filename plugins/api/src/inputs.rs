//! The only way for a component to read files: every read is recorded.

use crate::{Problem, SitePath};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::io;
use std::sync::Arc;

/// SHA-256 of some bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The raw 32 bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first ten hexadecimal digits: enough to tell files of one site apart.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string()[..10].to_owned()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        // At once, because keys are made of digests by the thousand.
        let mut text = [0; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[byte >> 4, byte & 15].map(|half| DIGITS[usize::from(half)]));
        }
        f.write_str(str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Digits)
    }
}

/// Reads a digest from its digits.
struct Digits;

impl serde::de::Visitor<'_> for Digits {
    type Value = Digest;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("64 hexadecimal digits")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Digest, E> {
        let wrong = || E::invalid_value(serde::de::Unexpected::Str(text), &self);
        let digits: &[u8; 64] = text.as_bytes().try_into().map_err(|_| wrong())?;
        let value = |digit: u8| char::from(digit).to_digit(16).ok_or_else(wrong);
        let mut bytes = [0; 32];
        for (byte, &[high, low]) in bytes.iter_mut().zip(digits.as_chunks().0) {
            *byte = (value(high)? << 4 | value(low)?) as u8;
        }
        Ok(Digest(bytes))
    }
}

/// What [`Inputs`] reads from; the generator provides it, and refuses what lies outside the site's
/// root, links that lead out included ([`io::ErrorKind::PermissionDenied`]).
pub trait Source: Send + Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] where nothing stands there; otherwise what the disk said.
    fn read(&self, path: &SitePath) -> io::Result<Arc<[u8]>>;

    /// The bytes of a file with their digest. A source that keeps what it read overrides this, so
    /// that a file is hashed once however many bakes read it.
    ///
    /// # Errors
    /// As for [`Source::read`].
    fn read_with_digest(&self, path: &SitePath) -> io::Result<(Arc<[u8]>, Digest)> {
        let bytes = self.read(path)?;
        let digest = Digest::of(&bytes);
        Ok((bytes, digest))
    }

    /// The digest of a file's bytes. A source that knows it without reading them overrides this.
    ///
    /// # Errors
    /// As for [`Source::read`].
    fn digest(&self, path: &SitePath) -> io::Result<Digest> {
        Ok(self.read_with_digest(path)?.1)
    }

    /// The sorted names in a folder; folders end in `/`.
    ///
    /// # Errors
    /// As for [`Source::read`].
    fn list(&self, path: &SitePath) -> io::Result<Vec<String>>;
}

/// One thing that a bake asked of the disk, and what it got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// What was asked for.
    pub path: SitePath,
    /// What came back.
    #[serde(flatten)]
    pub kind: ReadKind,
}

/// The answer that a bake got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReadKind {
    /// A file with these bytes.
    File(Digest),
    /// A folder with these names.
    Folder(Digest),
    /// Nothing was there.
    Absent,
}

impl ReadKind {
    /// A folder with these names, as a [`Source`] lists them.
    #[must_use]
    pub fn folder(names: &[String]) -> Self {
        Self::Folder(Digest::of(names.join("\0").as_bytes()))
    }
}

impl Read {
    /// Whether the disk would answer the same today. A disk that cannot answer counts as changed.
    #[must_use]
    pub fn still_holds(&self, source: &dyn Source) -> bool {
        match self.kind {
            ReadKind::File(digest) => source.digest(&self.path).is_ok_and(|now| now == digest),
            ReadKind::Folder(_) => {
                source.list(&self.path).is_ok_and(|names| ReadKind::folder(&names) == self.kind)
            }
            ReadKind::Absent => {
                is_absent(source.read(&self.path)) && is_absent(source.list(&self.path))
            }
        }
    }
}

fn is_absent<T>(answer: io::Result<T>) -> bool {
    answer.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

fn absent_is_none<T>(answer: io::Result<T>) -> io::Result<Option<T>> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The files that a bake may read. The source behind it records what is asked for, absences and folder
/// listings included: that is the cache key, so nobody writes keys by hand.
pub struct Inputs<'a> {
    source: &'a dyn Source,
    unsettled: bool,
    log: Option<&'a dyn Fn(&str)>,
    progress: &'a (dyn Fn(f64) + Sync),
}

impl<'a> Inputs<'a> {
    /// Inputs that read from `source`.
    #[must_use]
    pub fn new(source: &'a dyn Source) -> Self {
        Self { source, unsettled: false, log: None, progress: &|_| {} }
    }

    /// The same inputs, whose [`progress`](Self::progress) is `progress`.
    #[must_use]
    pub fn reporting(mut self, progress: &'a (dyn Fn(f64) + Sync)) -> Self {
        self.progress = progress;
        self
    }

    /// Tells how much of the bake is done, from 0 to 1: for what takes seconds. May be called from any
    /// thread, and often.
    pub fn progress(&self) -> &'a (dyn Fn(f64) + Sync) {
        self.progress
    }

    /// The same inputs, whose [`log`](Self::log) goes to `log`.
    #[must_use]
    pub fn logging(mut self, log: &'a dyn Fn(&str)) -> Self {
        self.log = Some(log);
        self
    }

    /// Shows the author a line, without a line end, while the bake goes on: for what takes minutes.
    pub fn log(&self, line: &str) {
        if let Some(log) = self.log {
            log(line);
        }
    }

    /// The bytes of a file that must be there.
    ///
    /// # Errors
    /// A `missing-file` problem with the nearest name as a hint, or `unreadable-file`.
    pub fn read(&mut self, path: &SitePath) -> Result<Arc<[u8]>, Problem> {
        match self.find(path)? {
            Some(bytes) => Ok(bytes),
            None => {
                let names = self.list(&path.parent())?.unwrap_or_default();
                Err(Problem::missing_file(path, &names))
            }
        }
    }

    /// The bytes of a file, or `None` where nothing stands there; the absence is recorded too.
    ///
    /// # Errors
    /// An `unreadable-file` problem.
    pub fn find(&mut self, path: &SitePath) -> Result<Option<Arc<[u8]>>, Problem> {
        absent_is_none(self.source.read(path)).map_err(|error| unreadable(path, &error))
    }

    /// The sorted names in a folder, folders ending in `/`; `None` where it does not exist.
    ///
    /// # Errors
    /// An `unreadable-file` problem.
    pub fn list(&mut self, path: &SitePath) -> Result<Option<Vec<String>>, Problem> {
        absent_is_none(self.source.list(path)).map_err(|error| unreadable(path, &error))
    }

    /// Says that the record may not be what the result was made of, because a file changed while
    /// somebody else than this record read it: the result is used, and not kept.
    pub fn unsettle(&mut self) {
        self.unsettled = true;
    }

    /// Whether the record can be trusted.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        !self.unsettled
    }
}

fn unreadable(path: &SitePath, error: &io::Error) -> Problem {
    Problem::error("unreadable-file", format!("`{path}` cannot be read: {error}"))
}
