//! What the article says about the place where a tag stands.

use crate::{Problem, SitePath};

/// The place of a tag in its article, for [`Component::resolve`](crate::Component::resolve).
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The folder of the article, from the site's root: `content/quantization`.
    pub folder: &'a SitePath,
    /// The picture shown last before the tag in its article, whether by Markdown, by raw HTML or
    /// by another component.
    pub last_picture: Option<&'a SitePath>,
    /// The text of the nearest heading before the tag.
    pub heading: Option<&'a str>,
}

impl Context<'_> {
    /// The path of a file that a prop names: relative to the article, or from the site's root
    /// where it starts with `/`.
    ///
    /// # Errors
    /// A problem that names `prop` where the path leads out of the site or is no relative path.
    pub fn path(&self, prop: &str, written: &str) -> Result<SitePath, Problem> {
        self.folder.resolve(written).map_err(|reason| {
            Problem::error("path-outside-site", format!("`{written}` {reason}"))
                .prop(prop)
                .hint("name a file beside the article, or start with `/` for the site's root")
        })
    }
}
