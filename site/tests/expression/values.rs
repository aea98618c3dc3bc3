//! Values that the specification of the language gives.

use crate::grammar::environment;
use prebake::expression::{Expression, Value};

/// `String(value)`, or the mistake's code.
fn value(text: &str) -> String {
    let parsed = Expression::parse(text).unwrap_or_else(|mistakes| panic!("{text}: {mistakes:?}"));
    match parsed.evaluate(&environment()) {
        Ok(value) => value.to_string(),
        Err(mistake) => format!("!{}", mistake.code),
    }
}

#[test]
fn values_are_those_of_the_language() {
    for (text, expected) in [
        ("1 + 2 * 3 ** 2 ** 0", "7"),
        ("(1 + 2) * 3", "9"),
        ("7 - 4 - 2", "1"),
        ("-7 % 3", "-1"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("1e21", "1e+21"),
        ("123456789012345680000", "123456789012345680000"),
        ("1e-7", "1e-7"),
        ("0.000001", "0.000001"),
        ("5e-324", "5e-324"),
        ("-0", "0"),
        ("1 / -0", "-Infinity"),
        ("0 / 0", "NaN"),
        ("1 ** Infinity", "NaN"),
        ("NaN ** 0", "1"),
        ("'5' * '2'", "10"),
        ("'5' + 2", "52"),
        ("1 + 2 + '3'", "33"),
        ("+''", "0"),
        ("+' 12 '", "12"),
        ("+'1_0'", "NaN"),
        ("+'0x1f'", "31"),
        ("+'-0x1f'", "NaN"),
        ("+'inf'", "NaN"),
        ("+'.'", "NaN"),
        ("+'5.'", "5"),
        ("+'0x20000000000001'", "9007199254740992"),
        ("+'0x20000000000003'", "9007199254740996"),
        ("+'0x100000000000000000000000000000001'", "3.402823669209385e+38"),
        ("null + 1", "1"),
        ("undefined + 1", "NaN"),
        ("true + true", "2"),
        ("'b' > 'a'", "true"),
        // By UTF-16 units the surrogates come first.
        ("'\\u{ff5e}' > '😀'", "true"),
        ("'10' < '9'", "true"),
        ("'10' < 9", "false"),
        ("NaN === NaN", "false"),
        ("0 === -0", "true"),
        ("null === undefined", "false"),
        ("'1' === 1", "false"),
        ("[] === 1", "false"),
        ("0 || 'none'", "none"),
        ("0 ?? 'none'", "0"),
        ("null ?? 'none'", "none"),
        ("'' && 1", ""),
        ("!'' && !NaN && !null && ![] === false", "true"),
        ("k > 2 ? 'many' : 'few'", "many"),
        ("Math.round(-2.5)", "-2"),
        ("Math.round(2.5)", "3"),
        ("1 / Math.round(-0.2)", "-Infinity"),
        ("Math.round(0.49999999999999994)", "0"),
        ("Math.round(4503599627370497)", "4503599627370497"),
        ("1 / Math.min(0, -0)", "-Infinity"),
        ("1 / Math.max(-0, 0)", "Infinity"),
        ("Math.max(1, NaN)", "NaN"),
        ("Math.hypot(NaN, 1, Infinity)", "Infinity"),
        ("Math.hypot(3, 4)", "5"),
        ("Math.hypot(-3)", "3"),
        ("Math.sign(-3)", "-1"),
        ("Math.log2(8)", "3"),
        ("Math.log10(1000)", "3"),
        ("(1.005).toFixed(2)", "1.00"),
        ("(2.5).toFixed(0)", "3"),
        ("(-2.5).toFixed(0)", "-3"),
        ("(0.000001).toFixed(7)", "0.0000010"),
        ("(1.45).toFixed(1)", "1.4"),
        ("(8.345).toFixed(2)", "8.35"),
        ("(1e21).toFixed(2)", "1e+21"),
        ("(-0).toFixed(1)", "0.0"),
        ("(-0.04).toFixed(1)", "-0.0"),
        ("Infinity.toFixed(1)", "Infinity"),
        ("(3.7).toFixed()", "4"),
        ("(3.75).toFixed(1.9)", "3.8"),
        ("'héllo 😀'.length", "8"),
        ("'abc'[1]", "b"),
        ("'abc'['1']", "b"),
        ("'abc'[3]", "undefined"),
        ("[1, [2, null], 'x']", "1,2,,x"),
        ("({ a: 1 })", "[object Object]"),
        ("({ a: 1, 'b c': 2, 3: 4, k }).k", "3"),
        ("`${k} of ${dog.states.length}`", "3 of 8"),
        ("sizes[0.5]", "!unknown-member"),
        ("page.none?.more.still", "undefined"),
        ("page.none?.[k / 0].more", "undefined"),
        ("(page.none?.more)?.toFixed(1) ?? 'none'", "none"),
        ("(page.none?.more).still", "!unknown-member"),
        ("sizes[9].length", "!unknown-member"),
        ("page.constructor", "!unknown-member"),
        ("page['toString']", "!unknown-member"),
        ("sizes.map", "!unknown-member"),
        ("word[6]", "!unknown-member"),
        ("(5).toFixed(101)", "!out-of-range"),
        ("(5).toFixed(-1)", "!out-of-range"),
        ("'5'.toFixed(1)", "!unknown-member"),
        ("sizes + 1", "!not-a-number"),
        ("sizes + ''", "!not-shown"),
        ("sizes === sizes", "!not-comparable"),
        ("`${undefined}`", "!not-shown"),
        ("'' + NaN", "!not-shown"),
        ("nobody", "!unknown-name"),
        ("Infinity + /* a comment */ 1 // and another", "Infinity"),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn what_is_shown_is_a_string_a_number_or_a_boolean() {
    let shown = |text| Expression::parse(text).unwrap().shown(&environment());
    assert_eq!(shown("dog.at(k).psnr_db.toFixed(1)").as_deref(), Ok("24.2"));
    assert_eq!(shown("dog.at(8).psnr_db").as_deref(), Ok("Infinity"));
    assert_eq!(shown("dark").as_deref(), Ok("true"));
    for text in ["NaN", "undefined", "null", "[1]", "({})", "page.none", "dog.at(1).note"] {
        let mistake = shown(text).unwrap_err();
        assert_eq!((mistake.code, mistake.range), ("not-shown", 0..text.len()), "{text}");
    }
}

#[test]
fn names_come_with_their_places() {
    let expression = Expression::parse("é + k * Math.PI - [k, undefined][NaN]").unwrap();
    let names: Vec<(&str, usize)> =
        expression.names().iter().map(|name| (name.text, name.range.start)).collect();
    assert_eq!(names, [("é", 0), ("k", 5), ("k", 20)]);
    assert!(expression.is_live(&environment()));
    assert!(!Expression::parse("page.width").unwrap().is_live(&environment()));
}

#[test]
fn json_becomes_values() {
    let json = serde_json::json!({ "a": [1, -2.5, "x", null, true] });
    assert_eq!(
        Value::from(&json),
        Value::Object(
            [(
                "a".to_owned(),
                Value::Array(vec![1.0.into(), (-2.5).into(), "x".into(), Value::Null, true.into()])
            )]
            .into()
        )
    );
}
