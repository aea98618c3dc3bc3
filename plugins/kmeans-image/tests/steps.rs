//! `<KMeansSteps>`: the walk, its frames and the figure's HTML.

mod support;

use prebake_kmeans_image::{Half, KMeansSteps, Walk};
use prebake_plugin::{
    AnyComponent, Artifact, Context, Domain, Inputs, Markup, Place, Problem, Severity, SitePath,
};
use serde_json::{Value, json};
use support::{Site, gradient, rgb_png};

const PLACE: Place<'static> =
    Place { base: "figures/dog-steps-0/", unique: "kmeans-steps-1", inline: false, children: "" };

struct Figured {
    artifact: Artifact,
    walk: Walk,
    markup: Markup,
}

fn tag_of(picture: Vec<u8>, mut props: Value, place: Place<'_>) -> Result<Figured, Vec<Problem>> {
    props["src"] = "my-dog.png".into();
    let site = Site::with("content/a/my-dog.png", picture);
    let component: &dyn AnyComponent = &KMeansSteps;
    let folder = SitePath::new("content/a").unwrap();
    let context = Context { folder: &folder, last_picture: None, heading: None };
    let props = component.resolve(props, &context)?;
    let artifact = component.bake(&component.job(&props)?, &mut Inputs::new(&site))?;
    let markup = component.render(&props, &artifact, &place)?;
    let walk = artifact.json(Walk::FILE).map_err(|problem| vec![problem])?;
    Ok(Figured { artifact, walk, markup })
}

fn tag(props: Value) -> Figured {
    tag_of(rgb_png(60, 40, &gradient(60, 40)), props, PLACE).unwrap()
}

#[test]
fn frames_show_every_pixel_in_the_colour_that_it_is_given_to() {
    let figured = tag(json!({ "k": 5, "width": 30 }));
    let Walk { width, height, settled, states } = &figured.walk;
    assert_eq!((*width, *height, *settled), (30, 20, true));
    assert_eq!(figured.artifact.states, states.len());
    // The canonical picture, as the other component keeps it.
    let site = Site::with("content/a/dog.png", rgb_png(60, 40, &gradient(60, 40)));
    let other = site.tag(json!({ "src": "dog.png", "ks": [1], "width": 30 })).unwrap();
    let picture = support::canonical(&other.artifact);

    let mut palette = Vec::new();
    for (at, state) in states.iter().enumerate() {
        assert_eq!(state.half, if at % 2 == 0 { Half::Assign } else { Half::Update });
        assert_eq!(state.round, at / 2 + 1);
        let bytes = figured.artifact.file(&state.frame).unwrap();
        assert_eq!(state.frame_bytes, bytes.len() as u64);
        let frame = image::load_from_memory(bytes).unwrap().to_rgb8();
        let after: Vec<[u8; 3]> = state.palette.iter().map(|colour| colour.0).collect();
        if state.half == Half::Assign {
            palette.clone_from(&after);
        }
        let mut error = 0;
        for (shown, pixel) in frame.pixels().zip(picture.pixels()) {
            let index = prebake_quantize::nearest(&palette, pixel.0);
            assert_eq!(shown.0, after[index]);
            error += shown
                .0
                .iter()
                .zip(pixel.0)
                .map(|(a, b)| u64::from(a.abs_diff(b)).pow(2))
                .sum::<u64>();
        }
        assert_eq!(state.inertia, error);
    }
    assert!(states.windows(2).all(|pair| pair[1].inertia <= pair[0].inertia));
    assert_eq!(states.last().unwrap().moved, 0);
    // An update changes the palette and its checksum, which the page can do itself.
    for pair in states.chunks_exact(2) {
        let [before, after] = [0, 1].map(|i| figured.artifact.file(&pair[i].frame).unwrap());
        let palette = 41..41 + 3 * 5 + 4;
        assert_eq!(before[..palette.start], after[..palette.start]);
        assert_eq!(before[palette.end..], after[palette.end..]);
    }
}

#[test]
fn a_block_figure() {
    let pixels = [[250, 250, 250], [10, 10, 10], [20, 20, 20], [200, 30, 30]].concat();
    let props = json!({ "start": ["#000000", "#141414"], "alt": "A <dog>", "caption": "Two." });
    let figured = tag_of(rgb_png(2, 2, &pixels), props, PLACE).unwrap();
    insta::assert_snapshot!(figured.markup.html.replace("><", ">\n<"));
    let island = figured.markup.island.unwrap();
    assert!(!island.kernel);
    let last = figured.walk.states.len() - 1;
    assert_eq!(
        Value::from(island.model),
        json!({
            "steps": "figures/dog-steps-0/steps.json",
            "base": "figures/dog-steps-0/",
            "selected": last
        })
    );
}

#[test]
fn what_the_author_writes_is_text() {
    let evil = "\"><script>alert('x')</script>&";
    for inline in [false, true] {
        let props = json!({ "alt": evil, "caption": evil, "id": "\"onload=x" });
        let picture = rgb_png(6, 4, &gradient(6, 4));
        let html = tag_of(picture, props, Place { inline, ..PLACE }).unwrap().markup.html;
        assert!(!html.contains("<script") && !html.contains("\"onload"), "{html}");
        assert_eq!(html.contains("<figure"), !inline);
    }
}

#[test]
fn few_colours_and_late_steps_are_noted() {
    let figured =
        tag_of(rgb_png(2, 1, &[0, 0, 0, 9, 9, 9]), json!({ "k": 4, "selected": 99 }), PLACE)
            .unwrap();
    assert_eq!(figured.walk.states[0].palette.len(), 2);
    let [note] = &figured.artifact.problems[..] else { panic!("one note") };
    assert_eq!((note.severity, note.code.as_str()), (Severity::Note, "few-colours"));
    assert_eq!(figured.markup.problems[0].code, "ends-early");
    assert!(figured.markup.html.contains("· exact"), "{}", figured.markup.html);
}

#[test]
fn one_colour_and_one_pixel_are_figures_too() {
    for (width, height) in [(1, 1), (7, 5)] {
        let picture = rgb_png(width, height, &[77, 7, 70].repeat((width * height) as usize));
        let figured = tag_of(picture, json!({}), PLACE).unwrap();
        assert_eq!(figured.walk.states.len(), 2);
        assert!(figured.walk.settled);
    }
}

#[test]
fn numbers_and_domain_follow_the_states() {
    let figured = tag(json!({ "k": 3 }));
    let component: &dyn AnyComponent = &KMeansSteps;
    let numbers = component.numbers(&figured.artifact).unwrap().unwrap();
    assert_eq!(numbers.control, "step");
    let states = figured.walk.states.len();
    assert!(numbers.columns.values().all(|column| column.len() == states));
    assert_eq!(numbers.columns["step"][states - 1], (states - 1) as f64);
    assert_eq!(numbers.columns["moved"][0], 2400.0);
    assert_eq!(numbers.whole["k"], 3.0);
    let folder = SitePath::new("content/a").unwrap();
    let context = Context { folder: &folder, last_picture: None, heading: None };
    let props = component.resolve(json!({ "src": "my-dog.png" }), &context).unwrap();
    let domain = component.domain("selected", &props, &figured.artifact);
    assert_eq!(domain, Some(Domain::Range { min: 0.0, max: (states - 1) as f64, step: 1.0 }));
    assert_eq!(component.domain("k", &props, &figured.artifact), None);
}
