//! `<KMeansSteps>`: k-means, step by step, under a reader's hand.

use crate::scratch::Scratch;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use xtask::brotli_len;
use xtask::browser::{Browser, Media, Page};

const PATIENCE: Duration = Duration::from_secs(20);
const WIDGET: usize = 2_000;
const LIVE: &str = "document.querySelector('prebake-island input[type=range]') !== null";
const LAST: &str = "document.querySelector('input').value === document.querySelector('input').max";

/// Three guesses that are settled within a few rounds.
fn site(selected: &str) -> Scratch {
    Scratch::build(&format!(
        "---\ntitle: Steps\n---\n\n## First\n\nWords.\n\n<KMeansSteps src=\"dog.png\" width={{160}} \
         start={{[\"#c02020\", \"#208020\", \"#2040a0\"]}} {selected} alt=\"blobs\" caption=\"Blobs\"/>\n"
    ))
}

fn awake(site: &Scratch) -> (Browser, Page) {
    let (browser, page) = site.open();
    page.wait_for(LIVE, PATIENCE).unwrap();
    (browser, page)
}

/// Clicks the button of that name.
fn press(page: &Page, name: &str) {
    let script = format!(
        "[...document.querySelectorAll('button')].find(b => b.textContent === '{name}').click()"
    );
    page.evaluate(&script).unwrap();
}

fn step(page: &Page) -> i64 {
    let value = page.evaluate("Number(document.querySelector('input').value)").unwrap();
    value.as_f64().unwrap() as i64
}

fn text(page: &Page, script: &str) -> String {
    page.evaluate(script).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn every_picture_is_the_baked_frame_and_every_drawing_as_the_build_draws() {
    let site = site("selected={3}");
    let browser = Browser::launch().unwrap();
    let page = browser.page().unwrap();
    page.disable_javascript().unwrap();
    page.goto(&site.url("article/index.html")).unwrap();
    let drawn = text(&page, "document.querySelector('svg').innerHTML");
    drop(page);

    let (_browser, page) = awake(&site);
    let script = "(async () => {
        async function pixels(source) {
            const bitmap = await createImageBitmap(source,
                { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
            const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
            const context = canvas.getContext('2d', { willReadFrequently: true });
            context.drawImage(bitmap, 0, 0);
            return context.getImageData(0, 0, bitmap.width, bitmap.height).data.join();
        }
        const model = JSON.parse(document.querySelector('prebake-island').getAttribute('model'));
        const { states } = await (await fetch(model.steps)).json();
        const [input, img] = ['input', 'prebake-island img'].map(n => document.querySelector(n));
        const turn = () => new Promise(done => setTimeout(done, 10));
        let wrong = 0, kinds = new Set();
        for (let at = 0; at < states.length; at++) {
            const before = img.src;
            input.value = at;
            input.dispatchEvent(new Event('input', { bubbles: true }));
            for (let i = 0; i < 500 && img.src === before; i++) await turn();
            await img.decode();
            const baked = await pixels(await (await fetch(model.base + states[at].frame)).blob());
            if (await pixels(img) !== baked) wrong++;
            kinds.add(baked);
        }
        input.value = 3;
        input.dispatchEvent(new Event('input', { bubbles: true }));
        return { wrong, enough: states.length >= 6 && kinds.size >= states.length - 1,
            drawing: document.querySelector('svg').innerHTML };
    })()";
    let mut result = page.evaluate(script).unwrap();
    assert_eq!(result["drawing"].take(), Value::from(drawn));
    assert_eq!(result, json!({ "wrong": 0, "enough": true, "drawing": null }));
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn buttons_and_keys_take_steps() {
    let site = site("");
    let (_browser, page) = awake(&site);
    let last = step(&page);
    assert!(last >= 5, "without `selected` the last step is shown: {last}");
    press(&page, "Step");
    assert_eq!(step(&page), last, "nothing is behind the last step");
    press(&page, "Restart");
    assert_eq!(step(&page), 0);
    press(&page, "Back");
    assert_eq!(step(&page), 0);
    press(&page, "Step");
    press(&page, "Step");
    assert_eq!(step(&page), 2);
    let says = "document.querySelector('.kmeans-steps-says')";
    assert!(text(&page, &format!("{says}.innerText")).contains("Round 2"));
    assert_eq!(text(&page, &format!("{says}.ariaLive")), "polite");
    press(&page, "Back");
    assert_eq!(step(&page), 1);

    page.evaluate("document.querySelector('input').focus()").unwrap();
    for (key, expected) in [("ArrowRight", 2), ("ArrowLeft", 1), ("End", last), ("Home", 0)] {
        page.key(key).unwrap();
        assert_eq!(step(&page), expected, "{key}");
        let spoken = text(&page, "document.querySelector('input').ariaValueText");
        let number = format!("step {} of {}: Round ", expected + 1, last + 1);
        assert!(spoken.starts_with(&number) && spoken.contains(" dB"), "{spoken}");
        // The slider said it.
        assert_eq!(text(&page, &format!("{says}.ariaLive")), "off");
    }
    // Tab leads from the last button to the slider, and a space presses.
    page.evaluate("document.querySelectorAll('button')[3].focus()").unwrap();
    page.key("Space").unwrap();
    assert_eq!(step(&page), 1);
    page.key("Tab").unwrap();
    assert_eq!(text(&page, "document.activeElement.type"), "range");
}

#[test]
fn play_goes_to_the_end_and_stops() {
    let site = site("");
    let (_browser, page) = awake(&site);
    page.evaluate("document.querySelector('figure').scrollIntoView()").unwrap();
    press(&page, "Play");
    assert_eq!(step(&page), 0, "at the end it starts again");
    let says = "document.querySelector('.kmeans-steps-says').ariaLive";
    assert_eq!(text(&page, says), "off");
    page.wait_for("document.querySelector('input').value >= 2", PATIENCE).unwrap();
    press(&page, "Pause");
    let paused = step(&page);
    page.pause(Duration::from_secs(1)).unwrap();
    assert_eq!(step(&page), paused);
    press(&page, "Play");
    page.wait_for(LAST, Duration::from_secs(60)).unwrap();
    assert_eq!(text(&page, says), "polite", "the end is said");
    let playing = "[...document.querySelectorAll('button')].some(b => b.textContent === 'Pause')";
    assert_eq!(page.evaluate(playing).unwrap(), false);
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn nothing_plays_out_of_sight() {
    let site = site("selected={0}");
    let (_browser, page) = awake(&site);
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('div'), { style: 'height: 5000px' }))",
    )
    .unwrap();
    page.evaluate("document.querySelector('figure').scrollIntoView()").unwrap();
    page.pause(Duration::from_millis(200)).unwrap();
    press(&page, "Play");
    page.evaluate("scrollTo({ top: 5000, behavior: 'instant' })").unwrap();
    let still = "document.querySelectorAll('button')[2].textContent === 'Play'";
    page.wait_for(still, PATIENCE).unwrap();
    let at = step(&page);
    page.pause(Duration::from_secs(1)).unwrap();
    assert_eq!(step(&page), at);
}

/// How many places the first ring takes on its way through an update.
fn places(reduced_motion: bool) -> i64 {
    let site = site("selected={0}");
    let (_browser, page) = awake(&site);
    page.emulate_media(Media { reduced_motion, ..Media::default() }).unwrap();
    page.evaluate("document.querySelector('figure').scrollIntoView()").unwrap();
    let script = "(async () => {
        const ring = document.querySelector('.kmeans-steps-centroids circle');
        const places = new Set();
        document.querySelectorAll('button')[3].click();
        for (const end = performance.now() + 900; performance.now() < end;) {
            places.add(ring.getAttribute('cx'));
            await new Promise(requestAnimationFrame);
        }
        return places.size;
    })()";
    page.evaluate(script).unwrap().as_f64().unwrap() as i64
}

#[test]
fn colours_glide_unless_the_reader_wants_no_motion() {
    assert!(places(false) > 2);
    assert_eq!(places(true), 1);
}

#[test]
fn it_is_complete_without_javascript() {
    let site = site("");
    let browser = Browser::launch().unwrap();
    let page = browser.page().unwrap();
    page.disable_javascript().unwrap();
    page.goto(&site.url("article/index.html")).unwrap();
    let words = text(&page, "document.querySelector('figcaption').innerText");
    assert!(
        words.contains("Round ") && words.contains("Error ") && words.contains(" dB"),
        "{words}"
    );
    let counts = page
        .evaluate(
            "['.kmeans-steps-dots path', 'circle', 'button, input', '.kmeans-steps-trails path']
                .map(what => document.querySelectorAll(what).length)",
        )
        .unwrap();
    assert!(counts[0].as_f64().unwrap() > 50.0, "{counts}");
    assert_eq!([&counts[1], &counts[2], &counts[3]], [&json!(3), &json!(0), &json!(3)]);
    let shown = "(async () => { const img = document.querySelector('figure img');
        img.loading = 'eager'; await img.decode(); return img.naturalWidth; })()";
    assert_eq!(page.evaluate(shown).unwrap(), 160);
}

#[test]
fn nothing_shifts_and_axe_finds_nothing() {
    let site = site("selected={2}");
    for (dark, width) in [(false, 1280), (true, 1280), (false, 390)] {
        let browser = Browser::launch().unwrap();
        let page = browser.page().unwrap();
        page.set_viewport(width, 800, 1.0, width < 600).unwrap();
        page.emulate_media(Media { dark, reduced_motion: true, ..Media::default() }).unwrap();
        page.goto(&site.url("article/index.html")).unwrap();
        page.wait_for(LIVE, PATIENCE).unwrap();
        for name in ["Step", "Step", "Restart", "Step"] {
            press(&page, name);
            page.pause(Duration::from_millis(150)).unwrap();
        }
        assert_eq!(page.layout_shift().unwrap(), [], "{width}");
        let found = xtask::browser::axe(&page).unwrap();
        assert!(found.is_empty(), "dark: {dark}, width: {width}: {found:#?}");
        let wide = "document.documentElement.scrollWidth <= innerWidth";
        assert_eq!(page.evaluate(wide).unwrap(), true);
    }
}

#[test]
fn frames_are_fetched_when_the_reader_steps_near_them() {
    let site = site("selected={0}");
    let (_browser, page) = awake(&site);
    let frames = || -> Vec<String> {
        let requests = page.requests().unwrap().into_iter().map(|request| request.url);
        requests.filter(|url| url.contains("/step-")).collect()
    };
    page.pause(Duration::from_millis(300)).unwrap();
    assert_eq!(frames().len(), 1, "the page's own picture: {:#?}", frames());
    press(&page, "Step");
    let deadline = Instant::now() + PATIENCE;
    while frames().len() < 3 && Instant::now() < deadline {
        page.pause(Duration::from_millis(50)).unwrap();
    }
    // The frame that an update recolours, and the round that comes next.
    assert_eq!(frames().len(), 3, "{:#?}", frames());
    for _ in 0..2 {
        press(&page, "Back");
        press(&page, "Step");
    }
    page.pause(Duration::from_millis(500)).unwrap();
    assert_eq!(frames().len(), 3, "{:#?}", frames());

    let assets = std::fs::read_dir(site.dist.join("assets")).unwrap();
    let script = assets
        .map(|file| file.unwrap().path())
        .find(|path| path.extension().is_some_and(|extension| extension == "js"))
        .unwrap();
    let bytes = brotli_len(&std::fs::read(script).unwrap());
    assert!(bytes <= WIDGET, "{bytes} B of {WIDGET}");
}
