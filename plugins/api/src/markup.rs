//! What a component gives to the page.

use crate::Problem;
use serde_json::{Map, Value};

/// Where a tag's HTML will stand.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The URL of the artifact's folder, relative to the page, with a slash at the end:
    /// `figures/dog-0a1b2c3d4e/`.
    pub base: &'a str,
    /// A name that no other tag of the page has, for `id` and `aria-labelledby`: `kmeans-image-2`.
    pub unique: &'a str,
    /// The tag stands inside a paragraph: only phrasing content (`<span>`, `<img>`, …) is valid.
    pub inline: bool,
    /// The HTML of the tag's children.
    pub children: &'a str,
}

/// The static HTML of a tag, and its live half.
#[derive(Debug, Clone, PartialEq)]
pub struct Markup {
    /// HTML that is complete without JavaScript.
    pub html: String,
    /// Makes the element live; needs [`Component::widget`](crate::Component::widget).
    pub island: Option<Island>,
    /// Notes and warnings about this tag, found while rendering it.
    pub problems: Vec<Problem>,
}

/// The live half of one tag. The widget's `render({ model, el })` gets `el`, the element around
/// [`Markup::html`], and a model that holds `model` with the URLs of the widget's files added, and
/// `wasm`, and `glue` if there is one, where the island uses the kernel.
#[derive(Debug, Clone, PartialEq)]
pub struct Island {
    /// When the widget is fetched and started.
    pub trigger: Trigger,
    /// The model's initial values, as the anywidget contract has them.
    pub model: Map<String, Value>,
    /// URLs, relative to the page, of what the widget fetches as soon as it starts; the loader asks
    /// for them while the widget itself is on its way.
    pub preload: Vec<String>,
    /// Whether this island uses the widget's kernel: if not, it is neither named nor asked for.
    pub kernel: bool,
}

/// When an island becomes live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trigger {
    /// With the page.
    Load,
    /// When the browser is idle.
    Idle,
    /// When the reader gets near.
    #[default]
    Visible,
    /// At the first click or key press.
    Click,
}

impl Trigger {
    /// The word that the page's markup uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Idle => "idle",
            Self::Visible => "visible",
            Self::Click => "click",
        }
    }
}

/// Escapes text for HTML content and for quoted attribute values.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    escape_into(text, &mut escaped);
    escaped
}

/// The bytes that stand for something else in HTML.
const IS_ESCAPED: [bool; 256] = {
    let mut table = [false; 256];
    let mut rest: &[u8] = b"&<>\"'";
    while let [byte, behind @ ..] = rest {
        table[*byte as usize] = true;
        rest = behind;
    }
    table
};

/// The same, behind what `escaped` has already.
pub fn escape_into(text: &str, escaped: &mut String) {
    // In runs, because feeds escape whole articles.
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| IS_ESCAPED[usize::from(byte)]) {
        escaped.push_str(&rest[..at]);
        escaped.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[at + 1..];
    }
    escaped.push_str(rest);
}
