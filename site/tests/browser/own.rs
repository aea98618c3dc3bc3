//! The reader's own picture: found in the page what the build finds, and sent nowhere.

use crate::scratch::Scratch;
use prebake_kmeans_image::Figure;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use xtask::browser::{Media, Page};

const PATIENCE: Duration = Duration::from_secs(60);
const READY: &str = "document.querySelector('.own-picture input[type=file]') !== null";
const DONE: &str = "document.querySelector('.own-picture-result canvas') !== null \
                    && document.querySelector('.own-picture progress').hidden";

/// Chooses a file of this machine, as the browser's own dialogue does.
fn choose(page: &Page, file: &Path) {
    page.wait_for(READY, PATIENCE).unwrap();
    let input = page
        .call(
            "Runtime.evaluate",
            json!({ "expression": "document.querySelector('.own-picture input[type=file]')" }),
        )
        .unwrap();
    let object = &input["result"]["objectId"];
    page.call("DOM.setFileInputFiles", json!({ "files": [file], "objectId": object })).unwrap();
}

fn status(page: &Page) -> String {
    let text = page.evaluate("document.querySelector('.own-picture-status').textContent").unwrap();
    text.as_str().unwrap().to_owned()
}

/// The one file of that name among the figures of the built site.
fn baked(site: &Scratch, name: &str) -> Vec<u8> {
    let mut found = Vec::new();
    let mut open = vec![site.dist.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.file_name().is_some_and(|file| file == name) {
                found.push(std::fs::read(path).unwrap());
            }
        }
    }
    assert_eq!(found.len(), 1, "{name}");
    found.remove(0)
}

/// Keeps the blobs that the page gives a URL, to look into them.
const WATCH_BLOBS: &str = "window.blobs = [];
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => (blobs.push(blob), make.call(URL, blob));";

/// The palettes that the page found, as they are packed.
fn found(page: &Page) -> Vec<u8> {
    let bytes = page
        .evaluate(
            "(async () => [...new Uint8Array(await
                blobs.findLast((blob) => !blob.type.startsWith('image/')).arrayBuffer())])()",
        )
        .unwrap();
    bytes.as_array().unwrap().iter().map(|byte| byte.as_u64().unwrap() as u8).collect()
}

/// The colours of every state of packed palettes.
fn colours(packed: &[u8]) -> Vec<Vec<[u8; 3]>> {
    let number = |at: usize| usize::from(u16::from_le_bytes([packed[at], packed[at + 1]]));
    let states = number(8);
    let mut rest = packed[10 + 8 * states..].as_chunks::<3>().0;
    (0..states)
        .map(|state| {
            let (palette, behind) = rest.split_at(number(10 + 8 * state));
            rest = behind;
            palette.to_vec()
        })
        .collect()
}

/// Has the page find the palettes of the picture that the build had, and compares all that came out.
fn check_against_build(tag: &str, name: &str) {
    let figure = tag.replace("OwnPicture", &format!("KMeansImage src=\"{name}\" alt=\"blobs\""));
    let site = Scratch::build(&format!("{tag}\n\n{figure}\n"));
    let (_browser, page) = site.open();
    page.evaluate(WATCH_BLOBS).unwrap();
    choose(&page, &site.dist.parent().unwrap().join("content/article").join(name));
    page.wait_for(DONE, PATIENCE).unwrap();

    let figure: Figure = serde_json::from_slice(&baked(&site, Figure::FILE)).unwrap();
    let packed = found(&page);
    let palettes = colours(&packed);
    assert_eq!(palettes.len(), figure.states.len());
    for (state, palette) in figure.states.iter().zip(&palettes) {
        let expected: Vec<[u8; 3]> = state.palette.iter().map(|colour| colour.0).collect();
        assert_eq!(*palette, expected, "k = {}", state.k);
    }
    // The picture's digest and the numbers, too.
    assert_eq!(packed, baked(&site, "palettes.bin"));
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn the_page_finds_the_palettes_that_the_build_found() {
    check_against_build("<OwnPicture/>", "dog.png");
}

#[test]
fn other_numbers_of_colours_and_another_space_agree_as_well() {
    check_against_build("<OwnPicture ks={[2, 3, 40]} space=\"oklab\"/>", "dog.png");
}

#[test]
fn nothing_leaves_the_browser() {
    let site = Scratch::build("<OwnPicture/>\n");
    let (_browser, page) = site.open();
    page.wait_for(READY, PATIENCE).unwrap();
    let before = page.requests().unwrap().len();
    choose(&page, &site.dist.parent().unwrap().join("content/article/dog.png"));
    page.wait_for(DONE, PATIENCE).unwrap();
    page.pause(Duration::from_millis(500)).unwrap();
    let after = page.requests().unwrap().split_off(before);
    let mut assets = Vec::new();
    for request in &after {
        assert_eq!(request.method, "GET", "{request:?}");
        if request.url.starts_with("blob:") {
            continue;
        }
        let path = request.url.strip_prefix(&site.url("assets/"));
        let path = path.unwrap_or_else(|| panic!("{request:?}"));
        assert!(!path.contains('?'), "{request:?}");
        assets.push(path.split('-').next().unwrap().to_owned() + &path[path.rfind('.').unwrap()..]);
    }
    // What the worker fetches is seen as well.
    for wanted in ["own.js", "own.wasm", "kmeans.js", "kmeans.wasm", "kmeans.css"] {
        assert!(assets.iter().any(|name| name == wanted), "{wanted}: {assets:?}");
    }
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn it_costs_its_widget_alone_until_there_is_a_picture() {
    let site = Scratch::build("<OwnPicture/>\n");
    let (_browser, page) = site.open();
    page.wait_for(READY, PATIENCE).unwrap();
    page.pause(Duration::from_millis(500)).unwrap();
    let requests = page.requests().unwrap();
    let scripts: Vec<_> = requests.iter().filter(|it| it.url.contains("/assets/")).collect();
    assert_eq!(scripts.len(), 1, "{scripts:#?}");
    let path = scripts[0].url.strip_prefix(&site.url("")).unwrap();
    let size = xtask::brotli_len(&std::fs::read(site.dist.join(path)).unwrap());
    assert!(size <= 2_500, "{size} B");
}

/// Hands the page a striped picture that it paints itself, dropped on the figure or pasted.
fn hand_over(page: &Page, [width, height]: [u32; 2], paste: bool) {
    let script = format!(
        "(async () => {{
            const canvas = new OffscreenCanvas({width}, {height});
            const context = canvas.getContext('2d');
            for (let stripe = 0; stripe < 20; stripe++) {{
                context.fillStyle = `rgb(${{stripe * 12}} ${{stripe * 7}} 90)`;
                context.fillRect(stripe * {width} / 20, 0, {width}, {height});
            }}
            const clipboardData = new DataTransfer();
            const file = new File([await canvas.convertToBlob()], 'a.png', {{ type: 'image/png' }});
            clipboardData.items.add(file);
            const options = {{ bubbles: true, cancelable: true }};
            if ({paste}) return !document.body.dispatchEvent(
                new ClipboardEvent('paste', {{ clipboardData, ...options }}));
            const box = document.querySelector('.own-picture-box');
            const tell = (name) => box.dispatchEvent(
                new DragEvent(name, {{ dataTransfer: clipboardData, ...options }}));
            const over = () => box.classList.contains('own-picture-over');
            return !tell('dragover') && over() && !tell('drop') && !over();
        }})()"
    );
    assert_eq!(page.evaluate(&script).unwrap(), true, "the page takes it");
}

#[test]
fn dropped_and_pasted_pictures_are_as_good_and_each_takes_the_place_of_the_last() {
    let site = Scratch::build("<OwnPicture ks=\"1..8\"/>\n");
    let (_browser, page) = site.open();
    page.wait_for(READY, PATIENCE).unwrap();
    for (size, paste, says) in [
        ([20, 20], false, "8 palettes of 20 × 20 pixels"),
        ([400, 300], true, "8 palettes of 0.1 megapixels"),
        ([30, 30], false, "8 palettes of 30 × 30 pixels"),
    ] {
        hand_over(&page, size, paste);
        let canvas = "document.querySelector('.own-picture-result canvas')";
        page.wait_for(&format!("{DONE} && {canvas}.width === {}", size[0]), PATIENCE).unwrap();
        assert!(status(&page).starts_with(says), "{}", status(&page));
    }
    assert_eq!(page.evaluate("document.querySelectorAll('.kmeans-image').length").unwrap(), 1);
    // The slider works, and begins at eight colours.
    let numbers = "document.querySelector('.own-picture-result .kmeans-image-numbers').textContent";
    let says = |page: &Page| page.evaluate(numbers).unwrap().as_str().unwrap().to_owned();
    assert!(says(&page).starts_with("8 colours"), "{}", says(&page));
    page.evaluate("document.querySelector('.own-picture-result input').focus()").unwrap();
    page.key("Home").unwrap();
    assert!(says(&page).starts_with("1 colour"), "{}", says(&page));
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn more_than_twelve_megapixels_are_made_fewer_and_the_page_says_so() {
    let site = Scratch::build("<OwnPicture ks=\"1..2\" width={320}/>\n");
    let (_browser, page) = site.open();
    page.wait_for(READY, PATIENCE).unwrap();
    hand_over(&page, [5000, 3000], false);
    page.wait_for(DONE, PATIENCE).unwrap();
    let status = status(&page);
    assert!(status.starts_with("2 palettes of 12.6 megapixels, found on your device"), "{status}");
    assert!(status.contains("made smaller first, from 15.0 megapixels."), "{status}");
    assert!(status.ends_with("Shown 320 pixels wide."), "{status}");
    let canvas = "document.querySelector('.own-picture-result canvas')";
    let size = page.evaluate(&format!("[{canvas}.width, {canvas}.height]")).unwrap();
    assert_eq!(size, json!([320, 192]));
}

#[test]
fn what_is_no_picture_is_said_and_the_next_picture_works() {
    let site = Scratch::build("<OwnPicture ks=\"1..4\"/>\n");
    let (_browser, page) = site.open();
    let content = site.dist.parent().unwrap().join("content/article");
    std::fs::write(content.join("broken.png"), b"\x89PNG\r\n\x1a\nno more").unwrap();
    for (file, says) in
        [("index.md", "That file is not a picture."), ("broken.png", "This browser cannot read")]
    {
        choose(&page, &content.join(file));
        let failed = "document.querySelector('.own-picture-failed') !== null";
        page.wait_for(failed, PATIENCE).unwrap();
        assert!(status(&page).starts_with(says), "{}", status(&page));
        assert_eq!(
            page.evaluate("document.querySelector('.own-picture progress').hidden").unwrap(),
            true
        );
    }
    choose(&page, &content.join("dog.jpg"));
    page.wait_for(DONE, PATIENCE).unwrap();
    assert!(status(&page).starts_with("4 palettes of 0.1 megapixels"), "{}", status(&page));
}

#[test]
fn work_can_be_cancelled() {
    let site = Scratch::build("<OwnPicture ks=\"1..256\"/>\n");
    let (_browser, page) = site.open();
    choose(&page, &site.dist.parent().unwrap().join("content/article/dog.png"));
    page.wait_for("document.querySelector('.own-picture progress').value > 0", PATIENCE).unwrap();
    page.click(".own-picture button").unwrap();
    let state = page
        .evaluate(
            "[document.querySelector('.own-picture progress').hidden,
              document.querySelector('.own-picture-result').childElementCount,
              document.activeElement.type]",
        )
        .unwrap();
    assert_eq!(state, json!([true, 0, "file"]));
    assert_eq!(status(&page), "Cancelled.");
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn altered_pixels_are_owned_up_to() {
    let site = Scratch::build("<OwnPicture ks=\"1..4\"/>\n");
    let (_browser, page) = site.open();
    page.wait_for(READY, PATIENCE).unwrap();
    page.evaluate(
        "for (const context of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
             const read = context.prototype.getImageData;
             context.prototype.getImageData = function (...args) {
                 const picture = read.apply(this, args);
                 picture.data[0] ^= 1;
                 return picture;
             };
         }",
    )
    .unwrap();
    choose(&page, &site.dist.parent().unwrap().join("content/article/dog.png"));
    page.wait_for("document.querySelector('.own-picture-failed') !== null", PATIENCE).unwrap();
    assert!(status(&page).starts_with("This browser alters the pixels"), "{}", status(&page));
    assert_eq!(
        page.evaluate("document.querySelector('.own-picture-result').childElementCount").unwrap(),
        0
    );
}

#[test]
fn it_is_accessible_before_and_after() {
    let site = Scratch::build(
        "---\ntitle: Own\n---\n\n## One\n\n<OwnPicture ks=\"1..4\" caption=\"Try.\"/>\n",
    );
    let (_browser, page) = site.open();
    page.wait_for(READY, PATIENCE).unwrap();
    let check = |when: &str| {
        let violations = xtask::browser::axe(&page).unwrap();
        assert!(violations.is_empty(), "{when}: {violations:#?}");
    };
    for dark in [false, true] {
        page.emulate_media(Media { dark, ..Media::default() }).unwrap();
        check("before");
    }
    choose(&page, &site.dist.parent().unwrap().join("content/article/dog.png"));
    page.wait_for(DONE, PATIENCE).unwrap();
    check("after");
}

#[test]
fn without_scripts_it_says_so_and_has_no_dead_control() {
    let site = Scratch::build("<OwnPicture caption=\"Yours.\"/>\n");
    let browser = xtask::browser::Browser::launch().unwrap();
    let page = browser.page().unwrap();
    page.disable_javascript().unwrap();
    page.goto(&site.url("article/index.html")).unwrap();
    let text = page.evaluate("document.body.innerText").unwrap();
    let Value::String(text) = text else { panic!("{text}") };
    assert!(text.contains("this page needs its scripts"), "{text}");
    assert!(text.contains("nothing is sent anywhere"), "{text}");
    assert_eq!(page.evaluate("document.querySelectorAll('input, button').length").unwrap(), 0);
}
