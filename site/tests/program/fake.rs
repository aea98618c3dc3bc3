//! A site in memory, whose programs the tests play.

use prebake::diagnostic::render;
use prebake::disk::{Disk as _, MemoryDisk};
use prebake::process::{Exit, Invocation, Process, Processes, Started};
use prebake::program::Permission;
use prebake::progress::Progress;
use prebake::site::{Build, Options, Site};
use serde_json::Value;
use std::io::{self, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

/// What a program does: gets the request, and a disk to write on; gives what it writes to its
/// standard output and error, and its exit code.
pub(crate) type Play = dyn Fn(&Value, &MemoryDisk) -> (String, String, i32) + Send + Sync;

pub(crate) struct Fake {
    disk: MemoryDisk,
    play: Arc<Play>,
    pub(crate) started: Mutex<Vec<Invocation>>,
}

impl Processes for Fake {
    fn start(&self, invocation: &Invocation) -> io::Result<Started> {
        self.started.lock().unwrap().push(invocation.clone());
        if invocation.program == Path::new("absent") {
            return Err(io::ErrorKind::NotFound.into());
        }
        let (send, requests) = channel();
        let (disk, play) = (self.disk.clone(), Arc::clone(&self.play));
        let (told, end) = channel();
        let log = Arc::new(Mutex::new(None));
        let output = Output { requests, disk, play, told, log: Arc::clone(&log), left: None };
        Ok(Started {
            input: Box::new(Input { send, line: Vec::new() }),
            output: Box::new(output),
            log: Box::new(Log { log, read: None }),
            process: Box::new(FakeProcess { end, exit: None }),
        })
    }

    fn limits_memory(&self) -> bool {
        false
    }

    fn end_all(&self) {}
}

struct Input {
    send: Sender<Vec<u8>>,
    line: Vec<u8>,
}

impl Write for Input {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = self.send.send(std::mem::take(&mut self.line));
        Ok(())
    }
}

struct Output {
    requests: Receiver<Vec<u8>>,
    disk: MemoryDisk,
    play: Arc<Play>,
    told: Sender<i32>,
    log: Arc<Mutex<Option<String>>>,
    left: Option<Cursor<Vec<u8>>>,
}

impl Read for Output {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left.is_none() {
            let Ok(request) = self.requests.recv() else { return Ok(0) };
            let request = serde_json::from_slice(&request).unwrap();
            let (out, log, code) = (self.play)(&request, &self.disk);
            *self.log.lock().unwrap() = Some(log);
            let _ = self.told.send(code);
            self.left = Some(Cursor::new(out.into_bytes()));
        }
        self.left.as_mut().unwrap().read(into)
    }
}

struct Log {
    log: Arc<Mutex<Option<String>>>,
    read: Option<Cursor<Vec<u8>>>,
}

impl Read for Log {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.read.is_none() {
            self.read = self.log.lock().unwrap().take().map(|log| Cursor::new(log.into_bytes()));
            std::thread::yield_now();
        }
        self.read.as_mut().unwrap().read(into)
    }
}

struct FakeProcess {
    end: Receiver<i32>,
    exit: Option<Exit>,
}

impl Process for FakeProcess {
    fn ended(&mut self) -> io::Result<Option<Exit>> {
        self.exit = self.exit.or_else(|| self.end.try_recv().ok().map(Exit::Code));
        Ok(self.exit)
    }

    fn kill(&mut self) {}
}

/// Keeps what programs say.
#[derive(Default)]
pub(crate) struct Heard(pub(crate) Mutex<Vec<String>>);

impl Progress for Heard {
    fn log(&self, component: &str, line: &str) {
        self.0.lock().unwrap().push(format!("[{component}] {line}"));
    }
}

/// A site with one article, `content/a/index.md`.
pub(crate) struct FakeSite {
    pub(crate) disk: MemoryDisk,
    pub(crate) processes: Arc<Fake>,
    pub(crate) permission: Permission,
    pub(crate) heard: Heard,
}

pub(crate) const TOML: &str = r#"
[components.Wave]
command = ["python3", "figures/wave.py"]

[components.Wave.props]
required = ["terms"]

[components.Wave.props.properties]
terms = { type = "integer", minimum = 1, maximum = 8 }
data = { type = "string", format = "file" }
colour = { enum = ["red", "blue"], default = "red" }
step = { type = "number", minimum = 0, multipleOf = 0.1 }
"#;

impl FakeSite {
    pub(crate) fn new(
        article: &str,
        play: impl Fn(&Value, &MemoryDisk) -> (String, String, i32) + Send + Sync + 'static,
    ) -> Self {
        let disk = MemoryDisk::new()
            .with_file("/site/prebake.toml", TOML)
            .with_file("/site/figures/wave.py", "print()")
            .with_file("/site/content/a/data.csv", "x,y\n1,2\n3,oops\n")
            .with_file("/site/content/a/index.md", format!("---\ntitle: A\n---\n\n{article}\n"));
        let processes =
            Arc::new(Fake { disk: disk.clone(), play: Arc::new(play), started: Mutex::default() });
        Self { disk, processes, permission: Permission::Granted, heard: Heard::default() }
    }

    /// The same with a program that always gives this reply.
    pub(crate) fn replying(article: &str, reply: &'static str) -> Self {
        Self::new(article, move |_, _| (reply.to_owned(), String::new(), 0))
    }

    pub(crate) fn with(self, path: &str, text: &str) -> Self {
        self.disk.write(&Path::new("/site").join(path), text.as_bytes()).unwrap();
        self
    }

    pub(crate) fn run(&self) -> Build {
        let site = Site::new(Arc::new(self.disk.clone()), PathBuf::from("/site"));
        let processes: Arc<dyn Processes> = self.processes.clone();
        let options = Options { commands: self.permission.clone(), ..Options::default() };
        site.processes(processes).build(&options, &self.heard)
    }

    /// How often a program was started so far.
    pub(crate) fn starts(&self) -> usize {
        self.processes.started.lock().unwrap().len()
    }

    /// What a build says.
    pub(crate) fn says(&self) -> String {
        render(&self.run().diagnostics, false, 100)
    }

    /// The article's page, of a build that says nothing.
    pub(crate) fn page(&self) -> String {
        let build = self.run();
        assert!(build.diagnostics.is_empty(), "{}", render(&build.diagnostics, false, 100));
        let output = build.output.unwrap();
        String::from_utf8(output.get("a/index.html").unwrap().to_vec()).unwrap()
    }
}
