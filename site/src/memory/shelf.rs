//! What a build leaves for later processes, in the cache.
//!
//! A shelf holds a sixteenth of a site's pages: whatever one edit changes, most shelves stay as they
//! are. Each is a file: a line of JSON, and behind it the bytes of the pages one after another. The
//! keys in it are those of [`Memory`], and hold no time and no absolute path. Articles of which there
//! is something to say are not kept: it is said again each time.

use super::{GENERATOR, Memory, Trail};
use crate::body::Body;
use crate::outline::{Outline, TagJob};
use crate::page::Listed;
use crate::render::{Shown, Told};
use crate::world::Seen;
use prebake_plugin::{AnyComponent, AnyJob, Digest};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

/// How many shelves there are.
pub(crate) const SHELVES: usize = 16;

/// The line of JSON.
#[derive(Serialize, Deserialize)]
struct Head {
    generator: String,
    articles: Vec<StoredArticle>,
    pages: Vec<StoredPage>,
}

/// An article, by the keys of its outline and its body.
#[derive(Serialize, Deserialize)]
struct StoredArticle {
    outline: Digest,
    draft: bool,
    /// A component and a job for each tag.
    jobs: Vec<(String, Value)>,
    components: BTreeMap<String, Digest>,
    body: Option<StoredBody>,
}

#[derive(Serialize, Deserialize)]
struct StoredBody {
    key: Digest,
    digest: Digest,
    listed_digest: Digest,
    listed: Listed,
    files: BTreeMap<String, Shown>,
    told: Vec<Told>,
    seen: Vec<Seen>,
}

#[derive(Serialize, Deserialize)]
struct StoredPage {
    key: Digest,
    length: usize,
}

/// One shelf, open.
struct Shelf<'a> {
    articles: Vec<StoredArticle>,
    pages: Vec<(Digest, &'a [u8])>,
}

impl Memory {
    /// Takes in what an earlier process left.
    pub(crate) fn restore(
        &self,
        components: &[Arc<dyn AnyComponent>],
        read: impl Fn(usize) -> Option<Vec<u8>> + Sync,
    ) {
        let memory = self;
        let open = |number: usize| {
            let bytes = read(number)?;
            let shelf = Shelf::from_bytes(&bytes)?;
            let label = shelf.label();
            shelf.articles.into_iter().for_each(|article| article.restore(memory, components));
            for (key, text) in shelf.pages {
                memory.pages.restore(key, Ok(Arc::from(text)));
            }
            Some(label)
        };
        let labels = (0..SHELVES).into_par_iter().map(open).collect();
        *self.labels.lock().unwrap_or_else(PoisonError::into_inner) = labels;
    }

    /// Hands the shelves that have changed since they were read or written to `write`, which says
    /// whether it went well.
    pub(crate) fn store(&self, write: impl Fn(usize, &[u8]) -> bool + Sync) {
        let memory = self;
        let trails = self.trails.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(trails) = &*trails else { return };
        let mut labels = self.labels.lock().unwrap_or_else(PoisonError::into_inner);
        let store = |number: usize| {
            let known = labels.get(number).copied().flatten();
            let articles = trails.articles.iter().filter(|it| shelf_of(&it.page) == number);
            let pages = trails.pages.iter().filter(|(path, _)| shelf_of(path) == number);
            let made: Vec<_> = pages
                .filter_map(|(_, key)| Some((*key, memory.pages.find(key, |_| true)?)))
                .collect();
            let shelf = Shelf {
                articles: articles.filter_map(|it| StoredArticle::of(it, memory)).collect(),
                pages: made
                    .iter()
                    .filter_map(|(key, text)| Some((*key, &**text.as_ref().as_ref().ok()?)))
                    .collect(),
            };
            let label = shelf.label();
            if known == Some(label) {
                return known;
            }
            shelf.to_bytes().is_ok_and(|bytes| write(number, &bytes)).then_some(label)
        };
        *labels = (0..SHELVES).into_par_iter().map(store).collect();
    }
}

/// The shelf of the page at a path of the output.
fn shelf_of(page: &str) -> usize {
    usize::from(Digest::of(page.as_bytes()).bytes()[0]) % SHELVES
}

impl<'a> Shelf<'a> {
    /// Changes with what is on it.
    fn label(&self) -> Digest {
        let articles: Vec<_> = self
            .articles
            .iter()
            .map(|article| (article.outline, article.body.as_ref().map(|body| body.key)))
            .collect();
        let pages: Vec<Digest> = self.pages.iter().map(|(key, _)| *key).collect();
        Digest::of(json!([articles, pages]).to_string().as_bytes())
    }

    fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        let page = |&(key, text): &(Digest, &[u8])| StoredPage { key, length: text.len() };
        let pages: Vec<StoredPage> = self.pages.iter().map(page).collect();
        let head = json!({ "generator": GENERATOR, "articles": self.articles, "pages": pages });
        let mut bytes = serde_json::to_vec(&head)?;
        bytes.push(b'\n');
        self.pages.iter().for_each(|(_, text)| bytes.extend_from_slice(text));
        Ok(bytes)
    }

    /// `None` where another version of the generator wrote it.
    fn from_bytes(bytes: &'a [u8]) -> Option<Self> {
        let end = bytes.iter().position(|&byte| byte == b'\n')?;
        let Head { generator, articles, pages } = serde_json::from_slice(&bytes[..end]).ok()?;
        let mut rest = &bytes[end + 1..];
        let mut text = |StoredPage { key, length }: StoredPage| {
            let (text, behind) = rest.split_at_checked(length)?;
            rest = behind;
            Some((key, text))
        };
        let pages = pages.into_iter().map(&mut text).collect::<Option<_>>()?;
        (generator == GENERATOR).then_some(Self { articles, pages })
    }
}

impl StoredArticle {
    /// What is kept of an article; `None` where there is something to say of its text.
    fn of(trail: &Trail, memory: &Memory) -> Option<Self> {
        let outline = memory.outlines.find(&trail.outline, |it| it.diagnostics.is_empty())?;
        let job = |tag: &Option<TagJob>| {
            let tag = tag.as_ref()?;
            Some((tag.component.name().to_owned(), tag.job.0.clone()))
        };
        let body = trail.body.and_then(|key| {
            let body = memory.bodies.find(&key, |body| body.diagnostics.is_empty())?;
            StoredBody::of(key, &body)
        });
        let jobs = outline.jobs.iter().map(job).collect::<Option<_>>()?;
        let components = outline.components.clone();
        Some(Self { outline: trail.outline, draft: outline.draft, jobs, components, body })
    }

    fn restore(self, memory: &Memory, components: &[Arc<dyn AnyComponent>]) {
        let tag = |(name, job): (String, Value)| {
            let component = components.iter().find(|it| it.name() == name)?;
            Some(Some(TagJob { component: Arc::clone(component), job: AnyJob(job) }))
        };
        let Some(jobs) = self.jobs.into_iter().map(tag).collect() else { return };
        memory.outlines.restore(self.outline, Outline::known(self.draft, jobs, self.components));
        if let Some(body) = self.body {
            let (key, body) = body.into_body();
            memory.bodies.restore(key, body);
        }
    }
}

impl StoredBody {
    fn of(key: Digest, body: &Body) -> Option<Self> {
        Some(Self {
            key,
            digest: body.digest,
            listed_digest: body.listed_digest,
            listed: body.listed.clone(),
            files: body.files.clone(),
            told: body.told.clone(),
            seen: body.seen.clone()?,
        })
    }

    fn into_body(self) -> (Digest, Body) {
        let Self { key, digest, listed_digest, listed, files, told, seen } = self;
        (key, Body::known(digest, listed_digest, listed, files, told, seen))
    }
}
