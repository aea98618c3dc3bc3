//! Entries as Markdown for the manual, and as text for a terminal.

use super::{Block, Catalogue, EXAMPLE, Entry, Example};
use crate::diagnostic::wrap::wrap;
use prebake_plugin::Severity;
use std::fmt::Write as _;

impl Catalogue {
    /// One article text with a section for every code, whose anchor is the code; headings are of the
    /// second level.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let sections: Vec<String> = self.entries.iter().map(Entry::to_markdown).collect();
        sections.join("\n")
    }

    /// A line for each code, aligned: code, severity, cause.
    #[must_use]
    pub fn to_text(&self, width: usize) -> String {
        let longest = self.entries.iter().map(|entry| entry.code.len()).max().unwrap_or(0);
        let mut text = String::new();
        for entry in &self.entries {
            let head = format!("{:longest$}  {:7}  ", entry.code, name(entry.severity));
            let cause = wrap(&entry.cause, width.saturating_sub(head.len()).max(30));
            text.push_str(&head);
            text.push_str(&cause.replace('\n', &format!("\n{:indent$}", "", indent = head.len())));
            text.push('\n');
        }
        text
    }
}

impl Entry {
    /// A section of an article, whose anchor is the code.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let Self { code, severity, cause, body } = self;
        let mut text = format!("## `{code}` {{#{code}}}\n\n**{}.** {cause}\n", title(*severity));
        for block in body {
            // Writing to a string cannot fail.
            let _ = match block {
                Block::Text(prose) => writeln!(text, "\n{prose}"),
                Block::Example(example) => {
                    let Example { language, text: code, .. } = example;
                    let fence = fence(code);
                    writeln!(text, "\n{}\n\n{fence}{language}\n{code}{fence}", label(example))
                }
            };
        }
        text
    }

    /// The explanation for a terminal of so many columns.
    #[must_use]
    pub fn to_text(&self, width: usize) -> String {
        let Self { code, severity, cause, body } = self;
        let mut text = format!("{}[{code}]\n\n{}\n", name(*severity), wrap(cause, width));
        for block in body {
            let _ = match block {
                Block::Text(prose) => {
                    let paragraphs = prose.split("\n\n").map(|it| match it.starts_with("- ") {
                        // A list keeps its lines.
                        true => it.to_owned(),
                        false => wrap(it, width),
                    });
                    let paragraphs: Vec<String> = paragraphs.collect();
                    writeln!(text, "\n{}", paragraphs.join("\n\n"))
                }
                Block::Example(example) => {
                    let code = example.text.trim_end().replace('\n', "\n    ");
                    let code = code.replace("\n    \n", "\n\n");
                    writeln!(text, "\n{}\n\n    {code}", wrap(&label(example), width))
                }
            };
        }
        text
    }
}

fn label(example: &Example) -> String {
    let place = match example.path.as_str() {
        EXAMPLE => String::new(),
        path => format!(", in `{path}`"),
    };
    format!("{}{place}:", if example.is_mended { "Mended" } else { "For example" })
}

/// A fence longer than any in `code`.
fn fence(code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn title(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
        Severity::Note => "Note",
    }
}
