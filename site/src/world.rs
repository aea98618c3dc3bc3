//! What rendering may look at beyond its arguments, and a memory of what it did look at.

use crate::config::Section;
use crate::read::Folder;
use crate::source::Recorder;
use prebake_plugin::{Read, SitePath, Source};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The published articles, with the paths of their pages in the output, and where articles lie.
pub struct Pages {
    by_source: BTreeMap<SitePath, String>,
    folders: Vec<Folder>,
}

impl Pages {
    /// Those of `articles`, and the front page of every section.
    #[must_use]
    pub fn new(articles: impl Iterator<Item = (SitePath, String)>, sections: &[Section]) -> Self {
        let mut by_source: BTreeMap<SitePath, String> = articles.collect();
        for Section { folder, path, .. } in sections {
            if let Ok(index) = folder.resolve("./index.md") {
                by_source.entry(index).or_insert_with(|| format!("{path}index.html"));
            }
        }
        Self { by_source, folders: Folder::all(sections) }
    }
}

/// One thing that was looked at, and what was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Seen {
    /// A file or folder of the site.
    Read(Read),
    /// Where the page of an article stands, if one was published.
    Page(SitePath, Option<String>),
}

impl Seen {
    /// Whether the same would be seen today.
    #[must_use]
    pub fn still_holds(&self, source: &dyn Source, pages: &Pages) -> bool {
        match self {
            Self::Read(read) => read.still_holds(source),
            Self::Page(path, page) => pages.by_source.get(path) == page.as_ref(),
        }
    }
}

/// Answers from the site, and remembers each question with its answer: what has to be the same for
/// the same to be made again.
pub struct Witness<'a> {
    recorder: Recorder<'a>,
    pages: &'a Pages,
    asked: Mutex<BTreeMap<SitePath, Option<String>>>,
}

impl<'a> Witness<'a> {
    /// A witness that has seen nothing yet.
    #[must_use]
    pub fn new(source: &'a dyn Source, pages: &'a Pages) -> Self {
        Self { recorder: Recorder::new(source), pages, asked: Mutex::default() }
    }

    /// The site's files.
    #[must_use]
    pub fn source(&self) -> &dyn Source {
        &self.recorder
    }

    /// The folders that articles lie in.
    #[must_use]
    pub fn folders(&self) -> &'a [Folder] {
        &self.pages.folders
    }

    /// Where the page of the article at `path` stands, if it is published.
    #[must_use]
    pub fn page(&self, path: &SitePath) -> Option<&'a str> {
        let page = self.pages.by_source.get(path);
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.insert(path.clone(), page.cloned());
        page.map(String::as_str)
    }

    /// Everything that was seen; `None` where the disk failed.
    #[must_use]
    pub fn into_seen(self) -> Option<Vec<Seen>> {
        let asked = self.asked.into_inner().unwrap_or_else(PoisonError::into_inner);
        let pages = asked.into_iter().map(|(path, page)| Seen::Page(path, page));
        Some(pages.chain(self.recorder.into_reads()?.into_iter().map(Seen::Read)).collect())
    }
}
