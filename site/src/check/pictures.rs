//! Pictures with far more pixels than their place on the page, and those that figures miss.

use super::article::Looked;
use crate::diagnostic::Diagnostic;
use crate::html::outline::Element;
use crate::links;
use crate::plan::locate_all;
use prebake_plugin::{Problem, SitePath, Source};
use std::collections::BTreeSet;
use std::io::ErrorKind;

/// `column` is the width of the text in CSS pixels, where it is known.
pub(super) fn find(
    article: &Looked<'_>,
    column: Option<u32>,
    source: &dyn Source,
) -> Vec<Diagnostic> {
    // Those that a figure shows are fetched as the figure's own file, of the figure's size.
    let planned = article.planned.iter().flatten();
    let of_figures: BTreeSet<&SitePath> =
        planned.filter_map(|tag| tag.component.picture(&tag.props)).collect();
    let mut found = Vec::new();
    for (element, place) in article.own_elements().filter(|(element, _)| element.name == "img") {
        let Some(path) = element.get("src").and_then(|url| article.path(url)) else { continue };
        let Some(shown) = shown_width(element, column) else { continue };
        // A drawing has no pixels.
        if of_figures.contains(&path) || path.extension() == "svg" {
            continue;
        }
        // Of a missing one the build has told.
        let Ok(bytes) = source.read(&path) else { continue };
        let Some((width, _)) = links::picture_size(&bytes) else { continue };
        if width > 2 * shown {
            let message =
                format!("`{path}` is {width} pixels wide, and is shown at {shown} at most");
            let hint = format!("{} are enough for the sharpest screens", 2 * shown);
            found.push(article.warning("oversized-picture", message, place).hint(hint));
        }
    }
    found
}

/// The pictures that figures name and that are not there: what baking would say first. Of one that a
/// figure takes from before it in the article, the article's own HTML has told.
pub(super) fn missing(article: &Looked<'_>, source: &dyn Source) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (tag, planned) in article.tags.iter().zip(article.planned) {
        let picture = planned.as_ref().and_then(|it| it.component.picture(&it.props));
        let Some(path) = picture.filter(|_| tag.props.contains_key("src")) else { continue };
        if source.read(path).is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            let names = source.list(&path.parent()).unwrap_or_default();
            let problem = Problem::missing_file(path, &names).prop("src");
            found.extend(locate_all(vec![problem], tag, article.source()));
        }
    }
    found
}

/// The most CSS pixels that a picture can be shown at, where that is known.
fn shown_width(element: &Element, column: Option<u32>) -> Option<u32> {
    if ["srcset", "style"].into_iter().any(|name| element.get(name).is_some()) {
        return None;
    }
    let given = element.get("width").and_then(|width| width.trim().parse().ok());
    match (given, column) {
        (Some(given), Some(column)) => Some(column.min(given)),
        (given, column) => given.or(column),
    }
}
