//! Answers requests from memory: no path of a request ever reaches the disk.

use super::editor::Editor;
use super::events::{Events, Listener};
use super::guard::{Token, names_this_machine, parameter};
use super::pages::{self, Found, find, with_client};
use super::publish::{Current, HTML};
use crate::island::{LOADER, STATE};
use crate::output::media_type;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use prebake_plugin::Digest;
use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::sync::watch::Receiver;

/// Where the server's own files lie: at any depth, because pages ask for them from wherever they stand.
const OWN: &str = "/-/prebake/";
const LIVE: &str = include_str!(concat!(env!("OUT_DIR"), "/live.js"));

/// More connections than this wait for one to end.
const CONNECTIONS: usize = 512;
/// A client has this long to send the head of a request.
const PATIENCE: Duration = Duration::from_secs(10);
/// No request of a browser's has a longer head.
const LONGEST_HEAD: usize = 64 * 1024;

/// What a path keeps of its own in a `Location`; all else is percent-encoded.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is shown until there is a site; the client brings what is wrong, and then the site.
const WAITING: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <title>Prebake</title><p>The site has not been built yet.\n";

const SCRIPT: &str = "text/javascript; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// Keeps pages in step while their author writes.
pub(super) struct Live {
    token: Token,
    editor: Editor,
    /// Names the scripts that keep pages live: other scripts mean other pages.
    client: Arc<str>,
}

impl Live {
    pub(super) fn new(editor: Editor) -> Self {
        let scripts = [LIVE, LOADER, STATE].concat();
        let client = Digest::of(scripts.as_bytes()).short().into();
        Self { token: Token::new(), editor, client }
    }
}

/// What the server answers from.
pub(super) struct Answers {
    pub(super) current: Receiver<Current>,
    /// Where nothing changes while the site is served, pages are as they were built.
    pub(super) live: Option<Live>,
}

/// Answers requests until the process ends.
pub(super) fn run(listener: TcpListener, answers: Answers) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve(listener, Arc::new(answers)))
}

async fn serve(listener: TcpListener, answers: Arc<Answers>) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return Ok(()) };
        // Out of descriptors, or a client that left at once: the next one may do better.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        // Events are small, and waited for.
        let _ = stream.set_nodelay(true);
        let answers = Arc::clone(&answers);
        tokio::spawn(async move {
            let service = service_fn(|request| {
                std::future::ready(Ok::<_, Infallible>(answers.answer(&request)))
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .max_buf_size(LONGEST_HEAD)
                .serve_connection(TokioIo::new(stream), service);
            // A client that breaks off is its own affair.
            drop(connection.await);
            drop(place);
        });
    }
}

impl Answers {
    fn answer(&self, request: &Request<Incoming>) -> Response<Body> {
        let mut response = if names_this_machine(request) {
            self.look(request)
        } else {
            plain(StatusCode::FORBIDDEN, "this host name is not served here\n")
        };
        let nosniff = HeaderValue::from_static("nosniff");
        response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
        response
    }

    fn look(&self, request: &Request<Incoming>) -> Response<Body> {
        let own = request.uri().path().rsplit_once(OWN).map(|(_, name)| name);
        let live = self.live.as_ref().zip(own);
        let reads = [Method::GET, Method::HEAD].contains(request.method());
        match live {
            Some((live, "open")) if request.method() == Method::POST => open(request, live),
            _ if !reads => {
                let mut refusal = plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
                refusal.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
                refusal
            }
            Some((_, "live.js")) => {
                let script = Bytes::from_static(LIVE.as_bytes());
                respond(request, StatusCode::OK, SCRIPT, &script.clone(), script)
            }
            Some((live, "events")) => self.events(request, live),
            Some((live, "states.js")) => self.states(request, live),
            _ => self.file(request),
        }
    }

    fn events(&self, request: &Request<Incoming>, live: &Live) -> Response<Body> {
        if !live.token.admits(request) {
            return stranger();
        }
        let listener = Listener {
            at: parameter(request, "at").unwrap_or_default(),
            have: parameter(request, "have").unwrap_or_default(),
            since: parameter(request, "since").and_then(|it| it.parse().ok()).unwrap_or(0),
            client: Arc::clone(&live.client),
        };
        let events = Events::new(listener, self.current.clone()).boxed_unsync();
        never_kept(Response::new(events), "text/event-stream")
    }

    /// The script of a page's states by itself: the page's policy allows what comes from its own server.
    fn states(&self, request: &Request<Incoming>, live: &Live) -> Response<Body> {
        if !live.token.admits(request) {
            return stranger();
        }
        let current = self.current.borrow();
        let at = parameter(request, "at").unwrap_or_default();
        let page = pages::page(&current.output, &at);
        let Some(script) = page.and_then(|(_, page)| pages::states(page)) else {
            return plain(StatusCode::NOT_FOUND, "this page has no states\n");
        };
        let script = Full::new(Bytes::copy_from_slice(script.as_bytes())).boxed_unsync();
        never_kept(Response::new(script), SCRIPT)
    }

    fn file(&self, request: &Request<Incoming>) -> Response<Body> {
        let current = self.current.borrow();
        let url = request.uri().path();
        match find(&current.output, url) {
            Found::File { path, bytes } => {
                self.page(request, StatusCode::OK, media_type(&path), bytes, &current)
            }
            Found::Folder { path, .. } => redirect(&path, request.uri().query()),
            Found::Lost { page } => self.page(request, StatusCode::NOT_FOUND, HTML, page, &current),
            Found::Nothing => {
                let page = Arc::from(WAITING.as_bytes());
                self.page(request, StatusCode::SERVICE_UNAVAILABLE, HTML, &page, &current)
            }
            Found::Unreadable => plain(StatusCode::BAD_REQUEST, "the path is not UTF-8\n"),
        }
    }

    /// A file as it was built, but that a page carries the client while it may change.
    fn page(
        &self,
        request: &Request<Incoming>,
        status: StatusCode,
        media_type: &'static str,
        bytes: &Arc<[u8]>,
        current: &Current,
    ) -> Response<Body> {
        match &self.live {
            Some(live) if media_type == HTML => {
                let token = live.token.as_str();
                let body = with_client(bytes, request.uri().path(), current, token);
                // The same page in another build is the same; in another run it is not.
                let named = [bytes, token.as_bytes()].concat();
                respond(request, status, media_type, &named, body)
            }
            _ => respond(request, status, media_type, bytes, share(bytes)),
        }
    }
}

/// Starts the author's editor at a place that the overlay shows.
fn open(request: &Request<Incoming>, live: &Live) -> Response<Body> {
    if !live.token.admits(request) {
        return stranger();
    }
    let number = |name| parameter(request, name).and_then(|it| it.parse().ok());
    let path = parameter(request, "path").unwrap_or_default();
    let (line, column) = (number("line").unwrap_or(1), number("column").unwrap_or(1));
    let said = match live.editor.open(&path, line, column) {
        Ok(()) => format!("opened {path}:{line}:{column}"),
        Err(reason) => reason,
    };
    never_kept(Response::new(Full::new(Bytes::from(said)).boxed_unsync()), TEXT)
}

fn stranger() -> Response<Body> {
    plain(StatusCode::FORBIDDEN, "only pages of this server may ask for this\n")
}

/// An answer that holds for this moment only.
fn never_kept(mut response: Response<Body>, media_type: &'static str) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn share(bytes: &Arc<[u8]>) -> Bytes {
    Bytes::from_owner(Arc::clone(bytes))
}

/// Leads to the folder at `path`. It holds a page of the site, so that it begins with a name: what
/// follows the slash can be no other host.
fn redirect(path: &str, query: Option<&str>) -> Response<Body> {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let to = format!("/{}/{query}", utf8_percent_encode(path, PLAIN));
    let mut moved =
        plain(StatusCode::FOUND, "this is a folder: its page is at the same path with a slash\n");
    if let Ok(to) = HeaderValue::from_bytes(to.as_bytes()) {
        moved.headers_mut().insert(header::LOCATION, to);
    }
    moved
}

/// Answers with `body`, or that the client has it already: `named` is what tells one body from another.
fn respond(
    request: &Request<Incoming>,
    status: StatusCode,
    media_type: &'static str,
    named: &[u8],
    body: Bytes,
) -> Response<Body> {
    let tag = format!("\"{}\"", Digest::of(named).short());
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    let mut response = if status == StatusCode::OK && known.is_some_and(|it| matches(it, &tag)) {
        let mut response = Response::new(Full::default().boxed_unsync());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        typed(status, media_type, body)
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// Whether `If-None-Match` names the tag (RFC 9110, 13.1.2).
fn matches(known: &str, tag: &str) -> bool {
    known.split(',').map(str::trim).any(|it| it == "*" || it.trim_start_matches("W/") == tag)
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    typed(status, TEXT, Bytes::from_static(text.as_bytes()))
}

fn typed(status: StatusCode, media_type: &'static str, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Full::new(body).boxed_unsync());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
