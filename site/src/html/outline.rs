//! What an article's HTML holds, element by element.

use super::{SLOT, attribute, flatten, slot_number};
use crate::parse::Node;
use lol_html::html_content::{Element as Parsed, TextChunk};
use lol_html::{RewriteStrSettings, element, rewrite_str, text};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// An element of an article's own HTML, or a component's tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// In lower case.
    pub name: String,
    /// By their names in lower case, character references resolved.
    pub attributes: BTreeMap<String, String>,
    /// Its start tag, as the HTML has it.
    pub written: String,
    /// The words inside it say what it is, or a `<label>` around it does.
    pub is_named: bool,
    /// The number of the tag in document order, where it stands for one.
    pub tag: Option<usize>,
}

/// What may carry an accessible name, an address or an `id`.
const OUTLINED: &str = "[id], [src], [href], [poster], [srcset], [for], a, img, input, select, textarea, button, iframe";
/// What is named by the words inside it.
const NAMED_INSIDE: &str = "a[href], button";
/// What names it besides words.
const NAMES: &str = "a[href] [alt], a[href] svg, a[href] math, a[href] [aria-label], \
    button [alt], button svg, button math, button [aria-label]";
const LABELLED: &str = "label input, label select, label textarea";

/// The elements of a body that a reader can reach or that lead somewhere, and its tags, in document
/// order.
#[must_use]
pub fn outline(body: &[Node]) -> Vec<Element> {
    let mut html = String::new();
    flatten(body, &mut 0, &mut html);
    let found: RefCell<BTreeMap<usize, (Element, Range<usize>)>> = RefCell::default();
    let labelled: RefCell<BTreeSet<usize>> = RefCell::default();
    let start = |element: &Parsed<'_, '_>| element.source_location().bytes();
    // The innermost that may be named: in sound HTML, links and buttons do not nest.
    let name_last = || {
        let mut found = found.borrow_mut();
        let mut named = found.values_mut().rev().map(|(element, _)| element);
        if let Some(element) = named.find(|it| matches!(it.name.as_str(), "a" | "button")) {
            element.is_named = true;
        }
    };
    let open = |element: &mut Parsed<'_, '_>| {
        let place = start(element);
        let all = element.attributes();
        let attributes = all.iter().map(|it| (it.name(), attribute(element, &it.name())));
        let attributes = attributes.filter_map(|(name, value)| Some((name, value?))).collect();
        let name = element.tag_name();
        let tag = slot_number(element);
        let outlined = Element { name, attributes, written: String::new(), is_named: false, tag };
        found.borrow_mut().insert(place.start, (outlined, place));
        Ok(())
    };
    let label = |element: &mut Parsed<'_, '_>| {
        labelled.borrow_mut().insert(start(element).start);
        Ok(())
    };
    let says = |element: &mut Parsed<'_, '_>| {
        if element.get_attribute("alt").is_none_or(|alt| !alt.trim().is_empty()) {
            name_last();
        }
        Ok(())
    };
    let read = |chunk: &mut TextChunk<'_>| {
        if !chunk.as_str().trim().is_empty() {
            name_last();
        }
        Ok(())
    };
    let with_slots = format!("{OUTLINED}, {SLOT}");
    let named_by_slots = format!("{NAMES}, a[href] {SLOT}, button {SLOT}");
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!(with_slots, open))
        .append_element_content_handler(element!(LABELLED, label))
        .append_element_content_handler(element!(named_by_slots, says))
        .append_element_content_handler(text!(NAMED_INSIDE, read))
        .with_strict(false);
    // Only looked at; what the rewriter makes of the text is of no use here.
    let _ = rewrite_str(&html, settings);
    let labelled = labelled.into_inner();
    let found = found.into_inner().into_values().map(|(mut element, place)| {
        element.is_named |= labelled.contains(&place.start);
        html.get(place).unwrap_or_default().clone_into(&mut element.written);
        element
    });
    found.collect()
}

/// Every place of a page that a link may name.
#[must_use]
pub fn anchors(page: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let note = |element: &mut Parsed<'_, '_>| {
        let names = ["id", "name"].into_iter().filter_map(|name| attribute(element, name));
        found.extend(names);
        Ok(())
    };
    // As above.
    let _ = super::rewrite(page, "[id], a[name]", note);
    found
}

impl Element {
    /// The value of an attribute.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}
