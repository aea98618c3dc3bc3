//! From the folders of the articles to articles, parsed.

use crate::config::Section;
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::parse::{self, Article, Heading};
use crate::source::SiteSource;
use prebake_plugin::{SitePath, Source as _};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

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

/// Reads and parses every article, in the order of their paths; those of the sections come last.
pub fn read_articles(
    source: &SiteSource,
    sections: &[Section],
    known: &[&str],
) -> (Vec<Entry>, Vec<Diagnostic>) {
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
    let parsed: Vec<_> =
        places.into_par_iter().map(|(folder, path)| folder.read(path, source, known)).collect();
    let mut entries: Vec<Entry> = Vec::new();
    for (entry, found) in parsed {
        diagnostics.extend(found);
        entries.extend(entry);
    }
    let mut pages: BTreeMap<String, &Entry> = BTreeMap::new();
    for entry in &entries {
        if let Some(first) = pages.insert(entry.page().to_lowercase(), entry) {
            diagnostics.push(
                Diagnostic::error(
                    "same-page",
                    format!(
                        "`{}` and `{}` make the same page",
                        first.article.source.path, entry.article.source.path
                    ),
                )
                .at(&entry.article.source, 0..0)
                .hint("rename one of them"),
            );
        }
    }
    (entries, diagnostics)
}

/// What of a folder could not be read, as diagnostics.
#[must_use]
pub fn refused(refused: Vec<(SitePath, io::Error)>) -> Vec<Diagnostic> {
    let say = |(path, error)| {
        Diagnostic::error("unreadable-file", format!("`{path}` cannot be read: {error}"))
    };
    refused.into_iter().map(say).collect()
}

/// A folder of articles.
#[derive(Debug, Clone)]
struct Folder {
    /// Below the site's root.
    path: SitePath,
    /// Where its pages stand: `manual/`, or nothing for the articles'.
    dir: String,
    section: Option<usize>,
}

/// The pages that links may lead to.
pub struct Pages {
    by_source: BTreeMap<SitePath, String>,
    folders: Vec<Folder>,
}

impl Pages {
    /// Those of `entries`, and the front page of every section.
    #[must_use]
    pub fn new(entries: &[Entry], sections: &[Section]) -> Self {
        let page = |entry: &Entry| (entry.article.source.path.clone(), entry.page());
        let mut by_source: BTreeMap<SitePath, String> = entries.iter().map(page).collect();
        for section in sections {
            if let Ok(index) = section.folder.resolve("index.md") {
                by_source.entry(index).or_insert_with(|| format!("{}index.html", section.path));
            }
        }
        Self { by_source, folders: Folder::all(sections) }
    }

    /// The page of an article, named by its file or by its folder.
    #[must_use]
    pub fn of(&self, path: &SitePath) -> Option<&str> {
        let index = path.resolve("./index.md").ok();
        let page = self.by_source.get(path).or_else(|| self.by_source.get(&index?));
        page.map(String::as_str)
    }

    /// The page at `/notes/`, as it stands in the finished site.
    #[must_use]
    pub fn at(&self, written: &str) -> Option<&str> {
        let below = written.strip_prefix('/')?;
        if below.is_empty() {
            return Some("index.html");
        }
        let in_folder = |folder: &Folder| {
            let named = || (folder.dir.trim_end_matches('/') == below).then_some("");
            let inside = below.strip_prefix(folder.dir.as_str()).or_else(named)?;
            self.of(&folder.path.resolve(&format!("./{inside}")).ok()?)
        };
        self.folders.iter().find_map(in_folder)
    }

    /// Whether an article's file may stand at `path`, published or not.
    #[must_use]
    pub fn may_hold(&self, path: &SitePath) -> bool {
        self.folders.iter().any(|folder| folder.holds(path))
    }
}

impl Folder {
    /// That of the articles, and those of the sections.
    fn all(sections: &[Section]) -> Vec<Self> {
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
    fn holds(&self, path: &SitePath) -> bool {
        path.extension() == "md" && path.as_str().starts_with(&format!("{}/", self.path.as_str()))
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

    fn read(
        &self,
        path: SitePath,
        source: &SiteSource,
        known: &[&str],
    ) -> (Option<Entry>, Vec<Diagnostic>) {
        let bytes = match source.read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let message = format!("`{path}` cannot be read: {error}");
                return (None, vec![Diagnostic::error("unreadable-file", message)]);
            }
        };
        let Ok(text) = String::from_utf8(bytes.to_vec()) else {
            let found = Diagnostic::error("not-utf-8", format!("`{path}` is not UTF-8 text"));
            return (None, vec![found.hint("save it as UTF-8")]);
        };
        let dir = self.page_of(&path);
        let (article, found) = parse::article(&Arc::new(SourceFile { path, text }), known);
        (Some(Entry { article, dir, section: self.section }), found)
    }

    /// The folder of the page of the article at `path`.
    fn page_of(&self, path: &SitePath) -> String {
        let below = path.as_str().strip_prefix(self.path.as_str()).unwrap_or(path.as_str());
        let below = below.trim_start_matches('/').trim_end_matches(".md");
        match below.strip_suffix("index") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => {
                format!("{}{folder}", self.dir)
            }
            _ => format!("{}{below}/", self.dir),
        }
    }
}
