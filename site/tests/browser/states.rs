//! States that prose and figures share: what one changes, all follow, and the address too.

use crate::scratch::Scratch;
use serde_json::{Value, json};
use std::time::Duration;
use xtask::brotli_len;
use xtask::browser::Page;

const PATIENCE: Duration = Duration::from_secs(20);
const RUNTIME: usize = 1_500;

/// A number to drag, two figures, curves and prose that share a state.
const ARTICLE: &str = "<script>\n  let k = 3;\n</script>\n\n![blobs](dog.png)\n\n\
    Of them <Scrub bind:value={k} min={1} max={8} label=\"Colours\"/> are left: {k} \
    {k === 1 ? \"colour\" : \"colours\"} at {dog.at(k).psnr_db.toFixed(1)} dB, \
    {(dog.at(k).frame_bytes / dog.at(1).frame_bytes).toFixed(2)} times the first.\n\n\
    <KMeansImage id=\"dog\" bind:k={k} ks=\"1..8\" alt=\"one\"/>\n\n\
    <KMeansImage bind:k ks={[1, 2, 4, 8]} alt=\"two\"/>\n\n\
    <PaletteCurve bind:k={k} ks=\"1..8\"/>\n";

/// What the page shows of the state everywhere, two frames after now.
fn shown(page: &Page) -> Value {
    page.evaluate(
        "(async () => {
            await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            const input = (at) => document.querySelectorAll('.kmeans-image-control input')[at].value;
            return [
                document.querySelector('.scrub').textContent,
                [...document.querySelectorAll('.state')].map((span) => span.textContent).join(' '),
                input(0),
                input(1),
                document.querySelector('.palette-curve-plot > b').style.left,
            ];
        })()",
    )
    .unwrap()
}

/// What it should show, from what the build says in `figure.json`.
fn expected(page: &Page, k: u32) -> Value {
    let script = format!(
        "(async () => {{
            const island = document.querySelector('prebake-island[model*=palettes]');
            const {{ base }} = JSON.parse(island.getAttribute('model'));
            const {{ states }} = await (await fetch(base + 'figure.json')).json();
            const k = {k};
            const of = (k) => states.find((state) => state.k === k);
            const nearest = [1, 2, 4, 8].reduce(
                (best, it) => Math.abs(it - k) < Math.abs(best - k) ? it : best);
            const size = of(k).frame_bytes / of(1).frame_bytes;
            return [
                String(k),
                [k, k === 1 ? 'colour' : 'colours', of(k).psnr_db.toFixed(1), size.toFixed(2)].join(' '),
                String(k - 1),
                String([1, 2, 4, 8].indexOf(nearest)),
                Math.round((k - 1) / 7 * 1e4) / 100 + '%',
            ];
        }})()"
    );
    page.evaluate(&script).unwrap()
}

fn wait_until_live(page: &Page) {
    let live = "document.querySelectorAll('prebake-island input').length === 4";
    for _ in 0..2 {
        page.evaluate(
            "(async () => { for (const island of document.querySelectorAll('prebake-island')) {
                island.scrollIntoView();
                await new Promise(done => setTimeout(done, 100));
            } })()",
        )
        .unwrap();
    }
    page.wait_for(live, PATIENCE).unwrap();
}

#[test]
fn what_one_changes_all_follow() {
    let site = Scratch::build(ARTICLE);
    let (_browser, page) = site.open();
    wait_until_live(&page);
    assert_eq!(shown(&page), expected(&page, 3), "as the build said");
    // By every control in turn: the number, either figure, the curves.
    let set = |selector: &str, value: &str| {
        let script = format!(
            "(() => {{
                const input = document.querySelectorAll({selector:?})[0];
                input.value = {value};
                input.dispatchEvent(new Event('input'));
            }})()"
        );
        page.evaluate(&script).unwrap();
    };
    for k in 1..=8 {
        set(".scrub input", &k.to_string());
        assert_eq!(shown(&page), expected(&page, k), "scrubbed to {k}");
    }
    set(".kmeans-image-control input", "4");
    assert_eq!(shown(&page), expected(&page, 5));
    set("prebake-island:nth-of-type(2) .kmeans-image-control input", "1");
    assert_eq!(shown(&page), expected(&page, 2));
    set(".palette-curve input", "6");
    assert_eq!(shown(&page), expected(&page, 7));
    assert_eq!(page.console().unwrap(), [], "and the page's policy allows it");
}

#[test]
fn the_address_keeps_what_the_reader_changed() {
    let site = Scratch::build(ARTICLE);
    let (_browser, page) = site.open();
    wait_until_live(&page);
    let query = || page.evaluate("location.search + location.hash").unwrap();
    assert_eq!(query(), json!(""));
    page.evaluate("history.replaceState(null, '', '?other=1#dog')").unwrap();
    page.evaluate("document.querySelector('.scrub input').focus()").unwrap();
    page.key("End").unwrap();
    page.wait_for("location.search.includes('k=8')", PATIENCE).unwrap();
    assert_eq!(query(), json!("?other=1&k=8#dog"));
    page.key("Home").unwrap();
    page.key("ArrowRight").unwrap();
    page.key("ArrowRight").unwrap();
    page.wait_for("!location.search.includes('k=')", PATIENCE).unwrap();
    assert_eq!(query(), json!("?other=1#dog"), "nothing is said of the first value");

    for (query, k) in [
        ("?k=7", 7),
        ("?k=9", 3),
        ("?k=2.5", 3),
        ("?k=", 3),
        ("?k=%3Cb%3E&k=4", 3),
        ("?k=1e400", 3),
        ("?__proto__=4&toString=1", 3),
    ] {
        page.goto(&site.url(&format!("article/index.html{query}"))).unwrap();
        wait_until_live(&page);
        assert_eq!(shown(&page), expected(&page, k), "{query}");
    }
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn only_pages_with_states_carry_the_runtime() {
    let runtime = brotli_len(prebake::state::RUNTIME.as_bytes());
    assert!(runtime <= RUNTIME, "{runtime} B of {RUNTIME}");
    let page = |article: &str| {
        let site = Scratch::build(article);
        std::fs::read_to_string(site.dist.join("article/index.html")).unwrap()
    };
    assert!(page(ARTICLE).contains("type=\"module\""));
    let still = page(
        "<script>\n  let k = 3;\n  const n = 2;\n</script>\n\n![blobs](dog.png)\n\n\
         {k} and {n}\n\n<KMeansImage k={k} ks=\"1..8\" alt=\"one\"/>\n",
    );
    assert!(still.contains("3 and 2"), "{still}");
    assert!(!still.contains("type=\"module\""), "{still}");
}
