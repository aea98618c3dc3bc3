//! Links: to pages, to places on them, and out of the site.

use super::Outward;
use super::article::Looked;
use crate::diagnostic::Diagnostic;
use crate::html::outline;
use crate::island::kebab;
use crate::links;
use crate::output::Output;
use crate::source::SiteSource;
use percent_encoding::percent_decode_str;
use prebake_plugin::{SitePath, Source as _, nearest};
use rayon::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// The places of every page that a link may name, by the page's path.
pub(super) type Anchors = BTreeMap<String, BTreeSet<String>>;

/// What the pages have, and what their figures will have.
pub(super) fn of_pages(articles: &[Looked<'_>], output: &Output) -> Anchors {
    let pages: Vec<(&str, &Arc<[u8]>)> =
        output.iter().filter(|(path, _)| path.ends_with(".html")).collect();
    let mut anchors: Anchors = pages
        .into_par_iter()
        .map(|(path, page)| (path.to_owned(), outline::anchors(&String::from_utf8_lossy(page))))
        .collect();
    for article in articles {
        let page = anchors.entry(article.entry.page()).or_default();
        // What stands between a component's tags is in the page when the figure is.
        page.extend(article.own_elements().filter_map(|(it, _)| it.get("id").map(str::to_owned)));
        page.extend(article.entry.article.headings.iter().map(|heading| heading.id.clone()));
        for (number, tag) in article.tags.iter().enumerate() {
            page.extend(tag.props.get("id").and_then(Value::as_str).map(str::to_owned));
            page.insert(format!("{}-{}", kebab(&tag.component), number + 1));
        }
    }
    anchors
}

/// The links of an article that lead nowhere, and those that lead out of the site.
pub(super) fn find(
    article: &Looked<'_>,
    anchors: &Anchors,
    output: &Output,
    source: &SiteSource,
) -> (Vec<Diagnostic>, Vec<Outward>) {
    let (mut found, mut outward) = (Vec::new(), Vec::new());
    for (element, place) in article.own_elements() {
        for name in ["href", "src"] {
            let Some(url) = element.get(name).map(str::trim) else { continue };
            if is_outward(url) {
                let (url, source) = (url.to_owned(), Arc::clone(article.source()));
                outward.push(Outward { url, source, range: place.clone() });
            } else if name == "href" {
                found.extend(look(article, url, place, anchors, output, source));
            }
        }
    }
    (found, outward)
}

fn is_outward(url: &str) -> bool {
    let scheme = url.split_once("//").map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| matches!(scheme.as_str(), "http:" | "https:" | ""))
}

/// What is wrong with a link inside the site.
fn look(
    article: &Looked<'_>,
    url: &str,
    place: &Range<usize>,
    anchors: &Anchors,
    output: &Output,
    source: &SiteSource,
) -> Option<Diagnostic> {
    let page = if url.starts_with('#') {
        article.entry.page()
    } else {
        let local = links::local(url)?;
        let followed = article.links.get(url).copied().flatten();
        let target = match followed {
            Some(followed) => in_output(&article.entry.dir, followed),
            // What the build makes beside the articles: feeds, the list of all.
            None => in_output(&article.entry.dir, url).filter(|it| output.get(it).is_some()),
        };
        let Some(target) = target else {
            return broken(article, url, &local, place, source);
        };
        target
    };
    let (_, fragment) = url.split_once('#')?;
    let fragment = percent_decode_str(fragment).decode_utf8_lossy();
    // Text fragments name words, and these two every page has.
    let name = fragment.split(":~:").next().unwrap_or_default();
    let known = anchors.get(&page)?;
    if name.is_empty() || name.eq_ignore_ascii_case("top") || known.contains(name) {
        return None;
    }
    let whose = if url.starts_with('#') {
        "no place on this page".to_owned()
    } else {
        format!("no place on `{page}`")
    };
    let found = article.warning("missing-anchor", format!("{whose} is called `#{name}`"), place);
    Some(match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => found.hint(format!("did you mean `#{near}`?")),
        None => found.hint("give the place a name: `## Heading {#name}`"),
    })
}

/// The path in the output that a URL of a page in `dir` means.
fn in_output(dir: &str, url: &str) -> Option<String> {
    let local = links::local(url)?;
    let path = SitePath::new(dir.trim_end_matches('/')).ok()?.resolve(&local.path).ok()?;
    let path = path.as_str();
    Some(match (path, local.path.ends_with('/')) {
        ("", _) => "index.html".to_owned(),
        (path, true) => format!("{path}/index.html"),
        (path, false) => path.to_owned(),
    })
}

fn broken(
    article: &Looked<'_>,
    url: &str,
    local: &links::Local,
    place: &Range<usize>,
    source: &SiteSource,
) -> Option<Diagnostic> {
    let message = format!("`{url}` leads to no page or file of the site");
    let found = article.warning("broken-link", message, place);
    let Ok(path) = article.source().path.parent().resolve(&local.path) else {
        return Some(found.hint("it leads out of the site's folder"));
    };
    let index = path.resolve("./index.md").ok();
    let is_there = |path: &SitePath| source.read(path).is_ok();
    if is_there(&path) || index.is_some_and(|index| is_there(&index)) {
        // That it is not published, the build has told.
        return None;
    }
    Some(match meant(&path, source) {
        Some(meant) => found.hint(format!("did you mean `{meant}`?")),
        None => found.hint("where something else serves it, write its whole address"),
    })
}

/// The file or folder that the first missing part of a path was probably meant to be.
fn meant(path: &SitePath, source: &SiteSource) -> Option<String> {
    let mut folder = SitePath::root();
    for part in path.as_str().split('/') {
        let names = source.list(&folder).ok()?;
        let names = || names.iter().map(|name| name.trim_end_matches('/'));
        if !names().any(|name| name == part) {
            return nearest(part, names()).map(str::to_owned);
        }
        folder = folder.resolve(&format!("./{part}")).ok()?;
    }
    None
}
