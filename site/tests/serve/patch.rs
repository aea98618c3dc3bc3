//! An open page becomes the newer one, and what has not changed in it stays as its reader left it.

use crate::browser::{open, says};
use crate::served::{PATIENCE, Scratch, Served};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::time::Duration;
use xtask::browser::{Browser, Page};

/// A site whose article may use `dog.png`, a small picture of many colours.
fn scratch(article: &str) -> Scratch {
    let site = Scratch::new();
    site.save(article);
    let picture = image::RgbImage::from_fn(60, 40, |x, y| {
        image::Rgb([(x * 4) as u8, (y * 6) as u8, ((x * y) % 251) as u8])
    });
    picture.save(site.path("content/article/dog.png")).unwrap();
    site
}

/// Serves it, opens it, waits until its islands are live, and marks what must not be torn down.
fn opened(article: &str, live: &str) -> (Served, Browser, Page) {
    let served = scratch(article).serve();
    let (browser, page) = open(&served, "article/");
    page.wait_for(live, PATIENCE).unwrap();
    page.evaluate(
        "window.islands = [...document.querySelectorAll('prebake-island')];
         window.canvases = [...document.querySelectorAll('canvas')]; 0",
    )
    .unwrap();
    (served, browser, page)
}

const STAND: &str = "window.islands.every((it) => it.isConnected && it.querySelector('input'))
    && window.canvases.every((it) => it.isConnected)";

const INPUT: &str = "document.querySelector('prebake-island input')";
const SCRIPT: &str = "<script>\nlet k = 3;\n</script>\n\n";
const SCRUB: &str = "<Scrub bind:value={k} min={1} max={12} label=\"Colours\"/>";
const BOUND: &str = "<KMeansImage id=\"dog\" src=\"dog.png\" ks=\"1..12\" alt=\"bound\" delivery=\"recolour\" bind:k/>";
const FREE: &str = "<KMeansImage src=\"dog.png\" ks=\"1..12\" alt=\"free\" delivery=\"recolour\"/>";
const THREE_LIVE: &str = "document.querySelectorAll('prebake-island input').length === 3
    && document.querySelectorAll('canvas').length === 2";

/// Moves the slider of the island of that number, as it was when the page was opened.
fn choose(page: &Page, island: usize, value: u32) {
    page.evaluate(&format!(
        "(() => {{
            const input = window.islands[{island}].querySelector('input');
            input.value = {value};
            input.dispatchEvent(new Event('input', {{ bubbles: true }}));
        }})()"
    ))
    .unwrap();
}

fn sliders(page: &Page) -> Value {
    page.evaluate("window.islands.map((it) => +it.querySelector('input').value)").unwrap()
}

#[test]
fn sentences_change_around_islands_that_stay() {
    let article = |one: &str, two: &str| format!("{SCRIPT}{one}\n\n{two}\n");
    let first = article(
        &format!("Keep {SCRUB} of them.\n\n{BOUND}"),
        &format!("<p id=\"says\">{{k}} colours</p>\n\n{FREE}\n\nThe end."),
    );
    let (served, _browser, page) = opened(&first, THREE_LIVE);
    choose(&page, 0, 7);
    choose(&page, 2, 4);
    page.wait_for(&says("7 colours"), PATIENCE).unwrap();
    assert_eq!(sliders(&page), json!([7, 6, 4]), "the number, and places among the states");
    let before = page.requests().unwrap().len();

    // The sentence changes, a figure moves up and out of its place, blocks come and go.
    served.site.save(&article(
        &format!("{FREE}\n\n## New\n\nPlease keep *only* {SCRUB} of all."),
        &format!("> {BOUND}\n\n<p id=\"says\">{{k}} colours, {{13 - k}} fewer than 13</p>"),
    ));
    page.wait_for(&says("7 colours, 6 fewer than 13"), PATIENCE).unwrap();
    page.wait_for(&says("Please keep only"), PATIENCE).unwrap();
    assert_eq!(page.evaluate(STAND).unwrap(), true);
    assert_eq!(sliders(&page), json!([7, 6, 4]));
    let order =
        "[...document.querySelectorAll('prebake-island')].map((it) => window.islands.indexOf(it))";
    assert_eq!(page.evaluate(order).unwrap(), json!([2, 0, 1]));
    let ids = "[...document.querySelectorAll('.kmeans-image')].map((it) => it.id)";
    assert_eq!(page.evaluate(ids).unwrap(), json!(["kmeans-image-1", "dog"]));
    assert_eq!(page.evaluate(&says("The end.")).unwrap(), false);
    // They are still tied to each other, and to what is new.
    choose(&page, 0, 9);
    page.wait_for(&says("9 colours, 4 fewer than 13"), PATIENCE).unwrap();
    assert_eq!(sliders(&page), json!([9, 8, 4]));
    let after: Vec<String> =
        page.requests().unwrap()[before..].iter().map(|it| it.url.clone()).collect();
    assert!(after.iter().all(|url| url.contains("/-/prebake/states.js?")), "{after:#?}");
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn an_island_is_made_anew_where_it_is_another() {
    let article =
        |alt: &str| format!("{SCRIPT}{SCRUB}\n\n{BOUND}\n\n{}\n", FREE.replace("free", alt));
    let (served, _browser, page) = opened(&article("free"), THREE_LIVE);
    choose(&page, 1, 10);
    served.site.save(&article("another"));
    page.wait_for("!window.islands[2].isConnected", PATIENCE).unwrap();
    let live = "document.querySelectorAll('canvas').length === 2
        && document.querySelector('canvas[aria-label=another]')";
    page.evaluate("document.querySelectorAll('prebake-island')[2].scrollIntoView()").unwrap();
    page.wait_for(live, PATIENCE).unwrap();
    assert_eq!(
        page.evaluate("window.islands.map((it) => it.isConnected)").unwrap(),
        json!([true, true, false])
    );
    // The one that is gone has tidied up after itself, and a new picture makes both anew.
    assert_eq!(page.evaluate("window.canvases[1].isConnected").unwrap(), false);
    let picture = image::RgbImage::from_fn(30, 30, |x, y| image::Rgb([x as u8, y as u8, 9]));
    picture.save(served.site.path("content/article/dog.png")).unwrap();
    page.wait_for("!window.islands[1].isConnected", PATIENCE).unwrap();
    page.wait_for("document.querySelectorAll('canvas').length === 2", PATIENCE).unwrap();
    assert_eq!(page.evaluate("window.islands[0].isConnected").unwrap(), true);
    let bound = "+document.querySelectorAll('prebake-island')[1].querySelector('input').value";
    assert_eq!(page.evaluate(bound).unwrap(), 10, "it takes the state that is there");
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn states_come_go_and_begin_elsewhere() {
    let article = |script: &str, rest: &str| format!("{script}{SCRUB}\n\n{rest}\n");
    let first = article(SCRIPT, "<p id=\"says\">now {k}</p>");
    let (served, _browser, page) = opened(&first, INPUT);
    let press = |number: usize, key: &str| {
        let input = format!("document.querySelectorAll('prebake-island input')[{number}]");
        page.wait_for(&input, PATIENCE).unwrap();
        page.evaluate(&format!("{input}.focus()")).unwrap();
        page.key(key).unwrap();
    };
    // Where nobody has moved it, a state follows its author; where somebody has, it stays.
    served.site.save(&article(&SCRIPT.replace('3', "5"), "<p id=\"says\">now {k}</p>"));
    page.wait_for(&says("now 5"), PATIENCE).unwrap();
    page.wait_for(&format!("{INPUT}?.value === '5'"), PATIENCE).unwrap();
    press(0, "End");
    page.wait_for(&says("now 12"), PATIENCE).unwrap();
    served.site.save(&article(&SCRIPT.replace('3', "6"), "<p id=\"says\">still {k}</p>"));
    page.wait_for(&says("still 12"), PATIENCE).unwrap();
    page.wait_for(&format!("{INPUT}?.value === '12'"), PATIENCE).unwrap();
    page.wait_for("location.search === '?k=12'", PATIENCE).unwrap();
    // Another one, and none, and one again.
    let two = SCRIPT.replace("let k = 3;", "let k = 6;\nlet j = 2;");
    let other = SCRUB.replace("{k}", "{j}");
    served.site.save(&article(&two, &format!("{other}\n\nboth {{k}} {{j}}")));
    page.wait_for(&says("both 12 2"), PATIENCE).unwrap();
    press(1, "ArrowRight");
    page.wait_for(&says("both 12 3"), PATIENCE).unwrap();
    let plain = SCRUB.replace("bind:value={k}", "value={4}");
    served.site.save(&format!("{plain}\n\nnone"));
    page.wait_for(&says("none"), PATIENCE).unwrap();
    page.wait_for(&format!("{INPUT}?.value === '4'"), PATIENCE).unwrap();
    served.site.save(&article(SCRIPT, "again {k}"));
    page.wait_for(&says("again"), PATIENCE).unwrap();
    press(0, "Home");
    page.wait_for(&says("again 1"), PATIENCE).unwrap();
    assert_eq!(page.evaluate("window.canvases.length").unwrap(), 0, "it was never loaded again");
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn what_is_in_sight_stays_in_sight() {
    let words = |n: usize| format!("Paragraph {n}. {}\n\n", "Some more words. ".repeat(20));
    let article: String = (0..40).map(words).collect();
    let (served, _browser, page) = opened(&article, "document.body");
    page.evaluate("scrollTo({ top: 1500, behavior: 'instant' })").unwrap();
    let seen = "[...document.querySelectorAll('.prose p')]
        .map((it) => [it.textContent.slice(0, 13), Math.round(it.getBoundingClientRect().top)])
        .find(([, top]) => top >= 0)";
    let before = page.evaluate(seen).unwrap();
    served.site.save(&format!("A new beginning.\n\n{}{article}", words(99)));
    page.wait_for(&says("A new beginning."), PATIENCE).unwrap();
    page.pause(Duration::from_millis(100)).unwrap();
    assert_eq!(page.evaluate(seen).unwrap(), before);
    // And where the page has to be loaded again: its first figure brings the loader.
    let top = page.evaluate("Math.round(scrollY)").unwrap();
    page.evaluate("window.old = true").unwrap();
    served.site.save(&format!("A new beginning.\n\n{}{article}\n\n{FREE}", words(99)));
    page.wait_for("!window.old && document.querySelector('prebake-island')", PATIENCE).unwrap();
    page.wait_for(&format!("Math.round(scrollY) === {top}"), PATIENCE).unwrap();
}

#[test]
fn a_server_that_is_started_again_is_found() {
    let article = |text: &str| format!("{SCRIPT}{SCRUB}\n\n{text} {{k}}\n");
    let (mut served, _browser, page) = opened(&article("first"), INPUT);
    choose(&page, 0, 9);
    served.restart(|site| site.save(&article("meanwhile")));
    page.wait_for(&says("meanwhile 9"), PATIENCE).unwrap();
    assert_eq!(page.evaluate(STAND).unwrap(), true);
    served.site.save(&article("afterwards"));
    page.wait_for(&says("afterwards 9"), PATIENCE).unwrap();
    assert_eq!(page.evaluate(STAND).unwrap(), true);
}

#[test]
fn files_that_keep_their_names_are_shown_anew() {
    let site = scratch("Some words.\n");
    site.write(
        "templates/article.html",
        "{% extends \"base.html\" %}{% block main %}<img src=\"{{ page.root }}square.png\" alt=\"\">\
         {{ page.content | safe }}{% endblock %}",
    );
    let square =
        |side| image::RgbImage::new(side, side).save(site.path("static/square.png")).unwrap();
    std::fs::create_dir_all(site.path("static")).unwrap();
    square(20);
    let served = site.serve();
    let (_browser, page) = open(&served, "article/");
    page.evaluate("window.kept = true").unwrap();
    let shown = |side: u32| format!("document.images[0].naturalWidth === {side}");
    page.wait_for(&shown(20), PATIENCE).unwrap();
    image::RgbImage::new(30, 30).save(served.site.path("static/square.png")).unwrap();
    page.wait_for(&shown(30), PATIENCE).unwrap();
    assert_eq!(page.evaluate("window.kept").unwrap(), true);
    assert_eq!(page.console().unwrap(), []);
}

/// The page as its browser has it beside the page as the server has it, parsed: but for what is inside
/// islands, and for what is the reader's.
const SAME: &str = "(async () => {
    const plain = (root) => {
        const copy = root.cloneNode(true);
        for (const it of copy.querySelectorAll('prebake-island, [data-expression]')) it.textContent = '';
        for (const it of copy.querySelectorAll('script, link[rel=preload]')) it.remove();
        copy.normalize();
        return copy.outerHTML;
    };
    const html = await (await fetch(location.href)).text();
    const served = new DOMParser().parseFromString(html, 'text/html');
    const same = (part) => plain(document[part]) === plain(served[part]);
    return same('body') && same('head');
})()";

#[test]
fn a_patched_page_is_the_page() {
    // Two of the same, so that what is equal is told apart by its place alone.
    let blocks = [
        "One paragraph.",
        "One paragraph.",
        "Another, with *emphasis* and `code`.",
        "## A heading",
        "### Another heading",
        "- one\n- two\n- three",
        "| a | b |\n| - | - |\n| 1 | 2 |",
        "```rust\nlet a = 1;\n```",
        "> Quoted words, {k} of them.",
        "$$x^2$$",
        "A <Scrub value={3} min={1} max={9} label=\"First\"/> in a sentence.",
        "<Scrub value={3} min={1} max={9} label=\"First\"/>",
        "<Scrub value={5} min={1} max={9} label=\"Second\"/>",
        "> - <Scrub value={5} min={1} max={9} label=\"Second\"/> nested",
        "Some words and {k + 1}.[^note]\n\n[^note]: A note.",
        "<details><summary>More</summary>\n\nInside.\n\n</details>",
    ];
    let mut noise = 0x2545_f491_u32;
    let mut random = |below: usize| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        noise as usize % below
    };
    let mut chosen: Vec<usize> = (0..blocks.len()).collect();
    let article = |chosen: &[usize], step: usize| {
        let text: Vec<&str> = chosen.iter().map(|&at| blocks[at]).collect();
        format!("{SCRIPT}{SCRUB}\n\n{}\n\nStep {step}.\n", text.join("\n\n"))
    };
    let live = "document.querySelectorAll('prebake-island input').length === 5";
    let (served, _browser, page) = opened(&article(&chosen, 0), live);
    page.evaluate("window.kept = true").unwrap();
    for step in 1..=40 {
        for _ in 0..=random(3) {
            match random(4) {
                0 if !chosen.is_empty() => drop(chosen.remove(random(chosen.len()))),
                1 if chosen.len() > 1 => {
                    let block = chosen.remove(random(chosen.len()));
                    chosen.insert(random(chosen.len() + 1), block);
                }
                2 if chosen.len() > 1 => {
                    let (a, b) = (random(chosen.len()), random(chosen.len()));
                    chosen.swap(a, b);
                }
                _ => chosen.insert(random(chosen.len() + 1), random(blocks.len())),
            }
        }
        let text = article(&chosen, step);
        // Of islands that are alike, as many stay as there are before and after.
        page.evaluate(
            "window.before = [...document.querySelectorAll('prebake-island')]
                .map((it) => [it, it.getAttribute('model')]); 0",
        )
        .unwrap();
        served.site.save(&text);
        page.wait_for(&says(&format!("Step {step}.")), PATIENCE).unwrap();
        assert_eq!(page.evaluate(SAME).unwrap(), true, "step {step}: {text}");
        let torn = page
            .evaluate(
                "(() => {
                    const after = [...document.querySelectorAll('prebake-island')];
                    return [...new Set(window.before.map(([, model]) => model))].map((model) => {
                        const [old, now] = [window.before.filter(([, it]) => it === model),
                            after.filter((it) => it.getAttribute('model') === model)];
                        const kept = old.filter(([it]) => now.includes(it)).length;
                        return Math.min(old.length, now.length) - kept;
                    });
                })()",
            )
            .unwrap();
        let torn = torn.as_array().unwrap();
        assert!(torn.iter().all(|count| count == 0), "step {step}: {torn:?}: {text}");
    }
    assert_eq!(page.evaluate("window.kept").unwrap(), true);
    assert_eq!(page.console().unwrap(), []);
}

/// Holds the turn to bake, as another build of the site would, until it is dropped.
fn baking_elsewhere(site: &Scratch) -> File {
    fs::create_dir_all(site.path(".prebake")).unwrap();
    let lock = File::create(site.path(".prebake/bake.lock")).unwrap();
    lock.lock().unwrap();
    lock
}

#[test]
fn a_figure_takes_its_place_when_it_is_baked() {
    let prose = "With {k} colours: {dog.at(k).psnr_db.toFixed(1)} dB.";
    let article = |first: &str| format!("{SCRIPT}{first}\n\n{prose}\n\n{BOUND}\n\nThe end.");
    let site = scratch(&article("First."));
    let turn = baking_elsewhere(&site);
    let served = site.serve();
    let (_browser, page) = open(&served, "article/");
    page.evaluate("window.loaded = true").unwrap();
    let bar = "document.querySelector('prebake-pending > progress')";
    page.wait_for(bar, PATIENCE).unwrap();
    assert_eq!(page.evaluate(&says("The end.")).unwrap(), true);
    assert_eq!(xtask::browser::axe(&page).unwrap(), []);
    // Nobody who writes waits for it.
    served.site.save(&article("Second."));
    page.wait_for(&says("Second."), PATIENCE).unwrap();
    assert_eq!(page.evaluate(&says("With 3 colours: … dB.")).unwrap(), true);
    assert_eq!(page.evaluate(&format!("{bar} !== null")).unwrap(), true);
    let picture = "(() => {
        const { x, y, width, height } = document.querySelector('figure img').getBoundingClientRect();
        return [x, y, width, height];
    })()";
    let room = page.evaluate(picture).unwrap();
    let end = "document.querySelector('main p:last-of-type').offsetTop";
    let place = page.evaluate(end).unwrap();
    drop(turn);
    page.wait_for(&format!("!{bar} && {INPUT}"), PATIENCE).unwrap();
    assert_eq!(page.evaluate(picture).unwrap(), room);
    assert_eq!(page.evaluate(end).unwrap(), place, "nothing below it moves");
    assert_eq!(page.evaluate(&says("… dB.")).unwrap(), false);
    page.evaluate("window.islands = [document.querySelector('prebake-island')]; 0").unwrap();
    choose(&page, 0, 7);
    page.wait_for(&says("With 8 colours"), PATIENCE).unwrap();
    assert_eq!(page.evaluate("window.loaded").unwrap(), true, "it was not loaded again");
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn a_figure_that_is_baked_anew_keeps_its_room() {
    let site = scratch("<Tall text=\"first\"/>\n\nThe end.");
    site.write("tall.sh", "echo '{\"html\": \"<p style=height:333px></p>\"}'");
    site.write(
        "prebake.toml",
        "[components.Tall]\ncommand = [\"sh\", \"tall.sh\"]\n[components.Tall.props.properties]\ntext = { type = \"string\" }\n",
    );
    let served = site.serve_with(&["--allow-commands"]);
    let (_browser, page) = open(&served, "article/");
    page.wait_for("document.querySelector('.tall > p')", PATIENCE).unwrap();
    let end = "[...document.querySelectorAll('main p')].at(-1).offsetTop";
    let before = page.evaluate(end).unwrap();
    let turn = baking_elsewhere(&served.site);
    served.site.save("<Tall text=\"second\"/>\n\nThe end.");
    page.wait_for("document.querySelector('prebake-pending')", PATIENCE).unwrap();
    let during = page.evaluate(end).unwrap();
    let moved = during.as_f64().unwrap() - before.as_f64().unwrap();
    assert!(moved.abs() < 60.0, "the text below moved by {moved}");
    drop(turn);
    page.wait_for("document.querySelector('.tall > p')", PATIENCE).unwrap();
    assert_eq!(page.evaluate(end).unwrap(), before);
    assert_eq!(page.console().unwrap(), []);
}
