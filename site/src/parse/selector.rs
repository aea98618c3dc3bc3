//! Puts CSS selectors inside a scope.

use super::style::{Opens, block, drain_until, opens_block};
use cssparser::{Delimiter, Parser, ParserInput, Token};

/// The list of selectors, each inside the scope.
pub(crate) fn scope_list(class: &str, list: &str) -> Option<String> {
    let mut input = ParserInput::new(list);
    let mut parser = Parser::new(&mut input);
    let mut scoped = Vec::new();
    loop {
        let start = parser.position();
        let _ = drain_until(&mut parser, Delimiter::Comma);
        let selector = without_comments(parser.slice_from(start));
        let selector = selector.trim();
        if selector.is_empty() {
            return None;
        }
        scoped.push(scope_one(class, selector));
        if parser.next().is_err() {
            return Some(scoped.join(", "));
        }
    }
}

fn scope_one(class: &str, selector: &str) -> String {
    let (global, rest) = match strip_global(selector) {
        Some((inner, rest)) => (inner, rest),
        None => ("", selector),
    };
    let rest = unwrap_globals(rest);
    if !global.is_empty() {
        return match rest.trim() {
            "" => global.to_owned(),
            // `:global(.a).b` is one compound, outside the scope.
            _ if !rest.starts_with([' ', '\t', '\n', '\r', '>', '+', '~']) => {
                format!("{global}{rest}")
            }
            rest => format!("{global} {}", inside(class, rest)),
        };
    }
    inside(class, &rest)
}

/// The selector for what lies in the scope; the page itself becomes the scope.
fn inside(class: &str, selector: &str) -> String {
    let mut rest = selector;
    let mut is_page = false;
    while let Some(behind) = strip_page(rest) {
        is_page = true;
        let next = behind.trim_start();
        if behind.len() == next.len() || strip_page(next).is_none() {
            return format!("{}{behind}", class);
        }
        rest = next;
    }
    if is_page { class.to_owned() } else { format!("{} {rest}", class) }
}

fn without_comments(selector: &str) -> String {
    let mut input = ParserInput::new(selector);
    let mut parser = Parser::new(&mut input);
    let mut clean = String::new();
    loop {
        let start = parser.position();
        match parser.next_including_whitespace_and_comments() {
            Err(_) => return clean,
            Ok(Token::Comment(_)) => clean.push_str("/**/"),
            Ok(token) => {
                if matches!(opens_block(token), Opens::Block) {
                    let _ = block(&mut parser);
                }
                clean.push_str(parser.slice_from(start));
            }
        }
    }
}

/// What stands in a leading `:global(…)`, and what stands behind it.
fn strip_global(selector: &str) -> Option<(&str, &str)> {
    let inner = selector.strip_prefix(":global(")?;
    let mut input = ParserInput::new(inner);
    let mut parser = Parser::new(&mut input);
    let start = parser.position();
    loop {
        let before = parser.position();
        match parser.next() {
            Ok(Token::CloseParenthesis) => {
                let inside = parser.slice(start..before);
                return Some((inside.trim(), &inner[parser.position().byte_index()..]));
            }
            Ok(token) => {
                if matches!(opens_block(token), Opens::Block) {
                    let _ = block(&mut parser);
                }
            }
            Err(_) => return None,
        }
    }
}

/// The selector with every `:global(x)` in it replaced by `x`.
fn unwrap_globals(selector: &str) -> String {
    let mut unwrapped = String::new();
    let mut rest = selector;
    while let Some(at) = rest.find(":global(") {
        unwrapped.push_str(&rest[..at]);
        match strip_global(&rest[at..]) {
            Some((inner, behind)) => {
                unwrapped.push_str(inner);
                rest = behind;
            }
            None => {
                unwrapped.push_str(&rest[at..]);
                return unwrapped;
            }
        }
    }
    unwrapped.push_str(rest);
    unwrapped
}

/// What stands behind `:root`, `html` or `body` at the selector's start.
fn strip_page(selector: &str) -> Option<&str> {
    [":root", "html", "body"].into_iter().find_map(|page| {
        let head = selector.get(..page.len())?;
        let rest = &selector[page.len()..];
        let ends = !rest
            .starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\\' | '('))
            && !rest.starts_with(|c: char| !c.is_ascii());
        (head.eq_ignore_ascii_case(page) && ends).then_some(rest)
    })
}
