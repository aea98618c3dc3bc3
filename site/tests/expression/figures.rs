//! How expressions reach into figures.

use crate::grammar::environment;
use prebake::expression::{Expression, Value};
use std::collections::BTreeMap;

fn parse(text: &str) -> Expression {
    Expression::parse(text).unwrap()
}

#[test]
fn states_are_found_by_value_and_by_index() {
    let shown = |text| parse(text).shown(&environment()).unwrap();
    assert_eq!(shown("dog.at(k).k"), "3");
    assert_eq!(shown("dog.states[k].k"), "4");
    assert_eq!(shown("dog.states[0]['bits per pixel']"), "0");
    assert_eq!(shown("dog.states.length"), "8");
    assert_eq!(shown("dog.width + 'x' + dog['height']"), "400x300");
    assert_eq!(shown("dog.at(dog.at(2).k + 1).k"), "3");
}

#[test]
fn a_state_hides_a_figure_of_its_name() {
    let mut environment = environment();
    environment.states.insert("dog".to_owned(), "rex".into());
    assert_eq!(parse("dog.length").shown(&environment).as_deref(), Ok("3"));
    assert!(parse("dog").figure_uses(&environment).is_empty());
}

#[test]
fn only_what_is_used_is_named() {
    let environment = environment();
    let uses = parse("dog.at(dog.states[k].k).psnr_db + dog.width").figure_uses(&environment);
    let dog = &uses["dog"];
    assert_eq!(dog.columns.iter().collect::<Vec<_>>(), ["k", "psnr_db"]);
    assert_eq!(dog.fields.iter().collect::<Vec<_>>(), ["width"]);
    assert!(dog.by_control && dog.by_index && !dog.count);
    let mut all = dog.clone();
    for used in parse("dog.states.length * dog.height").figure_uses(&environment).into_values() {
        all.merge(used);
    }
    assert!(all.count && all.columns.len() == 2 && all.fields.len() == 2);
    assert!(parse("k + title").figure_uses(&environment).is_empty());
}

#[test]
fn every_state_that_a_reader_can_reach_is_tried() {
    let environment = environment();
    let numbers = |last: u32| (1..=last).map(|k| f64::from(k).into()).collect::<Vec<Value>>();
    let over = |text: &str, domains: &[(&str, Vec<Value>)]| -> Vec<String> {
        let domains: BTreeMap<String, Vec<Value>> =
            domains.iter().map(|(name, values)| ((*name).to_owned(), values.clone())).collect();
        let mistakes = parse(text).check_over(&environment, &domains);
        mistakes.into_iter().map(|mistake| mistake.message).collect()
    };
    assert_eq!(over("dog.at(k).psnr_db", &[("k", numbers(8))]), [""; 0]);
    assert_eq!(
        over("dog.at(k).psnr_db", &[("k", numbers(64)), ("x", numbers(64))]),
        ["`dog` has no state where `k` is 9, where `k` is 9"]
    );
    // Two mistakes, each in a state of its own.
    assert_eq!(
        over("k === 5 ? page.none.a : k === 6 ? null : k", &[("k", numbers(8))]),
        ["undefined has no members, and so no `a`, where `k` is 5", "this is null, where `k` is 6"]
    );
    // A combination that no state alone would show.
    assert_eq!(
        over("k + x === 16 ? null : 1", &[("k", numbers(8)), ("x", numbers(8))]),
        ["this is null, where `k` is 8 and `x` is 8"]
    );
    // Too many to combine: each alone, beside the values that the others have.
    assert_eq!(
        over("x > 4999 ? null : k", &[("k", numbers(5_000)), ("x", numbers(5_000))]),
        ["this is null, where `x` is 5000"]
    );
    assert_eq!(over("undefined", &[]), ["this is undefined"]);
}
