//! Passes over the HTML of an article: what it shows, and the rewriting of its links.

pub mod outline;

use crate::parse::{Interpolation, Node, Tag};
use lol_html::html_content::{ContentType, Element};
use lol_html::{HandlerResult, RewriteStrSettings, element, rewrite_str};
use std::fmt::Write as _;

/// What stands for a component's tag while the HTML around it is rewritten.
const SLOT: &str = "prebake-slot";

/// The elements that [`render`] passes to its second function: what carries a URL, what may be wider
/// than its page, and what needs a name.
const FINISHED: &str =
    "[src], [href], [poster], [srcset], pre, table, math[display=block], input[type=checkbox]";

/// Something that the planner meets, in document order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// An `<img>` with this `src`.
    Picture(String),
    /// The tag of this number, in document order.
    Tag(usize),
}

/// Every tag of a body, children after their parents, in document order.
#[must_use]
pub fn tags(body: &[Node]) -> Vec<&Tag> {
    fn collect<'a>(nodes: &'a [Node], into: &mut Vec<&'a Tag>) {
        for node in nodes {
            if let Node::Component(tag) = node {
                into.push(tag);
                collect(&tag.children, into);
            }
        }
    }
    let mut all = Vec::new();
    collect(body, &mut all);
    all
}

/// The pictures and tags of a body in document order.
#[must_use]
pub fn survey(body: &[Node]) -> Vec<Seen> {
    let mut html = String::new();
    flatten(body, &mut 0, &mut html);
    let mut seen = Vec::new();
    let handler = |element: &mut Element<'_, '_>| {
        if let Some(number) = slot_number(element) {
            seen.push(Seen::Tag(number));
        } else if let Some(src) = element.get_attribute("src") {
            seen.push(Seen::Picture(unescape(&src)));
        }
        Ok(())
    };
    let selector = format!("img[src], {SLOT}");
    // The survey only looks; what the rewriter makes of the text is of no use here.
    let _ = rewrite(&html, &selector, handler);
    seen
}

/// The HTML of a body in one piece: a slot before the children of each tag, and for each expression
/// a character, since it is some text, of an attribute or between elements.
fn flatten(nodes: &[Node], next: &mut usize, html: &mut String) {
    for node in nodes {
        match node {
            Node::Html(text) => html.push_str(text),
            Node::Component(tag) => {
                push_slot(html, *next);
                *next += 1;
                flatten(&tag.children, next, html);
            }
            Node::Interpolation(_) => html.push('…'),
        }
    }
}

/// The HTML of a body: every tag replaced by what `place` makes of it (given its number and the HTML
/// of its children), every expression by what `show` makes of it, every element that a page has to
/// finish passed through `finish`.
///
/// # Errors
/// The rewriter's reason, where the HTML asks for more memory than it may have.
pub fn render(
    body: &[Node],
    place: &mut dyn FnMut(usize, &Tag, &str) -> String,
    show: &mut dyn FnMut(&Interpolation) -> String,
    finish: &mut dyn FnMut(&mut Element<'_, '_>),
) -> Result<String, String> {
    render_from(body, &mut 0, place, show, finish)
}

fn render_from(
    nodes: &[Node],
    next: &mut usize,
    place: &mut dyn FnMut(usize, &Tag, &str) -> String,
    show: &mut dyn FnMut(&Interpolation) -> String,
    finish: &mut dyn FnMut(&mut Element<'_, '_>),
) -> Result<String, String> {
    let first = *next;
    let mut html = String::new();
    let mut placed: Vec<Option<String>> = Vec::new();
    for node in nodes {
        match node {
            Node::Html(text) => html.push_str(text),
            Node::Component(tag) => {
                let number = *next;
                *next += 1;
                let children = render_from(&tag.children, next, place, show, finish)?;
                push_slot(&mut html, number);
                placed.resize_with(number - first, || None);
                placed.push(Some(place(number, tag, &children)));
            }
            Node::Interpolation(interpolation) => html.push_str(&show(interpolation)),
        }
    }
    let handler = |element: &mut Element<'_, '_>| {
        let Some(number) = slot_number(element) else {
            finish(element);
            return Ok(());
        };
        let markup = number.checked_sub(first).and_then(|at| placed.get_mut(at)?.take());
        element.replace(&markup.unwrap_or_default(), ContentType::Html);
        Ok(())
    };
    let selector = format!("{SLOT}, {FINISHED}");
    rewrite(&html, &selector, handler)
}

/// Passes every element that carries a URL through `link`.
///
/// # Errors
/// As for [`render`].
pub fn rewrite_links(
    html: &str,
    finish: &mut dyn FnMut(&mut Element<'_, '_>),
) -> Result<String, String> {
    let body = [Node::Html(html.to_owned())];
    render(&body, &mut |_, _, _| String::new(), &mut |_| String::new(), finish)
}

/// Leaves of every island the static HTML that it holds, and of every expression its text.
#[must_use]
pub fn unwrap_islands(html: &str) -> String {
    let handler = |element: &mut Element<'_, '_>| {
        element.remove_and_keep_content();
        Ok(())
    };
    rewrite(html, "prebake-island, span[data-expression]", handler).unwrap_or_default()
}

fn rewrite<'h>(
    html: &str,
    selector: &str,
    handler: impl FnMut(&mut Element<'_, '_>) -> HandlerResult + 'h,
) -> Result<String, String> {
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!(selector, handler))
        // An article's HTML is what its author wrote: odd nesting is passed on as it stands.
        .with_strict(false);
    rewrite_str(html, settings).map_err(|error| error.to_string())
}

/// These attributes of the first element of that name.
#[must_use]
pub fn first_element(html: &str, name: &str, attributes: &[&str]) -> Option<Vec<Option<String>>> {
    let mut found = None;
    let handler = |element: &mut Element<'_, '_>| {
        if found.is_none() {
            found = Some(attributes.iter().map(|name| attribute(element, name)).collect());
        }
        Ok(())
    };
    rewrite(html, name, handler).ok()?;
    found
}

/// The value of an attribute, its character references resolved.
#[must_use]
pub fn attribute(element: &Element<'_, '_>, name: &str) -> Option<String> {
    element.get_attribute(name).map(|value| unescape(&value))
}

/// Gives an element an attribute, with `value` as its text.
pub fn set(element: &mut Element<'_, '_>, name: &str, value: &str) {
    // It fails for names that no attribute can have; ours can.
    let _ = element.set_attribute(name, &value.replace('&', "&amp;"));
}

fn push_slot(html: &mut String, number: usize) {
    // Writing to a string cannot fail.
    let _ = write!(html, "<{SLOT} n=\"{number}\"></{SLOT}>");
}

fn slot_number(element: &Element<'_, '_>) -> Option<usize> {
    (element.tag_name() == SLOT).then(|| element.get_attribute("n")?.parse().ok())?
}

/// Resolves the references that appear in attribute values made from URLs.
fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
