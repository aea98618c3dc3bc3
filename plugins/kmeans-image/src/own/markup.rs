//! The figure before there is a picture.

use super::props::OwnProps;
use crate::markup::{caption, elements};
use crate::props::ColourSpace;
use prebake_plugin::{Island, Markup, Place, Trigger, escape};
use serde_json::{Map, Value};

/// Kept by the worker: it is asked for nothing but the widget's own files.
const PROMISE: &str = "Your picture stays on this device: nothing is sent anywhere.";

/// What stands where the controls will be.
const STILL: &str = "To try a picture of your own, this page needs its scripts, which are not \
                     running.";

pub(super) fn render(props: &OwnProps, place: &Place<'_>) -> Markup {
    let mut problems = Vec::new();
    let caption = caption("", props.caption.as_deref(), place, &mut problems);
    let id = escape(props.id.as_deref().unwrap_or(place.unique));
    let resolved = &props.resolved;
    let model = Map::from_iter([
        ("ks".to_owned(), Value::from(resolved.ks.clone())),
        ("k".to_owned(), Value::from(resolved.k)),
        ("oklab".to_owned(), Value::from(props.space == ColourSpace::Oklab)),
        ("width".to_owned(), Value::from(resolved.width)),
    ]);
    Markup {
        html: html(&id, &caption, place),
        island: Some(Island {
            trigger: Trigger::Visible,
            model,
            preload: Vec::new(),
            kernel: false,
        }),
        problems,
    }
}

/// The elements; inside a paragraph only phrasing ones.
fn html(id: &str, caption: &str, place: &Place<'_>) -> String {
    let (open, close, figcaption) = elements("own-picture", id, "A picture of your own", place);
    let [figure_box, still] = if place.inline { ["span"; 2] } else { ["div", "p"] };
    format!(
        "{open}\
         <{figure_box} class=\"own-picture-box\"><{still}>{STILL}</{still}></{figure_box}>\
         <{figcaption} class=\"own-picture-caption\">{caption}<span>{PROMISE}</span></{figcaption}>\
         {close}"
    )
}
