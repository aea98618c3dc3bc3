//! What an author can write on the tag.

use prebake_plugin::schemars::{self, JsonSchema};
use prebake_plugin::{Problem, check_id};
use serde::Deserialize;

/// The most values that a reader can drag to.
const MOST: f64 = 10_000.0;

/// The most decimals of a step.
const DECIMALS: usize = 6;

/// The attributes of `<Scrub>`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars")]
pub struct Props {
    /// The number shown first; without it, `min`. The prop to bind.
    pub value: Option<f64>,
    /// The least value.
    #[serde(default)]
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// The distance between values.
    #[serde(default = "one")]
    pub step: f64,
    /// What the number is, for readers who cannot see the sentence around it.
    pub label: Option<String>,
    /// The `id` of the element, for links to it.
    pub id: Option<String>,
    #[serde(skip)]
    range: Range,
}

fn one() -> f64 {
    1.0
}

/// The values, checked.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Range {
    pub(crate) value: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) step: f64,
}

impl Props {
    /// The range that [`Props::resolve`] found; empty before it.
    pub(crate) fn range(&self) -> Range {
        self.range
    }

    pub(crate) fn label(&self) -> &str {
        self.label.as_deref().unwrap_or("Number")
    }

    pub(crate) fn resolve(mut self) -> Result<Self, Problem> {
        let Self { min, max, step, .. } = self;
        let invalid =
            |prop: &str, message: String| Problem::error("invalid-range", message).prop(prop);
        if !step.is_finite() || step <= 0.0 || decimals(step) > DECIMALS {
            let message = format!("{step} is no distance between values");
            return Err(invalid("step", message)
                .hint(format!("write a number above 0 with at most {DECIMALS} decimals")));
        }
        if !min.is_finite() || !max.is_finite() || min >= max {
            let message = format!("`max` is {max}, which is not above `min`, {min}");
            return Err(invalid("max", message));
        }
        let range = Range { value: self.value.unwrap_or(min), min, max, step };
        let steps = (max - min) / step;
        if steps > MOST - 1.0 {
            let message = format!("these are more than {MOST} values");
            return Err(invalid("step", message).hint("make `step` larger"));
        }
        if !range.holds(max) {
            let message = format!("no number of steps of {step} leads from {min} to {max}");
            return Err(invalid("max", message)
                .hint(format!("the last step before it ends at {}", min + steps.floor() * step)));
        }
        if !range.holds(range.value) {
            let message = format!(
                "{} is none of the values from {min} to {max} in steps of {step}",
                range.value
            );
            return Err(Problem::error("value-outside-domain", message).prop("value"));
        }
        if let Some(id) = &self.id {
            check_id(id)?;
        }
        self.range = range;
        Ok(self)
    }
}

impl Range {
    fn holds(&self, value: f64) -> bool {
        let steps = (value - self.min) / self.step;
        // A step of 0.1 is no binary number.
        (self.min..=self.max).contains(&value) && (steps - steps.round()).abs() < 1e-6
    }

    /// The decimals with which every value is shown.
    pub(crate) fn decimals(&self) -> usize {
        decimals(self.step).max(decimals(self.min)).min(DECIMALS)
    }

    pub(crate) fn text(&self, value: f64) -> String {
        format!("{value:.*}", self.decimals())
    }

    /// The characters of the longest value.
    pub(crate) fn widest(&self) -> usize {
        self.text(self.min).len().max(self.text(self.max).len())
    }
}

/// The decimals that a number is written with.
fn decimals(number: f64) -> usize {
    number.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len())
}

#[cfg(test)]
mod tests {
    use super::Props;
    use serde_json::{Value, json};

    fn resolved(props: Value) -> Result<Props, String> {
        let props: Props = serde_json::from_value(props).map_err(|error| error.to_string())?;
        props.resolve().map_err(|problem| problem.message)
    }

    #[test]
    fn values_lie_on_steps_from_min() {
        let range = resolved(json!({ "max": 64 })).unwrap().range();
        assert_eq!((range.value, range.text(range.value)), (0.0, "0".to_owned()));
        let tenths = resolved(json!({ "value": 0.3, "min": 0.1, "max": 1, "step": 0.1 })).unwrap();
        assert_eq!(tenths.range().text(0.3), "0.3");
        assert_eq!(resolved(json!({ "min": -10, "max": 5 })).unwrap().range().widest(), 3);
    }

    #[test]
    fn says_what_is_wrong() {
        for (props, message) in [
            (json!({ "max": 5, "step": 0 }), "0 is no distance between values"),
            (json!({ "max": 5, "step": 1e-9 }), "0.000000001 is no distance between values"),
            (json!({ "max": 0 }), "`max` is 0, which is not above `min`, 0"),
            (json!({ "max": 1e300 }), "these are more than 10000 values"),
            (json!({ "max": 5, "step": 2 }), "no number of steps of 2 leads from 0 to 5"),
            (
                json!({ "value": 2.5, "max": 5 }),
                "2.5 is none of the values from 0 to 5 in steps of 1",
            ),
            (json!({ "value": 6, "max": 5 }), "6 is none of the values from 0 to 5 in steps of 1"),
            (json!({ "max": 5, "id": "" }), "`` is no `id`"),
        ] {
            assert_eq!(resolved(props).unwrap_err(), message);
        }
        assert!(resolved(json!({})).unwrap_err().contains("max"));
    }
}
