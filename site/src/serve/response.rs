//! The kinds of answers there are.

use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::header::{self, HeaderValue};
use hyper::{Request, Response, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use prebake_plugin::Digest;
use std::convert::Infallible;

/// What a path keeps of its own in a `Location`; all else is percent-encoded.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) const SCRIPT: &str = "text/javascript; charset=utf-8";
pub(super) const TEXT: &str = "text/plain; charset=utf-8";

pub(super) type Body = UnsyncBoxBody<Bytes, Infallible>;

/// Leads to the folder at `path`. It holds a page of the site, so that it begins with a name: what
/// follows the slash can be no other host.
pub(super) fn redirect(path: &str, query: Option<&str>) -> Response<Body> {
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
pub(super) fn respond<B>(
    request: &Request<B>,
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

pub(super) fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    typed(status, TEXT, Bytes::from_static(text.as_bytes()))
}

fn typed(status: StatusCode, media_type: &'static str, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Full::new(body).boxed_unsync());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// An answer that holds for this moment only.
pub(super) fn never_kept(mut response: Response<Body>, media_type: &'static str) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
