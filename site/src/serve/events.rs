//! The stream of server-sent events that keeps an open page in step
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use super::pages::{digest, page};
use super::publish::Current;
use hyper::body::{Body, Bytes, Frame};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::sync::watch::Receiver;

/// A page that is open somewhere, as it says of itself.
pub(super) struct Listener {
    /// The path of its URL.
    pub(super) at: String,
    /// The digest of the page that it shows; empty where it wants to hear of the page in any case.
    pub(super) have: String,
    /// The build whose files it has.
    pub(super) since: u64,
    /// Names the scripts that keep pages live.
    pub(super) client: Arc<str>,
}

impl Listener {
    /// All that the page needs to become what `now` is, as JSON. The page comes as a whole: its browser
    /// alone can tell what of it has changed, because nobody else parses HTML as it does.
    fn message(&mut self, now: &Current) -> Value {
        let found = page(&now.output, &self.at).map(|(path, bytes)| (path, digest(bytes), bytes));
        let news = found.filter(|(_, digest, _)| *digest != self.have);
        let page = news.map(|(path, digest, bytes)| {
            self.have.clone_from(&digest);
            json!({ "path": path, "digest": digest, "html": String::from_utf8_lossy(bytes) })
        });
        let files = now.changed_since(std::mem::replace(&mut self.since, now.build));
        json!({
            "client": &*self.client,
            "build": now.build,
            "problems": &*now.problems,
            "files": files,
            "baking": &*now.baking,
            "page": page,
        })
    }
}

type Next = dyn Future<Output = Option<(Bytes, Listener, Receiver<Current>)>> + Send;

/// A response's body that tells a page of each new state, beginning with the current one, so that
/// nothing is lost between a page's load and its connection. It goes with its connection.
pub(super) struct Events {
    next: Pin<Box<Next>>,
}

impl Events {
    pub(super) fn new(listener: Listener, mut current: Receiver<Current>) -> Self {
        current.mark_changed();
        Self { next: Box::pin(next(listener, current)) }
    }
}

impl Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next_state = ready!(self.next.as_mut().poll(context));
        Poll::Ready(next_state.map(|(text, listener, current)| {
            self.next = Box::pin(next(listener, current));
            Ok(Frame::data(text))
        }))
    }
}

async fn next(
    mut listener: Listener,
    mut current: Receiver<Current>,
) -> Option<(Bytes, Listener, Receiver<Current>)> {
    current.changed().await.ok()?;
    // JSON, because an event's data is lines.
    let now = current.borrow_and_update().clone();
    let text = format!("data: {}\n\n", listener.message(&now));
    Some((Bytes::from(text), listener, current))
}
