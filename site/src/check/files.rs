//! Files that nothing shows.

use super::article::Looked;
use crate::config;
use crate::diagnostic::Diagnostic;
use crate::read::CONTENT;
use crate::source::SiteSource;
use percent_encoding::percent_decode_str;
use prebake_plugin::{SitePath, Source as _};
use serde_json::Value;
use std::collections::BTreeSet;

/// Files beside an article, or in a folder of which something is shown, that no article names: a
/// folder of which nothing is shown may have reasons of its own to be there.
pub(super) fn find(articles: &[Looked<'_>], source: &SiteSource) -> Vec<Diagnostic> {
    let Ok(content) = SitePath::new(CONTENT) else { return Vec::new() };
    let used: BTreeSet<SitePath> = articles.iter().flat_map(used).collect();
    let mut folders: BTreeSet<SitePath> = used.iter().map(SitePath::parent).collect();
    folders.extend(articles.iter().map(|article| article.source().path.parent()));
    let configuration = SitePath::new(config::FILE)
        .and_then(|path| source.read(&path).map_err(|_| "there is none"));
    let configuration = configuration.unwrap_or_default();
    let configuration = String::from_utf8_lossy(&configuration);
    // A name that stands in a text may be meant by it in a way that only its component knows.
    let is_mentioned = |path: &SitePath| {
        let name = path.file_name();
        let mentions = |text: &str| text.contains(name);
        mentions(&configuration) || articles.iter().any(|it| mentions(&it.source().text))
    };
    let is_unused = |path: &SitePath| {
        path.extension() != "md"
            && folders.contains(&path.parent())
            && !used.contains(path)
            && !is_mentioned(path)
    };
    let files = source.files_under(&content).files;
    let unused = files.into_iter().filter(is_unused).map(|path| {
        Diagnostic::warning("unused-file", format!("nothing names `{path}`"))
            .hint("it is not published; remove it, or show it")
    });
    unused.collect()
}

/// The paths that an article's elements, tags and front matter may mean.
fn used<'a>(article: &'a Looked<'_>) -> impl Iterator<Item = SitePath> + 'a {
    let urls = article.elements.iter().flat_map(|(element, _)| {
        let whole = ["src", "href", "poster"].into_iter().filter_map(|name| element.get(name));
        let listed = element.get("srcset").into_iter().flat_map(|set| set.split([',', ' ']));
        whole.chain(listed)
    });
    let props = article.tags.iter().flat_map(|tag| tag.props.values());
    let mut words = Vec::new();
    for value in props.chain(article.entry.article.front.values.values()) {
        strings(value, &mut words);
    }
    let folder = article.source().path.parent();
    let pictures = article
        .planned
        .iter()
        .flatten()
        .filter_map(|tag| tag.component.picture(&tag.props).cloned());
    let named = urls.chain(words).filter_map(move |url| {
        let url = url.split(['?', '#']).next().unwrap_or(url);
        folder.resolve(&percent_decode_str(url).decode_utf8_lossy()).ok()
    });
    named.chain(pictures)
}

fn strings<'v>(value: &'v Value, into: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => into.push(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, into)),
        Value::Object(members) => members.values().for_each(|member| strings(member, into)),
        _ => {}
    }
}
