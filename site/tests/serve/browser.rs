//! What an author sees in a real Chromium while writing.

use crate::served::{PATIENCE, Scratch, Served, article};
use std::fs;
use xtask::browser::{Browser, Media, Page};

/// The panel of the overlay, while it is there.
const OVERLAY: &str = "document.querySelector('html > div')?.shadowRoot.querySelector('section')";

pub(crate) fn open(served: &Served, path: &str) -> (Browser, Page) {
    let browser = Browser::launch().unwrap();
    let page = browser.page().unwrap();
    page.set_timeout(PATIENCE);
    page.goto(&format!("{}{path}", served.url)).unwrap();
    (browser, page)
}

pub(crate) fn says(text: &str) -> String {
    format!("document.body.innerText.includes({text:?})")
}

#[test]
fn a_page_shows_what_was_saved() {
    let served = Scratch::new().serve();
    let (_browser, page) = open(&served, "article/");
    page.wait_for(&says("first words"), PATIENCE).unwrap();
    served.site.save_in_place("second words");
    page.wait_for(&says("second words"), PATIENCE).unwrap();
    served.site.save("third words");
    page.wait_for(&says("third words"), PATIENCE).unwrap();
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn a_mistake_is_shown_over_the_last_good_page() {
    let site = Scratch::new();
    let long = "A paragraph of the article.\n\n".repeat(60);
    site.save(&format!("first words\n\n{long}"));
    let served = site.serve();
    let (_browser, page) = open(&served, "article/");
    let place =
        "[scrollX, scrollY, document.querySelector('main').getBoundingClientRect().toJSON(),
        document.documentElement.scrollWidth, document.documentElement.scrollHeight]";
    page.evaluate("scrollTo(0, 300)").unwrap();
    let before = page.evaluate(place).unwrap();
    let wide = "wide ".repeat(200);
    served.site.save(&format!("<Nonsense/> <b onclick='x'>not bold</b> {wide}"));
    page.wait_for(&format!("{OVERLAY}?.textContent.includes('Nonsense')"), PATIENCE).unwrap();
    let overlay = |what: &str| page.evaluate(&format!("{OVERLAY}.{what}")).unwrap();
    assert_eq!(overlay("querySelectorAll('pre > b').length"), 1, "the diagnostic is text");
    let text = overlay("textContent");
    assert!(text.as_str().unwrap().contains("1 error"), "{text}");
    assert_eq!(overlay("querySelector('pre button').textContent"), "content/article/index.md:5:2");
    assert_eq!(page.evaluate(&says("first words")).unwrap(), true);
    assert_eq!(page.evaluate(place).unwrap(), before, "the page stays where it is");
    assert_eq!(page.layout_shift().unwrap(), []);
    let rect = overlay("getBoundingClientRect().toJSON()");
    assert_eq!(
        (&rect["x"], &rect["width"], &rect["bottom"]),
        (&0.into(), &1280.into(), &800.into())
    );
    let height = rect["height"].as_f64().unwrap();
    assert!(height > 60.0 && height <= 480.5, "{rect}");
    for dark in [false, true] {
        page.emulate_media(Media { dark, ..Media::default() }).unwrap();
        assert_eq!(xtask::browser::axe(&page).unwrap(), [], "dark: {dark}");
    }

    served.site.save(&format!("mended words\n\n{long}"));
    page.wait_for(&says("mended words"), PATIENCE).unwrap();
    page.wait_for(&format!("!{OVERLAY}"), PATIENCE).unwrap();
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn the_overlay_can_be_hidden_and_opens_the_editor() {
    let site = Scratch::new();
    let mut command = site.command(&["--watch"]);
    // No editor with a window, and none to be found.
    command.env("VISUAL", "vi").env_remove("EDITOR").env("PATH", "");
    let served = site.serve_by(command);
    let (_browser, page) = open(&served, "article/");
    served.site.save("<Nonsense/>\n\n<Other/>");
    page.wait_for(&format!("{OVERLAY}?.textContent.includes('2 errors')"), PATIENCE).unwrap();
    page.evaluate(&format!("{OVERLAY}.querySelectorAll('pre button')[1].focus()")).unwrap();
    page.key("Enter").unwrap();
    page.wait_for(&format!("{OVERLAY}.textContent.includes('name one in VISUAL')"), PATIENCE)
        .unwrap();
    page.key("Escape").unwrap();
    page.wait_for(&format!("!{OVERLAY}"), PATIENCE).unwrap();
    // It stays hidden until something else is wrong.
    served.site.write("static/any.txt", "another build");
    page.pause(std::time::Duration::from_millis(500)).unwrap();
    assert_eq!(page.evaluate(OVERLAY).unwrap(), serde_json::Value::Null);
    served.site.save("<Nonsense/>");
    page.wait_for(&format!("{OVERLAY}?.textContent.includes('1 error')"), PATIENCE).unwrap();
    page.evaluate(&format!("{OVERLAY}.querySelector('header button').click()")).unwrap();
    assert_eq!(page.evaluate(OVERLAY).unwrap(), serde_json::Value::Null);
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn mending_to_what_was_there_removes_the_overlay() {
    let served = Scratch::new().serve();
    let (_browser, page) = open(&served, "article/");
    page.evaluate("window.notReloaded = true").unwrap();
    served.site.save("<Nonsense/>");
    page.wait_for(OVERLAY, PATIENCE).unwrap();
    served.site.save("first words");
    page.wait_for(&format!("!{OVERLAY}"), PATIENCE).unwrap();
    assert_eq!(page.evaluate("window.notReloaded").unwrap(), true);
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn content_goes_and_comes_back() {
    let served = Scratch::new().serve();
    let (_browser, page) = open(&served, "article/");
    fs::remove_dir_all(served.site.path("content")).unwrap();
    page.wait_for(&format!("{OVERLAY}?.textContent.includes('no article')"), PATIENCE).unwrap();
    assert_eq!(page.evaluate(&says("first words")).unwrap(), true);
    served.site.save("restored words");
    page.wait_for(&says("restored words"), PATIENCE).unwrap();
    served.site.save("and watched again");
    page.wait_for(&says("and watched again"), PATIENCE).unwrap();
    assert_eq!(page.evaluate(OVERLAY).unwrap(), serde_json::Value::Null);
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn a_page_that_is_gone_comes_back_too() {
    let site = Scratch::new();
    site.write("content/other/index.md", &article("another"));
    let served = site.serve();
    let (_browser, page) = open(&served, "article/");
    served.site.rename("content/article", ".aside");
    page.wait_for(&says("not found"), PATIENCE).unwrap();
    served.site.rename(".aside", "content/article");
    page.wait_for(&says("first words"), PATIENCE).unwrap();
}

#[test]
fn a_site_that_begins_broken_appears() {
    let site = Scratch::new();
    site.save("<Nonsense/>");
    let served = site.serve();
    let (_browser, page) = open(&served, "article/");
    page.wait_for(&format!("{OVERLAY}?.textContent.includes('Nonsense')"), PATIENCE).unwrap();
    served.site.save("mended words");
    page.wait_for(&says("mended words"), PATIENCE).unwrap();
}

#[test]
fn a_page_that_nobody_sees_catches_up_when_it_is_looked_at() {
    let served = Scratch::new().serve();
    let (_browser, page) = open(&served, "article/");
    let hide = |hidden: bool| {
        page.evaluate(&format!(
            "Object.defineProperty(document, 'hidden', {{ value: {hidden}, configurable: true }});
            document.dispatchEvent(new Event('visibilitychange'))"
        ))
        .unwrap()
    };
    hide(true);
    served.site.save("second words");
    served.wait_for("/article/", "second words");
    assert_eq!(page.evaluate(&says("first words")).unwrap(), true);
    hide(false);
    page.wait_for(&says("second words"), PATIENCE).unwrap();
    assert_eq!(page.console().unwrap(), []);
}
