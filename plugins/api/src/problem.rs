//! What a component has to say about a tag.

use crate::{SitePath, nearest};
use serde::{Deserialize, Serialize};

/// Whether a problem fails the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never fails a build.
    Note,
    /// Probably a mistake.
    Warning,
    /// The build fails.
    Error,
}

/// A problem with a tag, a prop or a file. The generator adds the place: the span of `prop` where
/// it is given, of the whole tag otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// How serious it is.
    pub severity: Severity,
    /// A stable kebab-case code: `missing-file`.
    pub code: String,
    /// One line: lower case at the start, no full stop at the end.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The prop at fault.
    pub prop: Option<String>,
    /// The place at fault in a file that was read, instead of one in the article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Box<FilePlace>>,
}

/// A place in a text file of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePlace {
    /// The file.
    pub path: SitePath,
    /// The line, from 1.
    pub line: usize,
    /// The character of that line, from 1; the whole line where it is not known.
    pub column: Option<usize>,
}

impl Problem {
    /// A problem that fails the build.
    pub fn error(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code.into(), message.into())
    }

    /// Probably a mistake, but the page can be built.
    pub fn warning(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code.into(), message.into())
    }

    /// Worth knowing.
    pub fn note(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code.into(), message.into())
    }

    /// A file that is not there; the most similar of the `names` in its folder is the hint.
    #[must_use]
    pub fn missing_file(path: &SitePath, names: &[String]) -> Self {
        let files = names.iter().map(String::as_str).filter(|name| !name.ends_with('/'));
        let hint = match nearest(path.file_name(), files) {
            Some(name) => format!("did you mean `{name}`?"),
            None => {
                "paths are relative to the article; a leading `/` is the site's root".to_owned()
            }
        };
        Self::error("missing-file", format!("no file `{path}`")).hint(hint)
    }

    fn new(severity: Severity, code: String, message: String) -> Self {
        Self { severity, code, message, hint: None, prop: None, place: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says which prop is at fault.
    #[must_use]
    pub fn prop(mut self, prop: impl Into<String>) -> Self {
        self.prop = Some(prop.into());
        self
    }

    /// Says which place of a file is at fault.
    #[must_use]
    pub fn place(mut self, place: FilePlace) -> Self {
        self.place = Some(Box::new(place));
        self
    }
}

/// Checks the value of an `id` prop, as HTML has it.
///
/// # Errors
/// An `invalid-id` problem about the prop `id`, where the value is empty or holds white space.
pub fn check_id(id: &str) -> Result<(), Problem> {
    if id.is_empty() || id.contains(char::is_whitespace) {
        return Err(Problem::error("invalid-id", format!("`{id}` is no `id`"))
            .prop("id")
            .hint("an `id` has at least one character and no spaces"));
    }
    Ok(())
}
