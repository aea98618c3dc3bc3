//! The browser, for real: a small site, served and visited.

use std::fs;
use std::sync::OnceLock;
use std::time::Duration;
use xtask::browser::{Level, Media, Page, axe};
use xtask::{Browser, StaticServer, serve_folder};

const POLICY: &str = r#"<meta http-equiv="Content-Security-Policy" content="script-src 'self'">"#;
/// Without it a browser asks for /favicon.ico.
const ICON: &str = "<link rel=icon href='data:,'>";
const SOON: Duration = Duration::from_secs(10);

/// One browser for all tests of this file. A static is never dropped: the watch ends it.
fn page() -> Page {
    static BROWSER: OnceLock<Browser> = OnceLock::new();
    BROWSER.get_or_init(|| Browser::launch().unwrap()).page().unwrap()
}

fn serve(files: &[(&str, &[u8])]) -> (tempfile::TempDir, StaticServer) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let server = serve_folder(folder.path()).unwrap();
    (folder, server)
}

/// Visits a page of its own with this HTML, after `before`.
fn visit_after(html: &str, before: impl FnOnce(&Page)) -> Page {
    let html = format!("<!doctype html><html lang=en><title>test</title>{ICON}{html}");
    let (_folder, server) = serve(&[("index.html", html.as_bytes())]);
    let page = page();
    before(&page);
    page.goto(&server.url).unwrap();
    page
}

fn visit(html: &str) -> Page {
    visit_after(html, |_| {})
}

#[test]
fn expressions_are_evaluated() {
    let page = visit("<p>one<p>two");
    assert_eq!(page.evaluate("document.querySelectorAll('p').length").unwrap(), 2);
    assert_eq!(
        page.evaluate("Promise.resolve([1, 'a', null])").unwrap().to_string(),
        r#"[1,"a",null]"#
    );
    assert!(page.evaluate("undefined").unwrap().is_null());
    assert_eq!(page.evaluate("0 / 0").unwrap(), "NaN");
    let error = page.evaluate("nowhere.near()").unwrap_err().to_string();
    assert!(error.starts_with("ReferenceError: nowhere is not defined"), "{error}");
    let error = page.evaluate("Promise.reject('too late')").unwrap_err().to_string();
    assert!(error.contains("too late"), "{error}");
    assert!(page.evaluate("(").unwrap_err().to_string().contains("SyntaxError"));
}

#[test]
fn nothing_hangs() {
    let page = visit("<script>alert('who is there?')</script><p>there");
    let error = page.wait_for("window.never", Duration::from_millis(100)).unwrap_err();
    assert!(error.to_string().starts_with("`window.never` is not so after 100ms"), "{error}");
    page.set_timeout(Duration::from_millis(300));
    let error = page.evaluate("new Promise(() => {})").unwrap_err().to_string();
    assert_eq!(error, "Runtime.evaluate: no answer within 300ms");
    assert!(page.goto("http://127.0.0.1:1/").is_err());
}

#[test]
fn keys_move_a_slider() {
    let page =
        visit("<input type=range min=0 max=9 value=3><button>a</button><textarea></textarea>");
    page.key("Tab").unwrap();
    let value = || page.evaluate("document.querySelector('input').value").unwrap();
    for (key, wanted) in [("ArrowRight", "4"), ("End", "9"), ("Home", "0"), ("ArrowUp", "1")] {
        page.key(key).unwrap();
        assert_eq!(value(), wanted, "{key}");
    }
    page.key("Tab").unwrap();
    assert_eq!(page.evaluate("document.activeElement.localName").unwrap(), "button");
    page.key("Shift+Tab").unwrap();
    assert_eq!(page.evaluate("document.activeElement.localName").unwrap(), "input");
    page.click("textarea").unwrap();
    for key in ["k", "Space", "3", "Enter"] {
        page.key(key).unwrap();
    }
    assert_eq!(page.evaluate("document.querySelector('textarea').value").unwrap(), "k 3\n");
    assert!(page.key("Any").is_err());
}

const SLIDER: &str = "<meta name=viewport content='width=device-width'>
    <input type=range min=0 max=100 value=0 style='display:block;margin:0;width:300px;height:40px'>";

#[test]
fn mouse_and_finger_drag_a_slider() {
    let value = "Number(document.querySelector('input').value)";
    let desktop = visit(SLIDER);
    let page = visit_after(SLIDER, |page| page.set_viewport(390, 844, 3.0, true).unwrap());
    for (page, touch) in [(&desktop, false), (&page, true)] {
        let rect = page.rect("input").unwrap();
        let middle = rect.y + rect.height / 2.0;
        let (from, to) = ((rect.x + 10.0, middle), (rect.x + rect.width * 0.75, middle));
        if touch { page.drag_touch(from, to) } else { page.drag_mouse(from, to) }.unwrap();
        page.wait_for(&format!("{value} > 60 && {value} < 90"), SOON).unwrap();
    }
    assert_eq!(page.evaluate("[innerWidth, devicePixelRatio].join()").unwrap(), "390,3");
    page.tap("input").unwrap();
    page.wait_for(&format!("Math.abs({value} - 50) < 3"), SOON).unwrap();
}

#[test]
fn complaints_are_kept() {
    let page = visit(&format!(
        "{POLICY}<script>never()</script><script src=missing.js></script><script src=bad.js></script>"
    ));
    page.evaluate("console.log('fine'); console.warn('hm', 3); console.error('no')").unwrap();
    let console = page.console().unwrap();
    let has = |level, source: &str, text: &str| {
        console
            .iter()
            .any(|one| one.level == level && one.source == source && one.text.contains(text))
    };
    assert!(has(Level::Error, "security", "Content Security Policy"), "{console:?}");
    assert!(has(Level::Error, "network", "404"), "{console:?}");
    assert!(has(Level::Warning, "console", "hm 3"), "{console:?}");
    assert!(has(Level::Error, "console", "no"), "{console:?}");
    assert!(!console.iter().any(|one| one.text.contains("fine")), "{console:?}");
    let page = visit("<script>throw new TypeError('broken')</script>");
    let console = page.console().unwrap();
    assert_eq!(console.len(), 1, "{console:?}");
    assert!(console[0].source == "exception" && console[0].text.contains("TypeError: broken"));
}

#[test]
fn requests_are_counted_as_they_travel() {
    let script = "console.log('the same again');\n".repeat(200);
    let html = "<!doctype html><link rel=icon href='data:image/svg+xml,<svg/>'><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>
        <script src=a.js></script><p>";
    let (_folder, server) = serve(&[("index.html", html.as_bytes()), ("a.js", script.as_bytes())]);
    let page = page();
    page.goto(&server.url).unwrap();
    let requests = page.requests().unwrap();
    let of = |end: &str| requests.iter().find(|one| one.url.ends_with(end)).unwrap();
    let (document, code) = (of("/"), of("a.js"));
    assert_eq!((document.status, document.kind.as_str()), (200, "Document"), "{requests:?}");
    assert_eq!((code.status, code.kind.as_str()), (200, "Script"), "{requests:?}");
    let wanted = u64::try_from(xtask::brotli_len(script.as_bytes())).unwrap();
    assert_eq!(code.body_bytes, wanted, "{requests:?}");
    assert!(code.encoded_bytes > code.body_bytes && !code.from_cache, "{requests:?}");
    let wire = |one: &&xtask::browser::Request| !one.data && !one.from_cache;
    assert_eq!(requests.iter().filter(wire).count(), 2, "{requests:?}");

    page.evaluate("fetch('a.js').then((response) => response.text())").unwrap();
    page.evaluate("fetch('nowhere').then((response) => response.text())").unwrap();
    page.evaluate("fetch('data:,words').then((response) => response.text())").unwrap();
    let requests = page.requests().unwrap();
    let [.., again, missing, data] = requests.as_slice() else { panic!("{requests:?}") };
    assert!(again.from_cache && again.encoded_bytes == 0, "{again:?}");
    assert_eq!((missing.status, missing.kind.as_str()), (404, "Fetch"));
    assert!(data.data && data.encoded_bytes == 0 && data.url == "data:,words", "{data:?}");
}

#[test]
fn pages_share_no_cache() {
    let (_folder, server) = serve(&[
        ("index.html", format!("{ICON}<script src=a.js></script>").as_bytes()),
        ("a.js", b"1"),
    ]);
    for _ in 0..2 {
        let page = page();
        page.goto(&server.url).unwrap();
        let requests = page.requests().unwrap();
        assert!(requests.len() == 2 && requests.iter().all(|one| !one.from_cache), "{requests:?}");
    }
}

#[test]
fn scripts_can_be_turned_off() {
    let html = "<noscript>no scripts</noscript><script>document.write('scripts')</script>";
    assert_eq!(visit(html).evaluate("document.body.innerText.trim()").unwrap(), "scripts");
    let page = visit_after(html, |page| page.disable_javascript().unwrap());
    assert_eq!(page.evaluate("document.body.innerText.trim()").unwrap(), "no scripts");
    assert!(page.layout_shift().is_err());
}

#[test]
fn media_are_emulated() {
    let page = visit("");
    let seen = || {
        let queries = ["(prefers-color-scheme: dark)", "(prefers-reduced-motion)", "print"];
        queries
            .map(|query| page.evaluate(&format!("matchMedia('{query}').matches")).unwrap() == true)
    };
    assert_eq!(seen(), [false; 3]);
    page.emulate_media(Media { dark: true, reduced_motion: true, print: true }).unwrap();
    assert_eq!(seen(), [true; 3]);
    page.emulate_media(Media::default()).unwrap();
    assert_eq!(seen(), [false; 3]);
}

/// Width and height as a PNG's header has them.
fn size_of(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn pictures_are_taken() {
    let html =
        "<style>body { margin: 0 } p { height: 2000px; background: teal; margin: 0 }</style><p>";
    let page = visit(html);
    assert_eq!(size_of(&page.screenshot(false).unwrap()), (1280, 800));
    page.set_viewport(300, 200, 2.0, false).unwrap();
    assert_eq!(size_of(&page.screenshot(false).unwrap()), (600, 400));
    assert_eq!(size_of(&page.screenshot(true).unwrap()), (600, 4000));
}

#[test]
fn what_jumps_is_named() {
    let page = visit("<h1>still</h1><p id=moved class=text>text</p>");
    assert_eq!(page.layout_shift().unwrap(), []);
    page.evaluate("document.querySelector('h1').style.height = '400px'").unwrap();
    let shifts = page.layout_shift().unwrap();
    assert_eq!(shifts.len(), 1, "{shifts:?}");
    assert!(shifts[0].value > 0.0 && shifts[0].moved == ["p#moved.text"], "{shifts:?}");
}

#[test]
fn axe_finds_what_is_wrong_under_a_strict_policy() {
    let page = visit(&format!("{POLICY}<main><h1>Title</h1><img src='data:,'></main>"));
    let violations = axe(&page).unwrap();
    let ids: Vec<_> = violations.iter().map(|violation| violation.id.as_str()).collect();
    assert_eq!(ids, ["image-alt"], "{violations:?}");
    assert_eq!(violations[0].impact, "critical");
    assert!(violations[0].nodes[0].starts_with("<img src="), "{violations:?}");
    let page = visit(&format!("{POLICY}<main><h1>Title</h1><p>Good to read.</main>"));
    assert_eq!(axe(&page).unwrap(), []);
    assert_eq!(page.console().unwrap(), []);
}
