//! What a figure says to the rest of its article.

use std::collections::BTreeMap;

/// The numbers of a figure that expressions in prose may ask for: `{dog.at(k).psnr_db.toFixed(1)}`
/// where `id="dog"` names the figure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Numbers {
    /// The column that holds the control's values, which `at` looks a value up in: `k`.
    pub control: String,
    /// A number for every state, in the order of the states: all columns are equally long.
    /// Infinity is a number.
    pub columns: BTreeMap<String, Vec<f64>>,
    /// Numbers of the figure as a whole: `width`.
    pub whole: BTreeMap<String, f64>,
}

/// The values that a control can take.
#[derive(Debug, Clone, PartialEq)]
pub enum Domain {
    /// These, rising.
    Values(Vec<f64>),
    /// From `min` to `max`, both included, in steps of `step`.
    Range {
        /// The least value.
        min: f64,
        /// The largest value.
        max: f64,
        /// The distance between neighbours, more than 0.
        step: f64,
    },
}
