//! Elements of one page that share an `id`.

use super::article::Looked;
use crate::diagnostic::Diagnostic;
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) fn find(article: &Looked<'_>) -> Vec<Diagnostic> {
    let mut taken = BTreeSet::new();
    let mut found = Vec::new();
    for (element, place) in &article.elements {
        let tag = element.tag.and_then(|number| article.tags.get(number));
        let (id, place) = match tag {
            Some(tag) => {
                let span = tag.prop_spans.get("id").unwrap_or(&tag.name_span);
                (tag.props.get("id").and_then(Value::as_str), span.clone())
            }
            None => {
                let id = element.get("id");
                let headings = article.entry.article.headings.iter();
                let mut headings =
                    headings.filter(|_| matches!(element.name.as_bytes(), [b'h', b'1'..=b'6']));
                let heading = headings.find(|heading| Some(heading.id.as_str()) == id);
                (id, heading.map_or_else(|| place.clone(), |heading| heading.span.clone()))
            }
        };
        let Some(id) = id.filter(|id| !id.is_empty()) else { continue };
        if !taken.insert(id.to_owned()) {
            let message = format!("another place on the page is called `{id}` already");
            let hint = "a link to it leads to the first one; give one of them another name";
            found.push(article.warning("shared-id", message, &place).hint(hint));
        }
    }
    found
}
