//! The values that a reader can bring a state to.

use crate::expression::Value;
use prebake_plugin::Domain;

/// What all controls together allow. A control that does not say lets every value pass.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Reach {
    domains: Vec<Domain>,
    open: bool,
}

/// The most values of a range that are looked at one by one.
const MOST: f64 = 10_000.0;

impl Reach {
    pub(super) fn add(&mut self, domain: Option<Domain>) {
        match domain {
            Some(domain) if self.domains.contains(&domain) => {}
            Some(domain) => self.domains.push(domain),
            None => self.open = true,
        }
    }

    /// Every value, as far as they are known.
    pub(super) fn values(&self) -> Vec<Value> {
        let mut numbers: Vec<f64> = self.domains.iter().flat_map(listed).collect();
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        numbers.into_iter().map(Value::Number).collect()
    }

    /// A JavaScript function that knows whether a value of the type of `initial` may be taken from
    /// the page's address.
    pub(super) fn test(&self, initial: &Value) -> String {
        match initial {
            Value::Number(_) if self.open || self.domains.is_empty() => "isFinite".to_owned(),
            Value::Number(_) => {
                let tests: Vec<String> = self.domains.iter().map(test).collect();
                format!("v=>{}", tests.join("||"))
            }
            Value::Bool(_) => "v=>v===!!v".to_owned(),
            _ => "()=>true".to_owned(),
        }
    }
}

fn listed(domain: &Domain) -> Vec<f64> {
    match domain {
        Domain::Values(values) => values.clone(),
        &Domain::Range { min, max, step } => {
            let steps = ((max - min) / step + 1e-6).floor().clamp(0.0, MOST);
            // A step of 0.1 is no binary number: the browser's slider counts in decimals.
            let decimals = decimals(step).max(decimals(min));
            let value = |i: u32| {
                let value = min + f64::from(i) * step;
                format!("{value:.decimals$}").parse().unwrap_or(value)
            };
            (0..=steps as u32).map(value).collect()
        }
    }
}

fn decimals(number: f64) -> usize {
    number.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len().min(12))
}

/// A JavaScript expression over `v`.
fn test(domain: &Domain) -> String {
    let values = listed(domain);
    let number = |value: f64| Value::Number(value).to_string();
    let whole = values.iter().all(|value| value.fract() == 0.0);
    match (&values[..], whole) {
        ([first, .., last], true) if last - first + 1.0 == values.len() as f64 => {
            format!("v>={}&&v<={}&&v%1===0", number(*first), number(*last))
        }
        (values, _) => {
            let values: Vec<String> = values.iter().map(|value| number(*value)).collect();
            format!("[{}].includes(v)", values.join(","))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Reach;
    use crate::expression::Value;
    use prebake_plugin::Domain;

    #[test]
    fn is_what_any_control_allows() {
        let mut reach = Reach::default();
        reach.add(Some(Domain::Range { min: 1.0, max: 4.0, step: 1.0 }));
        reach.add(Some(Domain::Values(vec![2.0, 8.0])));
        reach.add(Some(Domain::Values(vec![2.0, 8.0])));
        let values = reach.values();
        assert_eq!(values, [1.0, 2.0, 3.0, 4.0, 8.0].map(Value::Number));
        let initial = Value::Number(1.0);
        assert_eq!(reach.test(&initial), "v=>v>=1&&v<=4&&v%1===0||[2,8].includes(v)");
        reach.add(None);
        assert_eq!(reach.test(&initial), "isFinite");
    }

    #[test]
    fn steps_are_decimal() {
        let mut reach = Reach::default();
        reach.add(Some(Domain::Range { min: 0.1, max: 0.5, step: 0.1 }));
        assert_eq!(reach.values(), [0.1, 0.2, 0.3, 0.4, 0.5].map(Value::Number));
    }
}
