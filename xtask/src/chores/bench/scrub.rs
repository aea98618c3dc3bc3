//! `cargo xtask bench scrub`: what a state costs a reader in Chromium.

// Its tests use all kinds.
#[cfg_attr(not(test), expect(dead_code, reason = "the other bench renders more kinds"))]
#[path = "../../../bench-kmeans/src/pictures.rs"]
mod pictures;

use super::{cargo, say};
use pictures::Kind;
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;
use xtask::browser::Page;
use xtask::{Browser, Context, Result, process};

/// Width and height, and what the kernel may take for a state, in milliseconds.
const SIZES: [(u32, u32, f64); 2] = [(400, 300, 2.0), (1000, 1000, 12.0)];

/// What a frame may take of the page's one thread while a reader drags, in milliseconds.
const FRAME: f64 = 16.0;

const ROUNDS: usize = 3;

/// A busy machine builds and measures slowly.
const PATIENCE: Duration = Duration::from_secs(300);

const SCRIPT: &str = include_str!("scrub.js");

pub(crate) fn run() -> Result<()> {
    let folder = tempfile::tempdir().context("cannot make a folder")?;
    let root = folder.path();
    for (kind, (width, height, _)) in every() {
        let article = root.join("content").join(name(kind, width, height));
        fs::create_dir_all(&article).context("cannot make a folder")?;
        let text = "<KMeansImage src=\"picture.png\" alt=\"a picture\"/>\n";
        fs::write(article.join("index.md"), text).context("cannot write an article")?;
        save(&article.join("picture.png"), width, height, &kind.render(width, height))?;
    }
    say("── building the pages");
    process::run(
        cargo()
            .args(["run", "--quiet", "--locked", "--package", "prebake", "--", "build", "--root"])
            .arg(root),
    )?;
    let server = xtask::serve_folder(root.join("dist"))?;
    let browser = Browser::launch()?;
    let mut lines = vec![
        "a state, in ms             | kernel: median    p95  worst  goal | JavaScript: median | ratio"
            .to_owned(),
    ];
    let mut drags = vec![
        "a drag, in ms              | to the painted frame: median    p95  worst | \
         main thread a frame: median    p95  worst  goal | tasks over 50"
            .to_owned(),
    ];
    for (kind, (width, height, goal)) in every() {
        let name = name(kind, width, height);
        say(&format!("── {name}"));
        let page = browser.page()?;
        page.set_timeout(PATIENCE);
        page.goto(&format!("{}{name}/index.html", server.url))?;
        page.wait_for("document.querySelector('prebake-island canvas')", PATIENCE)?;
        page.evaluate(SCRIPT)?;
        lines.push(states(&page, &name, goal)?);
        drags.push(drag(&page, &name)?);
    }
    let table = [lines, vec![String::new()], drags].concat().join("\n");
    writeln!(std::io::stdout(), "{table}").context("cannot print")
}

fn every() -> impl Iterator<Item = (Kind, (u32, u32, f64))> {
    SIZES.into_iter().flat_map(|size| Kind::PHOTOGRAPHS.map(|kind| (kind, size)))
}

fn name(kind: Kind, width: u32, height: u32) -> String {
    format!("{}-{width}x{height}", kind.name())
}

fn save(path: &Path, width: u32, height: u32, pixels: &[[u8; 3]]) -> Result<()> {
    let file = fs::File::create(path).context("cannot write a picture")?;
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().context("cannot write a picture")?;
    writer.write_image_data(pixels.as_flattened()).context("cannot write a picture")
}

/// The kernel beside JavaScript, over every state of the page's figure.
fn states(page: &Page, name: &str, goal: f64) -> Result<String> {
    let told = page.evaluate(&format!("bench.measure({ROUNDS})"))?;
    let [median, p95, worst] = three(&told["kernel"]);
    let script = number(&told["script"]["median"]);
    Ok(format!(
        "{name:<26} | {median:>14.2} {p95:>6.2} {worst:>6.2} {goal:>5.0} | {script:>18.1} | {:>4.0}x",
        script / median
    ))
}

/// A mouse takes the slider from one end to the other and back.
fn drag(page: &Page, name: &str) -> Result<String> {
    let slider = "prebake-island input";
    page.evaluate(&format!(
        "document.querySelector('{slider}').scrollIntoView({{ block: 'end', behavior: 'instant' }}); \
         window.told = bench.watch(); 0"
    ))?;
    let track = page.rect(slider)?;
    let y = track.y + track.height / 2.0;
    let send = |kind: &str, share: f64| {
        let x = track.x + 8.0 + (track.width - 16.0) * share;
        let params = json!({
            "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1,
        });
        page.call("Input.dispatchMouseEvent", params)
    };
    send("mousePressed", 0.0)?;
    for step in (0..=128).chain((0..128).rev()) {
        send("mouseMoved", f64::from(step) / 128.0)?;
        page.pause(Duration::from_millis(16))?;
    }
    send("mouseReleased", 0.0)?;
    page.pause(Duration::from_millis(200))?;
    let told = page.evaluate("told()")?;
    let [median, p95, worst] = three(&told["latency"]);
    let [work, work_p95, work_worst] = three(&told["work"]);
    Ok(format!(
        "{name:<26} | {median:>28.1} {p95:>6.1} {worst:>6.1} | {work:>27.1} {work_p95:>6.1} \
         {work_worst:>6.1} {FRAME:>5.0} | {:>13}",
        told["long"]
    ))
}

fn three(told: &Value) -> [f64; 3] {
    ["median", "p95", "worst"].map(|key| number(&told[key]))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}
