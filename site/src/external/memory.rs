//! Links that were good not long ago.

use crate::cache::Cache;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long a good link is taken to stay one.
const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// The file's name in the cache.
const FILE: &str = "links.json";

/// What was learnt of links; bad ones are asked again every time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// When each was found good, in seconds since 1970.
    good: BTreeMap<String, u64>,
    now: u64,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    good: BTreeMap<String, u64>,
}

impl Memory {
    /// What the site's cache remembers; nothing where it is damaged.
    #[must_use]
    pub fn load(cache: &Cache) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let kept = cache.memo(FILE).and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
        let mut good = kept.map(|kept| kept.good).unwrap_or_default();
        // A clock that was set back makes no link good for ever.
        good.retain(|_, then| *then <= now && now - *then < WEEK.as_secs());
        Self { good, now }
    }

    /// Keeps it for the next time.
    pub fn keep(self, cache: &Cache) {
        if let Ok(bytes) = serde_json::to_vec(&Kept { good: self.good }) {
            cache.keep_memo(FILE, &bytes);
        }
    }

    pub(super) fn knows(&self, url: &str) -> bool {
        self.good.contains_key(url)
    }

    /// Keeps the time of the first meeting: otherwise a link that is looked for daily would never be
    /// asked again.
    pub(super) fn learn(&mut self, url: &str) {
        self.good.entry(url.to_owned()).or_insert(self.now);
    }
}
