//! What a build leaves for later processes, in the cache.
//!
//! A shelf holds a sixteenth of a site's pages: whatever one edit changes, most shelves stay as they
//! are. Each is three files: a line of JSON, and the texts that it names by their digests, which are
//! read when somebody asks for them. Feeds, which change with every article, are long, and are quickly
//! made of their texts, stand on a shelf of their own with their digests only. The keys are those of
//! [`Memory`], and hold no time and no absolute path. Articles of which there is something to say are
//! not kept: it is said again each time.
//!
//! Beside the shelves lies a list of files and folders with their stamps, so that the next process
//! reads and lists only what has changed.

use super::texts::{StoredText, Texts};
use super::{GENERATOR, Memory, Trail};
use crate::blob::Blob;
use crate::body::{Body, Gist};
use crate::cache::Cache;
use crate::disk::Disk;
use crate::outline::{Outline, TagJob};
use prebake_plugin::{AnyComponent, AnyJob, Digest};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, MutexGuard, PoisonError};

/// How many shelves there are for pages.
const SHELVES: usize = 16;

/// The one for feeds.
const FEEDS: usize = SHELVES;

/// The list of files and folders.
const FILES: &str = "files";

/// The endings of a shelf's files of texts: the pages, and the articles' texts for feeds.
const TEXTS: [&str; 2] = ["pages", "contents"];

/// What was in the files of the cache when they were last read or written, by their names.
pub(super) type Labels = BTreeMap<String, Digest>;

/// The line of JSON.
#[derive(Serialize, Deserialize)]
struct Head {
    generator: String,
    articles: Vec<StoredArticle>,
    pages: Vec<(Digest, StoredText)>,
}

/// An article, by the keys of its outline and its body.
#[derive(Serialize, Deserialize)]
struct StoredArticle {
    outline: Digest,
    draft: bool,
    /// A component and a job for each tag.
    jobs: Vec<(String, Value)>,
    components: BTreeMap<String, Digest>,
    body: Option<(Digest, Gist, StoredText)>,
}

/// What shall stand on a shelf.
#[derive(Default)]
struct Shelf<'a> {
    articles: Vec<(&'a Trail, Arc<Outline>, Option<KnownBody>)>,
    pages: Vec<(Digest, Blob)>,
}

/// A body by its key.
type KnownBody = (Digest, Arc<Body>);

impl Memory {
    /// Takes in what an earlier process left, for the site whose root really is at `root`.
    pub(crate) fn restore(
        &self,
        components: &[Arc<dyn AnyComponent>],
        cache: &Cache,
        disk: &Arc<dyn Disk>,
        root: &Path,
    ) {
        let open = |number: usize| {
            let name = shelf_name(number);
            let head: Head = serde_json::from_slice(&cache.page_memo(&name)?).ok()?;
            if head.generator != GENERATOR {
                return None;
            }
            let label = head.label();
            let [pages, contents] = TEXTS.map(|ending| {
                let path = cache.page_place(&format!("{name}.{ending}"));
                Texts::new(Arc::clone(disk), path)
            });
            self.texts().extend([&pages, &contents].map(Arc::clone));
            let (mut page, mut content) = (pages.blobs(), contents.blobs());
            for (key, text) in head.pages {
                let StoredText(digest, length) = text;
                let named = number == FEEDS;
                let page = if named { Blob::named(digest, length) } else { page(text) };
                self.pages.restore(key, Ok(page));
            }
            for mut article in head.articles {
                if let Some((_, gist, text)) = &mut article.body {
                    gist.content = content(*text);
                }
                article.restore(self, components);
            }
            Some((name, label))
        };
        let mut labels: Labels = (0..=FEEDS).into_par_iter().filter_map(open).collect();
        if let Some(bytes) = cache.page_memo(FILES)
            && let Ok(known) = serde_json::from_slice(&bytes)
        {
            labels.insert(FILES.to_owned(), Digest::of(&bytes));
            self.files.restore(known, root, disk);
        }
        *self.labels() = labels;
    }

    /// Leaves in the cache what has changed since it was read or written.
    pub(crate) fn store(&self, cache: &Cache, root: &Path) {
        let trails = self.trails.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(trails) = &*trails else { return };
        let mut shelves: Vec<Shelf<'_>> = (0..=FEEDS).map(|_| Shelf::default()).collect();
        for trail in &trails.articles {
            let silent = |outline: &Outline| outline.diagnostics.is_empty();
            if let Some(outline) = self.outlines.find(&trail.outline, silent) {
                let body = trail.body.and_then(|key| {
                    let silent =
                        |body: &Body| body.diagnostics.is_empty() && body.gist.seen.is_some();
                    Some((key, self.bodies.find(&key, silent)?))
                });
                shelves[shelf_of(&trail.page)].articles.push((trail, outline, body));
            }
        }
        for (path, key) in &trails.pages {
            if let Some(made) = self.pages.find(key, Result::is_ok)
                && let Ok(text) = &*made
            {
                shelves[shelf_of(path)].pages.push((*key, text.clone()));
            }
        }
        let known = self.labels().clone();
        let store = |(number, shelf): (usize, Shelf<'_>)| {
            let (name, label) = (shelf_name(number), shelf.label());
            let stands = known.get(&name) == Some(&label) || {
                let (head, texts) = shelf.into_head(number != FEEDS)?;
                let head = serde_json::to_vec(&head).ok()?;
                // The texts first: a head whose texts are missing would be believed at first.
                let mut texts = TEXTS.iter().zip(&texts).filter(|(_, texts)| !texts.is_empty());
                texts.all(|(ending, texts)| cache.keep_texts(&format!("{name}.{ending}"), texts))
                    && cache.keep_page_memo(&name, &head)
            };
            stands.then_some((name, label))
        };
        let mut labels: Labels = shelves.into_par_iter().enumerate().filter_map(store).collect();
        let old = known.get(FILES).filter(|_| !self.files.have_changed());
        let new = || {
            let bytes = serde_json::to_vec(&self.files.known(root)).ok()?;
            cache.keep_page_memo(FILES, &bytes).then(|| Digest::of(&bytes))
        };
        labels.extend(old.copied().or_else(new).map(|label| (FILES.to_owned(), label)));
        *self.labels() = labels;
        self.close_texts();
    }

    /// Gives back what is open of the cache.
    pub(super) fn close_texts(&self) {
        self.texts().iter().for_each(|texts| texts.close());
    }

    fn texts(&self) -> MutexGuard<'_, Vec<Arc<Texts>>> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn labels(&self) -> MutexGuard<'_, Labels> {
        self.labels.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn shelf_name(number: usize) -> String {
    format!("{number:x}")
}

/// The shelf of the page or feed at a path of the output.
fn shelf_of(page: &str) -> usize {
    if !page.ends_with(".html") {
        return FEEDS;
    }
    usize::from(Digest::of(page.as_bytes()).bytes()[0]) % SHELVES
}

/// Changes with what is on a shelf: the keys of articles, with those of their bodies, and of pages.
fn label(articles: &[(Digest, Option<Digest>)], pages: &[Digest]) -> Digest {
    let mut bytes = Vec::with_capacity(65 * articles.len() + 32 * pages.len());
    for (outline, body) in articles {
        bytes.extend_from_slice(outline.bytes());
        bytes.push(u8::from(body.is_some()));
        bytes.extend_from_slice(body.as_ref().map_or(&[], |body| body.bytes()));
    }
    pages.iter().for_each(|page| bytes.extend_from_slice(page.bytes()));
    Digest::of(&bytes)
}

impl Head {
    fn label(&self) -> Digest {
        let body = |it: &StoredArticle| it.body.as_ref().map(|(key, ..)| *key);
        let articles: Vec<_> = self.articles.iter().map(|it| (it.outline, body(it))).collect();
        let pages: Vec<_> = self.pages.iter().map(|(key, _)| *key).collect();
        label(&articles, &pages)
    }
}

impl Shelf<'_> {
    fn label(&self) -> Digest {
        let body = |body: &Option<KnownBody>| body.as_ref().map(|(key, _)| *key);
        let articles: Vec<_> =
            self.articles.iter().map(|(trail, _, it)| (trail.outline, body(it))).collect();
        let pages: Vec<_> = self.pages.iter().map(|(key, _)| *key).collect();
        label(&articles, &pages)
    }

    /// With the texts, or only their digests; `None` where a text is lost.
    fn into_head(self, with_texts: bool) -> Option<(Head, [Vec<u8>; 2])> {
        let size = |texts: &mut dyn Iterator<Item = &Blob>| texts.map(Blob::length).sum::<u64>();
        let bodies = || self.articles.iter().filter_map(|(.., body)| body.as_ref());
        let sizes = [
            size(&mut self.pages.iter().map(|(_, text)| text)),
            size(&mut bodies().map(|(_, body)| &body.gist.content)),
        ];
        let room = |size| usize::try_from(size).ok().filter(|_| with_texts).unwrap_or(0);
        let [mut of_pages, mut contents] = sizes.map(|size| Vec::with_capacity(room(size)));
        let pages = self
            .pages
            .iter()
            .map(|(key, text)| Some((*key, put(text, &mut of_pages, with_texts)?)));
        let pages = pages.collect::<Option<_>>()?;
        let article = |(trail, outline, body): (&Trail, Arc<Outline>, Option<KnownBody>)| {
            let body = match body {
                Some((key, body)) => Some((
                    key,
                    body.gist.clone(),
                    put(&body.gist.content, &mut contents, with_texts)?,
                )),
                None => None,
            };
            Some(StoredArticle::of(trail, &outline, body))
        };
        let articles = self.articles.into_iter().map(article).collect::<Option<Vec<_>>>()?;
        let articles = articles.into_iter().flatten().collect();
        Some((Head { generator: GENERATOR.to_owned(), articles, pages }, [of_pages, contents]))
    }
}

/// Puts a text behind the others, if it shall be there; `None` where it is lost.
fn put(text: &Blob, texts: &mut Vec<u8>, really: bool) -> Option<StoredText> {
    if really {
        text.look(|bytes| texts.extend_from_slice(bytes))?;
    }
    Some(StoredText(text.digest(), text.length()))
}

impl StoredArticle {
    /// `None` where a tag has no job: then there is something to say of it.
    fn of(
        trail: &Trail,
        outline: &Outline,
        body: Option<(Digest, Gist, StoredText)>,
    ) -> Option<Self> {
        let job = |tag: &Option<TagJob>| {
            let tag = tag.as_ref()?;
            Some((tag.component.name().to_owned(), tag.job.0.clone()))
        };
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
        if let Some((key, gist, _)) = self.body {
            memory.bodies.restore(key, Body::known(gist));
        }
    }
}
