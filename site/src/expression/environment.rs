//! What names in an expression mean.

use super::{Mistake, Value};
use prebake_plugin::nearest;
use std::collections::BTreeMap;
use std::ops::Range;

/// What names mean: a state before a constant, and a constant before a figure of the same name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Environment {
    /// What the reader changes, each with the value that it has now.
    pub states: BTreeMap<String, Value>,
    /// What stays as it is.
    pub constants: BTreeMap<String, Value>,
    /// The figures of the page that have a name.
    pub figures: BTreeMap<String, Figure>,
}

/// The numbers of a figure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// The name of its control: `k`. Each state has the control's value under this name.
    pub control: String,
    /// What belongs to each state of its control: `k`, `psnr_db`.
    pub states: Vec<BTreeMap<String, Value>>,
    /// What belongs to the figure as a whole: `width`, `height`.
    pub fields: BTreeMap<String, Value>,
}

impl Environment {
    /// The figure of that name, where nothing else has it.
    pub(super) fn figure(&self, name: &str) -> Option<&Figure> {
        if self.states.contains_key(name) || self.constants.contains_key(name) {
            return None;
        }
        self.figures.get(name)
    }

    pub(super) fn unknown(&self, name: &str, range: &Range<usize>) -> Mistake {
        let mistake =
            Mistake::new("unknown-name", format!("nothing is called `{name}` here"), range);
        let known = self.states.keys().chain(self.constants.keys()).chain(self.figures.keys());
        match nearest(name, known.map(String::as_str)) {
            Some(near) => mistake.hint(format!("did you mean `{near}`?")),
            None => mistake.hint(format!(
                "declare it in the `<script>`: `let {name} = …`, or name a figure `id=\"{name}\"`"
            )),
        }
    }
}

impl Figure {
    /// The state whose control has `value`.
    pub(super) fn at(&self, value: &Value) -> Option<&BTreeMap<String, Value>> {
        self.states.iter().find(|state| {
            state.get(&self.control).is_some_and(|control| control.strictly_equals(value))
        })
    }

    /// Whether any state has a value of that name.
    pub(super) fn has_column(&self, name: &str) -> bool {
        self.states.iter().any(|state| state.contains_key(name))
    }

    /// The names of what any state has, sorted.
    pub(super) fn columns(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.states.iter().flat_map(|state| state.keys().map(String::as_str)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The values of its control, in words: `1 to 64`, `2, 4, 8`.
    pub(super) fn domain(&self) -> String {
        let values: Vec<&Value> =
            self.states.iter().filter_map(|state| state.get(&self.control)).collect();
        let steps_by_one = values.windows(2).all(|pair| match pair {
            [Value::Number(one), Value::Number(two)] => *two - *one == 1.0,
            _ => false,
        });
        match values[..] {
            [] => "nothing".to_owned(),
            [first, .., last] if steps_by_one && values.len() > 3 => format!("{first} to {last}"),
            [.., last] if values.len() > 12 => {
                let shown: Vec<String> = values[..8].iter().map(ToString::to_string).collect();
                format!("{}, …, {last}", shown.join(", "))
            }
            _ => values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        }
    }
}
