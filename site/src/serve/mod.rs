//! `prebake serve`: the site from memory on a loopback address, rebuilt when a file changes.

mod answer;
mod baker;
mod burst;
mod editor;
mod events;
mod follow;
mod guard;
mod http;
mod live;
mod pages;
mod problems;
mod publish;
mod response;
mod watch;

use crate::diagnostic::Diagnostic;
use crate::progress::Progress;
use crate::site::{self, Build, Site};
use answer::Answers;
use editor::Editor;
use follow::Follower;
use live::Live;
use publish::Publisher;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread;
use watch::Watcher;

/// The ports that are tried in turn when none is asked for.
const PORTS: std::ops::Range<u16> = 8000..8100;

/// How to serve.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Builds again when a file of the site changes, and brings open pages up to date.
    pub watch: bool,
    /// The port on 127.0.0.1; the first free one from 8000 on where it is not given.
    pub port: Option<u16>,
    /// How to build.
    pub build: site::Options,
}

/// What happens while a site is served.
pub enum Event<'a> {
    /// The site has been built, well or badly, but for the figures that are [pending](Build::pending).
    Built(&'a Build),
    /// All figures are there that were pending. What is said of the site may be what was said before.
    Baked(&'a Build),
    /// The first build is done, and readers find it here.
    Listening(&'a str),
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
    let url = format!("http://{address}/");
    let publisher = Publisher::new();
    // Before the first build, so that no save is missed.
    let watcher = options.watch.then(|| Watcher::new(site.root())).transpose();
    let watcher = watcher.map_err(|error| {
        Diagnostic::error("unwatchable-site", format!("changes cannot be watched: {error}"))
            .hint("serve without `--watch`")
    })?;
    let live = watcher.as_ref().map(|_| {
        let editor = Editor::new(Arc::clone(site.disk()), site.root().to_owned());
        Live::new(editor)
    });
    let answers = Answers { current: publisher.subscribe(), live };
    let server = thread::spawn(move || http::run(listener, answers));
    let memory = site.recall();
    if let Some(watcher) = watcher {
        let build = &options.build;
        Follower::new(site, &memory, build, &publisher, tell).follow(watcher, progress, &url);
    } else {
        let mut build = site.rebuild(&memory, &options.build, progress);
        tell(Event::Built(&build));
        if build.output.is_none() {
            return Ok(());
        }
        publisher.publish(&mut build);
        site.remember(&memory);
        tell(Event::Listening(&url));
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
