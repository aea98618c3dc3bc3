//! Whole articles: front matter, scripts, styles, headings.

use crate::support::{KNOWN, article, show, source};
use prebake::diagnostic::render;
use prebake::parse::{self, Node};
use serde_json::json;

/// An article of the shape that authors bring from Svelte sites.
const SEED: &str = r#"---
title: Quantization
lastUpdate: August 2023
---

<script>
    import KMeansImage from "../../components/KMeansImage.svelte";
</script>
<style>
    img {
        width: 100%;
        box-shadow: 0px 0px 2px 2px #00000020;
    }

    /* .thumb {
        height: 100%;
    }
    .thumb:hover {
        background-position: top right;
    } */
</style>

Explaining *it* from first principles.

## My Plan

-   [x] Explain the problem
-   [ ] K-means
    -   [ ] intuitive example with image

## Who cares?

It's massive!

<img src="stable.png">

For example (height, width, 3) take [this](https://example.org/a).

<img src="dog.png" style="width: 200px">

As you can see.

<KMeansImage selected={0}/>

How about two?

<KMeansImage selected={1}/>
"#;

fn body(text: &str) -> String {
    show(&article(text).body)
}

fn mistakes(text: &str) -> String {
    render(&parse::article(&source(text), &KNOWN).1, false, 100)
}

#[test]
fn an_article_from_a_svelte_site_is_parsed_without_a_word() {
    let (article, diagnostics) = parse::article(&source(SEED), &["KMeansImage"]);
    assert_eq!(diagnostics, []);
    assert_eq!(article.front.title.as_deref(), Some("Quantization"));
    let updated = article.front.updated.expect("it has one");
    assert_eq!((updated.text.as_str(), updated.iso), ("August 2023", None));
    let style = article.style.expect("it has one");
    assert!(style.css.starts_with(&format!(".{} img {{", style.scope)), "{}", style.css);
    assert!(!style.css.contains("thumb"), "{}", style.css);
    let ids: Vec<&str> = article.headings.iter().map(|heading| heading.id.as_str()).collect();
    assert_eq!(ids, ["my-plan", "who-cares"]);
    let tags: Vec<_> = article
        .body
        .iter()
        .filter_map(|node| match node {
            Node::Component(tag) => Some((tag.inline, &SEED[tag.span.clone()], &tag.props)),
            Node::Html(_) | Node::Expression(_) => None,
        })
        .collect();
    assert_eq!(tags.len(), 2);
    for (selected, (inline, written, props)) in tags.into_iter().enumerate() {
        assert!(!inline);
        assert_eq!(written, format!("<KMeansImage selected={{{selected}}}/>"));
        assert_eq!(props.get("selected"), Some(&json!(selected)));
    }
    let html = show(&article.body);
    assert!(html.contains(r#"<img src="dog.png" style="width: 200px">"#), "{html}");
    assert!(!html.contains("<script") && !html.contains("<style"), "{html}");
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    let windows = format!("\u{FEFF}{}", SEED.replace('\n', "\r\n"));
    assert_eq!(mistakes(&windows), "");
    assert_eq!(body(&windows).replace("\r\n", "\n"), body(SEED));
    let (windows_tags, tags) = (article(&windows).body, article(SEED).body);
    for (one, other) in windows_tags.iter().zip(&tags) {
        if let (Node::Component(one), Node::Component(other)) = (one, other) {
            assert_eq!(windows[one.span.clone()], SEED[other.span.clone()]);
            assert_eq!(windows[one.name_span.clone()], *"KMeansImage");
            assert_eq!(
                windows[one.prop_spans["selected"].clone()],
                SEED[other.prop_spans["selected"].clone()]
            );
        }
    }
}

#[test]
fn front_matter_keeps_every_value() {
    let text = "---\ntitle: \"A: b\"\ndescription: c\ndate: 2023-08-14\nupdated: 2024-01-02T03:04:05Z\n\
                draft: true\nks: [1, 2]\nnested: {a: 1.5, b: null}\n---\n\n<Figure {ks} a={nested} b={[title]}/>\n";
    assert_eq!(mistakes(text), "");
    let article = article(text);
    let front = &article.front;
    assert_eq!(front.title.as_deref(), Some("A: b"));
    assert_eq!(front.description.as_deref(), Some("c"));
    assert_eq!(front.date.as_ref().and_then(|date| date.iso.as_deref()), Some("2023-08-14"));
    assert_eq!(
        front.updated.as_ref().and_then(|date| date.iso.as_deref()),
        Some("2024-01-02T03:04:05Z")
    );
    assert!(front.draft);
    assert_eq!(show(&article.body), r#"{Figure ks=[1,2] a={"a":1.5,"b":null} b=["A: b"]}"#);
}

#[test]
fn front_matter_is_at_the_very_top_or_nowhere() {
    for text in ["", "---\n---\n", "---\n\n---\n", "---\n# only a comment\n---\n"] {
        assert_eq!((mistakes(text), body(text)), (String::new(), String::new()), "{text:?}");
    }
    assert_eq!(body("\n---\ntitle: a\n---\n"), "<hr />\n<h2 id=\"title-a\">title: a</h2>\n");
    assert_eq!(body("---\n\nText.\n"), "<hr />\n<p>Text.</p>\n");
}

#[test]
fn scripts_bind_names() {
    let text = "<script>\n// a comment\nimport Chart from '../Figure.svelte'\n\
                const a = 1, b = [a, 'x'];\nlet c = { a, \"d\": -1.5e3, }\n/* done */\n</script>\n\n\
                <Chart {a} b={b} c={c}/>\n";
    assert_eq!(mistakes(text), "");
    assert_eq!(body(text), r#"{Figure a=1 b=[1,"x"] c={"a":1,"d":-1500}}"#);
    // A script in code is text, and one in raw HTML with a source of its own is HTML.
    assert_eq!(
        body("```\n<script>\nlet a = 1\n</script>\n```\n"),
        "<pre><code>&lt;script&gt;\nlet a = 1\n&lt;/script&gt;\n</code></pre>\n"
    );
    let html = "<script src=\"a.js\"></script>\n";
    assert_eq!((mistakes(html).as_str(), body(html).as_str()), ("", html));
}

#[test]
fn styles_are_scoped() {
    let check = |css: &str, expect: &str| {
        let text = format!("<style>{css}</style>\n");
        assert_eq!(mistakes(&text), "", "{css}");
        let style = article(&text).style.expect("there is one");
        let scope = format!(".{}", style.scope);
        let flat = style.css.replace(&scope, "S").split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(flat, expect, "{css}");
    };
    check("img { width: 1px }", "S img { width: 1px }");
    check("a, b > c , [d=\"e,f\"], :is(g, h) {}", "S a, S b > c, S [d=\"e,f\"], S :is(g, h) {}");
    check(
        ":root { --a: 1 } html body p {} body.x {} bodyguard {}",
        "S { --a: 1 } S p {} S.x {} S bodyguard {}",
    );
    check(
        ":global(.js) p {} :global(a) {} p:global(.b) {} :global(.c).d {}",
        ".js S p {} a {} S p.b {} .c.d {}",
    );
    check(
        "@media (width > 1px) { p { a: b } @supports (c: d) { q {} } }",
        "@media (width > 1px) { S p { a: b } @supports (c: d) { S q {} } }",
    );
    check(
        "@keyframes k { from { a: b } to { c: d } } p { animation: k }",
        "@keyframes k { from { a: b } to { c: d } } S p { animation: k }",
    );
    check(
        "@layer a, b; @font-face { font-family: \"x\" }",
        "@layer a, b; @font-face { font-family: \"x\" }",
    );
    check(
        "figure { & img { a: b } &:hover { c: d } }",
        "S figure { & img { a: b } &:hover { c: d } }",
    );
    check("/* a { */ p/* , */q {} <!-- r {} -->", "S p/**/q {} S r {}");
    check("p::after { content: \"<\\/style>\" }", "S p::after { content: \"<\\/style>\" }");
}

#[test]
fn no_style_ends_its_element() {
    for css in ["a<", "a { b: url(<", "/* <", "\"<", "@x <"] {
        let text = format!("<style>{css}/**//style>p {{}}\n</style>\n");
        let css = article(&text).style.map(|style| style.css).unwrap_or_default();
        assert!(!css.contains("</"), "{css}");
    }
}

#[test]
fn headings_get_anchors_as_on_github() {
    let text = "# Ünïcode & *more*\n\n## Same\n\n## Same\n\n## Same-1\n\n## Own {#same-2 .c}\n\n## Same\n\n## `a_b` $x$\n\n## !\n\n## हिन्दी भाषा\n\n[^same-3]\n\n[^same-3]: x\n\n## Same\n";
    assert_eq!(mistakes(text), "");
    let headings = article(text).headings;
    let ids: Vec<&str> = headings.iter().map(|heading| heading.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "ünïcode--more",
            "same",
            "same-1",
            "same-1-1",
            "same-2",
            "same-4",
            "a_b-x",
            "section",
            "हिन्दी-भाषा",
            "same-5"
        ]
    );
    assert_eq!(headings[0].text, "Ünïcode & more");
    assert_eq!(headings[0].level, 1);
    assert_eq!(&text[headings[0].span.clone()], "# Ünïcode & *more*");
}

#[test]
fn only_known_components_are_in_the_tree() {
    let text = "<Unknown>\n\n<Figure/>\n\n</Unknown>\n\nA <Other>b</Other> c\n";
    assert!(!KNOWN.contains(&"Unknown"));
    assert_eq!(body(text), "{Figure}\n<p>A b c</p>\n");
}
