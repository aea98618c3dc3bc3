//! What the kernel paints is what the build baked, to the last bit.

use crate::scratch::Scratch;
use serde_json::json;
use std::time::Duration;
use xtask::browser::Browser;

const PATIENCE: Duration = Duration::from_secs(20);
pub(crate) const LIVE: &str = "document.querySelector('prebake-island input[type=range]') !== null \
                               && document.querySelector('prebake-island canvas') !== null";

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
    const settled = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
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
fn frames_are_swapped_where_the_browser_perturbs_canvas_reads() {
    let site = Scratch::build("<KMeansImage src=\"dog.png\" ks=\"1..8\" alt=\"blobs\"/>\n");
    let browser = Browser::launch().unwrap();
    let page = browser.page().unwrap();
    let perturb =
        "for (const context of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
            const read = context.prototype.getImageData;
            context.prototype.getImageData = function (...args) {
                const picture = read.apply(this, args);
                picture.data[0] ^= 1;
                return picture;
            };
        }";
    page.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": perturb })).unwrap();
    page.goto(&site.url("article/index.html")).unwrap();
    page.wait_for("document.querySelector('prebake-island input') !== null", PATIENCE).unwrap();
    let script = format!(
        "(async () => {{ {PIXELS}
            const shown = [];
            for (const index of [7, 0, 4]) {{
                choose(index);
                const image = island.querySelector('img');
                const name = () => image.src.split('/').pop();
                const before = name();
                for (let turn = 0; turn < 300 && name() === before; turn++) await settled();
                shown.push(name());
            }}
            const canvas = island.querySelector('canvas');
            return {{ shown, covered: !!canvas && !canvas.hidden }};
        }})()"
    );
    let result = page.evaluate(&script).unwrap();
    assert_eq!(result["shown"], json!(["k-08.png", "k-01.png", "k-05.png"]));
    assert_eq!(result["covered"], false);
}
