//! The two names of what a figure shows, `k` and `selected`, keep in step.

use crate::scratch::Scratch;
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;
use xtask::browser::{Browser, Page};

const PATIENCE: Duration = Duration::from_secs(20);
const LIVE: &str = "document.querySelector('prebake-island input') !== null";

/// Gives every island the page's one model, `window.model`, as a state that is bound to both keys
/// would, and keeps a record of what was set.
const MODEL: &str = r"
    const events = new EventTarget();
    const state = START;
    window.sets = [];
    window.model = {
        get: (key) => state[key],
        set(key, value) {
            if (state[key] === value) return;
            window.sets.push([key, value]);
            state[key] = value;
            events.dispatchEvent(new Event('change:' + key));
        },
        on: (...event) => events.addEventListener(...event),
        off: (...event) => events.removeEventListener(...event),
        save_changes() { window.sets.push('saved'); },
    };
    window.live = (async () => {
        const island = document.querySelector('prebake-island');
        const given = JSON.parse(island.getAttribute('model'));
        for (const key in given) state[key] ??= given[key];
        const widget = await import(new URL(island.getAttribute('widget'), document.baseURI));
        window.end = await widget.default.render({ model: window.model, el: island });
    })();
";

/// A page whose figure of k = 1, 2, 4, 8 is rendered with a model of ours that starts with `start`.
fn figure(start: &Value) -> (Scratch, Browser, Page) {
    let site = Scratch::build("<KMeansImage src=\"dog.png\" ks={[1, 2, 4, 8]} alt=\"blobs\"/>\n");
    // The loader would render the island too.
    let path = site.dist.join("article/index.html");
    let html = fs::read_to_string(&path).unwrap().replace(" on=\"visible\"", " on=\"click\"");
    fs::write(&path, html).unwrap();
    let (browser, page) = site.open();
    page.evaluate(&MODEL.replace("START", &start.to_string())).unwrap();
    page.wait_for(LIVE, PATIENCE).unwrap();
    (site, browser, page)
}

fn now(page: &Page) -> Value {
    page.evaluate(
        "(() => { const [input, output] =
            ['input', 'output'].map(name => document.querySelector('prebake-island ' + name));
            return [model.get('selected'), model.get('k'), +input.value, +output.textContent];
        })()",
    )
    .unwrap()
}

#[test]
fn each_key_follows_the_other() {
    let (_site, _browser, page) = figure(&json!({}));
    assert_eq!(now(&page), json!([0, 1, 0, 1]));
    for (key, value, expected) in [
        ("selected", 2, [2, 4, 2, 4]),
        ("k", 8, [3, 8, 3, 8]),
        // No state of this figure: it shows the nearest, the lower of two, and leaves k alone.
        ("k", 3, [1, 3, 1, 2]),
        ("k", 64, [3, 64, 3, 8]),
        ("k", -5, [0, -5, 0, 1]),
        ("k", 6, [2, 6, 2, 4]),
        ("selected", 99, [99, 8, 3, 8]),
        ("selected", 0, [0, 1, 0, 1]),
    ] {
        page.evaluate(&format!("model.set('{key}', {value})")).unwrap();
        assert_eq!(now(&page), json!(expected), "{key} = {value}");
    }
}

#[test]
fn a_reader_sets_both_and_saves_once() {
    let (_site, _browser, page) = figure(&json!({}));
    page.evaluate(
        "(() => { sets.length = 0;
            const input = document.querySelector('prebake-island input');
            input.value = 2;
            input.dispatchEvent(new Event('input', { bubbles: true }));
        })()",
    )
    .unwrap();
    let sets = page.evaluate("sets").unwrap();
    assert_eq!(sets, json!([["selected", 2], ["k", 4], "saved"]));
    assert_eq!(now(&page), json!([2, 4, 2, 4]));
}

#[test]
fn what_changed_before_the_figure_woke_leads() {
    for (start, expected) in [
        (json!({ "k": 4 }), [2, 4, 2, 4]),
        (json!({ "k": 7 }), [3, 7, 3, 8]),
        (json!({ "selected": 1 }), [1, 2, 1, 2]),
    ] {
        let (_site, _browser, page) = figure(&start);
        assert_eq!(now(&page), json!(expected), "{start}");
    }
}

#[test]
fn without_a_picture_frames_are_swapped() {
    let (_site, _browser, page) = figure(&json!({ "picture": false }));
    page.evaluate("model.set('k', 4)").unwrap();
    let frame = "document.querySelector('prebake-island img').src.endsWith('/k-04.png')";
    page.wait_for(frame, PATIENCE).unwrap();
    let canvas = page.evaluate("document.querySelector('prebake-island canvas')").unwrap();
    assert_eq!(canvas, Value::Null);
    page.evaluate("end()").unwrap();
    let left = page.evaluate("document.querySelector('prebake-island input') === null").unwrap();
    assert_eq!(left, true);
    let kernel = page.requests().unwrap().into_iter().any(|request| request.url.contains(".wasm"));
    assert!(!kernel, "no kernel is fetched for frames");
    assert_eq!(page.console().unwrap(), []);
}
