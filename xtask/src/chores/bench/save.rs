//! `cargo xtask bench save`: what an author waits for.
//!
//! A save is timed from just before its first byte is written, over the file as editors do, to the
//! pixel. Pixels are told by the page itself: the frame in which the new sentence is painted has ended
//! when the first task after it runs (`painted`), and it is on the screen before the frame after it
//! begins (`next frame`, which counts up to a sixtieth of a second too much). A picture taken then has to
//! show the colour that the save asked for.

mod server;
mod site;

use super::{cargo, say};
use server::Server;
use std::io::Write;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use xtask::browser::Page;
use xtask::{Browser, Context, Error, Result, process, workspace};

/// A busy machine builds and measures slowly.
const PATIENCE: Duration = Duration::from_secs(120);
const SAVES: usize = 20;
/// The first saves warm everything up.
const WARMUP: usize = 3;
const STARTS: usize = 10;
const IDLE: Duration = Duration::from_secs(20);
/// Memory is looked at after so many saves.
const MANY: [usize; 2] = [100, 1_000];

const WATCH: &str = include_str!("save/watch.js");
const LIVE: &str = include_str!("save/live.js");

pub(crate) fn run() -> Result<()> {
    say("── building prebake");
    process::run(cargo().args([
        "build",
        "--quiet",
        "--release",
        "--locked",
        "--package",
        "prebake",
    ]))?;
    let program = workspace().join("target/release/prebake");
    let mut table = vec![format!("{:<58} | median    p95  worst   goal", "in ms")];

    say("── an article of 3,000 words with three live figures");
    let folder = tempfile::tempdir().context("cannot make a folder")?;
    let root = folder.path();
    site::essay(root)?;
    let server = Server::start(&program, root)?;
    let times = saves(&server, root, "essay", LIVE)?;
    let what = "a save to its pixels, 3,000 words, three live figures";
    table.extend(lines(what, &times, 50.0));
    say("── idle");
    let idle = server.cpu_while(|| thread::sleep(IDLE));
    say("── a thousand saves");
    let memory = memory(&server, root)?;
    drop(server);

    say("── starts");
    let starts: Vec<f64> = (0..STARTS).map(|_| start(&program, root)).collect::<Result<_>>()?;
    table.push(line("a start to the first page, with a warm cache", &starts, 200.0));

    say("── one of 1,000 posts");
    let folder = tempfile::tempdir().context("cannot make a folder")?;
    let root = folder.path();
    site::posts(root, 1_000)?;
    let server = Server::start(&program, root)?;
    let times = saves(&server, root, "post-500", "document.querySelector('#mark')")?;
    table.extend(lines("a save to its pixels, one of 1,000 posts", &times, 85.0));

    table.push(String::new());
    let share = idle.map(|spent| 100.0 * spent.as_secs_f64() / IDLE.as_secs_f64());
    table.push(match share {
        Some(share) => format!("idle: {share:.2} % of a core (goal 0.5)"),
        None => "idle: this system does not tell".to_owned(),
    });
    table.push(match memory {
        Some([few, many]) => {
            format!("memory: {few:.1} MB after {} saves, {many:.1} MB after {}", MANY[0], MANY[1])
        }
        None => "memory: this system does not tell".to_owned(),
    });
    writeln!(std::io::stdout(), "{}", table.join("\n")).context("cannot print")
}

/// How long saves take to be painted, and to be followed by another frame, in milliseconds.
fn saves(server: &Server, root: &Path, article: &str, ready: &str) -> Result<[Vec<f64>; 2]> {
    let browser = Browser::launch()?;
    let page = browser.page()?;
    page.set_timeout(PATIENCE);
    page.goto(&format!("{}{article}/", server.url()))?;
    page.wait_for(ready, PATIENCE)?;
    // The client has connected, and the page has come to rest.
    page.pause(Duration::from_secs(1))?;
    page.evaluate(WATCH)?;
    let ahead = clock(&page)?;
    let mut times = [Vec::new(), Vec::new()];
    // What stands there is number 0.
    for number in 1..=SAVES + WARMUP {
        page.evaluate(&format!("saved.watch({number})"))?;
        // At no particular moment of a frame.
        page.pause(Duration::from_millis(150 + 37 * number as u64 % 29))?;
        let start = now();
        site::save(root, article, number)?;
        let seen = page.evaluate("saved.seen")?;
        check_pixel(&page, number)?;
        for (times, key) in times.iter_mut().zip(["painted", "next"]) {
            let at = seen[key].as_f64().context("the page was loaded again")? - ahead;
            if number > WARMUP {
                times.push(at - start);
            }
        }
    }
    Ok(times)
}

/// The system's time, in milliseconds.
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1e3
}

/// How far the page's clock is ahead of ours, by the quickest of some answers.
fn clock(page: &Page) -> Result<f64> {
    let mut best = (f64::MAX, 0.0);
    for _ in 0..50 {
        let before = now();
        let told = page.evaluate("performance.timeOrigin + performance.now()")?;
        let after = now();
        let told = told.as_f64().context("the page has no clock")?;
        if after - before < best.0 {
            best = (after - before, told - f64::midpoint(before, after));
        }
    }
    Ok(best.1)
}

/// The page really shows what was saved.
fn check_pixel(page: &Page, number: usize) -> Result<()> {
    let rect = page.rect("#mark")?;
    let (x, y) = (rect.x as usize + 3, rect.y as usize + 3);
    let picture = page.screenshot(false)?;
    let mut reader = png::Decoder::new(std::io::Cursor::new(picture))
        .read_info()
        .context("the picture is broken")?;
    let mut pixels = vec![0; reader.output_buffer_size().context("the picture is too large")?];
    let frame = reader.next_frame(&mut pixels).context("the picture is broken")?;
    let samples = frame.color_type.samples();
    let at = (y * frame.width as usize + x) * samples;
    let shown = pixels.get(at..at + 3).context("the mark is out of sight")?;
    if shown == site::colour(number) {
        Ok(())
    } else {
        Err(Error::new(format!("save {number}: the pixel is {shown:?} still")))
    }
}

/// How long a server takes from its start to its first page, in milliseconds.
fn start(program: &Path, root: &Path) -> Result<f64> {
    let begin = Instant::now();
    let server = Server::begin(program, root)?;
    let deadline = begin + PATIENCE;
    while !server.get("/essay/").is_some_and(|page| page.contains("id=\"mark\"")) {
        if Instant::now() > deadline {
            return Err(Error::new("no page is served"));
        }
        thread::sleep(Duration::from_micros(500));
    }
    Ok(begin.elapsed().as_secs_f64() * 1e3)
}

/// Megabytes in use after few and after many saves.
fn memory(server: &Server, root: &Path) -> Result<Option<[f64; 2]>> {
    let mut used = [None; 2];
    for number in 1..=MANY[1] {
        site::save(root, "essay", number)?;
        let says = format!("Save {number}.");
        let deadline = Instant::now() + PATIENCE;
        while !server.get("/essay/").is_some_and(|page| page.contains(&says)) {
            if Instant::now() > deadline {
                return Err(Error::new(format!("save {number} is not served")));
            }
            thread::sleep(Duration::from_millis(2));
        }
        if let Some(at) = MANY.iter().position(|&many| many == number) {
            used[at] = server.memory();
        }
    }
    Ok(used[0].zip(used[1]).map(|(few, many)| [few, many]))
}

fn lines(what: &str, [painted, next]: &[Vec<f64>; 2], goal: f64) -> [String; 2] {
    [line(&format!("{what}: painted"), painted, goal), line("    … to the next frame", next, goal)]
}

fn line(what: &str, times: &[f64], goal: f64) -> String {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (share * times.len() as f64) as usize;
        times.get(place.min(times.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
    };
    format!("{what:<58} | {:>6.1} {:>6.1} {:>6.1} {goal:>6.0}", at(0.5), at(0.95), at(1.0))
}
