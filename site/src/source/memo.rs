//! Answers of the disk, asked for once.

use prebake_plugin::SitePath;
use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Answers by path, errors included; two threads that ask for one path at once wait for one answer.
pub(super) struct Memo<T> {
    answers: Mutex<HashMap<SitePath, Answer<T>>>,
}

type Answer<T> = Arc<OnceLock<Result<T, (ErrorKind, String)>>>;

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self { answers: Mutex::default() }
    }
}

impl<T: Clone> Memo<T> {
    /// Every path that was asked for.
    pub(super) fn asked(&self) -> Vec<SitePath> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut asked: Vec<SitePath> = answers.keys().cloned().collect();
        asked.sort_unstable();
        asked
    }

    /// Whether any answer is so.
    pub(super) fn any(&self, is_so: impl Fn(&T) -> bool) -> bool {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.values().any(|answer| matches!(answer.get(), Some(Ok(it)) if is_so(it)))
    }

    /// The answer for `path`, where there is one and it is no error.
    pub(super) fn known(&self, path: &SitePath) -> Option<T> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(path)?.get()?.as_ref().ok().cloned()
    }

    /// The answer for `path`, from `ask` the first time.
    pub(super) fn get(
        &self,
        path: &SitePath,
        ask: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<T> {
        let answer = {
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(answers.entry(path.clone()).or_default())
        };
        let answer =
            answer.get_or_init(|| ask().map_err(|error| (error.kind(), error.to_string())));
        answer.clone().map_err(|(kind, message)| io::Error::new(kind, message))
    }
}
