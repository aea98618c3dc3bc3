//! From the folders of the articles to articles, parsed.

use crate::config::Section;
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::parse::{self, Article, Heading};
use crate::source::SiteSource;
use prebake_plugin::{Digest, SitePath, Source as _};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, OnceLock};

/// So many articles are found by one thread at least: most of them are known.
const FEW: usize = 32;

/// The folder of the articles, below the site's root.
pub const CONTENT: &str = "content";

/// An article, and where its page goes.
pub struct Entry {
    /// The article.
    pub article: Article,
    /// The folder of its page: `quantization/`, or nothing for the home page.
    pub dir: String,
    /// Which of the site's sections it belongs to, if any.
    pub section: Option<usize>,
}

impl Entry {
    /// The path of its page in the output.
    #[must_use]
    pub fn page(&self) -> String {
        format!("{}index.html", self.dir)
    }

    /// Its title: the one that its front matter gives, or its first heading, or its name.
    #[must_use]
    pub fn title(&self) -> String {
        let front = self.article.front.title.clone();
        front
            .or_else(|| self.own_heading().map(|heading| heading.text.clone()))
            .unwrap_or_else(|| self.dir.trim_end_matches('/').replace(['-', '_'], " "))
    }

    /// The heading of its own that stands for its title, where the front matter gives none.
    #[must_use]
    pub fn own_heading(&self) -> Option<&Heading> {
        let untitled = self.article.front.title.is_none();
        self.article.headings.iter().find(|heading| untitled && heading.level == 1)
    }
}

/// The text of an article, and where its page goes.
pub struct Text {
    /// The path of its file.
    pub path: SitePath,
    /// The digest of its bytes.
    pub digest: Digest,
    /// As in [`Entry`].
    pub dir: String,
    /// As in [`Entry`].
    pub section: Option<usize>,
    file: OnceLock<Arc<SourceFile>>,
}

impl Text {
    /// The article that it is, parsed.
    #[must_use]
    pub fn parse(&self, source: &SiteSource, known: &[&str]) -> (Entry, Vec<Diagnostic>) {
        let (article, found) = parse::article(&self.file(source), known);
        (Entry { article, dir: self.dir.clone(), section: self.section }, found)
    }

    /// Its file. One that has changed since its digest was taken comes out empty, and the build goes
    /// astray ([`SiteSource::is_astray`]).
    fn file(&self, source: &SiteSource) -> Arc<SourceFile> {
        let read = || read(&self.path, source).unwrap_or_default();
        let file = || Arc::new(SourceFile { path: self.path.clone(), text: read() });
        Arc::clone(self.file.get_or_init(file))
    }
}

/// The text of the article at `path`.
fn read(path: &SitePath, source: &SiteSource) -> Result<String, Diagnostic> {
    let bytes = source.read(path).map_err(|error| unreadable(path, &error))?;
    String::from_utf8(bytes.to_vec()).map_err(|_| {
        let found = Diagnostic::error("not-utf-8", format!("`{path}` is not UTF-8 text"));
        found.hint("save it as UTF-8")
    })
}

fn unreadable(path: &SitePath, error: &io::Error) -> Diagnostic {
    Diagnostic::error("unreadable-file", format!("`{path}` cannot be read: {error}"))
}

/// Finds every article, in the order of their paths; those of the sections come last. Only the digest
/// is taken of those that `find` knows; what it knows comes back with them.
#[must_use]
pub fn read_articles<T: Send>(
    source: &SiteSource,
    sections: &[Section],
    find: impl Fn(&Text) -> Option<T> + Sync,
) -> (Vec<(Text, Option<T>)>, Vec<Diagnostic>) {
    let mut places = Vec::new();
    let mut diagnostics = Vec::new();
    for folder in Folder::all(sections) {
        let (paths, found) = folder.articles(source);
        if paths.is_empty() && found.is_empty() {
            diagnostics.push(folder.empty(sections));
        }
        diagnostics.extend(found);
        places.extend(paths.into_iter().map(|path| (folder.clone(), path)));
    }
    let read: Vec<_> = places
        .into_par_iter()
        .with_min_len(FEW)
        .map(|(folder, path)| folder.read(path, source, &find))
        .collect();
    let mut texts = Vec::new();
    for text in read {
        match text {
            Ok(text) => texts.push(text),
            Err(found) => diagnostics.push(found),
        }
    }
    let mut pages: BTreeMap<String, SitePath> = BTreeMap::new();
    texts.retain(|(text, _): &(Text, _)| {
        let path = &text.path;
        let first = pages.entry(text.dir.to_lowercase()).or_insert_with(|| path.clone());
        if first != path {
            let message = format!("`{first}` and `{path}` make the same page");
            diagnostics.push(
                Diagnostic::error("same-page", message)
                    .at(&text.file(source), 0..0)
                    .hint("rename one of them"),
            );
        }
        first == path
    });
    (texts, diagnostics)
}

/// What of a folder could not be read, as diagnostics.
#[must_use]
pub fn refused(refused: Vec<(SitePath, io::Error)>) -> Vec<Diagnostic> {
    refused.iter().map(|(path, error)| unreadable(path, error)).collect()
}

/// A folder of articles.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Below the site's root.
    path: SitePath,
    /// Where its pages stand: `manual/`, or nothing for the articles'.
    dir: String,
    section: Option<usize>,
}

impl Folder {
    /// That of the articles, and those of the sections.
    #[must_use]
    pub fn all(sections: &[Section]) -> Vec<Self> {
        let content = SitePath::new(CONTENT).unwrap_or_default();
        let mut folders = vec![Self { path: content, dir: String::new(), section: None }];
        folders.extend(sections.iter().enumerate().map(|(number, section)| Self {
            path: section.folder.clone(),
            dir: section.path.clone(),
            section: Some(number),
        }));
        folders
    }

    /// Whether an article's file may stand at `path`.
    #[must_use]
    pub fn holds(&self, path: &SitePath) -> bool {
        path.extension() == "md" && path.as_str().starts_with(&format!("{}/", self.path))
    }

    /// The file or folder of the article whose page stands at `/notes/` in the finished site, as far
    /// as it is of this folder.
    #[must_use]
    pub fn source_of(&self, written: &str) -> Option<SitePath> {
        let below = written.strip_prefix('/')?;
        let front = || (self.dir.trim_end_matches('/') == below).then_some("");
        let inside = below.strip_prefix(self.dir.as_str()).or_else(front)?;
        self.path.resolve(&format!("./{inside}")).ok()
    }

    fn articles(&self, source: &SiteSource) -> (Vec<SitePath>, Vec<Diagnostic>) {
        let walk = source.files_under(&self.path);
        let is_article = |path: &SitePath| path.extension() == "md" && path.stem() != "README";
        (walk.files.into_iter().filter(is_article).collect(), refused(walk.refused))
    }

    fn empty(&self, sections: &[Section]) -> Diagnostic {
        let found = Diagnostic::error("no-articles", format!("no article in `{}/`", self.path));
        match self.section.and_then(|number| sections.get(number)) {
            None => found
                .hint("write `content/first/index.md`, or name the site's folder with `--root`"),
            Some(Section { folder, place, .. }) => found
                .hint(format!("write `{folder}/index.md`"))
                .at(&place.source, place.range.clone()),
        }
    }

    fn read<T>(
        &self,
        path: SitePath,
        source: &SiteSource,
        find: &impl Fn(&Text) -> Option<T>,
    ) -> Result<(Text, Option<T>), Diagnostic> {
        let digest = source.digest(&path).map_err(|error| unreadable(&path, &error))?;
        let (dir, section) = (self.page_of(&path), self.section);
        let text = Text { path, digest, dir, section, file: OnceLock::new() };
        let known = find(&text);
        if known.is_none() {
            let file = SourceFile { path: text.path.clone(), text: read(&text.path, source)? };
            // Nobody else has this text yet.
            let _ = text.file.set(Arc::new(file));
        }
        Ok((text, known))
    }

    /// The folder of the page of the article at `path`.
    fn page_of(&self, path: &SitePath) -> String {
        let below = path.as_str().strip_prefix(self.path.as_str()).unwrap_or(path.as_str());
        let below = below.trim_start_matches('/');
        let below = below.strip_suffix(".md").unwrap_or(below);
        match below.strip_suffix("index") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => {
                format!("{}{folder}", self.dir)
            }
            _ => format!("{}{below}/", self.dir),
        }
    }
}
