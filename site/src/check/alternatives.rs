//! Pictures and figures that nobody has put into words.

use super::article::Looked;
use crate::diagnostic::Diagnostic;
use crate::html::outline::Element;
use crate::plan::Components;
use std::ops::Range;

const CODE: &str = "missing-alt";

pub(super) fn find(article: &Looked<'_>, components: &Components<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (element, place) in &article.elements {
        let warning = match element.tag.and_then(|number| article.tags.get(number)) {
            Some(tag) => {
                components.has_prop(&tag.component, "alt") && !tag.props.contains_key("alt")
            }
            None => element.name == "img" && lacks_alt(element, article, place),
        };
        if warning {
            let hint = if element.tag.is_some() {
                "say what it shows: `alt=\"A dog in four colours\"`"
            } else {
                "say what it shows, between the brackets or in `alt`; \
                 for mere decoration write `<img src=\"…\" alt=\"\">`"
            };
            let what = if element.tag.is_some() { "this figure" } else { "this picture" };
            let message = format!("{what} has no description");
            found.push(article.warning(CODE, message, place).hint(hint));
        }
    }
    found
}

/// In HTML, an empty `alt` says that there is nothing to say; in Markdown it says nothing.
fn lacks_alt(element: &Element, article: &Looked<'_>, place: &Range<usize>) -> bool {
    match element.get("alt") {
        None => element.get("aria-label").is_none() && element.get("role") != Some("presentation"),
        Some("") => {
            let before = &article.source().text[..place.start];
            before.trim_end_matches('<').ends_with("![](")
        }
        Some(_) => false,
    }
}
