//! `<Scrub>` and `<PaletteCurve>` by mouse, finger and keyboard.

use crate::scratch::Scratch;
use serde_json::{Value, json};
use std::time::Duration;
use xtask::browser::Page;

const PATIENCE: Duration = Duration::from_secs(20);
const SCRUB: &str = "Keep <Scrub value={8} min={1} max={64} label=\"Colours\"/> of them.\n";
const CURVE: &str = "![blobs](dog.png)\n\n<PaletteCurve k={2} ks={[1, 2, 4, 8]}/>\n";

/// What a reader sees of the number, and what a screen reader is told.
fn number(page: &Page) -> Value {
    page.evaluate(
        "(() => {
            const input = document.querySelector('.scrub input');
            return [document.querySelector('.scrub').textContent, input.getAttribute('aria-valuetext')];
        })()",
    )
    .unwrap()
}

fn centre(page: &Page, selector: &str) -> (f64, f64) {
    let script = format!(
        "(() => {{
            const {{ left, top, width, height }} =
                document.querySelector({selector:?}).getBoundingClientRect();
            return [left + width / 2, top + height / 2];
        }})()"
    );
    let centre = page.evaluate(&script).unwrap();
    (centre[0].as_f64().unwrap(), centre[1].as_f64().unwrap())
}

#[test]
fn a_number_is_dragged() {
    let site = Scratch::build(SCRUB);
    let (_browser, page) = site.open();
    page.wait_for("document.querySelector('.scrub input') !== null", PATIENCE).unwrap();
    assert_eq!(number(&page), json!(["8", "8"]));
    let (x, y) = centre(&page, ".scrub");
    page.drag_mouse((x, y), (x + 40.0, y)).unwrap();
    let dragged = number(&page);
    assert_eq!(dragged[0], dragged[1]);
    let value: i32 = dragged[0].as_str().unwrap().parse().unwrap();
    assert!((12..=24).contains(&value), "{dragged}");
    page.drag_mouse((x, y), (x - 400.0, y)).unwrap();
    assert_eq!(number(&page), json!(["1", "1"]), "ends at the least value");
    page.drag_touch((x, y), (x + 80.0, y)).unwrap();
    assert_ne!(number(&page)[0], json!("1"), "a finger drags too");

    for (key, text) in [("Home", "1"), ("ArrowRight", "2"), ("End", "64"), ("ArrowLeft", "63")] {
        page.key(key).unwrap();
        assert_eq!(number(&page), json!([text, text]), "{key}, where the drag left the focus");
    }
}

#[test]
fn the_marker_goes_where_the_reader_clicks() {
    let site = Scratch::build(CURVE);
    let (_browser, page) = site.open();
    page.wait_for("document.querySelector('.palette-curve input') !== null", PATIENCE).unwrap();
    let state = || {
        page.evaluate(
            "[document.querySelector('.palette-curve-plot > b').style.left,
              document.querySelector('.palette-curve-numbers').textContent.split(' · ')[0],
              document.querySelector('.palette-curve input').getAttribute('aria-valuetext').split(' · ')[0]]",
        )
        .unwrap()
    };
    // Of powers of two, the second lies at a third.
    assert_eq!(state(), json!(["33.33%", "2 colours", "2 colours"]));
    let (x, y) = centre(&page, ".palette-curve-plot");
    page.drag_mouse((x + 30.0, y), (x + 30.0, y)).unwrap();
    assert_eq!(state(), json!(["66.67%", "4 colours", "4 colours"]));
    page.drag_mouse((x, y), (x + 2000.0, y)).unwrap();
    assert_eq!(state(), json!(["100%", "8 colours", "8 colours"]));
    for (key, colours) in [("Home", "1 colour"), ("ArrowRight", "2 colours")] {
        page.key(key).unwrap();
        assert_eq!(state()[1], json!(colours), "{key}, where the click left the focus");
    }
}

#[test]
fn they_are_complete_without_javascript() {
    let site = Scratch::build(&format!("{SCRUB}\n{CURVE}"));
    let browser = xtask::browser::Browser::launch().unwrap();
    let page = browser.page().unwrap();
    page.disable_javascript().unwrap();
    page.goto(&site.url("article/index.html")).unwrap();
    let text = page.evaluate("document.body.innerText").unwrap();
    let text = text.as_str().unwrap();
    assert!(text.contains("Keep 8 of them."), "{text}");
    assert!(text.contains("2 colours"), "{text}");
    assert_eq!(page.evaluate("document.querySelectorAll('input').length").unwrap(), json!(0));
}
