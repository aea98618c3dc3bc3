//! From the folder of the articles to articles, parsed.

use crate::diagnostic::{Diagnostic, SourceFile};
use crate::parse::{self, Article, Heading};
use crate::source::SiteSource;
use prebake_plugin::{Digest, SitePath, Source as _};
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

/// The text of an article, as it was read.
pub struct Text {
    /// The file.
    pub source: Arc<SourceFile>,
    /// The digest of its bytes.
    pub digest: Digest,
}

impl Text {
    /// The folder of its page: `quantization/`, or nothing for the home page.
    #[must_use]
    pub fn dir(&self) -> String {
        let path = self.source.path.as_str();
        let below = path.trim_start_matches(CONTENT).trim_start_matches('/');
        let below = below.strip_suffix(".md").unwrap_or(below);
        match below.strip_suffix("index") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => folder.to_owned(),
            _ => format!("{below}/"),
        }
    }

    /// The article that it is, parsed.
    #[must_use]
    pub fn parse(&self, known: &[&str]) -> (Entry, Vec<Diagnostic>) {
        let (article, found) = parse::article(&self.source, known);
        (Entry { article, dir: self.dir() }, found)
    }
}

/// Reads every article, in the order of their paths.
#[must_use]
pub fn read_articles(source: &SiteSource) -> (Vec<Text>, Vec<Diagnostic>) {
    let (paths, mut diagnostics) = article_paths(source);
    if paths.is_empty() && diagnostics.is_empty() {
        diagnostics.push(
            Diagnostic::error("no-articles", format!("no article in `{CONTENT}/`"))
                .hint("write `content/first/index.md`, or name the site's folder with `--root`"),
        );
    }
    let read: Vec<_> = paths.into_par_iter().map(|path| read_text(path, source)).collect();
    let mut texts: Vec<Text> = Vec::new();
    for text in read {
        match text {
            Ok(text) => texts.push(text),
            Err(found) => diagnostics.push(found),
        }
    }
    let mut pages: BTreeMap<String, SitePath> = BTreeMap::new();
    texts.retain(|text| {
        let path = &text.source.path;
        let first = pages.entry(text.dir().to_lowercase()).or_insert_with(|| path.clone());
        if first != path {
            let message = format!("`{first}` and `{path}` make the same page");
            diagnostics.push(
                Diagnostic::error("same-page", message)
                    .at(&text.source, 0..0)
                    .hint("rename one of them"),
            );
        }
        first == path
    });
    (texts, diagnostics)
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

fn read_text(path: SitePath, source: &SiteSource) -> Result<Text, Diagnostic> {
    let (bytes, digest) = source.read_with_digest(&path).map_err(|error| {
        Diagnostic::error("unreadable-file", format!("`{path}` cannot be read: {error}"))
    })?;
    let Ok(text) = String::from_utf8(bytes.to_vec()) else {
        let found = Diagnostic::error("not-utf-8", format!("`{path}` is not UTF-8 text"));
        return Err(found.hint("save it as UTF-8"));
    };
    Ok(Text { source: Arc::new(SourceFile { path, text }), digest })
}
