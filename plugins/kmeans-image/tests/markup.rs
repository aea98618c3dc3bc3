//! The figure's HTML and the island's model.

mod support;

use prebake_plugin::{Place, Severity, Trigger};
use serde_json::json;
use support::{Figured, Site, gradient, jpeg, rgb_png};

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

/// The island of a picture whose ways to the reader differ in bytes.
fn island_of(delivery: &str, ks: &str) -> (Figured, prebake_plugin::Island) {
    let site = Site::with("content/a/my-dog.png", rgb_png(90, 60, &gradient(90, 60)));
    let props = json!({ "src": "my-dog.png", "ks": ks, "delivery": delivery });
    let mut figured = site.tag_at(props, PLACE).unwrap();
    let island = figured.markup.island.take().unwrap();
    (figured, island)
}

#[test]
fn each_delivery_has_its_model() {
    let base = "figures/my-dog-0/";
    for (delivery, picture, palettes, kernel) in [
        ("recolour", Some("picture."), "palettes.bin", true),
        ("index-map", Some("map."), "map-palettes.bin", true),
        ("frames", None, "palettes.bin", false),
    ] {
        let (figured, island) = island_of(delivery, "1..9");
        assert_eq!(island.kernel, kernel, "{delivery}");
        assert_eq!(island.model["palettes"], format!("{base}{palettes}"));
        assert_eq!(island.preload, [format!("{base}{palettes}")]);
        assert_eq!((&island.model["base"], &island.model["selected"]), (&json!(base), &json!(0)));
        let shown = island.model.get("picture").map(|url| url.as_str().unwrap());
        assert_eq!(shown.is_some(), picture.is_some(), "{delivery}");
        for url in shown.into_iter().chain([island.model["palettes"].as_str().unwrap()]) {
            assert!(figured.artifact.file(url.strip_prefix(base).unwrap()).is_some(), "{url}");
        }
        if let (Some(shown), Some(picture)) = (shown, picture) {
            assert!(shown.starts_with(&format!("{base}{picture}")), "{shown}");
        }
        // What stands there without JavaScript is the exact frame, and every frame is in the folder.
        assert!(figured.markup.html.contains("src=\"figures/my-dog-0/k-01.png\""));
        for state in &figured.figure.states {
            assert!(figured.artifact.file(&state.frame).is_some(), "{delivery}");
        }
    }
}

#[test]
fn auto_is_the_smaller_of_the_exact_ones() {
    use prebake_plugin::{AnyComponent, Context, DeliveryCost, SitePath};
    let costs = |figured: &Figured, delivery: &str, ks: &str| -> Vec<DeliveryCost> {
        let component: &dyn AnyComponent = &prebake_kmeans_image::KMeansImage;
        let folder = SitePath::new("content/a").unwrap();
        let context = Context { folder: &folder, last_picture: None, heading: None };
        let props = json!({ "src": "my-dog.png", "ks": ks, "delivery": delivery });
        let props = component.resolve(props, &context).unwrap();
        component.deliveries(&props, &figured.artifact)
    };
    // One frame is less than a kernel; two hundred are more.
    for (ks, expected) in [("1..1", "frames"), ("57..256", "recolour")] {
        let (figured, island) = island_of("auto", ks);
        let costs = costs(&figured, "auto", ks);
        let names: Vec<&str> = costs.iter().map(|cost| &*cost.name).collect();
        assert_eq!(names, ["recolour", "index-map", "frames"]);
        let picked: Vec<&DeliveryCost> = costs.iter().filter(|cost| cost.picked).collect();
        assert_eq!(picked.len(), 1);
        assert_eq!(picked[0].name, expected);
        assert_eq!(island.kernel, expected == "recolour");
        assert_eq!(island.model.contains_key("picture"), expected == "recolour");
        assert_eq!(picked[0].bytes, costs[0].bytes.min(costs[2].bytes));
        // The picture is the article's own here, and the frames need their numbers too.
        let size = |name: &str| figured.artifact.file(name).unwrap().len() as u64;
        let frames: u64 = figured.figure.states.iter().map(|state| size(&state.frame)).sum();
        assert_eq!(costs[2].bytes, frames + size("palettes.bin"));
        let map = &figured.figure.delivery.index_map.map;
        let kernel = costs[0].bytes - size("palettes.bin");
        assert_eq!(costs[1].bytes, size(map) + size("map-palettes.bin") + kernel);
    }
    let (figured, _) = island_of("index-map", "1..9");
    for delivery in ["recolour", "index-map", "frames"] {
        let costs = costs(&figured, delivery, "1..9");
        let picked: Vec<_> = costs.iter().filter(|cost| cost.picked).map(|it| &*it.name).collect();
        assert_eq!(picked, [delivery]);
    }
}

#[test]
fn a_jpeg_is_fetched_besides() {
    let bytes = jpeg(90, 60, &gradient(90, 60), image::ExtendedColorType::Rgb8, None);
    let site = Site::with("content/a/dog.jpg", bytes);
    let figured = site.tag(json!({ "src": "dog.jpg", "ks": "1..3" })).unwrap();
    let recolour = &figured.figure.delivery.recolour;
    assert!(!recolour.picture_is_shown);
    assert_eq!(
        recolour.picture_bytes,
        figured.artifact.file(&recolour.picture).unwrap().len() as u64
    );
    // Three frames are fewer bytes than the picture that they are made of.
    assert!(!figured.markup.island.unwrap().kernel);
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
        "src": "dog.png", "selected": 7, "alt": "x", "caption": "y", "id": "z", "ks": every,
        "delivery": "index-map"
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
