//! Builds the site and shows the result to those who read it.

use super::problems::problems;
use crate::output::{Output, media_type};
use crate::site::Build;
use prebake_plugin::Digest;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch::{Receiver, Sender, channel};

/// What a page's media type is.
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// What readers of the served site see.
#[derive(Clone)]
pub(super) struct Current {
    /// Counts the builds of this run that changed something.
    pub(super) build: u64,
    /// The files of the last good build.
    pub(super) output: Arc<Output>,
    /// The files, pages aside, that have changed since the first build, and in which build they last
    /// did.
    pub(super) changed: Arc<BTreeMap<String, u64>>,
    /// Why the newest build failed; an empty list where it did not.
    pub(super) problems: Arc<Value>,
    /// How much is done of the figures that are being baked, from 0 to 1, by the keys of their actions.
    pub(super) baking: Arc<BTreeMap<String, f64>>,
}

/// The least share of a figure of which pages are told.
const STEP: f64 = 0.01;

/// Shows readers what is new.
#[derive(Clone)]
pub(super) struct Publisher(Arc<Sender<Current>>);

impl Publisher {
    pub(super) fn new() -> Self {
        Self(Arc::new(channel(Current::default()).0))
    }

    pub(super) fn subscribe(&self) -> Receiver<Current> {
        self.0.subscribe()
    }

    /// Shows what a build made; where it failed the last good files stay. Readers are told of what
    /// differs, and of nothing where nothing does.
    pub(super) fn publish(&self, build: &mut Build) {
        let failed = build.output.is_none();
        let problems = if failed { problems(&build.diagnostics) } else { Value::Array(Vec::new()) };
        self.0.send_if_modified(|current| {
            let published = build.output.take().is_some_and(|output| current.publish(output));
            let told = *current.problems != problems;
            current.problems = Arc::new(problems);
            published || told
        });
    }

    /// So much of a figure is done, from 0 to 1, by the key of its action.
    pub(super) fn advance(&self, action: Digest, share: f64) {
        self.0.send_if_modified(|current| {
            let baking = Arc::make_mut(&mut current.baking);
            let known = baking.entry(action.to_string()).or_default();
            let told = share >= *known + STEP;
            if told {
                *known = share;
            }
            told
        });
    }

    /// Nothing is baked any more.
    pub(super) fn rest(&self) {
        self.0.send_if_modified(|current| {
            current.baking = Arc::default();
            false
        });
    }
}

impl Default for Current {
    fn default() -> Self {
        Self {
            build: 0,
            output: Arc::default(),
            changed: Arc::default(),
            problems: Arc::new(Value::Array(Vec::new())),
            baking: Arc::default(),
        }
    }
}

impl Current {
    /// Takes the files of a build, and says whether they differ from those that were there.
    fn publish(&mut self, output: Output) -> bool {
        let changed = changed_files(&self.output, &output);
        if changed.is_empty() && self.output.len() == output.len() {
            return false;
        }
        self.build += 1;
        if self.build > 1 {
            let noted = Arc::make_mut(&mut self.changed);
            let files = changed.into_iter().filter(|path| media_type(path) != HTML);
            noted.extend(files.map(|path| (path, self.build)));
            noted.retain(|path, _| output.get(path).is_some());
        }
        self.output = Arc::new(output);
        true
    }

    /// The files, pages aside, that have changed since that build.
    pub(super) fn changed_since(&self, build: u64) -> Vec<&str> {
        let newer = self.changed.iter().filter(|&(_, &changed)| changed > build);
        newer.map(|(path, _)| path.as_str()).collect()
    }
}

/// The files of `new` that `old` does not have, or has with other bytes.
fn changed_files(old: &Output, new: &Output) -> Vec<String> {
    let same = |path: &str, bytes: &Arc<[u8]>| {
        old.get(path).is_some_and(|there| Arc::ptr_eq(there, bytes) || there == bytes)
    };
    new.iter().filter(|(path, bytes)| !same(path, bytes)).map(|(path, _)| path.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::Current;
    use crate::output::Output;

    fn output(files: &[(&str, &str)]) -> Output {
        let mut output = Output::new();
        for (path, text) in files {
            output.insert(*path, text.as_bytes()).unwrap();
        }
        output
    }

    #[test]
    fn files_are_news_from_the_second_build_on() {
        let mut current = Current::default();
        assert!(current.publish(output(&[("index.html", "1"), ("a.css", "1"), ("b.css", "1")])));
        assert!(current.changed_since(0).is_empty());
        assert!(current.publish(output(&[("index.html", "2"), ("a.css", "2"), ("b.css", "1")])));
        assert_eq!((current.changed_since(1), current.build), (vec!["a.css"], 2));
        assert!(current.publish(output(&[("index.html", "2"), ("a.css", "2"), ("c.css", "1")])));
        assert_eq!(
            (current.changed_since(1), current.changed_since(2)),
            (vec!["a.css", "c.css"], vec!["c.css"])
        );
        assert!(current.publish(output(&[("index.html", "2")])), "files that go are news too");
        assert!(current.changed_since(0).is_empty());
    }

    #[test]
    fn the_same_files_are_no_news() {
        let mut current = Current::default();
        assert!(current.publish(output(&[("index.html", "1")])));
        assert!(!current.publish(output(&[("index.html", "1")])));
        assert_eq!(current.build, 1);
    }
}
