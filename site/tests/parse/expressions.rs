//! Where braces open expressions, and what the article's script says that they mean.

use crate::support::{KNOWN, article, show, source};
use insta::assert_snapshot;
use prebake::diagnostic::render;
use prebake::parse;
use serde_json::json;

const SCRIPT: &str = "<script>\nlet k = 3;\nconst name = \"dog\";\n</script>\n\n";

/// The body of an article that declares `k` and `name`.
fn body(text: &str) -> String {
    let (article, mistakes) = parse::article(&source(&format!("{SCRIPT}{text}")), &KNOWN);
    assert!(mistakes.is_empty(), "{}", render(&mistakes, false, 100));
    show(&article.body)
}

fn mistakes(text: &str) -> String {
    render(&parse::article(&source(text), &KNOWN).1, false, 100)
}

#[test]
fn a_known_name_in_braces_is_an_expression() {
    for (text, expected) in [
        ("{k} colours\n", "<p>⟨k⟩ colours</p>\n"),
        ("*{k}* **{ k + 1 }**\n", "<p><em>⟨k⟩</em> <strong>⟨k⟩</strong></p>\n"),
        ("[{k}](a.html)\n", "<p><a href=\"a.html\">⟨k⟩</a></p>\n"),
        ("- {k}\n- b\n", "<ul>\n<li>⟨k⟩</li>\n<li>b</li>\n</ul>\n"),
        ("> a {k}\n> b\n", "<blockquote>\n<p>a ⟨k⟩\nb</p>\n</blockquote>\n"),
        ("a {k > 1\n  ? 'a' : 'b'}\n", "<p>a ⟨k⟩</p>\n"),
        ("<div>\n{k} <b>{k}</b>\n</div>\n", "<div>\n⟨k⟩ <b>⟨k⟩</b>\n</div>\n"),
        ("a {`${k} *`} b\n", "<p>a ⟨k⟩ b</p>\n"),
        ("{k ? `}` : \"}\"}\n", "<p>⟨k⟩</p>\n"),
        ("`a` {k + \"`\"} `b`\n", "<p><code>a</code> ⟨k⟩ <code>b</code></p>\n"),
        ("{Math.round(k / 2)} {Math.PI}\n", "<p>⟨k⟩ ⟨⟩</p>\n"),
        ("{k}{k}\n", "<p>⟨k⟩⟨k⟩</p>\n"),
        ("![a {k}, {name}](b.png)\n", "<p><img src=\"b.png\" alt=\"a ⟪k⟫, ⟪name⟫\" /></p>\n"),
        ("<Box>\n\n{k}\n\n</Box>\n", "{Box:\n<p>⟨k⟩</p>\n}"),
        ("<Box>{k}</Box>\n", "{Box:⟨k⟩}"),
    ] {
        assert_eq!(body(text), expected, "{text}");
    }
    let table = body("| a | b |\n|---|---|\n| {k || 1} | c |\n");
    assert!(table.contains("<td>⟨k⟩</td><td>c</td>"), "{table}");
}

#[test]
fn every_other_brace_is_text() {
    for (text, expected) in [
        ("{x} {} { {1} {a, k} f{} }\n", "<p>{x} {} { {1} {a, k} f{} }</p>\n"),
        ("\\{k} \\{k\\}\n", "<p>{k} {k}</p>\n"),
        ("`{k}` `` {k}` ``\n", "<p><code>{k}</code> <code>{k}`</code></p>\n"),
        ("```\n{k}\n```\n", "<pre><code>{k}\n</code></pre>\n"),
        ("    {k}\n", "<pre><code>{k}\n</code></pre>\n"),
        ("<!-- {k} -->\n", "<!-- {k} -->\n"),
        ("<i title=\"{k}\">a</i>\n", "<p><i title=\"{k}\">a</i></p>\n"),
        ("<i title={k}>a</i>\n", "<p><i title={k}>a</i></p>\n"),
        ("<div title=\"{k + '>'}\">\n", "<div title=\"{k + '>'}\">\n"),
        (
            "[a]({k}) [b](<{k} c>)\n",
            "<p><a href=\"%7Bk%7D\">a</a> <a href=\"%7Bk%7D%20c\">b</a></p>\n",
        ),
        (
            "<https://a.org/{k}>\n",
            "<p><a href=\"https://a.org/%7Bk%7D\">https://a.org/{k}</a></p>\n",
        ),
        ("[a](b \"{k}\")\n", "<p><a href=\"b\" title=\"{k}\">a</a></p>\n"),
        ("{k\n\n}\n", "<p>{k</p>\n<p>}</p>\n"),
        ("{k's\n", "<p>{k’s</p>\n"),
        ("<Figure caption=\"{k}\"/>\n", "{Figure caption=\"{k}\"}"),
        ("<textarea>{k}</textarea>\n", "<textarea>{k}</textarea>\n"),
        ("{{k}\n", "<p>{⟨k⟩</p>\n"),
    ] {
        assert_eq!(body(text), expected, "{text}");
    }
    assert!(!body("$\\frac{k}{2}$ $x_{k}$\n").contains('⟨'));
}

#[test]
fn names_that_only_code_declares_are_none() {
    let text =
        "```html\n<script>\nlet z = 1;\n</script>\n<Figure id=\"fig\"/>\n```\n\n{z *a*} {fig.b}\n";
    assert!(show(&article(text).body).ends_with("<p>{z <em>a</em>} {fig.b}</p>\n"));
}

#[test]
fn tags_and_front_matter_give_names() {
    let text = "---\nedition: 2\n---\n\n{edition} {fig.at(1).b} {other}\n\n<Figure id=\"fig\"/>\n";
    assert!(show(&article(text).body).starts_with("<p>⟨edition⟩ ⟨fig⟩ {other}</p>\n"));
}

#[test]
fn let_declares_states_and_const_does_not() {
    let names = article(
        "<script>\nlet a = 1, b = \"x\", c = true, d = [1], e = null;\nconst f = 2;\n</script>\n",
    )
    .names;
    let states: Vec<&String> = names.states.keys().collect();
    assert_eq!(states, ["a", "b", "c"]);
    assert_eq!(names.constants["d"], json!([1]));
    assert_eq!(names.constants["f"], json!(2));
}

#[test]
fn headings_take_the_initial_value() {
    let text =
        format!("{SCRIPT}## With {{k}} *colours* of {{fig.at(k).b}} \n\n<Figure id=\"fig\"/>\n");
    let article = article(&text);
    let heading = &article.headings[0];
    assert_eq!((&*heading.text, &*heading.id), ("With 3 colours of ", "with-3-colours-of"));
    assert_eq!(heading.deferred.len(), 1);
    assert_eq!(heading.deferred[0].0, "With 3 colours of ".len());
    assert!(show(&article.body).contains("<h2 id=\"with-3-colours-of\">With ⟨k⟩ <em>colours</em>"));
}

#[test]
fn bind_gives_the_prop_its_initial_value() {
    assert_eq!(body("<Figure bind:k bind:a={k} b={k}/>\n"), "{Figure k=3@k a=3@k b=3}");
}

#[test]
fn binds_that_name_no_state() {
    assert_snapshot!(mistakes(
        "<script>\nlet k = 3;\nconst c = 1;\nlet list = [1];\n</script>\n\n\
         <Figure bind:a={c} bind:b={kk} bind:c={k + 1} bind:d=\"k\" bind:e bind:f={list}/>\n\n\
         <Figure bind:k={k} k={3} bind:={k} on:click={k}/>\n"
    ));
}

#[test]
fn names_that_cannot_be_declared() {
    assert_snapshot!(mistakes(
        "<script>\nlet Math = 1;\nconst class = 2;\nlet k = 1;\nlet k = 2;\nlet __proto__ = 1;\n</script>\n"
    ));
}

#[test]
fn expressions_outside_the_subset() {
    assert_snapshot!(mistakes(&format!(
        "{SCRIPT}{{k, 1}} and {{k = 2}} and {{k.map(x => x)}} and {{k +}}\n"
    )));
}
