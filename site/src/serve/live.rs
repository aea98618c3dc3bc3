//! What only the pages of this run may ask for: the stream of what is new, the script of their states,
//! and a place in the author's editor.

use super::editor::Editor;
use super::events::{Events, Listener};
use super::guard::{Token, parameter};
use super::pages;
use super::publish::Current;
use super::response::{Body, SCRIPT, TEXT, never_kept, plain};
use crate::island::{LOADER, STATE};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{Request, Response, StatusCode};
use prebake_plugin::Digest;
use std::sync::Arc;
use tokio::sync::watch::Receiver;

/// The script behind every page that keeps it in step.
pub(super) const LIVE: &str = include_str!(concat!(env!("OUT_DIR"), "/live.js"));

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

    /// What a page has to know to be let in.
    pub(super) fn token(&self) -> &str {
        self.token.as_str()
    }

    pub(super) fn events<B>(
        &self,
        request: &Request<B>,
        current: &Receiver<Current>,
    ) -> Response<Body> {
        if !self.token.admits(request) {
            return stranger();
        }
        let listener = Listener {
            at: parameter(request, "at").unwrap_or_default(),
            have: parameter(request, "have").unwrap_or_default(),
            since: parameter(request, "since").and_then(|it| it.parse().ok()).unwrap_or(0),
            client: Arc::clone(&self.client),
        };
        let events = Events::new(listener, current.clone()).boxed_unsync();
        never_kept(Response::new(events), "text/event-stream")
    }

    /// The script of a page's states by itself: the page's policy allows what comes from its own server.
    pub(super) fn states<B>(&self, request: &Request<B>, current: &Current) -> Response<Body> {
        if !self.token.admits(request) {
            return stranger();
        }
        let at = parameter(request, "at").unwrap_or_default();
        let page = pages::page(&current.output, &at);
        let Some(script) = page.and_then(|(_, page)| pages::states(page)) else {
            return plain(StatusCode::NOT_FOUND, "this page has no states\n");
        };
        let script = Full::new(Bytes::copy_from_slice(script.as_bytes())).boxed_unsync();
        never_kept(Response::new(script), SCRIPT)
    }

    /// Starts the author's editor at a place that the overlay shows.
    pub(super) fn open<B>(&self, request: &Request<B>) -> Response<Body> {
        if !self.token.admits(request) {
            return stranger();
        }
        let number = |name| parameter(request, name).and_then(|it| it.parse().ok());
        let path = parameter(request, "path").unwrap_or_default();
        let (line, column) = (number("line").unwrap_or(1), number("column").unwrap_or(1));
        let said = match self.editor.open(&path, line, column) {
            Ok(()) => format!("opened {path}:{line}:{column}"),
            Err(reason) => reason,
        };
        never_kept(Response::new(Full::new(Bytes::from(said)).boxed_unsync()), TEXT)
    }
}

fn stranger() -> Response<Body> {
    plain(StatusCode::FORBIDDEN, "only pages of this server may ask for this\n")
}
