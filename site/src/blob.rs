//! The bytes of a file, known by their digest and read when somebody asks for them.

use prebake_plugin::Digest;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// The bytes of a file, in memory or where they can be read. Clones share them.
#[derive(Clone)]
pub struct Blob(Arc<Inner>);

struct Inner {
    length: u64,
    digest: OnceLock<Digest>,
    /// Nothing where they could not be read as they should be.
    bytes: OnceLock<Option<Arc<[u8]>>>,
    read: Option<Read>,
}

/// Hands the bytes out, if it can.
type Read = Box<dyn Fn(&mut dyn FnMut(&[u8])) + Send + Sync>;

impl Blob {
    /// Bytes that are in memory.
    #[must_use]
    pub fn new(bytes: Arc<[u8]>) -> Self {
        Self(Arc::new(Inner {
            length: bytes.len() as u64,
            digest: OnceLock::new(),
            bytes: OnceLock::from(Some(bytes)),
            read: None,
        }))
    }

    /// So many bytes of this digest, which `read` hands out, or others: then they count as lost.
    pub fn kept(
        digest: Digest,
        length: u64,
        read: impl Fn(&mut dyn FnMut(&[u8])) + Send + Sync + 'static,
    ) -> Self {
        Self::unread(digest, length, Some(Box::new(read)))
    }

    /// So many bytes of this digest, which nobody has any more.
    #[must_use]
    pub fn named(digest: Digest, length: u64) -> Self {
        Self::unread(digest, length, None)
    }

    fn unread(digest: Digest, length: u64, read: Option<Read>) -> Self {
        let digest = OnceLock::from(digest);
        Self(Arc::new(Inner { length, digest, bytes: OnceLock::new(), read }))
    }

    /// Their digest; nothing is read for it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        *self.0.digest.get_or_init(|| Digest::of(self.bytes().map_or(&[], |bytes| bytes)))
    }

    /// How many there are.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.0.length
    }

    /// The bytes, read if need be; `None` where they are lost.
    #[must_use]
    pub fn bytes(&self) -> Option<&Arc<[u8]>> {
        self.0.bytes.get_or_init(|| self.read(|bytes| Arc::from(bytes))).as_ref()
    }

    /// What `use_it` makes of the bytes, which do not stay in memory for it; `None` where they are lost.
    pub fn look<T>(&self, use_it: impl FnOnce(&[u8]) -> T) -> Option<T> {
        if let Some(bytes) = self.0.bytes.get() {
            return bytes.as_deref().map(use_it);
        }
        let made = self.read(use_it);
        if made.is_none() {
            // Whoever comes next is told the same.
            self.0.bytes.get_or_init(|| None);
        }
        made
    }

    fn read<T>(&self, use_it: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let Inner { length, digest, read, .. } = &*self.0;
        let (mut use_it, mut made) = (Some(use_it), None);
        read.as_ref()?(&mut |bytes| {
            if bytes.len() as u64 == *length
                && digest.get() == Some(&Digest::of(bytes))
                && let Some(use_it) = use_it.take()
            {
                made = Some(use_it(bytes));
            }
        });
        made
    }

    /// Whether these are its bytes; nothing is read for it.
    #[must_use]
    pub fn is(&self, bytes: &[u8]) -> bool {
        bytes.len() as u64 == self.length()
            && match self.0.bytes.get() {
                Some(Some(own)) => **own == *bytes,
                _ => Digest::of(bytes) == self.digest(),
            }
    }

    /// Whether somebody asked for them in vain.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        matches!(self.0.bytes.get(), Some(None))
    }

    /// Whether somebody who asks for them may get them.
    #[must_use]
    pub fn may_be_read(&self) -> bool {
        self.0.bytes.get().map_or(self.0.read.is_some(), Option::is_some)
    }
}

impl From<Vec<u8>> for Blob {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes.into())
    }
}

impl Default for Blob {
    fn default() -> Self {
        Self::new(Arc::default())
    }
}

impl PartialEq for Blob {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || self.length() == other.length()
                && match (self.0.bytes.get(), other.0.bytes.get()) {
                    (Some(Some(own)), Some(Some(others))) => own == others,
                    _ => self.digest() == other.digest(),
                }
    }
}

impl Eq for Blob {}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({}, {})", self.length(), self.digest())
    }
}

#[cfg(test)]
mod tests {
    use super::Blob;
    use prebake_plugin::Digest;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn bytes_are_read_once_and_only_when_asked_for() {
        let times = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&times);
        let blob = Blob::kept(Digest::of(b"one"), 3, move |take| {
            counter.fetch_add(1, Ordering::Relaxed);
            take(b"one");
        });
        assert_eq!((blob.digest(), blob.length()), (Digest::of(b"one"), 3));
        assert_eq!(blob, Blob::from(b"one".to_vec()));
        assert_eq!((times.load(Ordering::Relaxed), blob.may_be_read()), (0, true));
        assert_eq!(blob.look(<[u8]>::to_vec), Some(b"one".to_vec()));
        for _ in 0..2 {
            assert_eq!(blob.clone().bytes().map(|bytes| &**bytes), Some(&b"one"[..]));
        }
        assert_eq!(blob.look(<[u8]>::len), Some(3));
        assert_eq!(times.load(Ordering::Relaxed), 2);
        assert!(!blob.is_lost());
    }

    #[test]
    fn other_bytes_are_none() {
        for found in [None, Some(&b"two"[..]), Some(b"ones")] {
            let make =
                || Blob::kept(Digest::of(b"one"), 3, move |take| found.into_iter().for_each(take));
            let (first, second) = (make(), make());
            assert!(!first.is_lost());
            assert_eq!((first.bytes(), second.look(<[u8]>::len)), (None, None));
            for blob in [first, second] {
                assert!(blob.is_lost() && !blob.may_be_read() && blob.bytes().is_none());
            }
        }
        let named = Blob::named(Digest::of(b"one"), 3);
        assert_eq!((named.may_be_read(), named.is(b"one"), named.bytes()), (false, true, None));
    }
}
