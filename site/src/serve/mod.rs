//! `prebake serve`: the site from memory on a loopback address, rebuilt when a file changes.

mod events;
mod guard;
mod http;
mod watch;

use crate::diagnostic::{self, Diagnostic};
use crate::memory::Memory;
use crate::output::Output;
use crate::progress::Progress;
use crate::site::{self, Build, Site};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::watch::{Sender, channel};
use watch::Watcher;

/// The ports that are tried in turn when none is asked for.
const PORTS: std::ops::Range<u16> = 8000..8100;

/// How many columns of text a page's overlay shows.
const OVERLAY_WIDTH: usize = 100;

/// How to serve.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Builds again, and reloads the page, when a file of the site changes.
    pub watch: bool,
    /// The port on 127.0.0.1; the first free one from 8000 on where it is not given.
    pub port: Option<u16>,
    /// How to build.
    pub build: site::Options,
}

/// What happens while a site is served.
pub enum Event<'a> {
    /// The site has been built, well or badly.
    Built(&'a Build),
    /// The first build is done, and readers find it here.
    Listening(&'a str),
}

/// What readers of the served site see.
#[derive(Clone, Default)]
struct Current {
    /// Names the last good build, in this run and no other.
    revision: Arc<str>,
    /// The files of the last good build.
    output: Arc<Output>,
    /// Why the newest build failed, as text; empty where it did not.
    problems: Arc<str>,
}

/// Serves the site until the process ends, telling of what happens; without `watch` it ends where
/// the first build fails.
///
/// # Errors
/// An `unavailable-port` diagnostic where the port is taken, `unwatchable-site` where the system
/// does not tell of changes.
pub fn serve(
    site: &Site,
    options: &Options,
    progress: &dyn Progress,
    tell: &dyn Fn(Event<'_>),
) -> Result<(), Diagnostic> {
    let listener = bind(options.port).map_err(|error| unavailable(options.port, &error))?;
    let address = listener.local_addr().map_err(|error| unavailable(options.port, &error))?;
    let mut publisher = Publisher::new(site.recall());
    let current = publisher.current.subscribe();
    // Before the first build, so that no save is missed.
    let watcher = options.watch.then(|| Watcher::new(site.root())).transpose();
    let watcher = watcher.map_err(|error| {
        Diagnostic::error("unwatchable-site", format!("changes cannot be watched: {error}"))
            .hint("serve without `--watch`")
    })?;
    let server = thread::spawn(move || http::run(listener, current));
    let built = publisher.build(site, options, progress, tell);
    if !built && watcher.is_none() {
        return Ok(());
    }
    tell(Event::Listening(&format!("http://{address}/")));
    if let Some(mut watcher) = watcher {
        while watcher.wait() {
            publisher.build(site, options, progress, tell);
        }
    }
    match server.join() {
        Ok(Ok(())) | Err(_) => Ok(()),
        Ok(Err(error)) => Err(unavailable(options.port, &error)),
    }
}

fn bind(port: Option<u16>) -> io::Result<TcpListener> {
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let listener = match port {
        Some(port) => bind(port),
        None => PORTS.into_iter().find_map(|port| bind(port).ok()).map_or_else(|| bind(0), Ok),
    }?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn unavailable(port: Option<u16>, error: &io::Error) -> Diagnostic {
    let port = port.map_or_else(|| "no port".to_owned(), |port| format!("port {port}"));
    Diagnostic::error("unavailable-port", format!("{port} cannot be listened on: {error}"))
        .hint("leave out `--port` for the first free one")
}

/// Builds the site and shows the result to those who read it.
struct Publisher {
    memory: Memory,
    current: Sender<Current>,
    run: u128,
    builds: u64,
}

impl Publisher {
    fn new(memory: Memory) -> Self {
        let run = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        Self { memory, current: channel(Current::default()).0, run, builds: 0 }
    }

    /// Builds once, and says whether it went well; where it fails the last good files stay.
    fn build(
        &mut self,
        site: &Site,
        options: &Options,
        progress: &dyn Progress,
        tell: &dyn Fn(Event<'_>),
    ) -> bool {
        self.builds += 1;
        let revision = format!("{:x}-{}", self.run, self.builds);
        let scripts = vec![format!("{}?revision={revision}", http::LIVE_SCRIPT)];
        let options = site::Options { scripts, ..options.build.clone() };
        let build = site.rebuild(&mut self.memory, &options, progress);
        tell(Event::Built(&build));
        let built = build.output.is_some();
        self.current.send_modify(|current| match build.output {
            Some(output) => {
                current.problems = Arc::default();
                // A save that changes no page, or an editor's own file: nothing to reload for.
                if !is_same(&current.output, &current.revision, &output, &revision) {
                    current.revision = Arc::from(revision);
                    current.output = Arc::new(output);
                }
            }
            None => {
                let problems = diagnostic::render(&build.diagnostics, false, OVERLAY_WIDTH);
                current.problems = Arc::from(problems);
            }
        });
        site.remember(&mut self.memory);
        built
    }
}

/// Whether two sites are the same but for the names of their revisions, which every page bears.
fn is_same(old: &Output, old_revision: &str, new: &Output, new_revision: &str) -> bool {
    old.len() == new.len()
        && old.iter().zip(new.iter()).all(|((old_path, old), (new_path, new))| {
            let renamed =
                || String::from_utf8_lossy(new).replace(new_revision, old_revision).into_bytes();
            old_path == new_path
                && (old == new || (old_path.ends_with(".html") && **old == *renamed()))
        })
}
