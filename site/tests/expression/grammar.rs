//! Random expressions, and the names that they use.

use prebake::expression::{Environment, Figure, Value};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;
use std::collections::BTreeMap;

/// States, constants and a figure, with the values that catch conversions.
pub(crate) fn environment() -> Environment {
    let object = |json: serde_json::Value| match Value::from(&json) {
        Value::Object(members) => members,
        other => panic!("{other:?}"),
    };
    let mut states: Vec<BTreeMap<String, Value>> = (1..=8_u32)
        .map(|k| {
            let psnr = 20.125 + f64::from(k) * 1.37;
            object(json!({ "k": k, "psnr_db": psnr, "bits per pixel": k.ilog2(), "note": null }))
        })
        .collect();
    states[7].insert("psnr_db".to_owned(), f64::INFINITY.into());
    Environment {
        states: BTreeMap::from([
            ("k".to_owned(), 3.0.into()),
            ("x".to_owned(), (-0.5).into()),
            ("dark".to_owned(), true.into()),
            ("word".to_owned(), "héllo 😀".into()),
        ]),
        constants: object(json!({
            "title": "Tom </script> & \"Jerry\" \u{2028}`${k}`\n",
            "sizes": [1, 2.5, -4, "8", null],
            "page": { "width": 640, "my-key": -7, "deep": { "er": [10, 20, 30] }, "__proto__": 5 },
        })),
        figures: BTreeMap::from([(
            "dog".to_owned(),
            Figure {
                control: "k".to_owned(),
                states,
                fields: object(json!({ "width": 400, "height": 300 })),
            },
        )]),
    }
}

/// Source text, put together without regard to precedence. `exact` leaves out the functions that
/// engines may round differently.
pub(crate) fn expression(exact: bool) -> impl Strategy<Value = String> {
    leaf().prop_recursive(5, 40, 4, move |inner| {
        let pair = (inner.clone(), inner.clone());
        let operator = select(
            &[
                "+", "-", "*", "/", "%", "<", "<=", ">", ">=", "===", "!==", "&&", "||", "??", " + ",
                " - ",
            ][..],
        );
        let functions: &[&str] = if exact {
            &["abs", "ceil", "floor", "round", "sign", "sqrt", "trunc"]
        } else {
            &["cbrt", "exp", "log", "log10", "log2", "sin", "cos", "tan", "atan", "tanh", "expm1"]
        };
        prop_oneof![
            8 => (inner.clone(), operator, inner.clone()).prop_map(|(a, op, b)| format!("{a}{op}{b}")),
            3 => inner.clone().prop_map(|a| format!("({a})")),
            2 => (select(&["-", "+", "!", "- ", "!!"][..]), inner.clone())
                .prop_map(|(sign, a)| format!("{sign}{a}")),
            2 => (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("{a} ? {b} : {c}")),
            2 => (select(functions), inner.clone()).prop_map(|(name, a)| format!("Math.{name}({a})")),
            1 => (select(&["max", "min"][..]), pair)
                .prop_map(|(name, (a, b))| format!("Math.{name}({a}, {b})")),
            1 => (inner.clone(), 0..6_u8).prop_map(|(a, digits)| format!("({a}).toFixed({digits})")),
            1 => inner.clone().prop_map(|a| format!("`<${{{a}}}\\n`")),
            1 => inner.clone().prop_map(|a| format!("[{a}, 7][{}]", a.len() % 3)),
            1 => inner.clone().prop_map(|a| format!("{{ a: {a} }}.a")),
            1 => inner.clone().prop_map(|a| format!("({{ 'b c': {a} }})['b c']")),
            1 => inner.clone().prop_map(|a| format!("word[{a}]?.length")),
            1 => inner.clone().prop_map(|a| format!("dog.at({a}).psnr_db")),
            1 => inner.clone().prop_map(|a| format!("dog.states[{a}].k")),
            1 => inner.clone().prop_map(|a| format!("({a}).toString().length")),
            // Powers of small integers, which no engine gets wrong.
            1 => (inner, 0..3_u8, 0..3_u8)
                .prop_map(|(a, b, c)| format!("(({a}) > 1 ? 2 : -3) ** {b} ** {c}")),
        ]
    })
}

fn leaf() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(&["k", "x", "dark", "word", "title", "sizes[1]", "sizes[3]", "page.width"][..])
            .prop_map(str::to_owned),
        2 => select(&[
            "page['my-key']", "page.deep.er[2]", "page.none", "page.none?.more.still", "sizes.length",
            "dog.width", "dog.states.length", "dog.at(k).psnr_db", "dog.states[k]['bits per pixel']",
            "dog.at(8).psnr_db", "sizes[k - 1]", "word.length", "word[1]",
        ][..]).prop_map(str::to_owned),
        3 => (-40..40_i32).prop_map(|n| n.to_string()),
        2 => any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(|n| format!("{n:e}")),
        2 => (0..100_000_u32, 0..6_i32).prop_map(|(n, e)| (f64::from(n) / 10_f64.powi(e)).to_string()),
        2 => select(&[
            "0", "-0", "1e21", "1e-7", "0.1", "2.5", "1.005", "0xff", "0b101", "1_000", ".5", "5.", "1e400",
            "NaN", "Infinity", "undefined", "null", "true", "false", "Math.PI", "9007199254740993",
        ][..]).prop_map(str::to_owned),
        2 => select(&[
            "''", "'abc'", "\"12\"", "' 0x1F '", "'-Infinity'", "'1e3'", "'</script>'", "'\\u{1F600}'",
            "`a b`", "'\\x41\\t\\u2028'", "'é'", "'Z'", "'1_0'", "'\u{feff}7'",
        ][..]).prop_map(str::to_owned),
    ]
}
