//! Pages are complete, reachable by keyboard, still, quiet and accessible.

use crate::exact::LIVE;
use crate::scratch::Scratch;
use std::time::Duration;
use xtask::browser::{Browser, Media};

const PATIENCE: Duration = Duration::from_secs(20);
const ARTICLE: &str = "---\ntitle: Blobs\ndescription: A few of them.\ndate: 2026-01-02\n---\n\n\
    ## First\n\n![blobs](dog.png)\n\nSome text.\n\n\
    <KMeansImage selected={2} ks=\"1..8\" alt=\"blobs in three colours\" caption=\"Blobs\"/>\n\n\
    - [x] done\n- [ ] to do\n\n```\nlet wide = \"a line of code that no phone is wide enough for\";\n```\n\n\
    | a | rather | wide | table | with | many | columns | for | a | phone |\n\
    |---|---|---|---|---|---|---|---|---|---|\n| 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 |\n\n\
    Text with math, $x^2$, and a footnote.[^1]\n\n[^1]: Here it is.\n";

#[test]
fn it_is_complete_without_javascript() {
    let site = Scratch::build(ARTICLE);
    let browser = Browser::launch().unwrap();
    let page = browser.page().unwrap();
    page.disable_javascript().unwrap();
    page.goto(&site.url("article/index.html")).unwrap();
    let read = |what: &str| page.evaluate(what).unwrap().as_str().unwrap().to_owned();
    let html = read("document.body.innerHTML");
    let text = read("document.body.innerText");
    assert!(html.contains("k-03.png"), "{html}");
    assert!(text.contains("3 colours"), "{text}");
    assert!(text.contains("dB"), "{text}");
    let controls = page.evaluate("document.querySelectorAll('input:enabled').length").unwrap();
    assert_eq!(controls, 0, "no dead control: {html}");
    let frames = page.requests().unwrap().into_iter().filter(|request| request.url.contains("/k-"));
    assert!(frames.count() >= 1, "the chosen frame is fetched");
}

#[test]
fn from_a_file_it_is_the_static_page() {
    let site = Scratch::build(ARTICLE);
    let browser = Browser::launch().unwrap();
    let page = browser.page().unwrap();
    let file = site.dist.join("article/index.html");
    page.goto(&format!("file://{}", file.display())).unwrap();
    let script = "(async () => {
        const image = document.querySelector('figure img');
        image.loading = 'eager';
        await image.decode();
        return [image.naturalWidth, document.querySelectorAll('input:enabled').length];
    })()";
    assert_eq!(page.evaluate(script).unwrap(), serde_json::json!([400, 0]));
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn the_keyboard_moves_the_slider() {
    let site = Scratch::build(ARTICLE);
    let (_browser, page) = site.open();
    page.wait_for(LIVE, PATIENCE).unwrap();
    page.evaluate("document.querySelector('prebake-island input').focus()").unwrap();
    let state = || {
        page.evaluate(
            "(async () => {
                await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
                const input = document.querySelector('prebake-island input');
                const numbers = document.querySelector('.kmeans-image-numbers');
                return [input.value, input.getAttribute('aria-valuetext'), numbers.textContent];
            })()",
        )
        .unwrap()
    };
    for (key, value, says) in [
        ("ArrowRight", "3", "4 colours"),
        ("ArrowLeft", "2", "3 colours"),
        ("Home", "0", "1 colour"),
        ("End", "7", "8 colours"),
    ] {
        page.key(key).unwrap();
        let state = state();
        assert_eq!(state[0], value, "{key}");
        for text in [&state[1], &state[2]] {
            assert!(text.as_str().unwrap().starts_with(says), "{key}: {state}");
        }
    }
}

#[test]
fn a_finger_moves_the_slider() {
    let site = Scratch::build(ARTICLE);
    let (_browser, page) = site.open();
    page.set_viewport(390, 844, 1.0, true).unwrap();
    page.wait_for(LIVE, PATIENCE).unwrap();
    let input = "document.querySelector('prebake-island input')";
    page.evaluate(&format!("{input}.scrollIntoView({{ block: 'center', behavior: 'instant' }})"))
        .unwrap();
    let track = page.rect("prebake-island input").unwrap();
    let y = track.y + track.height / 2.0;
    page.drag_touch((track.x + track.width * 0.3, y), (track.x + track.width - 4.0, y)).unwrap();
    page.wait_for(&format!("{input}.value === '7'"), PATIENCE).unwrap();
}

#[test]
fn nothing_moves_when_an_island_wakes() {
    let site = Scratch::build(ARTICLE);
    let (_browser, page) = site.open();
    page.wait_for(LIVE, PATIENCE).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(page.layout_shift().unwrap(), []);
    let boxes = page
        .evaluate(
            "(() => { const box = e => { const r = e.getBoundingClientRect();
                return [r.x, r.y, r.width, r.height]; };
                const island = document.querySelector('prebake-island');
                return [box(island.querySelector('img')), box(island.querySelector('canvas'))];
            })()",
        )
        .unwrap();
    assert_eq!(boxes[0], boxes[1], "the canvas covers exactly the picture's box");
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn axe_finds_nothing() {
    let site = Scratch::build(ARTICLE);
    let (_browser, page) = site.open();
    page.wait_for(LIVE, PATIENCE).unwrap();
    for (dark, width) in [(false, 1280), (true, 1280), (false, 360)] {
        page.set_viewport(width, 800, 1.0, width < 600).unwrap();
        page.emulate_media(Media { dark, ..Media::default() }).unwrap();
        let found = xtask::browser::axe(&page).unwrap();
        assert!(found.is_empty(), "dark: {dark}, width: {width}: {found:#?}");
    }
    page.goto(&site.url("index.html")).unwrap();
    assert!(xtask::browser::axe(&page).unwrap().is_empty());
}

#[test]
fn the_column_is_as_wide_as_check_takes_it() {
    let site = Scratch::build("Words.\n");
    let (_browser, page) = site.open();
    page.set_viewport(1_600, 900, 1.0, false).unwrap();
    let script = "document.querySelector('.prose').getBoundingClientRect().width";
    let width = page.evaluate(script).unwrap().as_f64().unwrap();
    // The face is one that this machine has.
    let most = f64::from(prebake::theme::COLUMN);
    assert!(width <= most && width > 0.8 * most, "{width} of {most}");
}
