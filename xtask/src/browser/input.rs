//! Keys, the mouse, a finger.

use super::Page;
use crate::{Context, Result};
use serde_json::{Value, json};

/// Steps in which a pointer is moved: enough for a page to see a drag.
const STEPS: u32 = 8;
/// The protocol's bit for the shift key.
const SHIFT: u32 = 8;

/// A place in CSS pixels, from the viewport's upper left corner.
pub type Point = (f64, f64);

/// Keys with names: the name, which is `key` and `code` of the event, and the virtual key code.
const NAMED: [(&str, u32); 14] = [
    ("ArrowDown", 40),
    ("ArrowLeft", 37),
    ("ArrowRight", 39),
    ("ArrowUp", 38),
    ("Backspace", 8),
    ("Delete", 46),
    ("End", 35),
    ("Enter", 13),
    ("Escape", 27),
    ("Home", 36),
    ("PageDown", 34),
    ("PageUp", 33),
    ("Space", 32),
    ("Tab", 9),
];

impl Page {
    /// Presses and releases a key: a name such as `ArrowRight`, `Home`, `Tab`, `Enter`, `Space`, or
    /// one letter or digit; `Shift+` before it holds the shift key.
    ///
    /// # Errors
    /// There is no such key, or the browser went away.
    pub fn key(&self, name: &str) -> Result<()> {
        let mut event = event_of(name).context(format!("there is no key named {name}"))?;
        let down = if event.get("text").is_some() { "keyDown" } else { "rawKeyDown" };
        for kind in [down, "keyUp"] {
            event["type"] = kind.into();
            self.call("Input.dispatchKeyEvent", event.clone())?;
        }
        Ok(())
    }

    /// Clicks the middle of the first element that matches a CSS selector, scrolled into view.
    ///
    /// # Errors
    /// Nothing matches, or the browser went away.
    pub fn click(&self, selector: &str) -> Result<()> {
        let middle = self.middle(selector)?;
        self.drag_mouse(middle, middle)
    }

    /// Taps the middle of the first element that matches a CSS selector, scrolled into view.
    ///
    /// # Errors
    /// Nothing matches, or the browser went away.
    pub fn tap(&self, selector: &str) -> Result<()> {
        let middle = self.middle(selector)?;
        self.drag_touch(middle, middle)
    }

    fn middle(&self, selector: &str) -> Result<Point> {
        self.evaluate(&format!(
            "document.querySelector({})?.scrollIntoView({{ block: 'nearest', behavior: 'instant' }})",
            json!(selector)
        ))?;
        let rect = self.rect(selector)?;
        Ok((rect.x + rect.width / 2.0, rect.y + rect.height / 2.0))
    }

    /// Presses the mouse's main button at `from`, moves it to `to`, and lets go.
    ///
    /// # Errors
    /// The browser went away.
    pub fn drag_mouse(&self, from: Point, to: Point) -> Result<()> {
        let send = |kind: &str, (x, y): Point, buttons: u32| {
            let button = if kind == "mouseMoved" && buttons == 0 { "none" } else { "left" };
            let params = json!({
                "type": kind, "x": x, "y": y,
                "button": button, "buttons": buttons, "clickCount": 1,
            });
            self.call("Input.dispatchMouseEvent", params)
        };
        send("mouseMoved", from, 0)?;
        send("mousePressed", from, 1)?;
        for point in between(from, to) {
            send("mouseMoved", point, 1)?;
        }
        send("mouseReleased", to, 0).map(|_| ())
    }

    /// Puts a finger down at `from`, moves it to `to`, and lifts it. The page takes touches from
    /// then on.
    ///
    /// # Errors
    /// The browser went away.
    pub fn drag_touch(&self, from: Point, to: Point) -> Result<()> {
        self.set_touch(true)?;
        let send = |kind: &str, points: &[Point]| {
            let points: Vec<Value> =
                points.iter().map(|(x, y)| json!({ "x": x, "y": y })).collect();
            let params = json!({ "type": kind, "touchPoints": points });
            self.call("Input.dispatchTouchEvent", params)
        };
        send("touchStart", &[from])?;
        for point in between(from, to) {
            send("touchMove", &[point])?;
        }
        send("touchEnd", &[]).map(|_| ())
    }
}

/// The places on the way, `to` included; none where there is no way to go.
fn between(from: Point, to: Point) -> impl Iterator<Item = Point> {
    let steps = if from == to { 0 } else { STEPS };
    (1..=steps).map(move |step| {
        let share = f64::from(step) / f64::from(STEPS);
        (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share)
    })
}

fn event_of(name: &str) -> Option<Value> {
    let (name, shift) = match name.strip_prefix("Shift+") {
        Some(rest) => (rest, true),
        None => (name, false),
    };
    let mut event = if let Some((name, number)) = NAMED.iter().find(|(known, _)| *known == name) {
        let mut event = json!({ "key": name, "code": name, "windowsVirtualKeyCode": number });
        match *name {
            "Enter" => event["text"] = "\r".into(),
            "Space" => {
                event["key"] = " ".into();
                event["text"] = " ".into();
            }
            _ => {}
        }
        event
    } else {
        let character =
            name.chars().next().filter(|one| name.len() == 1 && one.is_alphanumeric())?;
        let upper = character.to_ascii_uppercase();
        let kind = if character.is_ascii_digit() { "Digit" } else { "Key" };
        json!({
            "key": name, "text": name,
            "code": format!("{kind}{upper}"), "windowsVirtualKeyCode": u32::from(upper),
        })
    };
    event["modifiers"] = if shift { SHIFT } else { 0 }.into();
    Some(event)
}

#[cfg(test)]
mod tests {
    use super::{between, event_of};

    #[test]
    fn keys_are_known_by_name() {
        let right = event_of("ArrowRight").unwrap();
        assert_eq!((&right["code"], &right["modifiers"]), (&"ArrowRight".into(), &0.into()));
        assert_eq!(event_of("Shift+Tab").unwrap()["modifiers"], 8);
        assert_eq!(event_of("k").unwrap()["code"], "KeyK");
        assert_eq!(event_of("7").unwrap()["code"], "Digit7");
        for wrong in ["", "Arrow", "é", "ab", "Shift+"] {
            assert_eq!(event_of(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_drag_arrives() {
        let way: Vec<_> = between((0.0, 8.0), (16.0, 8.0)).collect();
        assert_eq!((way.len(), way[0], way[7]), (8, (2.0, 8.0), (16.0, 8.0)));
        assert_eq!(between((1.0, 1.0), (1.0, 1.0)).count(), 0);
    }
}
