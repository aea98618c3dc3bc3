//! From the articles' pages to all pages and feeds of the site.

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::links;
use crate::page::{self, Listed, Page};
use crate::read::Entry;
use crate::theme::Theme;

/// The pages and feeds, by their paths.
#[must_use]
pub fn assemble(
    articles: Vec<(&Entry, Page, Listed)>,
    config: &Config,
    theme: &Theme,
    scripts: &[String],
) -> (Vec<(String, String)>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut home = Page {
        kind: "index",
        title: config.title.clone(),
        description: config.description.clone(),
        canonical: config.base_url.as_ref().map(ToString::to_string),
        ..Page::default()
    };
    let mut pages = Vec::new();
    let mut listed = Vec::new();
    for (entry, page, line) in articles {
        if entry.dir.is_empty() {
            let title = if page.title.is_empty() { home.title } else { page.title };
            let description = page.description.or(home.description);
            home = Page { kind: "index", title, description, ..page };
        } else {
            pages.push((entry.page(), page));
            listed.push(line);
        }
    }
    listed.sort_by(|a, b| b.iso.cmp(&a.iso).then_with(|| a.title.cmp(&b.title)));
    pages.push(("index.html".to_owned(), home));
    let lost = Page { kind: "404", title: "Page not found".to_owned(), ..Page::default() };
    pages.push(("404.html".to_owned(), lost));

    let mut made = Vec::new();
    for (path, page) in pages {
        let root = links::root_from(&path);
        let scripts: Vec<String> = scripts.iter().map(|url| format!("{root}{url}")).collect();
        match page::render(&page, &listed, config, theme, &scripts) {
            Ok(text) => made.push((path, text)),
            Err(found) => diagnostics.push(found),
        }
    }
    if config.base_url.is_some() {
        let dated: Vec<Listed> =
            listed.iter().filter(|article| article.iso.is_some()).cloned().collect();
        for (path, articles) in [("atom.xml", &dated), ("sitemap.xml", &listed)] {
            match page::render_feed(path, articles, config, theme) {
                Ok(text) => made.push((path.to_owned(), text)),
                Err(found) => diagnostics.push(found),
            }
        }
    }
    (made, diagnostics)
}
