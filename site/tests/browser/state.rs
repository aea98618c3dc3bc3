//! States that islands, prose and the address share.

use crate::scratch::Scratch;
use serde_json::{Value, json};
use std::time::Duration;
use xtask::browser::{Browser, Page};

const PATIENCE: Duration = Duration::from_secs(20);

/// Two sliders over one state, with domains that differ, and prose about both.
const TWO: &str = "<script>\nlet k = 3;\n</script>\n\n## In {k} colours\n\n\
    <KMeansImage id=\"dog\" src=\"dog.png\" ks=\"1..12\" alt=\"blobs\" bind:k/>\n\n\
    <p id=\"says\">{k}|{dog.at(k).psnr_db.toFixed(1)}|{dog.at(k).inertia}|\
    {k === 1 ? 'one' : `${k} and ${12 - k}`}|{Math.round(100 * k / 12)}</p>\n\n\
    <KMeansImage src=\"dog.png\" ks=\"1..12\" alt=\"blobs\" bind:k={k}/>\n\n\
    [down](#far)\n\n<div style=\"height: 3000px\"></div>\n\n## Far\n";

const LIVE: &str = "document.querySelectorAll('prebake-island canvas').length === 2";
const INPUTS: &str =
    "[...document.querySelectorAll('prebake-island input')].map(input => +input.value)";
const SAYS: &str = "document.querySelector('#says').textContent";

fn two() -> (Scratch, Browser, Page) {
    let site = Scratch::build(TWO);
    let (browser, page) = site.open();
    page.wait_for(LIVE, PATIENCE).unwrap();
    (site, browser, page)
}

/// Moves the slider of that number to the state of that index.
fn choose(page: &Page, slider: usize, index: usize) {
    let script = format!(
        "(async () => {{
            const input = document.querySelectorAll('prebake-island input')[{slider}];
            input.value = {index};
            input.dispatchEvent(new Event('input', {{ bubbles: true }}));
            await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
        }})()"
    );
    page.evaluate(&script).unwrap();
}

fn query(page: &Page) -> Value {
    page.evaluate("location.search + location.hash").unwrap()
}

/// The text that the expressions have by the numbers in `figure.json`.
fn expected(site: &Scratch) -> Vec<String> {
    let figures = std::fs::read_dir(site.dist.join("article/figures")).unwrap();
    let folder = figures.map(|entry| entry.unwrap().path()).next().unwrap();
    let figure: Value =
        serde_json::from_slice(&std::fs::read(folder.join("figure.json")).unwrap()).unwrap();
    let states = figure["states"].as_array().unwrap();
    let line = |state: &Value| {
        let k = state["k"].as_u64().unwrap();
        let words = if k == 1 { "one".to_owned() } else { format!("{k} and {}", 12 - k) };
        let percent = (100.0 * k as f64 / 12.0 + 0.5).floor();
        let psnr = state["psnr_db"].as_f64().unwrap();
        format!("{k}|{psnr:.1}|{}|{words}|{percent}", state["inertia"].as_f64().unwrap())
    };
    states.iter().map(line).collect()
}

#[test]
fn two_islands_and_the_prose_move_together() {
    let (site, _browser, page) = two();
    let expected = expected(&site);
    assert_eq!(expected.len(), 12);
    for (index, text) in expected.iter().enumerate() {
        // From the one and from the other.
        choose(&page, index % 2, index);
        assert_eq!(page.evaluate(INPUTS).unwrap(), json!([index, index]));
        assert_eq!(page.evaluate(SAYS).unwrap(), json!(text), "state {index}");
    }
    let heading = page.evaluate("document.querySelector('h2').textContent").unwrap();
    assert_eq!(heading, json!("In 12 colours"));
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn the_build_prints_what_the_page_says() {
    // For each state a paragraph with a constant in its place: what the build prints there is what the
    // page says when a reader comes to that state.
    let line = TWO.lines().find(|line| line.starts_with("<p id=\"says\">")).unwrap();
    let mut article = TWO.replace(
        "let k = 3;",
        "let k = 3;\nconst all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];",
    );
    for k in 1..=12 {
        let line = line.replace("says", &format!("says-{k}"));
        let line =
            line.replace("{k", &format!("{{all[{k}]")).replace("(k)", &format!("(all[{k}])"));
        let line =
            line.replace("- k", &format!("- all[{k}]")).replace("* k", &format!("* all[{k}]"));
        article.push_str(&format!("\n{line}\n"));
    }
    let site = Scratch::build(&article);
    let html = std::fs::read_to_string(site.dist.join("article/index.html")).unwrap();
    for (index, text) in expected(&site).iter().enumerate() {
        assert!(html.contains(&format!("<p id=\"says-{}\">{text}</p>", index + 1)), "{text}");
    }
}

#[test]
fn every_kind_of_control_moves_every_other() {
    let site = Scratch::build(
        "<script>\nlet k = 3;\n</script>\n\n\
         Keep <Scrub bind:value={k} min={1} max={12} label=\"Colours\"/> of them: \
         <b id=\"says\">{k}, {dog.at(k).psnr_db.toFixed(1)} dB</b>.\n\n\
         <KMeansImage id=\"dog\" src=\"dog.png\" ks=\"1..12\" alt=\"blobs\" bind:k/>\n\n\
         <PaletteCurve src=\"dog.png\" ks=\"1..12\" bind:k/>\n",
    );
    let (_browser, page) = site.open();
    page.wait_for("document.querySelectorAll('prebake-island input').length === 3", PATIENCE)
        .unwrap();
    let says = |k: u32| {
        let script = format!(
            "{SAYS}.startsWith('{k}, ') && document.querySelector('.scrub').textContent === '{k}'
             && document.querySelector('.kmeans-image output').textContent === '{k}'
             && document.querySelector('.palette-curve-numbers').textContent.startsWith('{k} colour')"
        );
        page.wait_for(&script, PATIENCE).unwrap();
    };
    says(3);
    for (control, key, k) in [
        (".scrub", "ArrowRight", 4),
        (".kmeans-image", "ArrowRight", 5),
        (".palette-curve", "End", 12),
        (".scrub", "Home", 1),
    ] {
        page.evaluate(&format!("document.querySelector('{control} input').focus()")).unwrap();
        page.key(key).unwrap();
        says(k);
    }
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn the_keyboard_moves_the_prose() {
    let (site, _browser, page) = two();
    page.evaluate("document.querySelector('prebake-island input').focus()").unwrap();
    page.key("ArrowRight").unwrap();
    page.wait_for(&format!("{SAYS} === '{}'", expected(&site)[3]), PATIENCE).unwrap();
    page.key("Home").unwrap();
    page.wait_for(&format!("{SAYS} === '{}'", expected(&site)[0]), PATIENCE).unwrap();
}

#[test]
fn the_address_holds_the_state() {
    let (site, _browser, page) = two();
    assert_eq!(query(&page), json!(""), "the page as it was built needs none");
    let url = site.url("article/index.html?k=8&other=a%20b&flag#far");
    page.goto(&url).unwrap();
    page.wait_for(&format!("{SAYS} === '{}'", expected(&site)[7]), PATIENCE).unwrap();
    page.evaluate("document.querySelector('prebake-island').scrollIntoView()").unwrap();
    page.wait_for(LIVE, PATIENCE).unwrap();
    assert_eq!(page.evaluate(INPUTS).unwrap(), json!([7, 7]), "islands that wake later see it");
    assert_eq!(query(&page), json!("?k=8&other=a%20b&flag#far"), "looking changes nothing");
    choose(&page, 1, 4);
    page.wait_for("location.search.startsWith('?k=5&other=')", PATIENCE).unwrap();
    assert_eq!(page.evaluate("location.hash").unwrap(), json!("#far"));
    choose(&page, 0, 2);
    page.wait_for("!location.search.includes('k=')", PATIENCE).unwrap();
    let others = "(() => { const query = new URLSearchParams(location.search);
        return [query.get('other'), query.get('flag'), location.hash]; })()";
    assert_eq!(page.evaluate(others).unwrap(), json!(["a b", "", "#far"]));
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn nonsense_in_the_address_is_ignored() {
    let site = Scratch::build(TWO);
    let expected = expected(&site);
    let browser = Browser::launch().unwrap();
    for query in [
        "k=0",
        "k=13",
        "k=",
        "k",
        "k=2.5",
        "k=NaN",
        "k=Infinity",
        "k=0x8",
        "k=8%20",
        "k=-0",
        "k=8e0",
        "k=%FF",
        "k=<b>",
        "k=12x",
        "constructor=1&__proto__=2",
        "K=8",
        "k=99&k=8",
    ] {
        let page = browser.page().unwrap();
        page.goto(&site.url(&format!("article/index.html?{query}"))).unwrap();
        assert_eq!(page.evaluate(SAYS).unwrap(), json!(expected[2]), "{query}");
        assert_eq!(page.console().unwrap(), [], "{query}");
    }
}

#[test]
fn the_way_back_leads_to_the_state_that_was_there() {
    let (site, _browser, page) = two();
    choose(&page, 0, 7);
    page.wait_for("location.search === '?k=8'", PATIENCE).unwrap();
    page.evaluate("document.querySelector('a[href=\"#far\"]').click()").unwrap();
    page.wait_for("location.hash === '#far'", PATIENCE).unwrap();
    assert_eq!(query(&page), json!("?k=8#far"), "anchors keep the state");
    choose(&page, 0, 4);
    page.wait_for("location.search === '?k=5'", PATIENCE).unwrap();
    page.evaluate("history.back()").unwrap();
    page.wait_for(&format!("{SAYS} === '{}'", expected(&site)[7]), PATIENCE).unwrap();
    assert_eq!(page.evaluate(INPUTS).unwrap(), json!([7, 7]));
    page.evaluate("history.forward()").unwrap();
    page.wait_for(&format!("{SAYS} === '{}'", expected(&site)[4]), PATIENCE).unwrap();
    // A link that is followed while the address still waits loses nothing.
    page.evaluate(
        "(() => {
            const input = document.querySelector('prebake-island input');
            input.value = 9;
            input.dispatchEvent(new Event('input', { bubbles: true }));
            location.hash = 'elsewhere';
        })()",
    )
    .unwrap();
    page.wait_for("location.search + location.hash === '?k=10#elsewhere'", PATIENCE).unwrap();
    assert_eq!(page.evaluate(SAYS).unwrap(), json!(expected(&site)[9]));
}

#[test]
fn a_bound_index_and_a_bound_number_keep_step() {
    let site = Scratch::build(
        "<script>\nlet k = 4;\nlet i = 1;\n</script>\n\n\
         <KMeansImage src=\"dog.png\" ks={[2, 4, 8]} alt=\"blobs\" bind:k bind:selected={i}/>\n\n\
         <KMeansImage src=\"dog.png\" ks={[2, 4, 8]} alt=\"blobs\" bind:selected={i}/>\n\n\
         <p id=\"says\">{k}|{i}</p>\n",
    );
    let (_browser, page) = site.open();
    page.wait_for(LIVE, PATIENCE).unwrap();
    assert_eq!(page.evaluate(SAYS).unwrap(), json!("4|1"));
    for (slider, index, says) in [(0, 2, "8|2"), (1, 0, "2|0"), (1, 1, "4|1")] {
        choose(&page, slider, index);
        assert_eq!(page.evaluate(SAYS).unwrap(), json!(says));
        assert_eq!(page.evaluate(INPUTS).unwrap(), json!([index, index]));
    }
    choose(&page, 0, 2);
    page.wait_for("location.search === '?i=2&k=8'", PATIENCE).unwrap();
}

#[test]
fn an_expression_that_fails_leaves_what_it_said() {
    let (_site, _browser, page) = two();
    // No control can do this; a script of the site could.
    page.evaluate("document.querySelector('prebake-island').model.set('k', 99)").unwrap();
    page.wait_for(&format!("{SAYS}.startsWith('99|')"), PATIENCE).unwrap();
    let says = page.evaluate(SAYS).unwrap();
    assert!(says.as_str().unwrap().ends_with("|99 and -87|825"), "{says}");
    choose(&page, 0, 0);
    page.wait_for(&format!("{SAYS}.startsWith('1|')"), PATIENCE).unwrap();
}

#[test]
fn from_a_file_the_prose_stays() {
    let site = Scratch::build(TWO);
    let browser = Browser::launch().unwrap();
    let page = browser.page().unwrap();
    let file = site.dist.join("article/index.html");
    page.goto(&format!("file://{}?k=8", file.display())).unwrap();
    assert_eq!(page.evaluate(SAYS).unwrap(), json!(expected(&site)[2]));
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn a_state_costs_no_request() {
    let site = Scratch::build(&format!("{}{TWO}", "<div style=\"height: 4000px\"></div>\n\n"));
    let (_browser, page) = site.open();
    std::thread::sleep(Duration::from_secs(1));
    let urls = page.requests().unwrap().into_iter().map(|request| request.url);
    let urls: Vec<String> = urls.filter(|url| url.starts_with("http")).collect();
    assert!(urls.iter().all(|url| !url.ends_with(".js")), "{urls:#?}");
}
