//! The wire: JSON messages over a WebSocket, each reply awaited with a deadline.

use crate::{Context, Error, Result};
use serde_json::{Value, json};
use std::io;
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Message, WebSocket};

/// Connecting and writing happen on the loopback interface: seconds are plenty.
const CONNECT: Duration = Duration::from_secs(10);
/// A full-page screenshot is tens of megabytes in base64.
const LARGEST_MESSAGE: usize = 1 << 30;

/// Something that the browser tells without having been asked.
pub(super) struct Event {
    pub(super) method: String,
    pub(super) params: Value,
}

/// A connection to the browser or to one of its pages.
pub(super) struct Connection {
    socket: WebSocket<TcpStream>,
    last_id: u64,
    /// Events in the order of their arrival, until someone takes them.
    pub(super) events: Vec<Event>,
}

impl Connection {
    /// Connects to `ws://HOST:PORT/…`.
    pub(super) fn open(url: &str) -> Result<Self> {
        let cannot = || format!("cannot reach the browser at {url}");
        let host = url.strip_prefix("ws://").and_then(|rest| rest.split('/').next());
        let address = host.and_then(|host| host.parse().ok()).context(cannot())?;
        let stream = TcpStream::connect_timeout(&address, CONNECT).context(cannot())?;
        stream.set_nodelay(true).context(cannot())?;
        stream.set_read_timeout(Some(CONNECT)).context(cannot())?;
        stream.set_write_timeout(Some(CONNECT)).context(cannot())?;
        let config = WebSocketConfig::default()
            .max_message_size(Some(LARGEST_MESSAGE))
            .max_frame_size(Some(LARGEST_MESSAGE));
        let (socket, _) =
            tungstenite::client::client_with_config(url, stream, Some(config)).context(cannot())?;
        Ok(Self { socket, last_id: 0, events: Vec::new() })
    }

    /// Calls a method and gives its result; events that arrive meanwhile are kept.
    pub(super) fn call(&mut self, method: &str, params: Value, wait: Duration) -> Result<Value> {
        let deadline = Instant::now() + wait;
        let id = self.send(method, params)?;
        while let Some(mut message) = self.read(deadline)? {
            if message["id"] != id {
                continue;
            }
            if let Some(error) = message.get("error") {
                let words = error["message"].as_str().unwrap_or("no reason given");
                let data = error["data"].as_str().map(|data| format!(" ({data})"));
                return Err(Error::new(format!("{method}: {words}{}", data.unwrap_or_default())));
            }
            return Ok(message["result"].take());
        }
        Err(Error::new(format!("{method}: no answer within {wait:?}")))
    }

    /// Keeps the events of the time until `deadline`, or until `enough` of the latest one.
    pub(super) fn listen(
        &mut self,
        deadline: Instant,
        mut enough: impl FnMut(&Event) -> bool,
    ) -> Result<bool> {
        loop {
            let known = self.events.len();
            let open = self.read(deadline)?.is_some();
            if self.events[known..].iter().any(&mut enough) {
                return Ok(true);
            }
            if !open {
                return Ok(false);
            }
        }
    }

    fn send(&mut self, method: &str, params: Value) -> Result<u64> {
        self.last_id += 1;
        let message = json!({ "id": self.last_id, "method": method, "params": params });
        self.socket.send(Message::text(message.to_string())).context(method)?;
        Ok(self.last_id)
    }

    /// Calls a method of a worker's session, whatever it answers.
    fn send_to(&mut self, session: &Value, method: &str) -> Result<()> {
        self.last_id += 1;
        let message = json!({ "id": self.last_id, "method": method, "sessionId": session });
        self.socket.send(Message::text(message.to_string())).context(method)
    }

    /// The next message, `None` at the deadline. An event goes to `events` as well.
    fn read(&mut self, deadline: Instant) -> Result<Option<Value>> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            self.socket.get_ref().set_read_timeout(Some(left)).context("cannot set a deadline")?;
            let text = match self.socket.read() {
                Ok(Message::Text(text)) => text,
                Ok(_) => continue,
                Err(tungstenite::Error::Io(error))
                    if matches!(
                        error.kind(),
                        io::ErrorKind::WouldBlock
                            | io::ErrorKind::TimedOut
                            | io::ErrorKind::Interrupted
                    ) =>
                {
                    continue;
                }
                Err(error) => return Err(Error::new(format!("the browser went away: {error}"))),
            };
            let message: Value = serde_json::from_str(&text).context("not the protocol's JSON")?;
            self.note(&message)?;
            return Ok(Some(message));
        }
    }

    fn note(&mut self, message: &Value) -> Result<()> {
        let Some(method) = message["method"].as_str() else { return Ok(()) };
        match method {
            "Inspector.targetCrashed" => return Err(Error::new("the page crashed")),
            // `alert()` would stop the page for good.
            "Page.javascriptDialogOpening" => {
                self.send("Page.handleJavaScriptDialog", json!({ "accept": true }))?;
            }
            // A worker waits for this before its first line, so that nothing that it fetches or
            // complains of is missed.
            "Target.attachedToTarget" => {
                let session = &message["params"]["sessionId"];
                for method in
                    ["Network.enable", "Runtime.enable", "Runtime.runIfWaitingForDebugger"]
                {
                    self.send_to(session, method)?;
                }
            }
            _ => {}
        }
        self.events.push(Event { method: method.to_owned(), params: message["params"].clone() });
        Ok(())
    }
}
