//! Diagnostics as text for a terminal.

use super::lines::{Lines, Position};
use super::wrap::wrap;
use super::{Diagnostic, Span, sorted};
use annotate_snippets::renderer::DEFAULT_LINE_NUM_STYLE;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use prebake_plugin::Severity;
use std::borrow::Cow;
use std::ops::Range;

/// More of a line than this, in characters to each side of the place, is never looked at.
const REACH: usize = 400;

/// Nobody reads further, and a hostile text has mistakes by the ten thousand.
const MOST: usize = 1_000;

/// All of `diagnostics`, by file and place, each with its line underlined and its hint below; an
/// empty line between two. `width` is that of the terminal, in columns.
///
/// Nothing from outside reaches the terminal raw: control characters, and those that change the
/// direction of writing, are shown as visible stand-ins.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], colour: bool, width: usize) -> String {
    let sorted = sorted(diagnostics);
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let width = width.max(40);
    let renderer = renderer.term_width(width);
    let mut lines = Lines::default();
    let mut text = String::new();
    for diagnostic in sorted.iter().take(MOST) {
        if !text.is_empty() {
            text.push('\n');
        }
        let place = diagnostic.span.as_ref().map(|span| Place::of(span, &mut lines));
        let header = place.as_ref().map(|place| place.header(colour));
        // On one line, however long, so that it can be searched for.
        let title = visible_line(&diagnostic.message);
        let report = renderer.render(&[report(diagnostic, title, place, width)]);
        // The excerpt may start in the middle of a long line, so only this module knows the column.
        match (report.find('\n'), header) {
            (Some(end), Some(header)) => {
                text.extend([&report[..=end], &header, &report[end..]]);
            }
            _ => text.push_str(&report),
        }
        text.push('\n');
    }
    if let Some(more @ 1..) = sorted.len().checked_sub(MOST) {
        text.push_str(&format!("\n… and {more} more\n"));
    }
    text
}

fn report<'d>(
    diagnostic: &'d Diagnostic,
    title: String,
    place: Option<Place>,
    width: usize,
) -> Group<'d> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(title).id(visible_line(&diagnostic.code));
    let before = place.as_ref().map_or(1, |place| place.line.to_string().len()) + " = help: ".len();
    let mut group = Group::with_title(title);
    if let Some(place) = place {
        let snippet = Snippet::source(place.text)
            .line_start(place.line)
            .annotation(AnnotationKind::Primary.span(place.underlined));
        group = group.element(snippet);
    }
    match &diagnostic.hint {
        Some(hint) => {
            group.element(Level::HELP.message(lines_of(hint, width.saturating_sub(before))))
        }
        None => group,
    }
}

/// A span as a reader sees it.
struct Place {
    path: String,
    line: usize,
    column: usize,
    /// The line, or the part of it around the place.
    text: String,
    /// The bytes of `text` to underline.
    underlined: Range<usize>,
}

impl Place {
    fn of(span: &Span, lines: &mut Lines) -> Self {
        let Span { source, range } = span;
        let text = &source.text;
        let start = text.floor_char_boundary(range.start);
        let end = text.ceil_char_boundary(range.end).max(start);
        let Position { line, column } = lines.position(source, start);
        let (_, shown) = lines.line(source, start);
        // A place behind the line's last character is shown behind it.
        let start = start.min(shown.end);
        let end = end.clamp(start, shown.end);
        let underlined = start - shown.start..end - shown.start;
        let (text, underlined) = excerpt(&text[shown], underlined);
        let path = visible_line(source.path.as_str());
        Self { path, line, column, text, underlined }
    }

    /// ` --> content/a/index.md:3:6`
    fn header(&self, colour: bool) -> String {
        let Self { path, line, column, .. } = self;
        let indent = " ".repeat(line.to_string().len());
        let (on, off) = if colour {
            let style = DEFAULT_LINE_NUM_STYLE;
            (style.render().to_string(), style.render_reset().to_string())
        } else {
            (String::new(), String::new())
        };
        format!("{indent}{on}--> {off}{path}:{line}:{column}")
    }
}

/// The line around `range`, with every character visible, and where the range lies in that.
fn excerpt(line: &str, range: Range<usize>) -> (String, Range<usize>) {
    let before = line[..range.start].char_indices().rev().take(REACH).last();
    let from = before.map_or(range.start, |(at, _)| at);
    let after = line[range.start..].char_indices().nth(REACH).map(|(at, _)| range.start + at);
    let to = after.unwrap_or(line.len());
    let mut text = String::new();
    if from > 0 {
        text.push('…');
    }
    text.push_str(&visible(&line[from..range.start]));
    let start = text.len();
    text.push_str(&visible(&line[range.start..range.end.min(to)]));
    let end = text.len();
    text.push_str(&visible(&line[range.end.min(to)..to]));
    if to < line.len() {
        text.push('…');
    }
    (text, start..end)
}

/// The text in lines of so many columns, or a few more: short lines read badly. Several lines stay
/// several: a hint may quote what a program said.
fn lines_of(text: &str, width: usize) -> String {
    let wrapped = text.split('\n').map(|line| wrap(&visible_line(line), width.max(24)));
    wrapped.collect::<Vec<_>>().join("\n")
}

fn visible_line(text: &str) -> String {
    visible(&text.replace(['\n', '\r', '\t'], " ")).into_owned()
}

/// The text with stand-ins for every character that a terminal would act on instead of showing it.
fn visible(text: &str) -> Cow<'_, str> {
    let acts = |c: char| {
        (c.is_control() && c != '\t')
            || matches!(
                c,
                '\u{200B}'..='\u{200F}'
                    | '\u{2028}'..='\u{202E}'
                    | '\u{2060}'..='\u{206F}'
                    | '\u{FEFF}'
                    | '\u{E0000}'..='\u{E007F}'
            )
    };
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().filter(|&c| c != '\u{FEFF}').map(|c| match c {
        '\0'..='\u{1F}' if c != '\t' => {
            // The block of control pictures has one for each, in the same order.
            char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{FFFD}')
        }
        '\u{7F}' => '\u{2421}',
        c if acts(c) => '\u{FFFD}',
        c => c,
    });
    Cow::Owned(shown.collect())
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::diagnostic::{Diagnostic, SourceFile};
    use prebake_plugin::SitePath;
    use std::sync::Arc;

    fn file(path: &str, text: &str) -> Arc<SourceFile> {
        Arc::new(SourceFile { path: SitePath::new(path).unwrap(), text: text.to_owned() })
    }

    #[test]
    fn names_the_place_and_underlines_it() {
        let source = file("content/a/index.md", "One.\r\n\r\n\tAn <Imge/> here.\r\n");
        let diagnostic = Diagnostic::error("unknown-component", "no component is called `Imge`")
            .at(&source, 13..17)
            .hint("did you mean `Image`?");
        insta::assert_snapshot!(render(&[diagnostic], false, 80), @r"
        error[unknown-component]: no component is called `Imge`
         --> content/a/index.md:3:6
          |
        3 |     An <Imge/> here.
          |         ^^^^
          |
          = help: did you mean `Image`?
        ");
    }

    #[test]
    fn sorts_by_file_and_place() {
        let (a, b) = (file("a.md", "x\ny\n"), file("b.md", "z"));
        let at = |source: &Arc<SourceFile>, place: usize, code: &str| {
            Diagnostic::warning(code, "m").at(source, place..place + 1)
        };
        let nowhere = Diagnostic::error("nowhere", "m");
        let text =
            render(&[at(&b, 0, "three"), at(&a, 2, "two"), at(&a, 0, "one"), nowhere], false, 80);
        let places: Vec<usize> = ["nowhere", "one", "two", "three"]
            .iter()
            .map(|code| text.find(code).unwrap())
            .collect();
        assert!(places.is_sorted(), "{text}");
    }

    #[test]
    fn shows_what_a_terminal_would_obey() {
        let source = file("a.md", "a\u{1b}[31mb\u{9b}2J\u{202e}c");
        let diagnostic =
            Diagnostic::error("x", "say \u{1b}]0;title\u{7}\nand more").at(&source, 2..4);
        let text = render(&[diagnostic], false, 80);
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
        assert!(!text.contains('\u{202e}') && text.contains("␛[31mb"), "{text}");
    }

    #[test]
    fn cuts_a_long_line_around_the_place() {
        let long = "é".repeat(300_000);
        let source = file("a.md", &format!("{long}<B{long}"));
        let place = long.len()..long.len() + 2;
        let diagnostics = vec![Diagnostic::error("x", "y").at(&source, place); 50];
        let text = render(&diagnostics, false, 100);
        assert!(text.contains("a.md:1:300001") && text.contains("<B"), "{}", &text[..400]);
        assert!(text.lines().all(|line| line.chars().count() <= 110), "{}", &text[..1000]);
    }

    #[test]
    fn takes_places_at_the_very_end() {
        for text in ["", "a", "a\n", "a\r\n", "\u{FEFF}", "é"] {
            let source = file("a.md", text);
            let end = Diagnostic::error("x", "y").at(&source, text.len()..text.len() + 9);
            let inside = Diagnostic::error("x", "y").at(&source, 1..1);
            assert!(render(&[end, inside], true, 0).contains("a.md"), "{text:?}");
        }
    }
}
