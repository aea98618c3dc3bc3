//! Controls, links and frames without a name.

use super::article::Looked;
use crate::diagnostic::Diagnostic;
use crate::html::outline::Element;
use crate::plan::Components;
use std::collections::BTreeSet;

pub(super) fn find(article: &Looked<'_>, components: &Components<'_>) -> Vec<Diagnostic> {
    let labels = article.own_elements().filter(|(element, _)| element.name == "label");
    let labelled: BTreeSet<&str> = labels.filter_map(|(element, _)| element.get("for")).collect();
    let mut found = Vec::new();
    for (element, place) in &article.elements {
        let tag = element.tag.and_then(|number| article.tags.get(number));
        let problem = match tag {
            Some(tag) if !components.has_prop(&tag.component, "label") => None,
            Some(tag) if tag.props.contains_key("label") => None,
            Some(tag) => {
                let message = format!("`<{}>` has no label", tag.component);
                Some((message, "say what it sets: `label=\"Colours\"`"))
            }
            None => unnamed(element, &labelled)
                .map(|(what, hint)| (format!("this {what} has no name"), hint)),
        };
        if let Some((message, hint)) = problem {
            found.push(article.warning("missing-label", message, place).hint(hint));
        }
    }
    found
}

/// What an element is, and how to name it, where it has no name.
fn unnamed(element: &Element, labelled: &BTreeSet<&str>) -> Option<(&'static str, &'static str)> {
    let says = |name: &str| element.get(name).is_some_and(|text| !text.trim().is_empty());
    if element.is_named || ["aria-label", "aria-labelledby", "title"].into_iter().any(says) {
        return None;
    }
    let is_labelled = element.get("id").is_some_and(|id| labelled.contains(id));
    match element.name.as_str() {
        "a" if element.get("href").is_some() => {
            Some(("link", "write some words between the brackets"))
        }
        "button" => Some(("button", "write what it does between its tags")),
        "iframe" => Some(("frame", "say what it shows: `title=\"…\"`")),
        "input" | "select" | "textarea" if !is_labelled && !names_itself(element) => {
            Some(("control", "put it into a `<label>`, or say what it sets: `aria-label=\"…\"`"))
        }
        _ => None,
    }
}

/// Inputs that are nothing to a reader, are buttons with a value, or that the build names.
fn names_itself(element: &Element) -> bool {
    match element.get("type").unwrap_or_default() {
        "hidden" | "submit" | "reset" => true,
        "button" => element.get("value").is_some(),
        "image" => element.get("alt").is_some(),
        "checkbox" => element.get("disabled").is_some(),
        _ => false,
    }
}
