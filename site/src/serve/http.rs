//! Answers requests from memory: no path of a request ever reaches the disk.

use super::Current;
use crate::output::media_type;
use http_body_util::channel::Channel;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use percent_encoding::percent_decode_str;
use prebake_plugin::Digest;
use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::sync::watch::Receiver;

/// The live-reload client's URL, from the site's root.
pub(super) const LIVE_SCRIPT: &str = "-/prebake/live.js";
const EVENTS: &str = "-/prebake/events";
const LIVE: &str = include_str!(concat!(env!("OUT_DIR"), "/live.js"));

/// More connections than this wait for one to end.
const CONNECTIONS: usize = 512;
/// A client has this long to send the head of a request.
const PATIENCE: Duration = Duration::from_secs(10);
/// No request of a browser's has a longer head.
const LONGEST_HEAD: usize = 64 * 1024;

type Body = BoxBody<Bytes, Infallible>;

/// Answers requests until the process ends.
pub(super) fn run(listener: TcpListener, current: Receiver<Current>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve(listener, current))
}

async fn serve(listener: TcpListener, current: Receiver<Current>) -> io::Result<()> {
    let address = listener.local_addr()?;
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
                let answer = answer(&request, address, &current);
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

fn answer(
    request: &Request<Incoming>,
    address: SocketAddr,
    current: &Receiver<Current>,
) -> Response<Body> {
    if !is_local_name(request.headers().get(header::HOST), address) {
        return plain(StatusCode::FORBIDDEN, "this host name is not served here\n");
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
    }
    let path = request.uri().path().trim_start_matches('/');
    match path {
        LIVE_SCRIPT => {
            let body = Bytes::from_static(LIVE.as_bytes());
            respond(request, StatusCode::OK, "text/javascript; charset=utf-8", body)
        }
        EVENTS => events(current.clone()),
        path => file(request, path, &current.borrow()),
    }
}

/// Whether a Host header names this machine: a foreign name that resolves here is an attack (DNS
/// rebinding).
fn is_local_name(host: Option<&HeaderValue>, address: SocketAddr) -> bool {
    let Some(host) = host.and_then(|host| host.to_str().ok()) else { return false };
    let port = address.port().to_string();
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| {
        host.strip_prefix(name).is_some_and(|rest| rest.strip_prefix(':') == Some(&port))
    })
}

fn file(request: &Request<Incoming>, path: &str, current: &Current) -> Response<Body> {
    let Ok(path) = percent_decode_str(path).decode_utf8() else {
        return plain(StatusCode::BAD_REQUEST, "the path is not UTF-8\n");
    };
    let find = |path: &str| current.output.get(path).map(|bytes| (path.to_owned(), bytes));
    let page = if path.is_empty() || path.ends_with('/') {
        find(&format!("{path}index.html"))
    } else {
        find(&path)
    };
    if let Some((path, bytes)) = page {
        let body = Bytes::from_owner(Arc::clone(bytes));
        return respond(request, StatusCode::OK, media_type(&path), body);
    }
    if current.output.get(&format!("{path}/index.html")).is_some() {
        let mut moved = plain(StatusCode::FOUND, "");
        let to = format!("/{}/", request.uri().path().trim_matches('/'));
        if let Ok(to) = HeaderValue::from_str(&to) {
            moved.headers_mut().insert(header::LOCATION, to);
        }
        return moved;
    }
    match current.output.get("404.html") {
        Some(bytes) => {
            let body = Bytes::from_owner(Arc::clone(bytes));
            respond(request, StatusCode::NOT_FOUND, media_type("404.html"), body)
        }
        None if !current.problems.is_empty() => {
            let text = format!("the site has not been built yet:\n\n{}", current.problems);
            let body = Bytes::from(text);
            respond(request, StatusCode::SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", body)
        }
        None => plain(StatusCode::SERVICE_UNAVAILABLE, "the site is being built\n"),
    }
}

/// The stream that tells a page of new revisions, beginning with the current one, so that nothing is
/// lost between the page's load and its connection.
fn events(mut current: Receiver<Current>) -> Response<Body> {
    let (mut sender, body) = Channel::<Bytes, Infallible>::new(1);
    current.mark_changed();
    tokio::spawn(async move {
        while current.changed().await.is_ok() {
            let text = {
                let now = current.borrow_and_update();
                let problems = serde_json::Value::from(&*now.problems);
                let revision = &now.revision;
                format!(
                    "event: problems\ndata: {problems}\n\nevent: revision\ndata: {revision}\n\n"
                )
            };
            if sender.send_data(Bytes::from(text)).await.is_err() {
                break;
            }
        }
    });
    let mut response = Response::new(body.boxed());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn respond(
    request: &Request<Incoming>,
    status: StatusCode,
    media_type: &'static str,
    body: Bytes,
) -> Response<Body> {
    let tag = format!("\"{}\"", Digest::of(&body).short());
    let known = request.headers().get(header::IF_NONE_MATCH);
    let fresh = status == StatusCode::OK && known.is_some_and(|known| *known == *tag);
    let mut response = if fresh {
        plain(StatusCode::NOT_MODIFIED, "")
    } else {
        let mut response = Response::new(Full::new(body).boxed());
        *response.status_mut() = status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())).boxed());
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
