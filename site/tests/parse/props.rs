//! Literals in props, and props against the schema of their component.

use crate::support::{KNOWN, source};
use prebake::diagnostic::render;
use prebake::parse::{self, Node, Tag};
use prebake_plugin::schemars::{self, JsonSchema};
use serde_json::{Value, json};

fn tag(text: &str) -> Tag {
    let (article, diagnostics) = parse::article(&source(text), &KNOWN);
    assert_eq!(render(&diagnostics, false, 100), "", "{text}");
    match article.body.into_iter().next() {
        Some(Node::Component(tag)) => tag,
        other => panic!("{other:?} in {text}"),
    }
}

#[test]
fn literals_mean_what_they_mean_in_javascript() {
    let check = |literal: &str, expect: Value| {
        assert_eq!(tag(&format!("<Figure a={literal} />")).props["a"], expect, "{literal}");
    };
    for (literal, expect) in [
        ("{0}", json!(0)),
        ("{-0}", json!(0)),
        ("{+1}", json!(1)),
        ("{- 2}", json!(-2)),
        ("{1_000}", json!(1000)),
        ("{1.0}", json!(1)),
        ("{1e3}", json!(1000)),
        ("{.5}", json!(0.5)),
        ("{5.}", json!(5)),
        ("{2.5e-3}", json!(0.0025)),
        ("{0xFF}", json!(255)),
        ("{0b10_1}", json!(5)),
        ("{0o17}", json!(15)),
        ("{-0x10}", json!(-16)),
        ("{9007199254740993}", json!(9_007_199_254_740_992_i64)),
        ("{1e300}", json!(1e300)),
        ("{true}", json!(true)),
        ("{false}", json!(false)),
        ("{null}", json!(null)),
        (
            r#"{"a\n\t\x41\u0042\u{1F600}\
b"}"#,
            json!("a\n\tAB😀b"),
        ),
        (r"{'\uD83D\uDE00\0\'\q'}", json!("😀\0'q")),
        ("{`a\r\nb $x \\${c}`}", json!("a\nb $x ${c}")),
        ("{ /* } */ [ 1, [ ], {}, ] // ]\n }", json!([1, [], {}])),
        (
            "{{a: 1, 'b c': [2], \"d\": {e: `}`}, 3: 4,}}",
            json!({"a": 1, "b c": [2], "d": {"e": "}"}, "3": 4}),
        ),
        (
            "\"a &amp; b &#39;&#x27;&lt;&gt;&quot;&apos; &nbsp; & &#0;\"",
            json!("a & b ''<>\"' &nbsp; & \u{FFFD}"),
        ),
        ("'a \"b\" {c}\n\nd'", json!("a \"b\" {c}\n\nd")),
        ("''", json!("")),
    ] {
        check(literal, expect);
    }
    assert_eq!(tag("<Figure a/>").props["a"], json!(true));
    assert_eq!(
        tag("<Figure a b-c = \"d\"/>").props,
        *json!({"a": true, "b-c": "d"}).as_object().unwrap()
    );
}

/// Props of the kinds that components have.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Props {
    src: String,
    #[serde(default)]
    selected: u32,
    #[serde(default)]
    ks: Option<Ks>,
    space: Option<Space>,
    #[schemars(range(min = 1, max = 100))]
    width: Option<u16>,
    scale: Option<f64>,
    live: Option<bool>,
    nested: Option<Nested>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Ks {
    Range(String),
    List(Vec<u16>),
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
enum Space {
    /// As monitors have it.
    Srgb,
    /// As eyes have it.
    Oklab,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Nested {
    a: i8,
    b: Option<String>,
}

fn check(text: &str) -> String {
    let tag = tag(text);
    let schema = schemars::schema_for!(Props);
    render(&parse::props::check(&tag, schema.as_value(), &source(text)), false, 110)
}

#[test]
fn props_that_fit_are_silent() {
    for text in [
        "<Figure src=\"a\"/>",
        "<Figure src=\"a\" selected={3} ks=\"1..64\" space=\"oklab\" width={100} scale={0.5} live/>",
        "<Figure src=\"a\" ks={[1, 2, 4]} scale={2} nested={{a: -1, b: null}} live={false}/>",
        "<Figure src=\"a\" ks={null} space={null} nested={null}/>",
    ] {
        assert_eq!(check(text), "", "{text}");
    }
}

#[test]
fn props_that_do_not_fit() {
    insta::assert_snapshot!(check(
        "<Figure\n  selcted={1}\n  zzz\n  ks={true}\n  space=\"oklap\"\n  width={0}\n  scale=\"0.5\"\n  live=\"true\"\n  nested={{a: 300, c: 1}}\n/>"
    ));
    insta::assert_snapshot!(check(
        "<Figure\n  src={1}\n  selected={-1}\n  ks={[1, \"x\"]}\n  space={2}\n  width={1.5}\n  nested={{b: \"x\"}}\n/>"
    ));
}

#[test]
fn schemas_of_any_shape_are_taken() {
    let tag = tag("<Figure a={{b: {b: {b: 1}}}} c={[1, 2, 3]}/>");
    let check = |schema: Value| {
        let found = parse::props::check(&tag, &schema, &source("<Figure/>"));
        found.into_iter().map(|mistake| mistake.code).collect::<Vec<_>>()
    };
    // A schema that means itself, one that means nothing, one that takes everything.
    assert!(check(json!({"$ref": "#"})).contains(&"unknown-prop".to_owned()));
    assert_eq!(check(json!(true)), ["unknown-prop", "unknown-prop"]);
    assert_eq!(check(json!({"additionalProperties": true})), Vec::<String>::new());
    let recursive = json!({
        "properties": {
            "a": {"$ref": "#/$defs/a"},
            "c": {"type": "array", "prefixItems": [{"const": 1}], "items": {"minimum": 2}, "maxItems": 3}
        },
        "$defs": {"a": {"type": ["object", "integer"], "properties": {"b": {"$ref": "#/$defs/a"}}}}
    });
    assert_eq!(check(recursive), Vec::<String>::new());
}
