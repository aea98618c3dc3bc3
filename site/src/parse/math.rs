//! LaTeX math to MathML Core.

use prebake_plugin::escape;
use pulldown_latex::config::DisplayMode;
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};
use std::error::Error as _;

/// How many formulas of an article may define macros: expanding them is the one thing in LaTeX that
/// can take long.
pub(crate) const MOST_MACROS: usize = 32;

/// Whether the formula may define a macro.
pub(crate) fn defines_macros(tex: &str) -> bool {
    ["def", "let", "newcommand", "renewcommand", "providecommand"]
        .iter()
        .any(|name| tex.contains(name))
}

/// The `<math>` element, with its source as an annotation.
///
/// # Errors
/// Why `tex` is no valid LaTeX, as one line.
pub(crate) fn to_mathml(tex: &str, display: bool) -> Result<String, String> {
    let storage = Storage::new();
    let mut events = Vec::new();
    for event in Parser::new(tex, &storage) {
        events.push(event.map_err(|error| {
            error.source().map_or_else(|| error.to_string(), ToString::to_string)
        })?);
    }
    let display_mode = if display { DisplayMode::Block } else { DisplayMode::Inline };
    // The renderer writes the annotation as it is.
    let annotation = escape(tex);
    let config =
        RenderConfig { display_mode, annotation: Some(&annotation), ..RenderConfig::default() };
    let mut mathml = String::new();
    let events = events.into_iter().map(Ok::<_, std::fmt::Error>);
    push_mathml(&mut mathml, events, config).map_err(|error| error.to_string())?;
    // The writer leaves this one sign as it is, which no HTML element may begin with.
    Ok(mathml.replace("<mo><</mo>", "<mo>&lt;</mo>"))
}
