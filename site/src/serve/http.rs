//! Answers requests from memory: no path of a request ever reaches the disk.

use super::Current;
use super::events::Events;
use super::guard::{is_same_site, names_this_machine};
use crate::output::media_type;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use prebake_plugin::Digest;
use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::sync::watch::Receiver;

/// The live-reload client's URL, from the site's root.
pub(super) const LIVE_SCRIPT: &str = "-/prebake/live.js";
/// Where the server's own files lie: at any depth, because the page for what is not found asks for
/// them from wherever it stands.
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
    <title>Prebake</title><script src=\"/-/prebake/live.js?revision=\" defer></script>\
    <p>The site has not been built yet.";

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// Answers requests until the process ends.
pub(super) fn run(listener: TcpListener, current: Receiver<Current>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve(listener, current))
}

async fn serve(listener: TcpListener, current: Receiver<Current>) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return Ok(()) };
        // Out of descriptors, or a client that left at once: the next one may do better.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let current = current.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let answer = answer(&request, &current);
                std::future::ready(Ok::<_, Infallible>(answer))
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

fn answer(request: &Request<Incoming>, current: &Receiver<Current>) -> Response<Body> {
    let mut response = if !names_this_machine(request) {
        plain(StatusCode::FORBIDDEN, "this host name is not served here\n")
    } else if request.method() != Method::GET && request.method() != Method::HEAD {
        let mut refusal = plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
        refusal.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        refusal
    } else {
        match request.uri().path().rsplit_once(OWN) {
            Some((_, "live.js")) => {
                respond(request, StatusCode::OK, SCRIPT, Bytes::from_static(LIVE.as_bytes()))
            }
            Some((_, "events")) => events(request, current),
            _ => file(request, &current.borrow()),
        }
    };
    let nosniff = HeaderValue::from_static("nosniff");
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    response
}

fn events(request: &Request<Incoming>, current: &Receiver<Current>) -> Response<Body> {
    if !is_same_site(request.headers()) {
        return plain(StatusCode::FORBIDDEN, "pages of other sites may not listen\n");
    }
    let mut response = Response::new(Events::new(current.clone()).boxed_unsync());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn file(request: &Request<Incoming>, current: &Current) -> Response<Body> {
    let path = request.uri().path();
    let Ok(path) = percent_decode_str(path.strip_prefix('/').unwrap_or(path)).decode_utf8() else {
        return plain(StatusCode::BAD_REQUEST, "the path is not UTF-8\n");
    };
    let find = |path: &str| Some((media_type(path), current.output.get(path)?));
    let found = if path.is_empty() || path.ends_with('/') {
        find(&format!("{path}index.html"))
    } else {
        find(&path)
    };
    if let Some((media_type, bytes)) = found {
        return respond(request, StatusCode::OK, media_type, share(bytes));
    }
    if current.output.get(&format!("{path}/index.html")).is_some() {
        return redirect(&path, request.uri().query());
    }
    match current.output.get("404.html") {
        Some(bytes) => respond(request, StatusCode::NOT_FOUND, HTML, share(bytes)),
        None => {
            let body = Bytes::from_static(WAITING.as_bytes());
            respond(request, StatusCode::SERVICE_UNAVAILABLE, HTML, body)
        }
    }
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

/// Answers with `body`, or that the client has it already.
fn respond(
    request: &Request<Incoming>,
    status: StatusCode,
    media_type: &'static str,
    body: Bytes,
) -> Response<Body> {
    let tag = format!("\"{}\"", Digest::of(&body).short());
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
