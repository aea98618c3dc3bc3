//! What a page fetched and what it complained about, kept from its events.

use super::connection::Event;
use serde_json::Value;
use std::collections::HashMap;

/// A data: URL holds its whole content; this much of it tells which one it is.
const SHOWN_OF_DATA: usize = 64;

/// One request of a page, or of a worker of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// The full URL, a data: URL cut short.
    pub url: String,
    /// The HTTP status; 0 where there was no answer (yet).
    pub status: u16,
    /// What it was for, in the protocol's words: `Document`, `Stylesheet`, `Image`, `Script`,
    /// `Fetch`, `Preload`, `Other`, …
    pub kind: String,
    /// Bytes that came over the wire, the response's head included; 0 from a cache.
    pub encoded_bytes: u64,
    /// Bytes of the response's body as it came over the wire (compressed, where it was); 0 from a
    /// cache.
    pub body_bytes: u64,
    /// Whether a cache answered, so that nothing went over the wire.
    pub from_cache: bool,
    /// Whether the URL is a data: URL, which is no request to anyone.
    pub data: bool,
    /// Why it failed; empty where it did not.
    pub failure: String,
}

/// How grave a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// `console.warn`, or a warning of the browser's own.
    Warning,
    /// `console.error`, an uncaught exception, a refused or failed resource.
    Error,
}

/// One complaint in the page's console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// How grave it is.
    pub level: Level,
    /// `console`, `exception`, or the browser's own word: `security`, `network`, …
    pub source: String,
    /// The text.
    pub text: String,
    /// The script or resource concerned; empty where it is not known.
    pub url: String,
}

#[derive(Default)]
pub(super) struct Journal {
    pub(super) requests: Vec<Request>,
    pub(super) console: Vec<Message>,
    /// Where the request of an id stands in `requests`, and the bytes of its response's head.
    open: HashMap<String, (usize, u64)>,
}

impl Journal {
    pub(super) fn absorb(&mut self, event: &Event) {
        let params = &event.params;
        match event.method.as_str() {
            "Network.requestWillBeSent" => self.sent(params),
            "Network.responseReceived" => {
                self.at(params, |request, head| {
                    *head = answered(request, &params["response"]);
                });
            }
            "Network.requestServedFromCache" => {
                self.at(params, |request, _| request.from_cache = true);
            }
            "Network.loadingFinished" => self.at(params, |request, head| {
                if !request.from_cache && !request.data {
                    request.encoded_bytes = whole(&params["encodedDataLength"]);
                    request.body_bytes = request.encoded_bytes.saturating_sub(*head);
                }
            }),
            "Network.loadingFailed" => self.at(params, |request, _| {
                request.failure = text(&params["errorText"]);
            }),
            "Runtime.consoleAPICalled" => self.called(params),
            "Runtime.exceptionThrown" => self.console.push(Message {
                level: Level::Error,
                source: "exception".into(),
                text: exception(&params["exceptionDetails"]),
                url: text(&params["exceptionDetails"]["url"]),
            }),
            "Log.entryAdded" => self.logged(&params["entry"]),
            _ => {}
        }
    }

    fn sent(&mut self, params: &Value) {
        // A redirect goes on under the same id.
        let redirect = &params["redirectResponse"];
        if redirect.is_object() {
            self.at(params, |request, _| {
                answered(request, redirect);
                request.encoded_bytes = whole(&redirect["encodedDataLength"]);
            });
        }
        let mut url = text(&params["request"]["url"]);
        let data = url.starts_with("data:");
        if data && let Some((end, _)) = url.char_indices().nth(SHOWN_OF_DATA) {
            url.truncate(end);
            url.push('…');
        }
        self.open.insert(text(&params["requestId"]), (self.requests.len(), 0));
        let kind = text(&params["type"]);
        let method = text(&params["request"]["method"]);
        self.requests.push(Request { method, url, kind, data, ..Request::default() });
    }

    fn at(&mut self, params: &Value, change: impl FnOnce(&mut Request, &mut u64)) {
        let id = params["requestId"].as_str().unwrap_or_default();
        if let Some((index, head)) = self.open.get_mut(id)
            && let Some(request) = self.requests.get_mut(*index)
        {
            change(request, head);
        }
    }

    fn called(&mut self, params: &Value) {
        let level = match params["type"].as_str() {
            Some("error" | "assert") => Level::Error,
            Some("warning") => Level::Warning,
            _ => return,
        };
        let words = params["args"].as_array().map(Vec::as_slice).unwrap_or_default();
        let text_of = |value: &Value| match &value["value"] {
            Value::String(text) => text.clone(),
            Value::Null => text(&value["description"]),
            other => other.to_string(),
        };
        self.console.push(Message {
            level,
            source: "console".into(),
            text: words.iter().map(text_of).collect::<Vec<_>>().join(" "),
            url: text(&params["stackTrace"]["callFrames"][0]["url"]),
        });
    }

    fn logged(&mut self, entry: &Value) {
        let level = match entry["level"].as_str() {
            Some("error") => Level::Error,
            Some("warning") => Level::Warning,
            _ => return,
        };
        self.console.push(Message {
            level,
            source: text(&entry["source"]),
            text: text(&entry["text"]),
            url: text(&entry["url"]),
        });
    }
}

/// Notes a response and gives the bytes of its head.
fn answered(request: &mut Request, response: &Value) -> u64 {
    request.status =
        response["status"].as_u64().and_then(|status| status.try_into().ok()).unwrap_or_default();
    let cached = ["fromDiskCache", "fromPrefetchCache", "fromServiceWorker"];
    request.from_cache |= cached.iter().any(|field| response[*field] == true);
    whole(&response["encodedDataLength"])
}

/// The words of an `exceptionDetails` object.
pub(super) fn exception(details: &Value) -> String {
    let thrown = &details["exception"];
    let described = thrown["description"].as_str().or_else(|| thrown["value"].as_str());
    described.or_else(|| details["text"].as_str()).unwrap_or("an exception").to_owned()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A count of bytes; the protocol's numbers are floats, and -1 stands for "not known".
fn whole(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_f64().map(|number| number as u64)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Event, Journal, Level, Request};
    use serde_json::{Value, json};

    fn journal(events: &[(&str, Value)]) -> Journal {
        let mut journal = Journal::default();
        for (method, params) in events {
            journal.absorb(&Event { method: (*method).to_owned(), params: params.clone() });
        }
        journal
    }

    #[test]
    fn a_redirect_is_two_requests() {
        let journal = journal(&[
            (
                "Network.requestWillBeSent",
                json!({ "requestId": "1", "type": "Document", "request": { "url": "http://h/a" } }),
            ),
            (
                "Network.requestWillBeSent",
                json!({
                    "requestId": "1", "type": "Document", "request": { "url": "http://h/a/" },
                    "redirectResponse": { "status": 301, "encodedDataLength": 90 },
                }),
            ),
            (
                "Network.responseReceived",
                json!({ "requestId": "1", "response": { "status": 200, "encodedDataLength": 80 } }),
            ),
            ("Network.loadingFinished", json!({ "requestId": "1", "encodedDataLength": 180.0 })),
        ]);
        let document = |url: &str, status, encoded_bytes, body_bytes| Request {
            url: url.into(),
            status,
            kind: "Document".into(),
            encoded_bytes,
            body_bytes,
            ..Request::default()
        };
        let wanted = [document("http://h/a", 301, 90, 0), document("http://h/a/", 200, 180, 100)];
        assert_eq!(journal.requests, wanted);
    }

    #[test]
    fn a_data_url_is_cut_short_and_costs_nothing() {
        let url = format!("data:image/svg+xml,{}", "é".repeat(1000));
        let journal = journal(&[
            ("Network.requestWillBeSent", json!({ "requestId": "1", "request": { "url": url } })),
            ("Network.loadingFinished", json!({ "requestId": "1", "encodedDataLength": 1000 })),
        ]);
        let request = &journal.requests[0];
        assert!(request.data && request.url.chars().count() == 65, "{request:?}");
        assert_eq!(request.encoded_bytes, 0);
    }

    #[test]
    fn only_complaints_are_kept() {
        let argument = |value: Value| json!({ "type": "x", "value": value });
        let journal = journal(&[
            ("Runtime.consoleAPICalled", json!({ "type": "log", "args": [argument(json!("a"))] })),
            (
                "Runtime.consoleAPICalled",
                json!({ "type": "warning", "args": [argument(json!("b")), argument(json!(2))] }),
            ),
            ("Log.entryAdded", json!({ "entry": { "level": "verbose", "text": "c" } })),
        ]);
        assert_eq!(journal.console.len(), 1);
        assert_eq!(journal.console[0].level, Level::Warning);
        assert_eq!(journal.console[0].text, "b 2");
    }
}
