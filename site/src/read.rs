//! From the folder of the articles to articles, parsed.

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

/// Reads and parses every article, in the order of their paths.
pub fn read_articles(source: &SiteSource, known: &[&str]) -> (Vec<Entry>, Vec<Diagnostic>) {
    let (paths, mut diagnostics) = article_paths(source);
    if paths.is_empty() && diagnostics.is_empty() {
        diagnostics.push(
            Diagnostic::error("no-articles", format!("no article in `{CONTENT}/`"))
                .hint("write `content/first/index.md`, or name the site's folder with `--root`"),
        );
    }
    let parsed: Vec<_> =
        paths.into_par_iter().map(|path| read_article(path, source, known)).collect();
    let mut entries: Vec<Entry> = Vec::new();
    for (entry, found) in parsed {
        diagnostics.extend(found);
        entries.extend(entry);
    }
    let mut pages: BTreeMap<String, SitePath> = BTreeMap::new();
    entries.retain(|entry| {
        let path = entry.article.source.path.clone();
        let first = pages.entry(entry.page().to_lowercase()).or_insert_with(|| path.clone());
        if *first != path {
            diagnostics.push(
                Diagnostic::error(
                    "same-page",
                    format!("`{first}` and `{path}` make the same page"),
                )
                .at(&entry.article.source, 0..0)
                .hint("rename one of them"),
            );
        }
        *first == path
    });
    (entries, diagnostics)
}

fn article_paths(source: &SiteSource) -> (Vec<SitePath>, Vec<Diagnostic>) {
    let Ok(content) = SitePath::new(CONTENT) else { return Default::default() };
    let walk = source.files_under(&content);
    let is_article = |path: &SitePath| path.extension() == "md" && path.stem() != "README";
    (walk.files.into_iter().filter(is_article).collect(), refused(walk.refused))
}

/// What of a folder could not be read, as diagnostics.
#[must_use]
pub fn refused(refused: Vec<(SitePath, io::Error)>) -> Vec<Diagnostic> {
    let say = |(path, error)| {
        Diagnostic::error("unreadable-file", format!("`{path}` cannot be read: {error}"))
    };
    refused.into_iter().map(say).collect()
}

fn read_article(
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
    let below = path.as_str().trim_start_matches(CONTENT).trim_start_matches('/');
    let below = below.strip_suffix(".md").unwrap_or(below);
    let dir = match below.strip_suffix("index") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder.to_owned(),
        _ => format!("{below}/"),
    };
    let (article, found) = parse::article(&Arc::new(SourceFile { path, text }), known);
    (Some(Entry { article, dir }), found)
}
