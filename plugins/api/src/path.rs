//! Paths inside the site, the same on every platform.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A normalised path from the site's root, with forward slashes and without `.` or `..`:
/// `content/quantization/dog.png`. The root itself is the empty path.
///
/// Names alone: whether a link leads out of the site is checked where the file is opened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SitePath(String);

impl SitePath {
    /// The site's root.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Normalises `text`, taken from the site's root.
    ///
    /// # Errors
    /// The reason, to stand behind the path in a message ("leads out of the site").
    pub fn new(text: &str) -> Result<Self, &'static str> {
        Self::root().resolve(text)
    }

    /// Resolves `text` against this folder; a leading `/` starts at the site's root.
    ///
    /// # Errors
    /// The reason, to stand behind the path in a message ("leads out of the site").
    pub fn resolve(&self, text: &str) -> Result<Self, &'static str> {
        if text.contains(['\\', '\0', ':']) {
            return Err("holds a character that no path in a site may hold (`\\`, `:` or NUL)");
        }
        let (start, rest) = match text.strip_prefix('/') {
            Some(rest) => ("", rest),
            None => (self.0.as_str(), text),
        };
        let mut parts: Vec<&str> = start.split('/').filter(|part| !part.is_empty()).collect();
        for part in rest.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop().ok_or("leads out of the site")?;
                }
                part => parts.push(part),
            }
        }
        Ok(Self(parts.join("/")))
    }

    /// The path as text, with forward slashes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that holds this path; the root's is the root.
    #[must_use]
    pub fn parent(&self) -> Self {
        Self(self.0.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned())
    }

    /// The last part: `dog.png`.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The last part without its extension: `dog`.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        match name.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => name,
        }
    }

    /// The extension in lower case, without its dot; empty where there is none.
    #[must_use]
    pub fn extension(&self) -> String {
        match self.file_name().rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => extension.to_ascii_lowercase(),
            _ => String::new(),
        }
    }
}

impl fmt::Display for SitePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for SitePath {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<SitePath> for String {
    fn from(path: SitePath) -> Self {
        path.0
    }
}

#[cfg(test)]
mod tests {
    use super::SitePath;

    #[test]
    fn resolves_inside_the_site_only() {
        let folder = SitePath::new("content/article").unwrap();
        let check = |text: &str, expect: Result<&str, ()>| {
            let got = folder.resolve(text);
            assert_eq!(got.as_ref().map(SitePath::as_str).map_err(|_| ()), expect, "{text}");
        };
        check("dog.png", Ok("content/article/dog.png"));
        check("./a//b/../dog.png", Ok("content/article/a/dog.png"));
        check("/static/icon.svg", Ok("static/icon.svg"));
        check("../../prebake.toml", Ok("prebake.toml"));
        check("../../../etc/passwd", Err(()));
        check("..\\..\\secret", Err(()));
        check("C:/secret", Err(()));
        check("a\0b", Err(()));
    }

    #[test]
    fn takes_names_apart() {
        let path = SitePath::new("content/a/Dog.Tar.PNG").unwrap();
        assert_eq!(path.parent().as_str(), "content/a");
        assert_eq!(path.file_name(), "Dog.Tar.PNG");
        assert_eq!(path.stem(), "Dog.Tar");
        assert_eq!(path.extension(), "png");
        assert_eq!(SitePath::new(".hidden").unwrap().extension(), "");
    }
}
