//! Values by key, for as long as builds use them.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What one stage made, by what it was made from.
///
/// A key says everything that a value depends on, or the value itself can tell what else it was made
/// from: then [`find`](Self::find) is given the check.
pub struct Kept<K, V>(Mutex<HashMap<K, Entry<V>>>);

struct Entry<V> {
    value: Arc<V>,
    used: bool,
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V> Kept<K, V> {
    /// The value of `key`, where there is one that is still good.
    pub fn find<Q>(&self, key: &Q, is_good: impl FnOnce(&V) -> bool) -> Option<Arc<V>>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let value = {
            let mut entries = self.entries();
            let entry = entries.get_mut(key)?;
            entry.used = true;
            Arc::clone(&entry.value)
        };
        // Outside the lock, because it may read files.
        is_good(&value).then_some(value)
    }

    /// Takes a value in, in the place of an older one.
    pub fn keep(&self, key: K, value: V) -> Arc<V> {
        let value = Arc::new(value);
        self.entries().insert(key, Entry { value: Arc::clone(&value), used: true });
        value
    }

    /// Takes in a value of which it is not known yet whether anybody needs it.
    pub fn restore(&self, key: K, value: V) {
        self.entries().insert(key, Entry { value: Arc::new(value), used: false });
    }

    /// The value of a key that says everything, made if need be.
    pub fn get(&self, key: K, make: impl FnOnce() -> V) -> Arc<V> {
        self.find(&key, |_| true).unwrap_or_else(|| self.keep(key, make()))
    }

    /// Forgets what was neither found nor taken in since the last time; says how many that were.
    pub fn forget_unused(&self) -> usize {
        let mut entries = self.entries();
        let before = entries.len();
        entries.retain(|_, entry| std::mem::take(&mut entry.used));
        before - entries.len()
    }

    /// Forgets everything.
    pub fn forget_all(&self) {
        self.entries().clear();
    }

    /// Forgets those that are not so.
    pub fn retain(&self, is_so: impl Fn(&V) -> bool) {
        self.entries().retain(|_, entry| is_so(&entry.value));
    }

    /// Whether any of them is so.
    pub fn any(&self, is_so: impl Fn(&V) -> bool) -> bool {
        self.entries().values().any(|entry| is_so(&entry.value))
    }

    /// What `part` makes of each of them, in no order.
    pub fn map<T>(&self, mut part: impl FnMut(&K, &V) -> Option<T>) -> Vec<T> {
        self.entries().iter().filter_map(|(key, entry)| part(key, &entry.value)).collect()
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<K, Entry<V>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;

    #[test]
    fn what_is_not_used_is_forgotten() {
        let kept = Kept::default();
        for key in ["a", "b"] {
            kept.keep(key, key.len());
        }
        kept.forget_unused();
        assert_eq!(kept.find("a", |_| true).as_deref(), Some(&1));
        kept.forget_unused();
        assert!(kept.find("a", |_| true).is_some() && kept.find("b", |_| true).is_none());
        assert!(kept.find("a", |_| false).is_none());
        assert_eq!(*kept.get("a", || 5), 1);
        assert_eq!(*kept.get("c", || 5), 5);
    }
}
