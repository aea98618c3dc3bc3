//! Every mistake that an article can hold, as a terminal shows it.

use crate::support::{KNOWN, article, show, source};
use insta::assert_snapshot;
use prebake::diagnostic::render;
use prebake::parse;

fn mistakes(text: &str) -> String {
    let source = source(text);
    let (article, diagnostics) = parse::article(&source, &KNOWN);
    // Whatever is wrong, there is an article.
    let _ = show(&article.body);
    render(&diagnostics, false, 100)
}

/// The codes alone.
fn codes(text: &str) -> Vec<String> {
    assert_eq!(show(&article(text).body), show(&article(text).body));
    parse::article(&source(text), &KNOWN).1.into_iter().map(|mistake| mistake.code).collect()
}

#[test]
fn unknown_components() {
    assert_snapshot!(mistakes("A <Figuer/> and <Vec> here.\n"));
}

#[test]
fn unfinished_tags() {
    assert_snapshot!(mistakes(
        "If a <B and c, then\n\n<Figure a={1\n\n<Figure a=\"x/>\n\n</Figure b>\n"
    ));
}

#[test]
fn unclosed_and_mismatched_tags() {
    assert_snapshot!(mistakes("<Box>\n\n- </Box>\n\n</Figure>\n\na <Box> b\n\n> <Figure>\n"));
}

#[test]
fn props() {
    assert_snapshot!(mistakes(
        "<Figure a=1 b={x} c={1 + 2} c={'a} d=\"&lt;\" d e={[1, 2} on:click={f} {...g} h={} , />\n"
    ));
}

#[test]
fn literals() {
    assert_snapshot!(mistakes(
        "<Figure a={012} b={1__0} c={0xg} d={1e999} e={'\\u12'} f={`${x}`} g={{1}} h={12px} i={1n}/>\n"
    ));
}

#[test]
fn front_matter() {
    assert_snapshot!(mistakes("---\ntitle: [a]\ndraft: maybe\ndate: {a: 1}\n---\n"));
    assert_snapshot!(mistakes("---\ntitle: a\nb: [1, 2\nc: d\n---\n"));
    assert_snapshot!(mistakes("---\ntitle: a\n"));
    assert_snapshot!(mistakes("---\ntitle: a\ntitle: b\n---\n"));
    assert_snapshot!(mistakes("---\njust text\n---\n"));
}

#[test]
fn scripts() {
    assert_snapshot!(mistakes(
        "<script>\nimport { fade } from \"svelte/transition\";\nimport Chart from \"./Figuer.svelte\";\nimport fs from \"fs\";\nlet a = b();\nfunction f() {\n  return 1;\n}\nconst c = 1; const c = 2;\n</script>\n"
    ));
}

#[test]
fn styles() {
    assert_snapshot!(mistakes(
        "<style>\nimg { width: 1px }\n} p { a: b }\n{ c: d }\n@media print { q { e: f }\n</style>\n"
    ));
}

#[test]
fn math_and_anchors() {
    assert_snapshot!(mistakes("$\\frac{1}$ and $x$\n\n## A {#a}\n\n## B {#a}\n"));
}

#[test]
fn what_styles_name_is_not_carried_along() {
    let text = "<style>\n@import \"a.css\";\np { background: url(dog.png) }\n\
                b { background: url(data:image/png;base64,AA) }\n</style>\n";
    assert_eq!(codes(text), ["invalid-css", "style-url"]);
}

#[test]
fn descriptions_of_pictures() {
    assert_snapshot!(mistakes("![a <Figure/>](b.png)\n"));
}

#[test]
fn one_run_reports_everything() {
    let text = "---\ntitle: 1\n---\n<script>\nlet x\n</script>\n<style>}</style>\n\n<Nope/>\n\n<Box a=1>\n\n$\\frac$\n";
    let found = codes(text);
    for code in [
        "invalid-front-matter",
        "unsupported-script",
        "unknown-component",
        "invalid-prop",
        "unclosed-tag",
        "invalid-math",
    ] {
        assert!(found.iter().any(|found| found == code), "{code} in {found:?}");
    }
}

#[test]
fn a_mistake_in_code_is_none() {
    for text in [
        "`<Nope/>`",
        "```\n<Figure a=1/>\n</Box>\n```\n",
        "<!-- <Nope a=1> <B -->\n",
        "`a <B and c`",
        "$a <B c$",
        "```html\n<script>\nf()\n</script>\n```\n",
        "\\<B and c",
        "a < B",
        "`<Figure a={`",
    ] {
        assert_eq!(codes(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn mistakes_without_end_are_cut_short() {
    let text = "<A ".repeat(1_003);
    let source = source(&text);
    let (_, found) = parse::article(&source, &KNOWN);
    assert!(found.len() >= 1_003);
    let shown = render(&found, false, 100);
    let more = found.len() - 1_000;
    assert!(shown.ends_with(&format!("\n… and {more} more\n")), "{}", &shown[shown.len() - 200..]);
}
