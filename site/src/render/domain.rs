//! The values that a state can take: those of all the controls that are bound to it.

use crate::expression::Value;
use prebake_plugin::Domain;
use std::fmt::Write as _;

/// Values of a range that are looked at; of more, so many are, evenly spread.
const MOST: usize = 4_096;
/// How far from a step a value may lie that a browser computed, in steps.
const SLACK: f64 = 1e-6;

/// The domain of one control, read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Control {
    /// These values.
    Listed(Vec<f64>),
    /// A finite first and last value, and the distance between neighbours.
    Stepped { min: f64, max: f64, step: f64 },
}

impl Control {
    /// `None` where it is no domain: empty, or without end.
    pub(super) fn new(domain: Domain) -> Option<Self> {
        match domain {
            Domain::Values(values) => {
                let is_finite = values.iter().all(|value| value.is_finite());
                (is_finite && !values.is_empty()).then(|| Self::of_values(values))
            }
            Domain::Range { min, max, step } => {
                let is_finite = min.is_finite() && max.is_finite() && step.is_finite();
                (is_finite && step > 0.0 && min <= max).then_some(Self::Stepped { min, max, step })
            }
        }
    }

    /// Values that lie equally far apart are a range, which is shorter to say.
    fn of_values(values: Vec<f64>) -> Self {
        let is_whole = values.iter().all(|value| value.fract() == 0.0);
        match values[..] {
            [min, next, .., max] if is_whole && next > min => {
                let step = next - min;
                if values.windows(2).all(|pair| pair[1] - pair[0] == step) {
                    return Self::Stepped { min, max, step };
                }
                Self::Listed(values)
            }
            _ => Self::Listed(values),
        }
    }

    pub(super) fn contains(&self, value: f64) -> bool {
        match self {
            Self::Listed(values) => values.contains(&value),
            Self::Stepped { min, max, step } => {
                let steps = (value - min) / step;
                value >= *min && value <= *max && (steps - steps.round()).abs() < SLACK
            }
        }
    }

    /// Its values, both ends among them.
    pub(super) fn values(&self) -> Vec<Value> {
        match self {
            Self::Listed(values) => values.iter().map(|&value| value.into()).collect(),
            Self::Stepped { min, max, step } => {
                let last = ((max - min) / step + SLACK).floor();
                let count = (last + 1.0).min(MOST as f64);
                let stride = if count > 1.0 { last / (count - 1.0) } else { 0.0 };
                // A step of 0.1 is no double, and a browser's slider counts in decimals.
                let decimals = decimals(*min).max(decimals(*step));
                let value = |at: usize| {
                    let value = min + (at as f64 * stride).round() * step;
                    format!("{value:.decimals$}").parse().unwrap_or(value).into()
                };
                (0..count as usize).map(value).collect()
            }
        }
    }

    /// JavaScript that tells whether the number `v` is one of them.
    pub(super) fn test(&self) -> String {
        let text = |number: f64| Value::from(number).to_string();
        match self {
            Self::Listed(values) => {
                let values: Vec<String> = values.iter().map(|&value| text(value)).collect();
                format!("[{}].includes(v)", values.join(","))
            }
            Self::Stepped { min, max, step } => {
                let mut test = format!("v>={}&&v<={}", text(*min), text(*max));
                // Writing to a string cannot fail.
                let _ = if step.fract() != 0.0 || min.fract() != 0.0 {
                    // Decimal steps are no exact doubles.
                    let (min, step) = (text(*min), text(*step));
                    write!(test, "&&Math.abs(Math.abs((v- {min})/{step}%1)-.5)>.499999")
                } else if min % step == 0.0 {
                    write!(test, "&&v%{}==0", text(*step))
                } else {
                    write!(test, "&&(v- {})%{}==0", text(*min), text(*step))
                };
                test
            }
        }
    }

    /// In words, for a hint.
    pub(super) fn describe(&self) -> String {
        let text = |number: f64| Value::from(number).to_string();
        match self {
            Self::Stepped { min, max, step } if *step == 1.0 => {
                format!("{} to {}", text(*min), text(*max))
            }
            Self::Stepped { min, max, step } => {
                format!("{} to {} in steps of {}", text(*min), text(*max), text(*step))
            }
            Self::Listed(values) => {
                let shown: Vec<String> = values.iter().take(12).map(|&value| text(value)).collect();
                let more = if values.len() > shown.len() { ", …" } else { "" };
                shown.join(", ") + more
            }
        }
    }
}

fn decimals(number: f64) -> usize {
    number.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len().min(12))
}

#[cfg(test)]
mod tests {
    use super::Control;
    use crate::expression::Value;
    use prebake_plugin::Domain;

    #[test]
    fn equal_distances_are_a_range() {
        let whole = Control::new(Domain::Values(vec![1.0, 2.0, 3.0, 4.0])).unwrap();
        assert_eq!(whole.test(), "v>=1&&v<=4&&v%1==0");
        assert_eq!(whole.describe(), "1 to 4");
        let odd = Control::new(Domain::Values(vec![1.0, 3.0, 5.0])).unwrap();
        assert_eq!(odd.test(), "v>=1&&v<=5&&(v- 1)%2==0");
        let listed = Control::new(Domain::Values(vec![1.0, 2.0, 4.0])).unwrap();
        assert_eq!(listed.test(), "[1,2,4].includes(v)");
        assert!(listed.contains(4.0) && !listed.contains(3.0));
    }

    #[test]
    fn ranges_have_both_ends() {
        let tenths = Control::new(Domain::Range { min: 0.0, max: 0.3, step: 0.1 }).unwrap();
        assert_eq!(tenths.values(), [0.0, 0.1, 0.2, 0.3].map(Value::Number));
        assert!(tenths.contains(0.1 * 2.0) && !tenths.contains(0.25));
        let endless = Control::new(Domain::Range { min: 0.0, max: 1e300, step: 1e-300 });
        let values = endless.unwrap().values();
        assert!(values.len() <= 4_096, "{}", values.len());
        let wide = Control::new(Domain::Range { min: 1.0, max: 1e6, step: 1.0 }).unwrap().values();
        assert_eq!(wide.len(), 4_096);
        assert_eq!(wide.last(), Some(&Value::Number(1e6)));
    }

    #[test]
    fn what_has_no_end_is_no_domain() {
        assert_eq!(Control::new(Domain::Values(vec![])), None);
        assert_eq!(Control::new(Domain::Values(vec![f64::NAN])), None);
        for (min, max, step) in [(0.0, 1.0, 0.0), (1.0, 0.0, 1.0), (0.0, f64::INFINITY, 1.0)] {
            assert_eq!(Control::new(Domain::Range { min, max, step }), None);
        }
    }
}
