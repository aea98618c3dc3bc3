//! What is answered to whom, from memory: no path of a request ever reaches the disk.

use super::guard::names_this_machine;
use super::live::{LIVE, Live};
use super::pages::{Found, find, with_client};
use super::publish::{Current, HTML};
use super::response::{Body, SCRIPT, plain, redirect, respond};
use crate::output::media_type;
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use std::sync::Arc;
use tokio::sync::watch::Receiver;

/// Where the server's own files lie: at any depth, because pages ask for them from wherever they stand.
const OWN: &str = "/-/prebake/";

/// What is shown until there is a site; the client brings what is wrong, and then the site.
const WAITING: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <title>Prebake</title><p>The site has not been built yet.\n";

/// What the server answers from.
pub(super) struct Answers {
    pub(super) current: Receiver<Current>,
    /// Where nothing changes while the site is served, pages are as they were built.
    pub(super) live: Option<Live>,
}

impl Answers {
    pub(super) fn answer(&self, request: &Request<Incoming>) -> Response<Body> {
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
            Some((live, "open")) if request.method() == Method::POST => live.open(request),
            _ if !reads => {
                let mut refusal = plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
                refusal.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
                refusal
            }
            Some((_, "live.js")) => {
                let script = Bytes::from_static(LIVE.as_bytes());
                respond(request, StatusCode::OK, SCRIPT, LIVE.as_bytes(), script)
            }
            Some((live, "events")) => live.events(request, &self.current),
            Some((live, "states.js")) => live.states(request, &self.current.borrow()),
            _ => self.file(request),
        }
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
                let token = live.token();
                let body = with_client(bytes, request.uri().path(), current, token);
                // The same page in another build is the same; in another run it is not.
                let named = [bytes, token.as_bytes()].concat();
                respond(request, status, media_type, &named, body)
            }
            _ => respond(request, status, media_type, bytes, Bytes::from_owner(Arc::clone(bytes))),
        }
    }
}
