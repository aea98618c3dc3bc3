//! What the build makes of an expression is what Chromium makes of it: of the author's text, and of
//! the JavaScript that is printed for the page.

#[path = "../expression/grammar.rs"]
mod grammar;

use grammar::environment;
use prebake::expression::{Environment, Expression, Naming, Value};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::json;
use xtask::browser::Browser;

/// Shows what `String` does not: of which type a value is, and the sign of 0.
const SHOW: &str = "value => typeof value + ' ' + (Object.is(value, -0) ? '-0' : String(value))";

/// As [`SHOW`]; `None` of values that expressions do not show.
fn show(value: &Value) -> Option<String> {
    let kind = match value {
        Value::Undefined => "undefined",
        Value::Bool(_) => "boolean",
        Value::Text(_) => "string",
        Value::Number(number) if *number == 0.0 && number.is_sign_negative() => {
            return Some("number -0".to_owned());
        }
        Value::Number(_) => "number",
        Value::Null => "object",
        Value::Array(_) | Value::Object(_) => return None,
    };
    Some(format!("{kind} {value}"))
}

/// A JavaScript expression for the value.
fn script(value: &Value) -> String {
    match value {
        Value::Text(text) => json!(text).to_string(),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(script).collect::<Vec<_>>().join(","))
        }
        Value::Object(members) => {
            let members =
                members.iter().map(|(name, value)| format!("[{}]: {}", json!(name), script(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

/// `names`, an object with all that expressions of the environment may name.
fn names(environment: &Environment) -> String {
    let mut members = Vec::new();
    for (name, value) in environment.states.iter().chain(&environment.constants) {
        members.push(format!("{name}: {}", script(value)));
    }
    for (name, figure) in &environment.figures {
        let states: Vec<String> =
            figure.states.iter().cloned().map(|it| script(&Value::Object(it))).collect();
        let (states, fields) = (states.join(","), script(&Value::Object(figure.fields.clone())));
        let control = &figure.control;
        members.push(format!(
            "{name}: {{ ...{fields}, states: [{states}], \
             at(x) {{ return this.states.find(state => state.{control} === x); }} }}"
        ));
    }
    format!("{{ {} }}", members.join(","))
}

/// Texts from the grammar, of which each has a value: with the JavaScript printed for them.
fn evaluated(exact: bool, count: usize) -> Vec<(String, String, Value)> {
    let environment = environment();
    let naming =
        Naming { state: &|name| format!("names.{name}"), figure: &|name| format!("names.{name}") };
    let strategy = grammar::expression(exact);
    let mut runner = TestRunner::default();
    let mut found = Vec::new();
    // Much of what the grammar gives is a mistake by design: figures out of their domain, `NaN` in
    // text.
    for _ in 0..count * 20 {
        let text = strategy.new_tree(&mut runner).unwrap().current();
        let Ok(expression) = Expression::parse(&text) else { continue };
        let Ok(value) = expression.evaluate(&environment) else { continue };
        let printed = expression.to_javascript(&environment, &naming);
        found.push((text, printed, value));
        if found.len() == count {
            return found;
        }
    }
    panic!("{} of {count} expressions have a value", found.len());
}

/// What the page makes of each: of the text by `Function`, of what was printed in a script.
fn in_chromium(
    cases: &[(String, String, Value)],
    show: &str,
) -> Vec<(serde_json::Value, serde_json::Value)> {
    let names = names(&environment());
    let texts: Vec<&str> = cases.iter().map(|(text, ..)| text.as_str()).collect();
    let printed: Vec<String> =
        cases.iter().map(|(_, printed, _)| format!("() => {printed}")).collect();
    let script = format!(
        "(() => {{
            const names = {names};
            const show = {show};
            const attempt = thunk => {{ try {{ return show(thunk()); }} catch (e) {{ return 'threw ' + e; }} }};
            const texts = {};
            const written = texts.map(text =>
                attempt(() => Function(...Object.keys(names), '\"use strict\"; return (' + text + '\\n)')
                    (...Object.values(names))));
            const printed = [{}].map(attempt);
            return {{ written, printed }};
        }})()",
        json!(texts),
        printed.join(",\n"),
    );
    let browser = Browser::launch().unwrap();
    let page = browser.page().unwrap();
    let result = page.evaluate(&script).unwrap();
    let side = |name: &str| result[name].as_array().unwrap().clone();
    side("written").into_iter().zip(side("printed")).collect()
}

#[test]
fn expressions_have_the_same_value_in_chromium() {
    let cases = evaluated(true, 4_000);
    let mut compared = 0;
    for ((text, printed, value), (in_text, in_print)) in cases.iter().zip(in_chromium(&cases, SHOW))
    {
        let Some(expected) = show(value) else { continue };
        assert_eq!(in_text, json!(expected), "{text}");
        assert_eq!(in_print, json!(expected), "{text}, printed {printed}");
        compared += 1;
    }
    assert!(compared > 3_900, "{compared}");
}

/// Engines may round the transcendental functions as they like; they agree to the last digits. What
/// is computed from such a number may differ wildly (a comparison, a remainder), so that each is
/// looked at by itself.
#[test]
fn transcendental_functions_agree_to_the_last_digits() {
    let arguments = [
        "0",
        "-0",
        "1",
        "-1",
        "0.5",
        "-0.5",
        "2",
        "3",
        "10",
        "1000",
        "1e-9",
        "0.1",
        "-7.25",
        "64",
        "1e300",
        "-1e300",
        "Infinity",
        "-Infinity",
        "NaN",
        "Math.PI",
        "709.5",
        "-745.1",
        "0.999999",
    ];
    let functions = [
        "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "cos", "cosh", "exp", "expm1",
        "log", "log10", "log1p", "log2", "sin", "sinh", "tan", "tanh",
    ];
    let mut texts = Vec::new();
    for x in arguments {
        texts.extend(functions.iter().map(|function| format!("Math.{function}({x})")));
        for y in arguments {
            texts.push(format!("({x}) ** {y}"));
            texts.push(format!("Math.pow({x}, {y})"));
            texts.push(format!("Math.atan2({x}, {y})"));
            texts.push(format!("Math.hypot({x}, {y}, 3)"));
        }
    }
    let environment = environment();
    let naming = Naming { state: &str::to_owned, figure: &str::to_owned };
    let cases: Vec<(String, String, Value)> = texts
        .into_iter()
        .map(|text| {
            let expression = Expression::parse(&text).unwrap();
            let printed = expression.to_javascript(&environment, &naming);
            let value = expression.evaluate(&environment).unwrap();
            (text, printed, value)
        })
        .collect();
    for ((text, _, value), (in_text, in_print)) in cases.iter().zip(in_chromium(&cases, "String")) {
        let Value::Number(ours) = *value else { panic!("{text}: {value}") };
        let theirs: f64 = in_text.as_str().unwrap().parse().unwrap();
        assert_eq!(in_text, in_print, "{text}");
        let agree = ours == theirs
            || (ours.is_nan() && theirs.is_nan())
            || (ours - theirs).abs() <= 4.0 * f64::EPSILON * ours.abs();
        assert!(agree, "{text}: {ours} at build, {theirs} in Chromium");
    }
}
