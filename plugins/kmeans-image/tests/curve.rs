//! The curves' HTML and the island's model.

mod support;

use prebake_kmeans_image::{KMeansImage, PaletteCurve};
use prebake_plugin::{AnyComponent, Context, Inputs, Markup, Place, SitePath};
use serde_json::{Value, json};
use support::{Site, rgb_png};

fn site() -> Site {
    let pixels = [[250, 250, 250], [10, 10, 10], [20, 20, 20], [200, 30, 30]].concat();
    Site::with("content/a/dog.png", rgb_png(2, 2, &pixels))
}

fn curve(props: Value, inline: bool) -> Markup {
    let component: &dyn AnyComponent = &PaletteCurve;
    let folder = SitePath::new("content/a").unwrap();
    let context = Context { folder: &folder, last_picture: None, heading: None };
    let props = component.resolve(props, &context).unwrap();
    let artifact =
        component.bake(&component.job(&props).unwrap(), &mut Inputs::new(&site())).unwrap();
    let place = Place { base: "", unique: "palette-curve-1", inline, children: "" };
    component.render(&props, &artifact, &place).unwrap()
}

#[test]
fn two_plots_and_the_numbers_of_the_marked_state() {
    let props = json!({ "src": "dog.png", "ks": "1..4", "k": 3, "caption": "A < B" });
    let markup = curve(props.clone(), false);
    insta::assert_snapshot!(markup.html.replace("><", ">\n<"));
    let model = markup.island.unwrap().model;
    assert_eq!((&model["k"], &model["selected"]), (&json!(3), &json!(2)));
    assert_eq!(model["ks"], json!([1, 2, 3, 4]));
    assert_eq!(model["texts"].as_array().unwrap().len(), 4);
    let html = curve(props, true).html;
    for flow in ["<figure", "<div", "<p>", "<figcaption"] {
        assert!(!html.contains(flow), "{html}");
    }
}

/// Beside the picture, the curves cost no computation.
#[test]
fn asks_for_what_the_picture_asks_for() {
    let folder = SitePath::new("content/a").unwrap();
    let context = Context { folder: &folder, last_picture: None, heading: None };
    let props = json!({ "src": "dog.png", "ks": [1, 2, 8], "space": "oklab", "width": 300 });
    let jobs = [&PaletteCurve as &dyn AnyComponent, &KMeansImage].map(|component| {
        let props = component.resolve(props.clone(), &context).unwrap();
        (component.artifact(), component.version(), component.job(&props).unwrap())
    });
    assert_eq!(jobs[0], jobs[1]);
}
