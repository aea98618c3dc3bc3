//! Links: to pages, to places on them, and out of the site.

use super::Outward;
use super::article::Looked;
use crate::diagnostic::Diagnostic;
use crate::html::outline;
use crate::island::kebab;
use crate::links;
use crate::output::Output;
use crate::render::Lead;
use crate::world::Witness;
use percent_encoding::percent_decode_str;
use prebake_plugin::{SitePath, Source, nearest};
use rayon::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
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
    witness: &Witness<'_>,
) -> (Vec<Diagnostic>, Vec<Outward>) {
    let (mut found, mut outward) = (Vec::new(), Vec::new());
    for (element, place) in article.own_elements() {
        for name in ["href", "src"] {
            let Some(url) = element.get(name).map(str::trim) else { continue };
            if is_outward(url) {
                let (url, source) = (url.to_owned(), Arc::clone(article.source()));
                outward.push(Outward { url, source, range: place.clone() });
            } else if name == "href" {
                let told = match page_of(article, url, output, witness) {
                    Ok(page) => page.and_then(|page| unknown_place(url, &page, anchors)),
                    Err(told) => Some(told),
                };
                let warn =
                    |Told { code, message, hint }| article.warning(code, message, place).hint(hint);
                found.extend(told.map(warn));
            }
        }
    }
    (found, outward)
}

/// What is wrong with a link.
struct Told {
    code: &'static str,
    message: String,
    hint: String,
}

fn is_outward(url: &str) -> bool {
    let scheme = url.split_once("//").map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| matches!(scheme.as_str(), "http:" | "https:" | ""))
}

/// The page that a link leads to, if it leads to one.
fn page_of(
    article: &Looked<'_>,
    url: &str,
    output: &Output,
    witness: &Witness<'_>,
) -> Result<Option<String>, Told> {
    if url.starts_with('#') {
        return Ok(Some(article.entry.page()));
    }
    let Some(local) = links::local(url) else { return Ok(None) };
    let broken = |hint: String| {
        let message = format!("`{url}` leads to no page or file of the site");
        Err(Told { code: "broken-link", message, hint })
    };
    // What the build makes beside the articles: feeds, the list of all.
    let made = in_output(&article.entry.dir, &local).filter(|path| output.get(path).is_some());
    match (Lead::of(&local, &article.source().path.parent(), witness), made) {
        (Lead::Page(page), _) => Ok(Some(page)),
        (Lead::File(_) | Lead::Static(_), _) => Ok(None),
        // Of this the build has told.
        (Lead::Unpublished(_), _) => Ok(None),
        (_, Some(made)) => Ok(Some(made)),
        (Lead::Outside, None) => broken("it leads out of the site's folder".to_owned()),
        (Lead::Nothing(path), None) => broken(match meant(&path, witness.source()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "where something else serves it, write its whole address".to_owned(),
        }),
    }
}

/// What is wrong with the fragment of a URL that leads to `page`.
fn unknown_place(url: &str, page: &str, anchors: &Anchors) -> Option<Told> {
    let (_, fragment) = url.split_once('#')?;
    let fragment = percent_decode_str(fragment).decode_utf8_lossy();
    // Text fragments name words, and these two every page has.
    let name = fragment.split(":~:").next().unwrap_or_default();
    let known = anchors.get(page)?;
    if name.is_empty() || name.eq_ignore_ascii_case("top") || known.contains(name) {
        return None;
    }
    let place = if url.starts_with('#') { "this page".to_owned() } else { format!("`{page}`") };
    let message = format!("no place on {place} is called `#{name}`");
    let hint = match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `#{near}`?"),
        None => "give the place a name: `## Heading {#name}`".to_owned(),
    };
    Some(Told { code: "missing-anchor", message, hint })
}

/// The path in the output that a URL of a page in `dir` means.
fn in_output(dir: &str, local: &links::Local) -> Option<String> {
    let path = SitePath::new(dir.trim_end_matches('/')).ok()?.resolve(&local.path).ok()?;
    let path = path.as_str();
    Some(match (path, local.path.ends_with('/')) {
        ("", _) => "index.html".to_owned(),
        (path, true) => format!("{path}/index.html"),
        (path, false) => path.to_owned(),
    })
}

/// The file or folder that the first missing part of a path was probably meant to be.
fn meant(path: &SitePath, source: &dyn Source) -> Option<String> {
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
