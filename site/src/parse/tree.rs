//! From HTML with stand-ins to the tree of nodes.

use super::build::MARK_END;
use super::mask::MARK;
use super::{Interpolation, Node, Tag};
use std::collections::BTreeMap;

/// How deep components may stand in one another.
pub(crate) const DEEPEST: usize = 32;

/// Cuts `html` at its stand-ins. `tags` holds a tag for each candidate that is one; the children
/// of what is none take its place; `interpolations` the expressions. Also returns the tags that stood too deep, and were left out.
pub(crate) fn grow(
    html: &str,
    tags: &mut [Option<Tag>],
    mut interpolations: BTreeMap<usize, Interpolation>,
) -> (Vec<Node>, Vec<Tag>) {
    let mut levels: Vec<(Option<Tag>, Vec<Node>)> = Vec::new();
    let mut nodes = Vec::new();
    let mut too_deep = Vec::new();
    let mut deep = 0_usize;
    let mut rest = html;
    while let Some((before, kind, index, behind)) = next_stand_in(rest) {
        push_html(&mut nodes, before);
        rest = behind;
        match kind {
            'o' => {
                let mut tag = tags.get_mut(index).and_then(Option::take);
                if deep >= DEEPEST {
                    too_deep.extend(tag.take());
                }
                deep += 1;
                levels.push((tag, std::mem::take(&mut nodes)));
            }
            'c' => {
                let Some((tag, outer)) = levels.pop() else { continue };
                deep -= 1;
                let children = std::mem::replace(&mut nodes, outer);
                close(&mut nodes, tag, children);
            }
            'e' | 'a' => nodes.extend(interpolations.remove(&index).map(Node::Interpolation)),
            _ => {
                if let Some(tag) = tags.get_mut(index).and_then(Option::take) {
                    nodes.push(Node::Component(tag));
                }
            }
        }
    }
    push_html(&mut nodes, rest);
    while let Some((tag, outer)) = levels.pop() {
        let children = std::mem::replace(&mut nodes, outer);
        close(&mut nodes, tag, children);
    }
    (nodes, too_deep)
}

fn close(nodes: &mut Vec<Node>, tag: Option<Tag>, children: Vec<Node>) {
    match tag {
        Some(mut tag) => {
            tag.children = children;
            nodes.push(Node::Component(tag));
        }
        None => {
            for child in children {
                match child {
                    Node::Html(html) => push_html(nodes, &html),
                    other => nodes.push(other),
                }
            }
        }
    }
}

/// What stands before the next stand-in, its kind, its index, and what stands behind it.
fn next_stand_in(html: &str) -> Option<(&str, char, usize, &str)> {
    let (before, behind) = html.split_once(MARK)?;
    let (stand_in, behind) = behind.split_once(MARK_END)?;
    let kind = stand_in.chars().next()?;
    let index = stand_in.get(1..)?.parse().ok()?;
    Some((before, kind, index, behind))
}

fn push_html(nodes: &mut Vec<Node>, html: &str) {
    if html.is_empty() {
        return;
    }
    match nodes.last_mut() {
        Some(Node::Html(last)) => last.push_str(html),
        _ => nodes.push(Node::Html(html.to_owned())),
    }
}
