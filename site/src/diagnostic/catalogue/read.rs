//! From Markdown to entries.

use super::{Block, EXAMPLE, Entry, Example};
use prebake_plugin::Severity;

/// The explanations in a text. What is no section of the right form explains nothing and is left
/// out: the text may be a third party's.
#[must_use]
pub fn entries(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(head) = line.strip_prefix("## ") {
            entries.extend(entry(head));
        } else if let Some(entry) = entries.last_mut() {
            match line.strip_prefix("```") {
                Some(rest) => {
                    let extra = rest.len() - rest.trim_start_matches('`').len();
                    let (fence, info) = line.split_at(3 + extra);
                    let inside = lines.by_ref().take_while(|line| line.trim_end() != fence);
                    entry.block(info, inside.map(|line| format!("{line}\n")).collect());
                }
                None => entry.line(line.trim_end()),
            }
        }
    }
    entries.retain(|entry| !entry.cause.is_empty());
    for entry in &mut entries {
        entry.body.retain(|block| *block != Block::Text(String::new()));
    }
    entries
}

/// `unknown-prop: error`
fn entry(head: &str) -> Option<Entry> {
    let (code, severity) = head.split_once(": ")?;
    let severity = match severity.trim() {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        "note" => Severity::Note,
        _ => return None,
    };
    let code = code.trim().to_owned();
    Some(Entry { code, severity, cause: String::new(), body: Vec::new() })
}

impl Entry {
    /// A line of prose: of the cause until its paragraph ends, of the body from there.
    fn line(&mut self, line: &str) {
        match self.body.last_mut() {
            None if line.is_empty() && self.cause.is_empty() => {}
            None if line.is_empty() => self.body.push(Block::Text(String::new())),
            None if self.cause.is_empty() => self.cause = line.to_owned(),
            None => self.cause = format!("{} {line}", self.cause),
            Some(Block::Text(text)) if text.is_empty() => line.clone_into(text),
            Some(Block::Text(text)) => *text = format!("{text}\n{line}"),
            Some(Block::Example(_)) if line.is_empty() => {}
            Some(Block::Example(_)) => self.body.push(Block::Text(line.to_owned())),
        }
    }

    /// A fenced block with its info string.
    fn block(&mut self, info: &str, text: String) {
        let mut words = info.split_whitespace();
        let language = words.next().unwrap_or_default().to_owned();
        let is_mended = match words.next() {
            Some("right") => true,
            Some("wrong") => false,
            _ => {
                let fenced = format!("```{info}\n{text}```");
                return self.body.push(Block::Text(fenced));
            }
        };
        let path = words.next().unwrap_or(EXAMPLE).to_owned();
        if let Some(Block::Text(before)) = self.body.last_mut() {
            before.truncate(before.trim_end().len());
        }
        self.body.push(Block::Example(Example { path, language, text, is_mended }));
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, entries};
    use prebake_plugin::Severity;

    #[test]
    fn reads_cause_text_and_examples() {
        let text = "Words.\n\n## a-b: warning\n\nIt is\nso.\n\nDo\nthis.\n\nAnd that.\n\n\
                    ```markdown wrong\n<A/>\n\n## no: error\n```\n\n```toml right x.toml\n```\n\
                    \n## broken\n\n## c: note\n";
        let found = entries(text);
        assert_eq!(found.len(), 1, "{found:?}");
        let entry = &found[0];
        assert_eq!((entry.code.as_str(), entry.severity), ("a-b", Severity::Warning));
        assert_eq!(entry.cause, "It is so.");
        assert_eq!(entry.body[0], Block::Text("Do\nthis.\n\nAnd that.".to_owned()));
        let wrong: Vec<_> = entry.example(false).collect();
        assert_eq!(wrong[0].text, "<A/>\n\n## no: error\n");
        assert_eq!(wrong[0].path, super::EXAMPLE);
        assert_eq!(entry.example(true).next().unwrap().path, "x.toml");
    }
}
