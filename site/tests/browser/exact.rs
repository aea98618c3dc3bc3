//! What the kernel paints is what the build baked, to the last bit.

use crate::scratch::Scratch;
use serde_json::json;
use std::fs;
use std::time::Duration;
use xtask::browser::{Browser, Page};

const PATIENCE: Duration = Duration::from_secs(20);
/// The first figure of the page is live.
pub(crate) const LIVE: &str = "document.querySelector('prebake-island').querySelector('canvas')";

/// Gives `pixels(source)`, the RGBA bytes that a picture or canvas shows, without colour conversion.
const PIXELS: &str = r"
    async function pixels(source) {
        const bitmap = await createImageBitmap(source,
            { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext('2d', { willReadFrequently: true });
        context.drawImage(bitmap, 0, 0);
        return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
    }
    const stage = document.querySelector('.kmeans-image-stage');
    async function settled() {
        for (let turn = 0; turn < 2 || stage.ariaBusy === 'true'; turn++) {
            await new Promise(done => requestAnimationFrame(done));
        }
    }
    async function frame(base, k) {
        const name = 'k-' + String(k).padStart(2, '0') + '.png';
        const answer = await fetch(base + name);
        if (!answer.ok) throw new Error(name + ': ' + answer.status);
        return pixels(await answer.blob());
    }
    const island = document.querySelector('prebake-island');
    const base = JSON.parse(island.getAttribute('model')).base;
    const input = island.querySelector('input[type=range]');
    function choose(index) {
        input.value = index;
        input.dispatchEvent(new Event('input', { bubbles: true }));
    }
";

/// Compares every pixel of every state of the page's first figure with the baked frame.
fn check_every_state(site: &Scratch, states: usize) {
    let (_browser, page) = site.open();
    check_states(&page, states);
}

fn check_states(page: &Page, states: usize) {
    page.wait_for(LIVE, PATIENCE).unwrap();
    let script = format!(
        "(async () => {{ {PIXELS}
            const canvas = island.querySelector('canvas');
            let wrong = 0, states = 0;
            for (let index = 0; index <= Number(input.max); index++) {{
                choose(index);
                await settled();
                const [painted, baked] = [await pixels(canvas), await frame(base, index + 1)];
                states++;
                if (painted.length !== baked.length) throw new Error('size differs');
                for (let at = 0; at < baked.length; at++) wrong += painted[at] !== baked[at];
            }}
            return {{ states, wrong, hidden: canvas.hidden }};
        }})()"
    );
    let result = page.evaluate(&script).unwrap();
    assert_eq!(result, json!({ "states": states, "wrong": 0, "hidden": false }));
    assert_eq!(page.console().unwrap(), []);
}

/// Keeps every worker of the page in `workers`, with whether it was ended.
const WORKERS: &str = "
    window.workers = [];
    window.Worker = class extends Worker {
        constructor(...args) { super(...args); workers.push(this); this.ended = false; }
        terminate() { super.terminate(); this.ended = true; }
    };
";

/// Opens the article with a script that runs before the page's own.
fn open_after(site: &Scratch, script: &str) -> (Browser, Page) {
    let browser = Browser::launch().unwrap();
    let page = browser.page().unwrap();
    page.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).unwrap();
    page.goto(&site.url("article/index.html")).unwrap();
    (browser, page)
}

#[test]
fn the_kernel_paints_every_state_as_baked() {
    let site = Scratch::build("<KMeansImage src=\"dog.png\" selected={2} alt=\"blobs\"/>\n");
    check_every_state(&site, 64);
}

#[test]
fn the_picture_of_a_jpeg_is_as_exact() {
    let site = Scratch::build(
        "![a](dog.jpg)\n\n\
         <KMeansImage ks=\"1..8\" space=\"oklab\" delivery=\"recolour\" alt=\"a\"/>\n",
    );
    check_every_state(&site, 8);
}

#[test]
fn a_large_picture_is_painted_by_one_worker_as_exactly() {
    let figure = "<KMeansImage src=\"dog.png\" ks=\"1..6\" selected={2} alt=\"blobs\"/>\n\n";
    let site = Scratch::with_picture(&figure.repeat(2), 1600, 1200);
    let (_browser, page) = open_after(&site, WORKERS);
    check_states(&page, 6);
    let second = "document.querySelectorAll('prebake-island')[1]";
    page.evaluate(&format!("{second}.scrollIntoView()")).unwrap();
    page.wait_for(&format!("{second}.querySelector('canvas') !== null"), PATIENCE).unwrap();
    let ended = || page.evaluate("workers.map(worker => worker.ended)").unwrap();
    assert_eq!(ended(), json!([false]), "the figures of one picture share a worker");

    page.evaluate("document.querySelector('prebake-island').remove()").unwrap();
    assert_eq!(ended(), json!([false]), "the other figure still needs it");
    page.evaluate("document.querySelector('prebake-island').remove()").unwrap();
    page.wait_for("workers[0].ended", PATIENCE).unwrap();
}

#[test]
fn an_index_map_is_painted_as_the_build_measured_it() {
    let site = Scratch::build(
        "<KMeansImage src=\"dog.png\" ks=\"1..8\" delivery=\"index-map\" alt=\"blobs\"/>\n",
    );
    let (_browser, page) = site.open();
    page.wait_for(LIVE, PATIENCE).unwrap();
    // The rule once more, in JavaScript: the nearest of the palette to the map's colour.
    let script = format!(
        "(async () => {{ {PIXELS}
            const canvas = island.querySelector('canvas');
            const told = (await (await fetch(base + 'figure.json')).json()).delivery.index_map;
            const map = await pixels(await (await fetch(base + told.map)).blob());
            let wrong = 0, states = 0;
            for (const {{ palette }} of told.states) {{
                choose(states++);
                await settled();
                const painted = await pixels(canvas);
                const colours = palette.map(text => [1, 3, 5].map(at => parseInt(text.slice(at, at + 2), 16)));
                for (let at = 0; at < map.length; at += 4) {{
                    let least = Infinity, nearest;
                    for (const colour of colours) {{
                        const distance = colour.reduce((sum, c, i) => sum + (c - map[at + i]) ** 2, 0);
                        if (distance < least) [least, nearest] = [distance, colour];
                    }}
                    wrong += nearest.some((c, i) => c !== painted[at + i]);
                }}
            }}
            return {{ states, wrong, colours: told.colours }};
        }})()"
    );
    let result = page.evaluate(&script).unwrap();
    assert_eq!((&result["states"], &result["wrong"]), (&json!(8), &json!(0)));
    assert!(result["colours"].as_u64().unwrap() > 64, "{result}");
    assert_eq!(page.console().unwrap(), []);
}

#[test]
fn a_small_picture_needs_no_worker() {
    let site = Scratch::build("<KMeansImage src=\"dog.png\" ks=\"1..4\" alt=\"blobs\"/>\n");
    let (_browser, page) = open_after(&site, WORKERS);
    check_states(&page, 4);
    assert_eq!(page.evaluate("workers.length").unwrap(), 0);
}

#[test]
fn of_the_states_asked_for_while_one_is_painted_only_the_last_is() {
    let site = Scratch::with_picture(
        "<KMeansImage src=\"dog.png\" ks=\"1..8\" alt=\"blobs\"/>\n",
        1000,
        800,
    );
    let (_browser, page) = open_after(&site, WORKERS);
    page.wait_for(LIVE, PATIENCE).unwrap();
    let script = format!(
        "(async () => {{ {PIXELS}
            const turn = () => new Promise(done => requestAnimationFrame(done));
            const [worker] = workers, asked = [];
            const post = worker.postMessage;
            // A worker that answers when it is told to.
            worker.postMessage = (...message) => asked.push(message);
            for (const index of [1, 2, 3, 4, 5]) {{ choose(index); await turn(); await turn(); }}
            const first = asked.map(([state]) => state.k);
            worker.postMessage = post;
            worker.postMessage(...asked[0]);
            await settled();
            const [painted, baked] =
                [await pixels(island.querySelector('canvas')), await frame(base, 6)];
            return [first, painted.every((byte, at) => byte === baked[at])];
        }})()"
    );
    assert_eq!(page.evaluate(&script).unwrap(), json!([[2], true]));
}

#[test]
fn frames_are_swapped_where_there_are_no_workers() {
    let site = Scratch::with_picture(
        "<KMeansImage src=\"dog.png\" ks=\"1..4\" alt=\"blobs\"/>\n",
        1000,
        800,
    );
    let (_browser, page) = open_after(&site, "delete window.Worker;");
    check_frames(&page, &[3, 0]);
}

#[test]
fn frames_are_swapped_where_a_worker_sees_other_pixels() {
    let site = Scratch::with_picture(
        "<KMeansImage src=\"dog.png\" ks=\"1..4\" alt=\"blobs\"/>\n",
        1000,
        800,
    );
    // The widget's file is the worker's script.
    for file in fs::read_dir(site.dist.join("assets")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.starts_with("kmeans-image-") && name.ends_with(".js") {
            let source = fs::read_to_string(&path).unwrap();
            let perturb = PERTURB.replace("CanvasRenderingContext2D, ", "");
            fs::write(&path, format!("if (!globalThis.document) {{ {perturb} }}\n{source}"))
                .unwrap();
        }
    }
    let (_browser, page) = open_after(&site, WORKERS);
    check_frames(&page, &[3, 0]);
    assert_eq!(page.evaluate("workers.map(worker => worker.ended)").unwrap(), json!([true]));
}

#[test]
fn frames_are_swapped_where_the_browser_perturbs_canvas_reads() {
    let site = Scratch::build("<KMeansImage src=\"dog.png\" ks=\"1..8\" alt=\"blobs\"/>\n");
    let (_browser, page) = open_after(&site, PERTURB);
    check_frames(&page, &[7, 0, 4]);
}

/// A browser that adds noise to what a canvas gives back.
const PERTURB: &str = "
    for (const context of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
        const read = context.prototype.getImageData;
        context.prototype.getImageData = function (...args) {
            const picture = read.apply(this, args);
            picture.data[0] ^= 1;
            return picture;
        };
    }
";

/// Chooses states, and sees that the figure swaps to their frames.
fn check_frames(page: &Page, indices: &[usize]) {
    page.wait_for("document.querySelector('prebake-island input') !== null", PATIENCE).unwrap();
    let script = format!(
        "(async () => {{ {PIXELS}
            const shown = [];
            for (const index of {indices:?}) {{
                choose(index);
                const image = island.querySelector('img');
                const name = () => image.src.split('/').pop();
                const before = name();
                for (let turn = 0; turn < 300 && name() === before; turn++) await settled();
                shown.push(name());
            }}
            return {{ shown, covered: !!island.querySelector('canvas') }};
        }})()"
    );
    let names: Vec<String> =
        indices.iter().map(|index| format!("k-{:02}.png", index + 1)).collect();
    let result = page.evaluate(&script).unwrap();
    assert_eq!(result, json!({ "shown": names, "covered": false }));
}
