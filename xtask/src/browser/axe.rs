//! Accessibility, by the rules of axe-core (<https://github.com/dequelabs/axe-core>).

use super::Page;
use crate::{Context, Result, npm_package};
use serde_json::Value;
use std::fs;

/// A rule that the page breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule, such as `color-contrast`.
    pub id: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// What is wrong, in a sentence.
    pub help: String,
    /// The HTML of each element concerned.
    pub nodes: Vec<String>,
}

/// Every rule of axe-core that the page breaks as it stands; empty is what one wants.
///
/// The script is evaluated by the browser's tools, over which the page's Content-Security-Policy
/// has no say, so the policy stays as the page has it.
///
/// # Errors
/// axe-core is not installed, or fails, or the browser went away.
pub fn axe(page: &Page) -> Result<Vec<Violation>> {
    let path = npm_package("axe-core")?.join("axe.min.js");
    let source = fs::read_to_string(&path).context(format!("cannot read {}", path.display()))?;
    page.evaluate(&format!("{source}\n;void 0"))?;
    let found = page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
            violations.map(({ id, impact, help, nodes }) =>
                ({ id, impact, help, nodes: nodes.map((node) => node.html) })))",
    )?;
    let found = found.as_array().context("axe-core gave no list")?;
    Ok(found.iter().map(violation).collect())
}

fn violation(value: &Value) -> Violation {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let nodes = value["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
    Violation {
        id: text(&value["id"]),
        impact: text(&value["impact"]),
        help: text(&value["help"]),
        nodes: nodes.iter().map(text).collect(),
    }
}
