//! `cargo xtask bench build`: what building again costs, for 1,000 posts and for the first article.

mod posts;

use super::super::step;
use super::{cargo, say};
use std::fmt;
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use xtask::{Context, Error, Result, process, workspace};

const POSTS: usize = 1000;

/// How often each is measured; the median counts.
const ROUNDS: usize = 5;

/// What a build after one edited post may take of a cold one, in CPU time.
const SHARE: f64 = 0.1;

/// From start to the first page served, with a warm cache, in milliseconds.
const FIRST_PAGE: f64 = 200.0;

/// Twice Zola's cold build of the same article, figures cached, in milliseconds of wall time.
const ARTICLE: f64 = 100.0;

pub(crate) fn run() -> Result<()> {
    step("building the program", || {
        process::run(cargo().args(["build", "--release", "--locked", "--package", "prebake"]))
    })?;
    let program = workspace().join("target/release/prebake");
    let folder = tempfile::tempdir().context("cannot make a folder")?;
    let mut table = Table::default();
    for (name, base_url) in [("posts", None), ("posts with a feed", Some("https://example.org/"))] {
        let root = folder.path().join(name);
        posts::write(&root, POSTS, base_url)?;
        say(&format!("── {POSTS} {name}"));
        table.posts(&program, &root, name)?;
    }
    say("── the first article");
    table.article(&program, folder.path())?;
    writeln!(std::io::stdout(), "{table}").context("cannot print")
}

/// What was measured, and the goals beside it.
#[derive(Default)]
struct Table {
    lines: Vec<String>,
    goals: Vec<String>,
}

impl Table {
    fn posts(&mut self, program: &Path, root: &Path, name: &str) -> Result<()> {
        let site = Site { program: program.to_owned(), root: root.to_owned() };
        let (mut cold, mut warm, mut edited, mut first) = (vec![], vec![], vec![], vec![]);
        for round in 0..ROUNDS {
            site.forget()?;
            cold.push(site.build()?);
            warm.push(site.build()?);
            posts::edit(root, round)?;
            edited.push(site.build()?);
            posts::edit(root, ROUNDS + round)?;
            first.push(site.first_page()?);
        }
        let [cold, warm, edited, first] = [cold, warm, edited, first].map(median);
        self.line(&format!("{POSTS} {name}, cold"), cold);
        self.line("  again", warm);
        self.line("  one edited", edited);
        self.line("  one edited, from start to the first page", first);
        self.goal(&format!("{name}: one edited by cold, CPU"), SHARE, edited.cpu / cold.cpu);
        self.goal(&format!("{name}: first page, ms"), FIRST_PAGE, first.wall);
        Ok(())
    }

    fn article(&mut self, program: &Path, folder: &Path) -> Result<()> {
        let root = folder.join("article");
        copy(&workspace().join("content/quantization"), &root.join("content/quantization"))?;
        let site = Site { program: program.to_owned(), root };
        site.build()?;
        let (mut cached, mut again, mut first) = (vec![], vec![], vec![]);
        for _ in 0..ROUNDS {
            site.forget_pages()?;
            cached.push(site.build()?);
            again.push(site.build()?);
            first.push(site.first_page()?);
        }
        let [cached, again, first] = [cached, again, first].map(median);
        self.line("the article, figures cached", cached);
        self.line("  again", again);
        self.line("  from start to the first page", first);
        self.goal("the article: figures cached, ms", ARTICLE, cached.wall);
        self.goal("the article: first page, ms", FIRST_PAGE, first.wall);
        Ok(())
    }

    fn line(&mut self, name: &str, cost: Cost) {
        self.lines.push(format!("{name:<48} {:>9.1} {:>9.1}", cost.wall, cost.cpu));
    }

    fn goal(&mut self, what: &str, at_most: f64, measured: f64) {
        let met = if measured <= at_most { "met" } else { "missed" };
        let figures = format!("at most {at_most:<7} measured {measured:<9.3} {met}");
        self.goals.push(format!("{what:<48} {figures}"));
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lines, goals } = self;
        writeln!(f, "{:<48} {:>9} {:>9}", "median, ms", "wall", "CPU")?;
        writeln!(f, "{}\n\ngoals", lines.join("\n"))?;
        write!(f, "{}", goals.join("\n"))
    }
}

/// In milliseconds.
#[derive(Clone, Copy)]
struct Cost {
    wall: f64,
    cpu: f64,
}

fn median(costs: Vec<Cost>) -> Cost {
    let middle = |of: fn(&Cost) -> f64| {
        let mut all: Vec<f64> = costs.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
    };
    Cost { wall: middle(|cost| cost.wall), cpu: middle(|cost| cost.cpu) }
}

/// A site that is built with the program.
struct Site {
    program: PathBuf,
    root: PathBuf,
}

impl Site {
    fn command(&self, name: &str) -> Command {
        let mut command = process::command(&self.program);
        command.arg(name).current_dir(&self.root).env_remove("CARGO").stdout(Stdio::null());
        command
    }

    fn build(&self) -> Result<Cost> {
        measure(|| process::run(&mut self.command("build")))
    }

    /// Makes the next build a cold one.
    fn forget(&self) -> Result<()> {
        remove(&self.root.join("dist"))?;
        remove(&self.root.join(".prebake"))
    }

    /// Leaves figures in the cache, and nothing else.
    fn forget_pages(&self) -> Result<()> {
        remove(&self.root.join("dist"))?;
        let cache = self.root.join(".prebake/cache");
        for entry in fs::read_dir(&cache).context("no cache")? {
            remove(&entry.context("cannot read a folder")?.path().join("pages"))?;
        }
        Ok(())
    }

    /// Starts the server and waits for a page.
    fn first_page(&self) -> Result<Cost> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port")?;
        let port = listener.local_addr().context("no address")?.port();
        drop(listener);
        measure(|| {
            let mut command = self.command("serve");
            let mut server =
                command.args(["--port", &port.to_string()]).spawn().context("cannot start")?;
            let got = wait_for_page(port);
            // It may have ended by itself.
            server.kill().ok();
            server.wait().context("cannot wait")?;
            got
        })
    }
}

/// Asks for the home page until it comes.
fn wait_for_page(port: u16) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(120);
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        let head = format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    while Instant::now() < deadline {
        if ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200")) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(1));
    }
    Err(Error::new("no page was served in two minutes"))
}

/// Wall time, and the CPU time of the processes that end meanwhile.
fn measure(work: impl FnOnce() -> Result<()>) -> Result<Cost> {
    let (start, before) = (Instant::now(), children()?);
    work()?;
    let wall = start.elapsed().as_secs_f64() * 1e3;
    Ok(Cost { wall, cpu: children()? - before })
}

/// The CPU time of all processes that this one has waited for, in milliseconds.
#[cfg(unix)]
fn children() -> Result<f64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).context("no usage")?;
    let times = [usage.user_time(), usage.system_time()];
    Ok(times.iter().map(|time| time.tv_sec() as f64 * 1e3 + time.tv_usec() as f64 / 1e3).sum())
}

#[cfg(not(unix))]
fn children() -> Result<f64> {
    Ok(f64::NAN)
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Err(error).context(format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Copies the files of a folder; those of folders in it stay behind.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).context("cannot make a folder")?;
    for entry in fs::read_dir(from).context("cannot read a folder")? {
        let path = entry.context("cannot read a folder")?.path();
        if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            fs::copy(&path, to.join(name)).context("cannot copy a file")?;
        }
    }
    Ok(())
}
