//! Tags and Markdown together: what an article's body becomes.

use crate::support::{KNOWN, article, show, source};
use prebake::diagnostic::render;
use prebake::parse;

fn body(markdown: &str) -> String {
    show(&article(markdown).body)
}

/// The body's HTML, components as `{Name …}`; there must be no mistake.
fn check(markdown: &str, expect: &str) {
    let mistakes = parse::article(&source(markdown), &KNOWN).1;
    assert_eq!(render(&mistakes, false, 100), "", "{markdown}");
    assert_eq!(body(markdown), expect, "{markdown}");
}

#[test]
fn a_tag_alone_on_its_line_is_a_block() {
    check("<Figure/>", "{Figure}");
    check("One.\n\n<Figure a={1}/>\n\nTwo.\n", "<p>One.</p>\n{Figure a=1}\n<p>Two.</p>\n");
    check("One\n<Figure/>\ntwo.\n", "<p>One</p>\n{Figure}\n<p>two.</p>\n");
    check("<Figure/>\n<Figure/>\n", "{Figure}{Figure}");
    check("<Figure/> <Figure/>\n", "{Figure}{Figure}");
    check("> <Figure/>\n", "<blockquote>\n{Figure}</blockquote>\n");
    check(
        "- <Figure/>\n- a\n  <Figure/>\n  b\n",
        "<ul>\n<li>{Figure}</li>\n<li>a{Figure}b</li>\n</ul>\n",
    );
}

#[test]
fn inside_text_a_tag_is_inline() {
    check("One <Figure/> two.\n", "<p>One {Figure inline} two.</p>\n");
    check("*<Figure/>*\n", "<p><em>{Figure inline}</em></p>\n");
    check("[<Figure/>](x)\n", "<p><a href=\"x\">{Figure inline}</a></p>\n");
    check("## A <Figure/> b\n", "<h2 id=\"a--b\">A {Figure inline} b</h2>\n");
    check(
        "| a |\n| - |\n| <Figure a=\"x|y\"/> |\n",
        "<table><thead><tr><th>a</th></tr></thead><tbody>\n\
         <tr><td>{Figure inline a=\"x|y\"}</td></tr>\n</tbody></table>\n",
    );
}

#[test]
fn children_are_markdown() {
    check("<Box>\n\n*a*\n\n</Box>\n", "{Box:\n<p><em>a</em></p>\n}");
    check("<Box>\n*a*\n</Box>\n", "{Box:\n<p><em>a</em></p>\n}");
    check("<Box>*a*</Box>\n", "{Box:<em>a</em>}");
    check("A <Box>*b*</Box> c\n", "<p>A {Box inline:<em>b</em>} c</p>\n");
    check("<Box>\n<Box><Figure/></Box>\n</Box>", "{Box:{Box:{Figure}}}");
    check("<Box>\n\n- <Figure/>\n\n</Box>\n", "{Box:\n<ul>\n<li>{Figure}</li>\n</ul>\n}");
    check("<Box>a\nb</Box>\n", "{Box:a\nb}");
}

#[test]
fn props_may_hold_what_markdown_would_take() {
    check(
        "A <Figure a=\"*b* `c` $d$ > [e](f)\"/> *g*\n",
        "<p>A {Figure inline a=\"*b* `c` $d$ > [e](f)\"} <em>g</em></p>\n",
    );
    check(
        "<Figure\n  a={[\n\n    1, // one\n    2,\n  ]}\n  b='x > y'\n/>\n",
        "{Figure a=[1,2] b=\"x > y\"}",
    );
    check("x <Figure a=\"`\"/> `y`", "<p>x {Figure inline a=\"`\"} <code>y</code></p>\n");
}

#[test]
fn the_leftmost_opener_wins() {
    check("`<Figure/>`", "<p><code>&lt;Figure/&gt;</code></p>\n");
    check("`` <Figure a=\"`\"/> ``", "<p><code>&lt;Figure a=\"`\"/&gt;</code></p>\n");
    // The backtick before the tag opens, and the one inside it closes.
    check("` <Figure a=\"`\"/>", "<p><code> &lt;Figure a=\"</code>“/&gt;</p>\n");
    check("```\n<Figure/>\n```\n<Figure/>", "<pre><code>&lt;Figure/&gt;\n</code></pre>\n{Figure}");
    check(
        "```\n<Figure a={`\n```\n`}/>\n",
        "<pre><code>&lt;Figure a={`\n</code></pre>\n<p>`}/&gt;</p>\n",
    );
    check("    <Figure/>\n", "<pre><code>&lt;Figure/&gt;\n</code></pre>\n");
    check("    <Figure\n      a/>\n", "<pre><code>&lt;Figure\n  a/&gt;\n</code></pre>\n");
    check(
        "- ```\n  <Figure\n  a/>\n  ```\n",
        "<ul>\n<li>\n<pre><code>&lt;Figure\na/&gt;\n</code></pre>\n</li>\n</ul>\n",
    );
    check(
        "`a` <Figure b=\"`c`\"/> `d`",
        "<p><code>a</code> {Figure inline b=\"`c`\"} <code>d</code></p>\n",
    );
    check(
        "`<Figure a=\"` and <Figure b=\"2\"/>",
        "<p><code>&lt;Figure a=\"</code> and {Figure inline b=\"2\"}</p>\n",
    );
}

#[test]
fn escapes_and_look_alikes_are_text() {
    check("\\<Figure/>\n", "<p>&lt;Figure/&gt;</p>\n");
    check("\\\\<Figure/>\n", "<p>\\{Figure inline}</p>\n");
    check("\\{a}\n", "<p>{a}</p>\n");
    check(
        "<Https://example.org> <User@example.org>\n",
        "<p><a href=\"Https://example.org\">Https://example.org</a> <a href=\"mailto:User@example.org\">User@example.org</a></p>\n",
    );
    check(
        "[a](<Figure/>) ![b](<C d.png>)\n",
        "<p><a href=\"Figure/\">a</a> <img src=\"C%20d.png\" alt=\"b\" /></p>\n",
    );
    check("[a]\n\n[a]: <Figure/> 'b'\n", "<p><a href=\"Figure/\" title=\"b\">a</a></p>\n");
    check("[a](b \"<Figure/>\")\n", "<p><a href=\"b\" title=\"&lt;Figure/&gt;\">a</a></p>\n");
    check(
        "```<Figure/>\nx\n```\n",
        "<pre><code class=\"language-&lt;Figure/&gt;\">x\n</code></pre>\n",
    );
    check(
        "\u{FDD0}a &#xFDD0; \u{FDD0}xxx <Figure/>\n",
        "<p>\u{FFFD}a \u{FFFD} \u{FFFD}xxx {Figure inline}</p>\n",
    );
}

#[test]
fn raw_html_holds_tags_where_elements_may_stand() {
    check("<div><Figure/></div>\n", "<div>{Figure}</div>\n");
    check("<p><Figure/></p>\n", "<p>{Figure inline}</p>\n");
    check("a <span><Figure/></span>\n", "<p>a <span>{Figure inline}</span></p>\n");
    check("<!-- <Figure/> -->\n", "<!-- <Figure/> -->\n");
    check("a <!-- <Figure b=\"-->\"/> c\n", "<p>a <!-- <Figure b=\"-->“/&gt; c</p>\n");
    check("<div title=\"<Figure/>\">\n", "<div title=\"<Figure/>\">\n");
    check("<textarea>\n<Figure/>\n</textarea>\n", "<textarea>\n<Figure/>\n</textarea>\n");
    check("<pre><Figure/></pre>\n", "<pre>{Figure inline}</pre>\n");
    check("<DIV CLASS=\"a\">\n*b*\n</DIV>\n", "<DIV CLASS=\"a\">\n*b*\n</DIV>\n");
    check("<div>\n<Box>\n\n*a*\n\n</Box>\n</div>\n", "<div>\n{Box:\n<p><em>a</em></p>\n}</div>\n");
}

#[test]
fn math_is_opaque_and_becomes_mathml() {
    let html = body("$a <Figure/> b$ and $$x^2$$ costs \\$5\n");
    assert!(!html.contains("{Figure") && html.matches("<math").count() == 2, "{html}");
    assert!(html.contains("costs $5") && html.contains("display=\"block\""), "{html}");
}

#[test]
fn a_paragraph_without_tags_is_as_markdown_has_it() {
    // CommonMark has no such line break, but this is what pulldown-cmark makes behind an HTML block.
    assert_eq!(body("<!---->\n\\\nb"), "<!---->\n<p><br />\nb</p>\n");
}

#[test]
fn comparisons_in_math_are_valid_html() {
    assert!(body("$a < b$\n").contains("<mo>&lt;</mo>"), "{}", body("$a < b$\n"));
}
