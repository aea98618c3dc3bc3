//! What a served page shows of a figure while it is being baked.

use prebake_plugin::{Digest, Place, escape};

/// A bar over the room that the figure will take. Where that is not known, an empty element stands
/// there, for which the page keeps the room that the tag took before.
pub(super) fn markup(
    component: &str,
    action: Digest,
    place: &Place<'_>,
    figure: Option<&str>,
) -> String {
    let (display, element) = if place.inline { ("inline-block", "span") } else { ("block", "div") };
    let empty = || format!("<{element} id=\"{}\"></{element}>", escape(place.unique));
    let figure =
        figure.map_or_else(empty, |figure| format!("<{element} inert>{figure}</{element}>"));
    format!(
        "<prebake-pending action=\"{action}\" style=\"display:{display}\">{figure}\
         <progress aria-label=\"{name} is being baked\"></progress></prebake-pending>",
        name = escape(component),
    )
}
