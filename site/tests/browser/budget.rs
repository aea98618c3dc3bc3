//! What a page costs before and after its reader gets near a figure.

use crate::scratch::Scratch;
use std::time::Duration;
use xtask::brotli_len;

const LOADER: usize = 700;
const LIVE: usize = 8_800;

/// The article's own picture, then three figures of it, the first of them 4,000 px down.
const THREE: &str = "![blobs](dog.png)\n\n<div style=\"height: 4000px\"></div>\n\n\
    <KMeansImage selected={0} alt=\"one\"/>\n\n<KMeansImage selected={1} alt=\"two\"/>\n\n\
    <KMeansImage selected={2} alt=\"three\"/>\n";

#[test]
fn a_page_costs_two_requests_until_its_reader_gets_near() {
    let site = Scratch::showing(THREE, &portrait());
    let (_browser, page) = site.open();
    std::thread::sleep(Duration::from_secs(1));
    let before: Vec<String> = fetched(&page);
    assert_eq!(before.len(), 2, "{before:#?}");

    page.evaluate(
        "(async () => { for (const island of document.querySelectorAll('prebake-island')) {
            island.scrollIntoView();
            await new Promise(done => setTimeout(done, 200));
        } })()",
    )
    .unwrap();
    let live = "document.querySelectorAll('prebake-island canvas').length === 3";
    page.wait_for(live, Duration::from_secs(20)).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    let after = fetched(&page);
    let mut code = Vec::new();
    for url in &after {
        let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).unwrap().1;
        if [".js", ".wasm", ".bin"].iter().any(|end| path.ends_with(end)) {
            let bytes = std::fs::read(site.dist.join(path)).unwrap();
            code.push((path.to_owned(), brotli_len(&bytes)));
        }
    }
    let mut names: Vec<&String> = code.iter().map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), code.len(), "something was fetched twice: {code:#?}");
    assert_eq!(code.len(), 3, "widget, kernel and palettes: {code:#?}");
    let total: usize = code.iter().map(|(_, bytes)| bytes).sum();
    assert!(total <= LIVE, "{total} B of {LIVE}: {code:#?}");
    let frames = after.iter().filter(|url| url.contains("/k-")).count();
    assert!(frames <= 3, "only the chosen frames are pictures of the page: {after:#?}");
}

/// The first article's picture, 400 pixels wide: what palettes cost depends on it.
fn portrait() -> image::RgbImage {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../content/quantization/dog.png");
    let picture = image::open(path).unwrap().to_rgb8();
    image::imageops::resize(&picture, 400, 300, image::imageops::FilterType::Triangle)
}

#[test]
fn the_loader_is_small_and_only_where_it_is_needed() {
    let loader = brotli_len(prebake::island::LOADER.as_bytes());
    assert!(loader <= LOADER, "{loader} B of {LOADER}");
    let site = Scratch::build("Words alone.\n");
    let html = std::fs::read_to_string(site.dist.join("article/index.html")).unwrap();
    assert!(!html.contains("<script"), "{html}");
}

fn fetched(page: &xtask::browser::Page) -> Vec<String> {
    let requests = page.requests().unwrap();
    let urls = requests.iter().map(|request| request.url.clone());
    urls.filter(|url| url.starts_with("http")).collect()
}
