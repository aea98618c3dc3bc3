//! What Markdown's elements carry beside their content: destinations, titles, labels, attributes.

use super::mask::MARK;
use pulldown_cmark::{CodeBlockKind, CowStr, Tag, TagEnd};

/// The tag with every mark, written as a character reference, replaced.
pub(crate) fn without_marks(tag: Tag<'_>) -> Tag<'_> {
    let clean = |text: CowStr<'_>| CowStr::from(text.replace(MARK, "\u{FFFD}"));
    match tag {
        Tag::Link { link_type, dest_url, title, id }
            if dest_url.contains(MARK) || title.contains(MARK) =>
        {
            Tag::Link { link_type, dest_url: clean(dest_url), title: clean(title), id }
        }
        Tag::Image { link_type, dest_url, title, id }
            if dest_url.contains(MARK) || title.contains(MARK) =>
        {
            Tag::Image { link_type, dest_url: clean(dest_url), title: clean(title), id }
        }
        Tag::CodeBlock(CodeBlockKind::Fenced(info)) if info.contains(MARK) => {
            Tag::CodeBlock(CodeBlockKind::Fenced(clean(info)))
        }
        Tag::FootnoteDefinition(label) if label.contains(MARK) => {
            Tag::FootnoteDefinition(clean(label))
        }
        Tag::Heading { level, id, classes, attrs } => Tag::Heading {
            level,
            id: id.map(clean_if_marked),
            classes: classes.into_iter().map(clean_if_marked).collect(),
            attrs: attrs
                .into_iter()
                .map(|(name, value)| (clean_if_marked(name), value.map(clean_if_marked)))
                .collect(),
        },
        tag => tag,
    }
}

fn clean_if_marked(text: CowStr<'_>) -> CowStr<'_> {
    if text.contains(MARK) { text.replace(MARK, "\u{FFFD}").into() } else { text }
}

pub(crate) fn is_inline(tag: &Tag<'_>) -> bool {
    is_inline_end(tag.to_end())
}

/// Whether the element is inline content of a block.
pub(crate) fn is_inline_end(end: TagEnd) -> bool {
    matches!(
        end,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}
