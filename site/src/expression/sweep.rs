//! Looking at an expression in every state that a reader can reach.

use super::evaluate::Evaluation;
use super::operate::text_of;
use super::tree::Node;
use super::{Environment, Mistake, Value};
use std::collections::{BTreeMap, BTreeSet};

/// How many combinations of states are tried. Beyond, each state is tried alone.
const MOST: usize = 4_096;

pub(super) fn check(
    root: &Node,
    environment: &Environment,
    domains: &BTreeMap<String, Vec<Value>>,
) -> Vec<Mistake> {
    let mut used = BTreeSet::new();
    root.each_name(&mut |name, _| {
        used.insert(name);
    });
    let used: Vec<(&str, Vec<&Value>)> = used
        .into_iter()
        .filter(|name| environment.states.contains_key(*name))
        .filter_map(|name| Some((name, spread(domains.get(name)?))))
        .filter(|(_, values)| !values.is_empty())
        .collect();
    let mut sweep = Sweep { root, environment, mistakes: Vec::new(), seen: BTreeSet::new() };
    let mut states = environment.states.clone();
    let product = used.iter().try_fold(1_usize, |product, (_, values)| {
        product.checked_mul(values.len()).filter(|product| *product <= MOST)
    });
    if product.is_some() {
        sweep.every(&used, &mut states, &used);
    } else {
        for one in &used {
            sweep.every(std::slice::from_ref(one), &mut states, std::slice::from_ref(one));
            states.clone_from(&environment.states);
        }
    }
    sweep.mistakes
}

/// At most [`MOST`] of the values, evenly spread, both ends among them.
fn spread(values: &[Value]) -> Vec<&Value> {
    if values.len() <= MOST {
        return values.iter().collect();
    }
    let last = values.len() - 1;
    // Wide enough for every length.
    (0..MOST).map(|at| &values[(at as u128 * last as u128 / (MOST as u128 - 1)) as usize]).collect()
}

struct Sweep<'a> {
    root: &'a Node,
    environment: &'a Environment,
    mistakes: Vec<Mistake>,
    /// One mistake is told once, for the first states that bring it.
    seen: BTreeSet<(&'static str, usize, usize)>,
}

impl Sweep<'_> {
    /// Tries every combination of what is `left`, in order; `varied` is all that changes.
    fn every(
        &mut self,
        left: &[(&str, Vec<&Value>)],
        states: &mut BTreeMap<String, Value>,
        varied: &[(&str, Vec<&Value>)],
    ) {
        let Some(((name, values), rest)) = left.split_first() else {
            self.one(states, varied);
            return;
        };
        for value in values {
            states.insert((*name).to_owned(), (*value).clone());
            self.every(rest, states, varied);
        }
    }

    fn one(&mut self, states: &BTreeMap<String, Value>, varied: &[(&str, Vec<&Value>)]) {
        let evaluation = Evaluation { environment: self.environment, states };
        let shown = evaluation.value(self.root).and_then(|value| text_of(&value, &self.root.range));
        let Err(mut mistake) = shown else { return };
        if !self.seen.insert((mistake.code, mistake.range.start, mistake.range.end)) {
            return;
        }
        let place: Vec<String> = varied
            .iter()
            .filter_map(|(name, _)| Some(format!("`{name}` is {}", states.get(*name)?)))
            .collect();
        if !place.is_empty() {
            mistake.message = format!("{}, where {}", mistake.message, place.join(" and "));
        }
        self.mistakes.push(mistake);
    }
}
