//! Starting a Chromium, and never leaving one behind.

use super::chromium;
use super::connection::Connection;
use super::page::Page;
use crate::{Context, Error, Result};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A cold start on a busy machine with two cores takes seconds.
const START: Duration = Duration::from_secs(60);
const REPLY: Duration = Duration::from_secs(30);
/// How long the browser has for going of its own accord.
const END: Duration = Duration::from_secs(3);

const FLAGS: [&str; 22] = [
    "--headless=new",
    "--remote-debugging-port=0",
    // A container's root has no user namespaces and a small /dev/shm.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-features=Translate,MediaRouter,OptimizationHints",
    "--no-default-browser-check",
    "--no-first-run",
    "--password-store=basic",
    "--use-mock-keychain",
    "--mute-audio",
    // A page behind another one keeps its full speed: tests run side by side.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    // The same pixels everywhere.
    "--force-color-profile=srgb",
    "--hide-scrollbars",
];

/// Keeps watch over the browser: its standard input ends when the test process ends, however that
/// comes about, and then the browser is killed and its profile removed.
#[cfg(unix)]
const WATCH: &str = r#"profile=$1; shift
"$@" </dev/null &
exec 2>/dev/null
read -r _
kill -KILL $!
wait
rm -rf -- "$profile""#;

/// A running Chromium with a profile of its own, killed when it is dropped.
pub struct Browser {
    child: Child,
    connection: Mutex<Connection>,
    /// `ws://127.0.0.1:PORT/devtools/`
    devtools: String,
    /// Removed last, after the browser has let go of it.
    profile: TempDir,
}

impl Browser {
    /// Starts the Chromium that [`find_chromium`](super::find_chromium) finds, without a window.
    ///
    /// # Errors
    /// There is none, or it does not come up within a minute.
    pub fn launch() -> Result<Self> {
        let program = chromium::find()?
            .context("there is no Chromium: run `cargo xtask setup`, or set PREBAKE_CHROMIUM")?;
        let profile = tempfile::Builder::new().prefix("prebake-browser-").tempdir();
        let profile = profile.context("cannot make a folder for the browser's profile")?;
        let mut command = watched(&program, profile.path());
        command.arg(format!("--user-data-dir={}", profile.path().display())).args(FLAGS);
        command.arg("about:blank").stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().context(format!("cannot start {}", program.display()))?;
        let connected = match child.stderr.take() {
            Some(stderr) => listening_at(stderr).and_then(|url| {
                let devtools = url.split("browser/").next().unwrap_or_default().to_owned();
                Ok((Connection::open(&url)?, devtools))
            }),
            None => Err(Error::new("the browser has no standard error")),
        };
        match connected {
            Ok((connection, devtools)) => {
                Ok(Self { child, connection: connection.into(), devtools, profile })
            }
            Err(error) => {
                end(&mut child);
                Err(error.within(format!("{} did not start", program.display())))
            }
        }
    }

    /// The folder of its profile, which goes when the browser goes.
    pub fn profile(&self) -> &Path {
        self.profile.path()
    }

    /// Opens a blank page that shares nothing, neither cookies nor cache, with other pages.
    ///
    /// # Errors
    /// The browser went away.
    pub fn page(&self) -> Result<Page> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let context = connection.call("Target.createBrowserContext", json!({}), REPLY)?;
        let params = json!({
            "url": "about:blank",
            "browserContextId": context["browserContextId"],
        });
        let target = connection.call("Target.createTarget", params, REPLY)?;
        connection.events.clear();
        let id = target["targetId"].as_str().context("the browser names no target")?;
        Page::open(Connection::open(&format!("{}page/{id}", self.devtools))?)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let connection = self.connection.get_mut().unwrap_or_else(PoisonError::into_inner);
        // The answer may be cut off by the end itself.
        connection.call("Browser.close", json!({}), END).ok();
        end(&mut self.child);
    }
}

#[cfg(unix)]
fn watched(program: &Path, profile: &Path) -> Command {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", WATCH, "prebake-browser"]).arg(profile).arg(program);
    // A group of its own: an interrupt typed at the terminal reaches the test, and the test's end
    // reaches the watch.
    command.stdin(Stdio::piped()).process_group(0);
    command
}

#[cfg(not(unix))]
fn watched(program: &Path, _profile: &Path) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null());
    command
}

/// Ends the browser and every process it started.
fn end(child: &mut Child) {
    drop(child.stdin.take());
    let deadline = Instant::now() + END;
    while Instant::now() < deadline {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    let id = child.id();
    let mut kill = if cfg!(unix) {
        let mut kill = Command::new("kill");
        kill.args(["-KILL", "--", &format!("-{id}")]);
        kill
    } else {
        let mut kill = Command::new("taskkill");
        kill.args(["/F", "/T", "/PID", &id.to_string()]);
        kill
    };
    kill.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().ok();
    child.kill().ok();
    child.wait().ok();
}

/// Waits for the line in which Chromium says where it listens, and goes on reading so that it never
/// waits for its output to be read.
fn listening_at(stderr: ChildStderr) -> Result<String> {
    let lines = lines(stderr);
    let deadline = Instant::now() + START;
    let mut said = String::new();
    loop {
        match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => match line.strip_prefix("DevTools listening on ") {
                Some(url) => return Ok(url.trim().to_owned()),
                None => {
                    said.push('\n');
                    said.push_str(&line);
                }
            },
            Err(mpsc::RecvTimeoutError::Timeout) => {
                return Err(Error::new(format!("no word from it within {START:?}{said}")));
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                return Err(Error::new(format!("it ended at once{said}")));
            }
        }
    }
}

fn lines(stderr: ChildStderr) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stderr).split(b'\n') {
            let Ok(line) = line else { return };
            // Nobody listens once the browser is up; reading goes on all the same.
            sender.send(String::from_utf8_lossy(&line).into_owned()).ok();
        }
    });
    receiver
}
