//! The build half of `<Scrub>`: a number to drag.
#![doc = include_str!("../README.md")]

mod props;

pub use props::Props;

use prebake_plugin::{
    Artifact, Component, Context, Domain, Inputs, Island, Markup, Place, Problem, Trigger, Widget,
    escape,
};
use serde::{Deserialize, Serialize};

/// `<Scrub>`: a number in a sentence that the reader drags.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scrub;

/// Nothing has to be computed.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Job;

impl Component for Scrub {
    const NAME: &'static str = "Scrub";
    const VERSION: &'static str = env!("PREBAKE_COMPONENT_VERSION");
    const BINDABLE: &'static [&'static str] = &["value"];
    const INSTANT: bool = true;
    const EXPLANATIONS: &'static str = include_str!("../explanations.md");
    type Props = Props;
    type Job = Job;

    fn resolve(&self, props: Props, _: &Context<'_>) -> Result<Props, Vec<Problem>> {
        props.resolve().map_err(|problem| vec![problem])
    }

    fn job(&self, _: &Props) -> Job {
        Job
    }

    fn bake(&self, _: &Job, _: &mut Inputs<'_>) -> Result<Artifact, Vec<Problem>> {
        Ok(Artifact::default())
    }

    fn render(
        &self,
        props: &Props,
        _: &Artifact,
        place: &Place<'_>,
    ) -> Result<Markup, Vec<Problem>> {
        let range = props.range();
        let model = [
            ("value", range.value.into()),
            ("min", range.min.into()),
            ("max", range.max.into()),
            ("step", range.step.into()),
            ("decimals", range.decimals().into()),
            ("label", props.label().into()),
        ];
        let model = model.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        let id = props.id.as_ref().map_or_else(String::new, |id| format!(" id=\"{}\"", escape(id)));
        // The widest number keeps its room, so that the sentence stands still.
        let html = format!(
            "<span class=\"scrub\"{id} style=\"min-width:{}ch\">{}</span>",
            range.widest(),
            range.text(range.value)
        );
        Ok(Markup {
            html: if place.inline { html } else { format!("<p>{html}</p>") },
            island: Some(Island {
                trigger: Trigger::Visible,
                model,
                preload: Vec::new(),
                kernel: false,
            }),
            problems: Vec::new(),
        })
    }

    fn domain(&self, prop: &str, props: &Props, _: &Artifact) -> Option<Domain> {
        let range = props.range();
        (prop == "value").then_some(Domain::Range {
            min: range.min,
            max: range.max,
            step: range.step,
        })
    }

    fn widget(&self) -> Option<Widget<'_>> {
        Some(Widget {
            name: "scrub",
            module: include_str!(concat!(env!("OUT_DIR"), "/widget.js")),
            style: include_str!("../widget.css"),
            kernel: None,
            files: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Scrub;
    use prebake_plugin::{AnyComponent as _, Artifact, Context, Domain, Place, SitePath};
    use serde_json::json;

    #[test]
    fn is_a_number_without_scripts() {
        let folder = SitePath::root();
        let context = Context { folder: &folder, last_picture: None, heading: None };
        let props = json!({ "value": 0.5, "max": 12, "step": 0.25, "label": "A & B" });
        let props = Scrub.resolve(props, &context).unwrap();
        let place = |inline| Place { base: "", unique: "scrub-1", inline, children: "" };
        let markup = Scrub.render(&props, &Artifact::default(), &place(true)).unwrap();
        assert_eq!(markup.html, "<span class=\"scrub\" style=\"min-width:5ch\">0.50</span>");
        let island = markup.island.unwrap();
        let expected = json!({
            "value": 0.5, "min": 0.0, "max": 12.0, "step": 0.25, "decimals": 2, "label": "A & B"
        });
        assert_eq!(json!(island.model), expected);
        let block = Scrub.render(&props, &Artifact::default(), &place(false)).unwrap();
        assert!(block.html.starts_with("<p><span"), "{}", block.html);

        let domain = |prop| Scrub.domain(prop, &props, &Artifact::default());
        assert_eq!(domain("value"), Some(Domain::Range { min: 0.0, max: 12.0, step: 0.25 }));
        assert_eq!(domain("max"), None);
    }
}
