//! Where things are, and whether they jumped.

use super::Page;
use crate::{Context, Error, Result};
use serde_json::{Value, json};

/// Runs before the page's own scripts. Entries say what moved, while it can still be named.
pub(super) const OBSERVER: &str = r"(() => {
    const shifts = [];
    const name = (node) => {
        if (!node) return 'something removed';
        const element = node.nodeType === 1 ? node : node.parentElement;
        if (!element) return node.nodeName;
        const classes = [...element.classList].map((one) => '.' + one).join('');
        return element.localName + (element.id && '#' + element.id) + classes;
    };
    const note = (entries) => {
        for (const { value, hadRecentInput, sources } of entries) {
            const moved = sources.map((source) => name(source.node));
            shifts.push({ value, hadRecentInput, moved });
        }
    };
    const observer = new PerformanceObserver((list) => note(list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: true });
    Object.defineProperty(globalThis, '__layoutShifts', {
        value: () => {
            note(observer.takeRecords());
            return shifts;
        },
    });
})()";

/// One jump of the page's content (the Layout Instability specification).
#[derive(Debug, Clone, PartialEq)]
pub struct LayoutShift {
    /// Its score: the share of the viewport that moved, times how far.
    pub value: f64,
    /// Whether it followed an input within half a second, so that it would not count for readers.
    pub after_input: bool,
    /// The elements that moved, as `name#id.class`.
    pub moved: Vec<String>,
}

/// A box in CSS pixels, from the viewport's upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Page {
    /// Every jump of the content since the document began; empty is what one wants.
    ///
    /// # Errors
    /// Scripts are off, so that the browser reports to nobody, or the browser went away.
    pub fn layout_shift(&self) -> Result<Vec<LayoutShift>> {
        if !self.runs_scripts() {
            return Err(Error::new("nothing watches the layout of a page without scripts"));
        }
        // Shifts are reported with the next frame.
        self.evaluate(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
        )?;
        match self.evaluate("__layoutShifts()")? {
            Value::Array(shifts) => Ok(shifts.iter().map(shift).collect()),
            other => Err(Error::new(format!("layout shifts are no list: {other}"))),
        }
    }

    /// The box of the first element that matches a CSS selector.
    ///
    /// # Errors
    /// Nothing matches, or the selector is none.
    pub fn rect(&self, selector: &str) -> Result<Rect> {
        let found = self.evaluate(&format!(
            "document.querySelector({})?.getBoundingClientRect().toJSON() ?? null",
            json!(selector)
        ))?;
        let side = |name: &str| found[name].as_f64().context(format!("`{selector}` is not there"));
        Ok(Rect { x: side("x")?, y: side("y")?, width: side("width")?, height: side("height")? })
    }
}

fn shift(entry: &Value) -> LayoutShift {
    let moved = entry["moved"].as_array().map(Vec::as_slice).unwrap_or_default();
    LayoutShift {
        value: entry["value"].as_f64().unwrap_or_default(),
        after_input: entry["hadRecentInput"] == true,
        moved: moved.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
    }
}
