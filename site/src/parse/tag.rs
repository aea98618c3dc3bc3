//! The tokenizer of component tags: `<Name …/>`, `<Name …>` and `</Name>`.

use super::cursor::Cursor;
use super::entity;
use super::literal::Literal;
use super::mistake::Mistake;
use serde_json::Value;
use std::collections::BTreeSet;
use std::ops::Range;

/// A tag as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawTag {
    pub(crate) kind: TagKind,
    pub(crate) name: String,
    pub(crate) name_range: Range<usize>,
    pub(crate) props: Vec<RawProp>,
    /// What is wrong with its props; the tag's end was found all the same.
    pub(crate) mistakes: Vec<Mistake>,
    /// All of it, from `<` to behind `>`.
    pub(crate) range: Range<usize>,
    names: BTreeSet<String>,
}

/// Which of the three forms a tag has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TagKind {
    Open,
    SelfClosing,
    Close,
}

/// A prop as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawProp {
    pub(crate) name: String,
    pub(crate) range: Range<usize>,
    pub(crate) value: Literal,
    /// Written as `bind:name={state}` or `bind:name`; the value is then a name.
    pub(crate) is_bound: bool,
}

/// Whether a name may start here: `<` and a capital, or `</` and a capital.
pub(crate) fn starts_tag(text: &str) -> bool {
    let bytes = text.as_bytes();
    let name = if bytes.get(1) == Some(&b'/') { 2 } else { 1 };
    bytes.first() == Some(&b'<') && bytes.get(name).is_some_and(u8::is_ascii_uppercase)
}

/// The tag whose `<` stands at `start`, looking no further than `end`; or why there is no whole tag.
/// Also where the looking ended.
pub(crate) fn parse(text: &str, start: usize, end: usize) -> (Result<RawTag, Mistake>, usize) {
    let mut cursor = Cursor::new(text, start, end);
    let parsed = parse_at(&mut cursor);
    (parsed, cursor.at())
}

fn parse_at(cursor: &mut Cursor<'_>) -> Result<RawTag, Mistake> {
    let start = cursor.at();
    cursor.eat("<");
    let closing = cursor.eat("/");
    let name_start = cursor.at();
    let name = cursor.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
    let mut tag = RawTag {
        kind: TagKind::Open,
        name: name.to_owned(),
        name_range: name_start..cursor.at(),
        props: Vec::new(),
        mistakes: Vec::new(),
        range: start..start,
        names: BTreeSet::new(),
    };
    let behind = cursor.peek();
    if !behind.is_none_or(|c| c.is_whitespace() || matches!(c, '/' | '>')) {
        return Err(incomplete(start..cursor.at(), "no tag name goes on like this"));
    }
    if closing {
        cursor.take_while(char::is_whitespace);
        if !cursor.eat(">") {
            return Err(incomplete(start..name_start + name.len(), "this closing tag has no `>`"));
        }
        tag.kind = TagKind::Close;
    } else {
        tag.kind = props(cursor, &mut tag)?;
    }
    tag.range = start..cursor.at();
    Ok(tag)
}

/// Reads props to behind the tag's end.
fn props(cursor: &mut Cursor<'_>, tag: &mut RawTag) -> Result<TagKind, Mistake> {
    let head = tag.name_range.start - 1..tag.name_range.end;
    loop {
        let space = cursor.take_while(char::is_whitespace);
        if has_blank_line(space) {
            return Err(incomplete(head, "a blank line comes before the end of this tag"));
        }
        if cursor.eat("/>") {
            return Ok(TagKind::SelfClosing);
        }
        if cursor.eat(">") {
            return Ok(TagKind::Open);
        }
        let start = cursor.at();
        match cursor.peek() {
            None => return Err(incomplete(head, "this tag has no end")),
            Some('<') => return Err(incomplete(head, "another `<` comes before its end")),
            Some('{') => match shorthand(cursor) {
                Ok(prop) => tag.add(prop),
                Err(mistake) => {
                    recover_braces(cursor, start).ok_or_else(|| unclosed_brace(start))?;
                    tag.mistakes.push(mistake);
                }
            },
            Some(first) if first.is_alphabetic() || matches!(first, '_' | '$') => {
                let name = cursor
                    .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | ':'))
                    .to_owned();
                named(cursor, tag, name, start)?;
            }
            Some(_) => {
                let stray = skip_stray(cursor);
                tag.mistakes.push(
                    Mistake::new(
                        "invalid-prop",
                        format!("`{stray}` is no prop"),
                        start..start + stray.len(),
                    )
                    .hint("write `name=\"text\"` or `name={…}`; where no tag is meant, `\\<`"),
                );
            }
        }
    }
}

/// A prop whose name was just read: its value, if it has one.
fn named(
    cursor: &mut Cursor<'_>,
    tag: &mut RawTag,
    name: String,
    start: usize,
) -> Result<(), Mistake> {
    let name_range = start..cursor.at();
    let before = cursor.clone();
    cursor.take_while(char::is_whitespace);
    let value = if cursor.eat("=") {
        cursor.take_while(char::is_whitespace);
        let at = cursor.at();
        match cursor.peek() {
            Some(quote @ ('"' | '\'')) => {
                cursor.next();
                let text = cursor.take_while(|c| c != quote);
                if cursor.next().is_none() {
                    let message = "this quoted text is never closed";
                    return Err(Mistake::new("incomplete-tag", message, at..at + 1)
                        .hint(format!("close it with `{quote}`")));
                }
                Ok(Literal::Value(Value::String(entity::decode(text))))
            }
            Some('{') => braced(cursor).or_else(|mistake| {
                recover_braces(cursor, at).ok_or_else(|| unclosed_brace(at))?;
                Ok(Err(mistake))
            })?,
            _ => {
                let written = cursor.take_while(|c| !c.is_whitespace() && !matches!(c, '>' | '<'));
                // `a=1/>` is the end of the tag.
                let bare = match written.strip_suffix('/') {
                    Some(bare) if cursor.peek() == Some('>') => {
                        cursor.set(at + bare.len());
                        bare
                    }
                    _ => written,
                };
                let range = start..at + bare.len();
                Err(if bare.is_empty() {
                    Mistake::new("invalid-prop", format!("`{name}=` has no value"), range)
                        .hint(format!("write `{name}=\"text\"` or `{name}={{…}}`"))
                } else {
                    let message = "a value stands in quotes or in braces";
                    Mistake::new("invalid-prop", message, range)
                        .hint(format!("write `{name}={{{bare}}}` or `{name}=\"{bare}\"`"))
                })
            }
        }
    } else {
        *cursor = before;
        Ok(Literal::Value(Value::Bool(true)))
    };
    let range = start..cursor.at();
    match name.strip_prefix("bind:") {
        Some(prop) if !prop.is_empty() && !prop.contains(':') => {
            let is_bare = range.end == name_range.end;
            match bound(prop, value.ok(), name_range, is_bare) {
                Ok(value) => {
                    tag.add(RawProp { name: prop.to_owned(), range, value, is_bound: true });
                }
                Err(reason) => {
                    tag.mistakes.push(Mistake::new("invalid-bind", reason, range).hint(format!(
                        "write `bind:{prop}={{name}}`, where the `<script>` says `let name = …`"
                    )))
                }
            }
        }
        _ if name.contains(':') => tag.mistakes.push(
            Mistake::new("invalid-prop", format!("`{name}` is a directive"), name_range)
                .hint("no directive but `bind:` is supported; a prop's name holds no `:`"),
        ),
        _ => match value {
            Ok(value) => tag.add(RawProp { name, range, value, is_bound: false }),
            Err(mistake) => tag.mistakes.push(mistake),
        },
    }
    Ok(())
}

/// What `bind:prop` ties to: the state that its braces name or, where it has no value, the state that
/// is called like the prop. `None` is a value that could not be read.
fn bound(
    prop: &str,
    value: Option<Literal>,
    name_range: Range<usize>,
    is_bare: bool,
) -> Result<Literal, &'static str> {
    match value {
        Some(name @ Literal::Name(..)) => Ok(name),
        Some(_) if is_bare => Ok(Literal::Name(prop.to_owned(), name_range)),
        _ => Err("only the name of a state can stand behind `bind:`"),
    }
}

/// The literal in `{…}`; the cursor ends behind the closing brace.
fn braced(cursor: &mut Cursor<'_>) -> Result<Result<Literal, Mistake>, Mistake> {
    let start = cursor.at();
    cursor.next();
    cursor.skip_trivia()?;
    if cursor.peek() == Some('}') {
        let range = start..cursor.at() + 1;
        return Err(Mistake::new("invalid-literal", "a value is missing in these braces", range));
    }
    let value = Literal::parse(cursor)?;
    close_brace(cursor)?;
    Ok(Ok(value))
}

/// `{name}`, short for `name={name}`.
fn shorthand(cursor: &mut Cursor<'_>) -> Result<RawProp, Mistake> {
    let start = cursor.at();
    cursor.next();
    cursor.skip_trivia()?;
    let name_start = cursor.at();
    let Some(name) = cursor.identifier() else {
        let range = start..cursor.at().max(start + 1);
        return Err(Mistake::new("invalid-prop", "a name is missing in these braces", range)
            .hint("write `{name}`, short for `name={name}`"));
    };
    let value = Literal::Name(name.to_owned(), name_start..cursor.at());
    close_brace(cursor)?;
    Ok(RawProp { name: name.to_owned(), range: start..cursor.at(), value, is_bound: false })
}

fn close_brace(cursor: &mut Cursor<'_>) -> Result<(), Mistake> {
    cursor.skip_trivia()?;
    let at = cursor.at();
    if cursor.eat("}") {
        return Ok(());
    }
    let found = cursor.peek().map_or(String::new(), |c| format!(", found `{c}`"));
    let end = at + cursor.peek().map_or(0, char::len_utf8);
    Err(Mistake::new("invalid-literal", format!("expected `}}` here{found}"), at..end)
        .hint("only literals and names stand in braces: no operators, no calls"))
}

fn recover_braces(cursor: &mut Cursor<'_>, start: usize) -> Option<()> {
    cursor.set(start);
    cursor.skip_braces()
}

/// Steps over what can be no prop, at least one character of it.
fn skip_stray<'a>(cursor: &mut Cursor<'a>) -> &'a str {
    let start = cursor.at();
    cursor.next();
    cursor.take_while(|c| !c.is_whitespace() && !matches!(c, '>' | '<' | '/' | '{'));
    cursor.since(start)
}

fn has_blank_line(space: &str) -> bool {
    let newline = |c: char| c == '\n';
    match (space.find(newline), space.rfind(newline)) {
        (Some(first), Some(last)) => first != last,
        _ => false,
    }
}

fn unclosed_brace(at: usize) -> Mistake {
    Mistake::new("incomplete-tag", "this brace is never closed", at..at + 1)
        .hint("close it with `}`")
}

fn incomplete(range: Range<usize>, reason: &str) -> Mistake {
    Mistake::new("incomplete-tag", reason, range)
        .hint("finish the tag with `/>` or `>`; where no tag is meant, write `\\<`")
}

impl RawTag {
    fn add(&mut self, prop: RawProp) {
        if !self.names.insert(prop.name.clone()) {
            let message = format!("the prop `{}` is given twice", prop.name);
            self.mistakes
                .push(Mistake::new("duplicate-prop", message, prop.range).hint("keep one of them"));
        } else {
            self.props.push(prop);
        }
    }
}
