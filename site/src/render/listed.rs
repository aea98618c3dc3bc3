//! The article as lists and feeds show it.

use crate::html;
use crate::links::{self, encode};
use crate::page::{Listed, Page, rfc3339};
use crate::read::Entry;

/// The line of an article, whose page stands at `url` if the site has one, and its text for feeds.
pub(super) fn listed(entry: &Entry, page: &Page, url: Option<String>) -> (Listed, String) {
    let iso = [&page.updated, &page.date].into_iter().flatten();
    let iso = iso.filter_map(|date| date.iso.as_deref()).map(rfc3339).max();
    let content = match &url {
        Some(url) if iso.is_some() => absolute(&page.content, url),
        _ => String::new(),
    };
    let listed = Listed {
        title: page.title.clone(),
        description: page.description.clone(),
        href: encode(&entry.page()),
        url: url.unwrap_or_default(),
        date: page.date.clone(),
        updated: page.updated.clone(),
        iso,
        order: entry.article.front.order,
    };
    (listed, content)
}

/// The body for feed readers: links made absolute, islands left as the static figures they hold.
fn absolute(content: &str, page_url: &str) -> String {
    let absolute = html::rewrite_links(content, &mut |element| {
        for name in ["src", "href", "poster"] {
            let Some(url) = html::attribute(element, name) else { continue };
            let joined = if url.starts_with('#') {
                Some(format!("{page_url}{url}"))
            } else {
                links::local(&url).map(|local| join(page_url, &local.path) + &local.suffix)
            };
            if let Some(joined) = joined {
                html::set(element, name, &joined);
            }
        }
    });
    let absolute = absolute.unwrap_or_default();
    html::unwrap_islands(&absolute)
}

/// Resolves a relative path against the absolute URL of a page's folder.
fn join(page_url: &str, path: &str) -> String {
    let mut base = page_url.trim_end_matches('/').to_owned();
    let mut rest = path;
    loop {
        if let Some(up) = rest.strip_prefix("../") {
            base.truncate(base.rfind('/').unwrap_or(base.len()));
            rest = up;
        } else if let Some(here) = rest.strip_prefix("./") {
            rest = here;
        } else {
            return format!("{base}/{}", encode(rest));
        }
    }
}
