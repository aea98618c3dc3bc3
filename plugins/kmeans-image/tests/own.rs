//! `<OwnPicture>`: what stands in the page, and what it fetches later.

mod support;

use prebake_kmeans_image::{KMeansImage, OwnPicture};
use prebake_plugin::{AnyComponent, Artifact, Context, Inputs, Markup, Place, Problem, SitePath};
use serde_json::{Value, json};
use support::Site;

const PLACE: Place<'static> =
    Place { base: "figures/own-picture-0/", unique: "own-picture-1", inline: false, children: "" };

/// Takes a tag through the four steps, as the generator does.
fn tag_at(props: Value, place: Place<'_>) -> Result<(Artifact, Markup), Vec<Problem>> {
    let component: &dyn AnyComponent = &OwnPicture;
    let folder = SitePath::new("content/a").unwrap();
    let context = Context { folder: &folder, last_picture: None, heading: None };
    let props = component.resolve(props, &context)?;
    let site = Site::default();
    let artifact = component.bake(&component.job(&props)?, &mut Inputs::new(&site))?;
    let markup = component.render(&props, &artifact, &place)?;
    Ok((artifact, markup))
}

fn lines(html: &str) -> String {
    html.replace("><", ">\n<")
}

#[test]
fn a_block_figure_without_a_picture() {
    let (artifact, markup) =
        tag_at(json!({ "ks": "1..3", "caption": "Yours & mine." }), PLACE).unwrap();
    insta::assert_snapshot!(lines(&markup.html), @r#"
    <figure class="own-picture" id="own-picture-1">
    <div class="own-picture-box">
    <p>To try a picture of your own, this page needs its scripts, which are not running.</p>
    </div>
    <figcaption class="own-picture-caption">
    <span>Yours &amp; mine.</span> <span>Your picture stays on this device: nothing is sent anywhere.</span>
    </figcaption>
    </figure>
    "#);
    let island = markup.island.unwrap();
    assert_eq!(
        Value::from(island.model),
        json!({ "ks": [1, 2, 3], "k": 8, "oklab": false, "width": 960 })
    );
    assert!(!island.kernel && island.preload.is_empty(), "nothing is fetched without a picture");
    assert!(artifact.files.is_empty() && artifact.states == 0);
}

#[test]
fn an_inline_figure_is_phrasing_content() {
    let place = Place { inline: true, ..PLACE };
    let html = tag_at(json!({ "id": "mine", "caption": "Yours." }), place).unwrap().1.html;
    for element in ["<div", "<p>", "<fig"] {
        assert!(!html.contains(element), "{html}");
    }
    assert!(html.starts_with("<span class=\"own-picture\" id=\"mine\" role=\"figure\""), "{html}");
}

#[test]
fn every_mistake_is_reported() {
    let props = json!({ "ks": "9..1", "k": 0, "width": 0, "id": "" });
    let problems = tag_at(props, PLACE).unwrap_err();
    let codes: Vec<&str> = problems.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(codes, ["invalid-ks", "k-outside-domain", "invalid-width", "invalid-id"]);
}

/// The model's keys must not hide each other, and a page with both kinds fetches one of each file.
#[test]
fn it_brings_everything_that_the_figure_asks_for() {
    let own = AnyComponent::widget(&OwnPicture).unwrap();
    let figure = AnyComponent::widget(&KMeansImage).unwrap();
    let file = |key: &str| {
        let found: Vec<_> = own.files.iter().filter(|file| file.key == key).collect();
        assert_eq!(found.len(), 1, "{key}");
        (found[0].name, found[0].bytes)
    };
    let kernel = figure.kernel.unwrap();
    assert_eq!(file("figure"), ("kmeans-image.js", figure.module.as_bytes()));
    assert_eq!(file("wasm"), ("kmeans-image.wasm", kernel.wasm));
    for asked in figure.files {
        assert_eq!(file(asked.key), (asked.name, asked.bytes));
    }
    for own_key in ["own_worker", "own_glue", "own_wasm"] {
        assert!(!file(own_key).1.is_empty());
    }
}
