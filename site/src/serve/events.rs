//! The stream of server-sent events that keeps open pages in step
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use super::Current;
use hyper::body::{Body, Bytes, Frame};
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::sync::watch::Receiver;

type Next = dyn Future<Output = Option<(Bytes, Receiver<Current>)>> + Send;

/// A response's body that tells of each new state, beginning with the current one, so that nothing
/// is lost between a page's load and its connection. It goes with its connection.
pub(super) struct Events {
    next: Pin<Box<Next>>,
}

impl Events {
    pub(super) fn new(mut current: Receiver<Current>) -> Self {
        current.mark_changed();
        Self { next: Box::pin(next(current)) }
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
        Poll::Ready(next_state.map(|(text, current)| {
            self.next = Box::pin(next(current));
            Ok(Frame::data(text))
        }))
    }
}

async fn next(mut current: Receiver<Current>) -> Option<(Bytes, Receiver<Current>)> {
    current.changed().await.ok()?;
    let text = {
        let now = current.borrow_and_update();
        // JSON, because an event's data is lines.
        let problems = serde_json::Value::from(&*now.problems);
        let revision = &now.revision;
        format!("event: problems\ndata: {problems}\n\nevent: revision\ndata: {revision}\n\n")
    };
    Some((Bytes::from(text), current))
}
