//! From the articles' pages to all pages and feeds of the site.

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::links;
use crate::page::{self, Around, Listed, Page, SectionLink};
use crate::read::Entry;
use crate::section;
use crate::theme::Theme;

/// The pages and feeds, by their paths.
#[must_use]
pub fn assemble(
    articles: Vec<(&Entry, Page, Listed)>,
    config: &Config,
    theme: &Theme,
    scripts: &[String],
) -> (Vec<(String, String)>, Vec<Diagnostic>) {
    let (in_sections, articles): (Vec<_>, Vec<_>) =
        articles.into_iter().partition(|(entry, ..)| entry.section.is_some());
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

    let sections = section::in_order(in_sections, config);
    let links: Vec<SectionLink> = sections.iter().map(|section| section.link.clone()).collect();
    let mut making = Making { config, theme, scripts, made: Vec::new(), diagnostics: Vec::new() };
    let around = Around { articles: &listed, sections: &links, section: None };
    for (path, page) in pages {
        making.page(path, &page, around);
    }
    for section in &sections {
        for (number, (path, page)) in section.pages.iter().enumerate() {
            let section = Some(section.seen_from(number));
            making.page(path.clone(), page, Around { section, ..around });
        }
    }
    if config.base_url.is_some() {
        let dated: Vec<Listed> =
            listed.iter().filter(|article| article.iso.is_some()).cloned().collect();
        let in_sections = sections.iter().flat_map(|section| &section.listed);
        let all: Vec<Listed> = listed.iter().chain(in_sections).cloned().collect();
        making.feed("atom.xml", &dated);
        making.feed("sitemap.xml", &all);
    }
    (making.made, making.diagnostics)
}

/// Pages and feeds, as they come out of their templates.
struct Making<'a> {
    config: &'a Config,
    theme: &'a Theme,
    scripts: &'a [String],
    made: Vec<(String, String)>,
    diagnostics: Vec<Diagnostic>,
}

impl Making<'_> {
    fn page(&mut self, path: String, page: &Page, around: Around<'_>) {
        let root = links::root_from(&path);
        let scripts: Vec<String> = self.scripts.iter().map(|url| format!("{root}{url}")).collect();
        let made = page::render(page, around, self.config, self.theme, &scripts);
        self.take(path, made);
    }

    fn feed(&mut self, path: &str, articles: &[Listed]) {
        let made = page::render_feed(path, articles, self.config, self.theme);
        self.take(path.to_owned(), made);
    }

    fn take(&mut self, path: String, made: Result<String, Diagnostic>) {
        match made {
            Ok(text) => self.made.push((path, text)),
            Err(found) => self.diagnostics.push(found),
        }
    }
}
