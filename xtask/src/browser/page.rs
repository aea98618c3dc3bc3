//! A page: going somewhere, asking it things, seeing it.

use super::connection::{Connection, Event};
use super::journal::{self, Journal, Message, Request};
use super::layout;
use crate::{Context, Error, Result};
use base64::Engine;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

/// Long enough for a page on a busy machine, short enough to learn that it hangs.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks at a condition.
const PAUSE: Duration = Duration::from_millis(20);

/// One page of a [`Browser`](super::Browser), 1280 by 800 CSS pixels until told otherwise.
///
/// It closes when it is dropped.
pub struct Page {
    session: RefCell<Session>,
    patience: Cell<Duration>,
    scripts: Cell<bool>,
}

struct Session {
    connection: Connection,
    journal: Journal,
    /// The loads, by the protocol's loader id, that have come to their end.
    loaded: Vec<String>,
}

impl Session {
    fn absorb(&mut self) {
        for event in self.connection.events.drain(..) {
            self.journal.absorb(&event);
            if let Some(loader) = load_of(&event) {
                self.loaded.push(loader.to_owned());
            }
        }
    }
}

/// The loader id of a `load` event.
fn load_of(event: &Event) -> Option<&str> {
    let ended = event.method == "Page.lifecycleEvent" && event.params["name"] == "load";
    ended.then(|| event.params["loaderId"].as_str())?
}

impl Page {
    pub(super) fn open(connection: Connection) -> Result<Self> {
        let session = Session { connection, journal: Journal::default(), loaded: Vec::new() };
        let page = Self {
            session: RefCell::new(session),
            patience: Cell::new(PATIENCE),
            scripts: Cell::new(true),
        };
        for domain in ["Page", "Network", "Runtime", "Log", "Inspector"] {
            page.call(&format!("{domain}.enable"), json!({}))?;
        }
        // Workers are looked after, too: what they fetch and complain of is the page's.
        let workers =
            json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
        page.call("Target.setAutoAttach", workers)?;
        page.call("Page.setLifecycleEventsEnabled", json!({ "enabled": true }))?;
        page.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": layout::OBSERVER }))?;
        page.set_viewport(1280, 800, 1.0, false)?;
        Ok(page)
    }

    /// Gives loads and evaluations this long from now on; 30 seconds otherwise.
    pub fn set_timeout(&self, timeout: Duration) {
        self.patience.set(timeout);
    }

    /// Calls a method of the protocol, for what has no name of its own here.
    ///
    /// # Errors
    /// The browser refuses it, does not answer in time, or went away.
    pub fn call(&self, method: &str, params: Value) -> Result<Value> {
        let mut session = self.session.borrow_mut();
        let result = session.connection.call(method, params, self.patience.get());
        session.absorb();
        result
    }

    pub(super) fn runs_scripts(&self) -> bool {
        self.scripts.get()
    }

    /// Runs no script of the pages that are opened from now on. [`Page::evaluate`] still works, but
    /// no timer and no frame calls back.
    ///
    /// # Errors
    /// The browser went away.
    pub fn disable_javascript(&self) -> Result<()> {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }))?;
        self.scripts.set(false);
        Ok(())
    }

    /// Goes to `url` and waits for the page's load event.
    ///
    /// # Errors
    /// Nothing answers there, or the page has not loaded in time.
    pub fn goto(&self, url: &str) -> Result<()> {
        let deadline = Instant::now() + self.patience.get();
        let navigation = self.call("Page.navigate", json!({ "url": url }))?;
        if let Some(reason) = navigation["errorText"].as_str().filter(|text| !text.is_empty()) {
            return Err(Error::new(format!("cannot go to {url}: {reason}")));
        }
        // Going to another fragment of the same page loads nothing.
        let Some(loader) = navigation["loaderId"].as_str() else { return Ok(()) };
        let mut session = self.session.borrow_mut();
        if session.loaded.iter().any(|known| known == loader) {
            return Ok(());
        }
        let ended = |event: &Event| load_of(event) == Some(loader);
        let loaded = session.connection.listen(deadline, ended);
        session.absorb();
        if loaded? {
            return Ok(());
        }
        Err(Error::new(format!("{url} has not loaded within {:?}", self.patience.get())))
    }

    /// The value of a JavaScript expression, a promise awaited, as JSON.
    ///
    /// `undefined` gives null; what JSON has no word for (`NaN`, `-0`, `12n`) gives that word as a
    /// string. The page's Content-Security-Policy does not stand in the way.
    ///
    /// # Errors
    /// It throws: the message is the exception's text. It does not end in time.
    pub fn evaluate(&self, expression: &str) -> Result<Value> {
        let params = json!({
            "expression": expression,
            "awaitPromise": true,
            "returnByValue": true,
            "userGesture": true,
        });
        let mut answer = self.call("Runtime.evaluate", params)?;
        if let Some(details) = answer.get("exceptionDetails") {
            return Err(Error::new(journal::exception(details)));
        }
        let result = &mut answer["result"];
        Ok(match result["unserializableValue"].take() {
            Value::Null => result["value"].take(),
            word => word,
        })
    }

    /// Waits until a JavaScript expression is truthy. While it throws it counts as false.
    ///
    /// # Errors
    /// It has not become so within `timeout`: the message tells what it was, and what the console
    /// says.
    pub fn wait_for(&self, condition: &str, timeout: Duration) -> Result<()> {
        let deadline = Instant::now() + timeout;
        let truthy = format!("(async () => Boolean(await ({condition})))()");
        loop {
            let seen = self.evaluate(&truthy);
            if seen == Ok(Value::Bool(true)) {
                return Ok(());
            }
            if Instant::now() >= deadline {
                let seen = seen.map_or_else(|error| error.to_string(), |value| value.to_string());
                let console = self.console()?;
                let message = format!("`{condition}` is not so after {timeout:?}: {seen}");
                return Err(Error::new(if console.is_empty() {
                    message
                } else {
                    format!("{message}; the console says {console:?}")
                }));
            }
            self.pause(PAUSE)?;
        }
    }

    /// Lets time pass, reading what the browser tells meanwhile.
    ///
    /// # Errors
    /// The browser went away.
    pub fn pause(&self, time: Duration) -> Result<()> {
        let mut session = self.session.borrow_mut();
        let listened = session.connection.listen(Instant::now() + time, |_| false);
        session.absorb();
        listened.map(|_| ())
    }

    /// What was fetched since the page was opened, in order.
    ///
    /// # Errors
    /// The browser went away.
    pub fn requests(&self) -> Result<Vec<Request>> {
        self.catch_up()?;
        Ok(self.session.borrow().journal.requests.clone())
    }

    /// Every warning and error since the page was opened: `console.error` and its kin, uncaught
    /// exceptions, refusals of the Content-Security-Policy, resources that failed.
    ///
    /// # Errors
    /// The browser went away.
    pub fn console(&self) -> Result<Vec<Message>> {
        self.catch_up()?;
        Ok(self.session.borrow().journal.console.clone())
    }

    /// Events come in order: after this answer, all that happened before has been told.
    fn catch_up(&self) -> Result<()> {
        self.evaluate("0").map(|_| ())
    }

    /// A PNG of the viewport, or of the page from top to bottom.
    ///
    /// # Errors
    /// The browser could not paint it in time.
    pub fn screenshot(&self, full_page: bool) -> Result<Vec<u8>> {
        let mut params = json!({ "format": "png" });
        if full_page {
            let metrics = self.call("Page.getLayoutMetrics", json!({}))?;
            let size = &metrics["cssContentSize"];
            params["captureBeyondViewport"] = true.into();
            params["clip"] = json!({
                "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1,
            });
        }
        let answer = self.call("Page.captureScreenshot", params)?;
        let data = answer["data"].as_str().context("the screenshot is empty")?;
        base64::engine::general_purpose::STANDARD.decode(data).context("the screenshot is broken")
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.patience.set(Duration::from_secs(2));
        self.call("Page.close", json!({})).ok();
    }
}
