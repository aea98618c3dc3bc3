//! `prebake serve`: the site from memory on a loopback address, rebuilt when a file changes.

mod http;
mod watch;

use crate::diagnostic::{Diagnostic, render};
use crate::output::Output;
use crate::progress::Progress;
use crate::site::{Build, Options, Site};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::watch::{Receiver, Sender, channel};

/// The port that is tried first when none is asked for.
const FIRST_PORT: u16 = 8000;

/// What readers of the served site see.
#[derive(Clone, Default)]
pub struct Current {
    /// Names the last good build, in this run and no other.
    pub revision: Arc<str>,
    /// The files of the last good build.
    pub output: Arc<Output>,
    /// What is wrong with the newest build, as text; empty where nothing is.
    pub problems: Arc<str>,
}

/// A site that is being served.
pub struct Server {
    listener: TcpListener,
    current: Sender<Current>,
}

impl Server {
    /// Takes a port of the loopback interface: the one asked for, or the first free one.
    ///
    /// # Errors
    /// Where the port asked for is taken, or no port is free.
    pub fn bind(port: Option<u16>) -> io::Result<Self> {
        let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        let listener = match port {
            Some(port) => bind(port)?,
            None => (FIRST_PORT..FIRST_PORT + 100).find_map(|port| bind(port).ok()).map_or_else(
                || bind(0),
                Ok,
            )?,
        };
        listener.set_nonblocking(true)?;
        Ok(Self { listener, current: channel(Current::default()).0 })
    }

    /// The address to open in a browser.
    ///
    /// # Errors
    /// What the system says of the socket.
    pub fn url(&self) -> io::Result<String> {
        Ok(format!("http://{}/", self.listener.local_addr()?))
    }

    /// Where new builds are told.
    #[must_use]
    pub fn publisher(&self) -> Publisher {
        let run = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        Publisher { current: self.current.clone(), run, builds: Mutex::new(0) }
    }

    /// Answers requests until the process ends.
    ///
    /// # Errors
    /// What the system says of the socket.
    pub fn run(self) -> io::Result<()> {
        let current: Receiver<Current> = self.current.subscribe();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(http::serve(self.listener, current))
    }
}

/// Builds the site and shows the result to those who read it.
pub struct Publisher {
    current: Sender<Current>,
    run: u128,
    builds: Mutex<u64>,
}

impl Publisher {
    /// Builds once. The last good files stay where the build fails.
    pub fn build(&self, site: &Site, options: &Options, progress: &dyn Progress) -> Build {
        let mut builds = self.builds.lock().unwrap_or_else(PoisonError::into_inner);
        *builds += 1;
        let revision = format!("{:x}-{builds}", self.run);
        let script = format!("{}?revision={revision}", http::LIVE_SCRIPT);
        let options = Options { scripts: vec![script], ..options.clone() };
        let build = site.build(&options, progress);
        let problems = problems(&build.diagnostics);
        self.current.send_modify(|current| {
            current.problems = problems;
            if let Some(output) = &build.output {
                current.revision = Arc::from(revision);
                current.output = Arc::new(output.clone());
            }
        });
        build
    }

    /// Builds again whenever a file of the site changes, until the process ends; `after` gets every
    /// build.
    ///
    /// # Errors
    /// Where the folders cannot be watched.
    pub fn watch(
        &self,
        site: &Site,
        root: &Path,
        options: &Options,
        progress: &dyn Progress,
        after: &mut dyn FnMut(&Build),
    ) -> io::Result<()> {
        let watcher = watch::Watcher::new(root)?;
        // A save between the first build and the watch would be missed without this one.
        after(&self.build(site, options, progress));
        while watcher.wait() {
            after(&self.build(site, options, progress));
        }
        Ok(())
    }
}

fn problems(diagnostics: &[Diagnostic]) -> Arc<str> {
    use prebake_plugin::Severity;
    let serious: Vec<Diagnostic> =
        diagnostics.iter().filter(|found| found.severity != Severity::Note).cloned().collect();
    if serious.is_empty() { Arc::default() } else { Arc::from(render(&serious, false, 100)) }
}
