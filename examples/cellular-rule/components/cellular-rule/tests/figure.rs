//! A tag taken through the four steps, as the generator does.

use cellular_rule::CellularRule;
use prebake_plugin::{
    AnyComponent, Artifact, Context, Domain, Inputs, Markup, Place, Problem, SitePath, Source,
};
use serde_json::{Value, json};
use std::io;
use std::sync::Arc;

/// A site without files.
struct Empty;

impl Source for Empty {
    fn read(&self, _: &SitePath) -> io::Result<Arc<[u8]>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn list(&self, _: &SitePath) -> io::Result<Vec<String>> {
        Err(io::ErrorKind::NotFound.into())
    }
}

fn tag(props: Value, inline: bool) -> Result<(Artifact, Markup), Vec<Problem>> {
    let component: &dyn AnyComponent = &CellularRule;
    let folder = SitePath::root();
    let context = Context { folder: &folder, last_picture: None, heading: None };
    let props = component.resolve(props, &context)?;
    let artifact = component.bake(&component.job(&props)?, &mut Inputs::new(&Empty))?;
    let place = Place { base: "figures/rule-0/", unique: "cellular-rule-1", inline, children: "" };
    let markup = component.render(&props, &artifact, &place)?;
    assert_eq!(
        component.domain("number", &props, &artifact),
        Some(Domain::Range { min: 0.0, max: 255.0, step: 1.0 })
    );
    Ok((artifact, markup))
}

#[test]
fn is_a_figure_without_scripts() {
    let (artifact, markup) = tag(json!({ "number": 90, "rows": 4 }), false).unwrap();
    assert_eq!(
        markup.html,
        "<figure class=\"cellular-rule\" id=\"cellular-rule-1\"><img \
         src=\"figures/rule-0/rows.svg\" alt=\"Rows of cells, each made of the row above by one rule\" \
         width=\"7\" height=\"4\"><span class=\"cellular-rule-control\">Rule 90</span></figure>"
    );
    let picture = std::str::from_utf8(artifact.file("rows.svg").unwrap()).unwrap();
    assert!(picture.contains("d=\"M3 0h1v1h-1zM2 1h1v1h-1zM4 1h1v1h-1z"), "{picture}");
}

#[test]
fn is_phrasing_content_in_a_paragraph() {
    let (_, markup) = tag(json!({ "caption": "A & B" }), true).unwrap();
    assert!(markup.html.starts_with("<span") && markup.html.contains("<span>A &amp; B</span>"));
}

#[test]
fn prose_can_ask_how_many_cells_live() {
    let (artifact, _) = tag(json!({ "rows": 4 }), false).unwrap();
    let numbers = AnyComponent::numbers(&CellularRule, &artifact).unwrap().unwrap();
    assert_eq!(numbers.columns["alive"].len(), 256);
    // The triangle of Sierpiński: 1 + 2 + 2 + 4.
    assert_eq!(numbers.columns["alive"][90], 9.0);
}

#[test]
fn says_what_is_wrong() {
    let wrong = tag(json!({ "rows": 1000 }), false).unwrap_err();
    assert_eq!(wrong[0].message, "1000 is no number of rows from 2 to 128");
    assert_eq!(wrong[0].prop.as_deref(), Some("rows"));
}
