//! The figure's HTML and the island's model.

mod support;

use prebake_plugin::{Place, Severity, Trigger};
use serde_json::json;
use support::{Figured, Site, rgb_png};

const PLACE: Place<'static> =
    Place { base: "figures/my-dog-0/", unique: "kmeans-image-2", inline: false, children: "" };

fn site() -> Site {
    let pixels = [[250, 250, 250], [10, 10, 10], [20, 20, 20], [200, 30, 30]].concat();
    Site::with("content/a/my-dog.png", rgb_png(2, 2, &pixels))
}

fn tag(props: serde_json::Value, place: Place<'_>) -> Figured {
    site().tag_at(props, place).unwrap()
}

/// One element a line, to read it.
fn lines(html: &str) -> String {
    html.replace("><", ">\n<")
}

#[test]
fn a_block_figure() {
    let figured = tag(json!({ "src": "my-dog.png", "ks": [1, 2], "selected": 1 }), PLACE);
    insta::assert_snapshot!(lines(&figured.markup.html));
    let island = figured.markup.island.unwrap();
    assert_eq!(island.trigger, Trigger::Visible);
    assert_eq!(
        serde_json::Value::from(island.model),
        json!({
            "picture": "figures/my-dog-0/picture.png",
            "palettes": "figures/my-dog-0/palettes.bin",
            "base": "figures/my-dog-0/",
            "selected": 1,
            "k": 2
        })
    );
    assert_eq!(island.preload, ["figures/my-dog-0/palettes.bin"]);
    assert_eq!(figured.artifact.name, "my-dog");
    assert!(figured.markup.problems.is_empty());
}

#[test]
fn an_inline_figure_is_phrasing_content() {
    let props =
        json!({ "src": "my-dog.png", "ks": [1], "alt": "A dog", "caption": "Brown.", "id": "d" });
    let figured = tag(props, Place { inline: true, ..PLACE });
    insta::assert_snapshot!(lines(&figured.markup.html));
}

#[test]
fn what_the_author_writes_is_text() {
    let evil = "\"><script>alert('x')</script>&";
    let props = json!({ "src": "my-dog.png", "alt": evil, "caption": evil, "id": "\"onload=x" });
    for inline in [false, true] {
        let html = tag(props.clone(), Place { inline, ..PLACE }).markup.html;
        assert!(!html.contains("<script") && !html.contains("\"onload"), "{html}");
        assert_eq!(html.matches("&lt;script&gt;").count(), if inline { 3 } else { 2 });
    }
}

#[test]
fn a_picture_with_few_colours_ends_early_with_a_note() {
    let figured = tag(json!({ "src": "my-dog.png", "selected": 40 }), PLACE);
    let model = figured.markup.island.unwrap().model;
    assert_eq!([&model["selected"], &model["k"]], [3, 4]);
    assert!(figured.markup.html.contains("k-04.png"));
    assert!(figured.markup.html.contains("4 colours · exact · 2.00 bits per pixel"));
    let [note] = &figured.markup.problems[..] else { panic!("one note") };
    assert_eq!((note.severity, note.code.as_str()), (Severity::Note, "ends-early"));
}

#[test]
fn k_names_the_state_too() {
    let figured = tag(json!({ "src": "my-dog.png", "ks": [1, 2, 4], "k": 4 }), PLACE);
    assert_eq!(figured.markup.island.unwrap().model["selected"], 2);
    assert!(figured.markup.html.contains("k-04.png"));
}

#[test]
fn it_tells_its_domain_and_its_numbers() {
    use prebake_plugin::{AnyComponent, Context, Domain, SitePath};
    let component: &dyn AnyComponent = &prebake_kmeans_image::KMeansImage;
    assert_eq!(component.bindable(), ["k", "selected"]);
    // The picture has four colours, so that its figure ends at four.
    let written = json!({ "src": "my-dog.png", "ks": [1, 2, 4, 8] });
    let figured = tag(written.clone(), PLACE);
    let folder = SitePath::new("content/a").unwrap();
    let context = Context { folder: &folder, last_picture: None, heading: None };
    let props = component.resolve(written, &context).unwrap();
    let artifact = &figured.artifact;
    let numbers = component.numbers(artifact).unwrap().unwrap();
    assert_eq!(numbers.control, "k");
    assert_eq!(numbers.columns["k"], [1.0, 2.0, 4.0]);
    assert_eq!(numbers.columns["bits_per_pixel"], [0.0, 1.0, 2.0]);
    assert_eq!(numbers.columns["psnr_db"][2], f64::INFINITY);
    assert_eq!(numbers.columns["inertia"][2], 0.0);
    let bytes = figured.figure.states.iter().map(|state| state.frame_bytes as f64);
    assert!(bytes.eq(numbers.columns["frame_bytes"].iter().copied()));
    assert!(numbers.columns.values().all(|column| column.len() == 3));
    assert_eq!([numbers.whole["width"], numbers.whole["height"]], [2.0, 2.0]);
    for (prop, domain) in [
        ("k", Some(Domain::Values(vec![1.0, 2.0, 4.0]))),
        ("selected", Some(Domain::Range { min: 0.0, max: 2.0, step: 1.0 })),
        ("alt", None),
    ] {
        assert_eq!(component.domain(prop, &props, artifact), domain, "{prop}");
    }
}

#[test]
fn children_are_the_caption() {
    let place = Place { children: "<p>A <em>brown</em> dog.</p>\n", ..PLACE };
    let props = json!({ "src": "my-dog.png" });
    let html = tag(props, place).markup.html;
    assert!(
        html.contains("<div class=\"kmeans-image-caption\"><p>A <em>brown</em> dog.</p></div>")
    );
    let both = tag(json!({ "src": "my-dog.png", "caption": "Brown." }), place).markup;
    assert!(both.html.contains("<span class=\"kmeans-image-caption\">Brown.</span>"));
    assert_eq!(both.problems[0].code, "two-captions");
}

#[test]
fn tags_that_differ_in_words_share_a_job() {
    use prebake_plugin::{AnyComponent, Context, SitePath};
    let component: &dyn AnyComponent = &prebake_kmeans_image::KMeansImage;
    let folder = SitePath::new("content/a").unwrap();
    let shown = SitePath::new("content/a/dog.png").unwrap();
    let context = Context { folder: &folder, last_picture: Some(&shown), heading: None };
    let job = |props| component.job(&component.resolve(props, &context).unwrap()).unwrap();
    let first = job(json!({}));
    let every: Vec<u32> = (1..=64).collect();
    let same = json!({
        "src": "dog.png", "selected": 7, "alt": "x", "caption": "y", "id": "z", "ks": every
    });
    assert_eq!(job(same), first);
    assert_ne!(job(json!({ "space": "oklab" })), first);
    assert_ne!(job(json!({ "width": 300 })), first);
    assert_ne!(job(json!({ "ks": "1..63" })), first);
    assert_eq!(
        job(json!({ "ks": [1, 2] })).0,
        json!({ "src": "content/a/dog.png", "ks": [1, 2], "space": "srgb", "width": null })
    );
}
