//! Pictures and figures that nobody has put into words.

use super::article::Looked;
use crate::diagnostic::Diagnostic;
use crate::html::outline::Element;
use crate::plan::Components;
use std::ops::Range;

pub(super) fn find(article: &Looked<'_>, components: &Components<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (element, place) in &article.elements {
        let tag = element.tag.and_then(|number| article.tags.get(number));
        let lacking = match tag {
            Some(tag) if tag.props.contains_key("alt") => None,
            Some(tag) => components.has_prop(&tag.component, "alt").then_some((
                "this figure has no description",
                "say what it shows: `alt=\"A dog in four colours\"`",
            )),
            None => lacks_alt(element, article, place).then_some((
                "this picture has no description",
                "say what it shows, between the brackets or in `alt`; \
                 for mere decoration write `<img src=\"…\" alt=\"\">`",
            )),
        };
        if let Some((message, hint)) = lacking {
            found.push(article.warning("missing-alt", message, place).hint(hint));
        }
    }
    found
}

/// In HTML, an empty `alt` says that there is nothing to say; in Markdown it says nothing.
fn lacks_alt(element: &Element, article: &Looked<'_>, place: &Range<usize>) -> bool {
    match element.get("alt") {
        _ if element.name != "img" => false,
        None => element.get("aria-label").is_none() && element.get("role") != Some("presentation"),
        Some("") => {
            let before = &article.source().text[..place.start];
            before.trim_end_matches('<').ends_with("![](")
        }
        Some(_) => false,
    }
}
