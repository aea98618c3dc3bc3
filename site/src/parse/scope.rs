//! The names that an article gives to values and components.

use super::mistake::Mistake;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::ops::Range;

/// What `{name}` and `<Name/>` may mean in one article.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    /// Front-matter values, and over them the script's `let` and `const`.
    pub(crate) values: Map<String, Value>,
    /// Names that imports bind: to a component's name, or to `None` where the import itself was
    /// found wrong.
    pub(crate) imports: BTreeMap<String, Option<String>>,
}

impl Scope {
    /// The value of `{name}`.
    pub(crate) fn look_up(&self, name: &str, range: &Range<usize>) -> Result<Value, Mistake> {
        if let Some(value) = self.values.get(name) {
            return Ok(value.clone());
        }
        let mistake =
            Mistake::new("unknown-name", format!("no value is called `{name}`"), range.clone());
        Err(match nearest(name, self.values.keys().map(String::as_str)) {
            Some(near) => mistake.hint(format!("did you mean `{near}`?")),
            None => mistake.hint(format!(
                "give it in the front matter, or write `const {name} = …` in the `<script>`"
            )),
        })
    }
}

/// The one of `names` that `wrong` was probably meant to be. Looks at the first 256 names of at
/// most 64 bytes, so that no input makes it slow.
pub(crate) fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if wrong.len() > 64 {
        return None;
    }
    let length = wrong.chars().count();
    // A case that differs is no slip at all.
    let lower = wrong.to_lowercase();
    names
        .take(256)
        .filter(|name| name.len() <= 64)
        .map(|name| (strsim::osa_distance(&lower, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= (length / 3).max(1) && *distance < length)
        .min()
        .map(|(_, name)| name)
}
