//! A small site in a temporary folder, served by the built program, and raw requests to it.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Nothing here is timed: this is how long a machine may be busy with other things.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A site in a temporary folder.
pub(crate) struct Scratch {
    folder: TempDir,
    root: PathBuf,
}

impl Scratch {
    /// Of one article, `article/`.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Not the folder itself, so that it can be moved away and files can be made beside it.
        let root = folder.path().join("site");
        let scratch = Self { folder, root };
        scratch.save("first words");
        scratch
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Writes a file at once, by rename, so that no build sees half of it.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let (path, beside) = (self.path(name), self.folder.path().join("beside"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&beside, text).unwrap();
        fs::rename(beside, path).unwrap();
    }

    /// Saves the article, with this for its text.
    pub(crate) fn save(&self, text: &str) {
        self.write("content/article/index.md", &article(text));
    }

    /// Saves the article as some editors do, over its old text.
    pub(crate) fn save_in_place(&self, text: &str) {
        fs::write(self.path("content/article/index.md"), article(text)).unwrap();
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    /// Builds it, and gives the folder of the finished site.
    pub(crate) fn build(&self) -> PathBuf {
        let mut build = Command::new(env!("CARGO_BIN_EXE_prebake"));
        assert!(build.arg("build").current_dir(&self.root).output().unwrap().status.success());
        self.path("dist")
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_prebake"));
        command.arg("serve").args(args).current_dir(&self.root).stdin(Stdio::null());
        command
    }

    /// Serves it, and watches it.
    pub(crate) fn serve(self) -> Served {
        self.serve_with(&[])
    }

    /// The same with more arguments.
    pub(crate) fn serve_with(self, args: &[&str]) -> Served {
        let command = self.command(&[&["--watch"], args].concat());
        self.serve_by(command)
    }

    /// Serves it by that command.
    pub(crate) fn serve_by(self, mut command: Command) -> Served {
        let (process, url) = started(&mut command);
        Served { process, url, site: self }
    }
}

fn started(command: &mut Command) -> (Ended, String) {
    let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().map(Ended).unwrap();
    let url = url_said(process.0.stdout.take().unwrap());
    (process, url)
}

pub(crate) fn article(text: &str) -> String {
    format!("---\ntitle: An article\n---\n\n{text}\n")
}

/// A process that ends with the test.
pub(crate) struct Ended(pub(crate) Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The URL that the program says it serves at; what it says afterwards is read, so that it never
/// waits for a reader.
pub(crate) fn url_said(stdout: ChildStdout) -> String {
    let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
    let url = lines
        .find_map(|line| {
            let rest = line.strip_prefix("serving at ")?;
            Some(rest.split([',', ';']).next()?.to_owned())
        })
        .expect("the server ended before it served");
    thread::spawn(move || lines.for_each(drop));
    url
}

/// A served site; the server ends with it.
pub(crate) struct Served {
    process: Ended,
    /// `http://127.0.0.1:PORT/`
    pub(crate) url: String,
    pub(crate) site: Scratch,
}

impl Served {
    /// Ends the server, calls `meanwhile`, and starts another at the same address.
    pub(crate) fn restart(&mut self, meanwhile: impl FnOnce(&Scratch)) {
        let port = self.host().rsplit(':').next().unwrap().to_owned();
        self.process.0.kill().unwrap();
        self.process.0.wait().unwrap();
        meanwhile(&self.site);
        let mut command = self.site.command(&["--watch", "--port", &port]);
        (self.process, self.url) = started(&mut command);
    }

    /// What the client of the page at `path` knows of it: `at=…&digest=…&build=…&token=…`.
    pub(crate) fn client(&self, path: &str) -> String {
        let page = self.get(path).body;
        let (_, rest) = page.rsplit_once("live.js?").expect("the page carries the client");
        rest.split('"').next().unwrap().replace("&amp;", "&")
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn host(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches('/')
    }

    pub(crate) fn connect(&self) -> TcpStream {
        self.try_connect().unwrap()
    }

    pub(crate) fn try_connect(&self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(self.host())?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(stream)
    }

    /// Sends `bytes`, and gives what is answered until the server closes the connection.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect();
        // A server that has seen enough may answer and close before it has read everything.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        Answer::new(&answer)
    }

    /// Sends a request with more lines in its head, each ended by `\r\n`.
    pub(crate) fn request(&self, line: &str, lines: &str) -> Answer {
        let host = self.host();
        let head = format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{lines}\r\n");
        self.raw(head.as_bytes())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request(&format!("GET {path}"), "")
    }

    /// Asks again and again until the answer's body says `text`.
    pub(crate) fn wait_for(&self, path: &str, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.get(path);
            if answer.body.contains(text) {
                return;
            }
            assert!(Instant::now() < deadline, "no `{text}` at {path}: {answer:?}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Everything is as it was.
    pub(crate) fn assert_serves(&self) {
        let page = self.get("/article/");
        assert_eq!(page.status, 200, "{page:?}");
        assert!(page.body.contains("first words"), "{page:?}");
    }
}

/// An answer; status 0 where there is none.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    fn new(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}
