//! A folder over HTTP on the loopback interface, as a static host would serve it.

mod content;
mod request;

use crate::{Context, Result};
use content::Resource;
use request::Request;
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a client may stay silent before its connection is dropped.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct StaticServer {
    /// Where the folder is, with a trailing slash: `http://127.0.0.1:PORT/`.
    pub url: String,
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Serves `folder` at a free port of 127.0.0.1, one thread a connection.
///
/// It answers GET and HEAD, a folder with its `index.html`, what is missing with the root's
/// `404.html`; text, scripts, wasm and packed data are compressed with brotli where the client
/// takes it, so that the bytes a browser counts are those that a reader would pay. Nothing outside
/// the folder is ever served, through links either.
///
/// # Errors
/// The folder is not there, or no port is free.
pub fn serve_folder(folder: impl AsRef<Path>) -> Result<StaticServer> {
    let folder = folder.as_ref();
    let root = folder.canonicalize().context(format!("cannot serve {}", folder.display()))?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("cannot open a port")?;
    let address = listener.local_addr().context("cannot open a port")?;
    let stopped = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&stopped);
    let site = Arc::new(Site { root: root.into() });
    let thread = thread::spawn(move || {
        for stream in listener.incoming() {
            if stop.load(Ordering::SeqCst) {
                return;
            }
            if let Ok(stream) = stream {
                let site = Arc::clone(&site);
                thread::spawn(move || site.answer(stream));
            }
        }
    });
    Ok(StaticServer { url: format!("http://{address}/"), address, stopped, thread: Some(thread) })
}

impl Drop for StaticServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // `accept` returns only for a connection, so make one.
        if TcpStream::connect_timeout(&self.address, PATIENCE).is_ok()
            && let Some(thread) = self.thread.take()
        {
            thread.join().ok();
        }
    }
}

struct Site {
    root: Box<Path>,
}

impl Site {
    /// Answers the one request of a connection. A client that goes away is no one's loss.
    fn answer(&self, mut stream: TcpStream) {
        let ready = stream
            .set_read_timeout(Some(PATIENCE))
            .and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
        if ready.is_err() {
            return;
        }
        let Some(request) = request::read(&mut stream) else { return };
        let (head, body) = self.response(&request);
        let sent = stream.write_all(head.as_bytes());
        if sent.is_ok() && request.method != "HEAD" {
            stream.write_all(&body).ok();
        }
    }

    /// The response's head and its body.
    fn response(&self, request: &Request) -> (String, Arc<[u8]>) {
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            return (head("405 Method Not Allowed", &["Allow: GET, HEAD"], 0), Arc::default());
        }
        match content::find(&self.root, &request.path) {
            Resource::File { path, bytes } => Self::file("200 OK", request, &path, bytes),
            Resource::Folder { location } => {
                let location = format!("Location: {location}");
                (head("301 Moved Permanently", &[&location], 0), Arc::default())
            }
            Resource::Missing => match content::find(&self.root, "/404.html") {
                Resource::File { path, bytes } => {
                    Self::file("404 Not Found", request, &path, bytes)
                }
                _ => (head("404 Not Found", &[], 0), Arc::default()),
            },
        }
    }

    fn file(status: &str, request: &Request, path: &Path, bytes: Vec<u8>) -> (String, Arc<[u8]>) {
        let media = content::media_type(path);
        let kind = format!("Content-Type: {}", media.name);
        let mut fields = vec![kind.as_str(), "Vary: Accept-Encoding"];
        let body = if media.compress && request.accepts_brotli {
            fields.push("Content-Encoding: br");
            content::compressed(bytes)
        } else {
            bytes.into()
        };
        (head(status, &fields, body.len()), body)
    }
}

/// The status line and the fields; what was fetched once stays fresh for a minute, as hosts have it.
fn head(status: &str, fields: &[&str], length: usize) -> String {
    let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n");
    for field in fields {
        head.push_str(field);
        head.push_str("\r\n");
    }
    head.push_str("Cache-Control: max-age=60\r\nConnection: close\r\n\r\n");
    head
}
