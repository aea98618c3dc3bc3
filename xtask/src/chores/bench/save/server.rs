//! A server to measure.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use xtask::{Context, Error, Result, process};

/// A first build on a busy machine takes its time.
const PATIENCE: Duration = Duration::from_secs(300);

/// What a tick of a process's clock is on Linux.
const TICK: Duration = Duration::from_millis(10);

/// `prebake serve --watch`, ended when it is dropped.
pub(super) struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// Starts it, and does not wait for it.
    pub(super) fn begin(program: &Path, root: &Path) -> Result<Self> {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("there is no free port")?;
        let port = free.local_addr().context("there is no free port")?.port();
        drop(free);
        let mut command = process::command(program);
        command.args(["serve", "--watch", "--port", &port.to_string(), "--root"]).arg(root);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Self { child: command.spawn().context("cannot start the server")?, port })
    }

    /// Starts it, and waits for its first build.
    pub(super) fn start(program: &Path, root: &Path) -> Result<Self> {
        let server = Self::begin(program, root)?;
        let deadline = Instant::now() + PATIENCE;
        while !server.get("/").is_some_and(|page| page.contains("</html>")) {
            if Instant::now() > deadline {
                return Err(Error::new("the site is not served"));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// The answer's head and body, if there is one.
    pub(super) fn get(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok()?;
        let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }

    /// How much of a processor it takes while something else happens.
    pub(super) fn cpu_while(&self, happens: impl FnOnce()) -> Option<Duration> {
        let before = self.cpu()?;
        happens();
        Some(self.cpu()? - before)
    }

    /// <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>
    fn cpu(&self) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // The program's name, in parentheses, may hold anything.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at)?.parse::<u32>().ok();
        Some(TICK * (ticks(11)? + ticks(12)?))
    }

    /// Its resident memory, in megabytes.
    pub(super) fn memory(&self) -> Option<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
