//! The names that an article gives to values and components.

use super::Names;
use super::mistake::Mistake;
use crate::expression::Environment;
use prebake_plugin::nearest;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What `{name}` and `<Name/>` may mean in one article.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    /// Front-matter values, and over them the script's `let` and `const`.
    pub(crate) values: Map<String, Value>,
    /// Those of the values that a reader may change, and where they are declared.
    pub(crate) states: BTreeMap<String, Range<usize>>,
    /// Names that imports bind: to a component's name, or to `None` where the import itself was
    /// found wrong.
    pub(crate) imports: BTreeMap<String, Option<String>>,
    /// Where the script declares each value and import.
    pub(crate) declared: BTreeMap<String, Range<usize>>,
    /// The names that something asks for.
    pub(crate) used: RefCell<BTreeSet<String>>,
}

impl Scope {
    /// The value of `{name}`.
    pub(crate) fn look_up(&self, name: &str, range: &Range<usize>) -> Result<Value, Mistake> {
        self.used.borrow_mut().insert(name.to_owned());
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

impl Scope {
    /// The initial value of the state that `bind:` names.
    pub(crate) fn state(&self, name: &str, range: &Range<usize>) -> Result<Value, Mistake> {
        self.used.borrow_mut().insert(name.to_owned());
        match self.values.get(name) {
            Some(value) if self.states.contains_key(name) => Ok(value.clone()),
            Some(value) => {
                let mistake = Mistake::new(
                    "invalid-bind",
                    format!("`{name}` is a constant, and only a state can be bound"),
                    range.clone(),
                );
                Err(mistake.hint(if value.is_array() || value.is_object() || value.is_null() {
                    "a state is a number, a string or a boolean".to_owned()
                } else {
                    format!("declare it with `let {name} = {value}` in the `<script>`")
                }))
            }
            None => {
                let message = format!("no state is called `{name}`");
                let mistake = Mistake::new("unknown-name", message, range.clone());
                Err(match nearest(name, self.states.keys().map(String::as_str)) {
                    Some(near) => mistake.hint(format!("did you mean `{near}`?")),
                    None => mistake.hint(format!("write `let {name} = …` in the `<script>`")),
                })
            }
        }
    }

    /// Its values, states and constants apart.
    pub(crate) fn into_names(self) -> Names {
        let is_state = |(name, _): &(String, Value)| self.states.contains_key(name);
        let (states, constants) = self.values.into_iter().partition(is_state);
        Names { states, constants, declared: self.declared, used: self.used.into_inner() }
    }

    /// What expressions mean before any figure is known.
    pub(crate) fn environment(&self) -> Environment {
        let constants =
            self.values.iter().map(|(name, value)| (name.clone(), value.into())).collect();
        Environment { constants, ..Environment::default() }
    }
}
