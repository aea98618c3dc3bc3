//! What holds for every article, whatever its text.

use crate::support::{KNOWN, article, show, source};
use prebake::diagnostic::render;
use prebake::parse::{self, Interpolation, Node, Tag};
use proptest::prelude::*;
use rayon::iter::{IndexedParallelIterator as _, IntoParallelIterator as _, ParallelIterator as _};
use serde_json::{Map, Value};

/// The character that the parser hides tags behind.
const MARK: char = '\u{FDD0}';

/// Pieces that meet in awkward ways when they are strung together at random.
const PIECES: [&str; 72] = [
    "<Figure",
    "<Box>",
    "</Box>",
    "<Figure/>",
    "/>",
    ">",
    "<",
    "</",
    " a={",
    "}",
    "{",
    "[",
    "]",
    " b=\"",
    "\"",
    "'",
    "`",
    "``",
    "```",
    "\n",
    "\n\n",
    "\n```\n",
    "~~~\n",
    "    ",
    "- ",
    "> ",
    "1. ",
    "# ",
    "$",
    "$$",
    "*",
    "**",
    "_",
    "~~",
    "|",
    "| - |\n",
    "\\",
    "<!--",
    "-->",
    "<div>",
    "</div>",
    "<div title=\"",
    "<textarea>",
    "</textarea>",
    "<script>",
    "</script>",
    "\n<style>",
    "</style>",
    "a { b: c }",
    "import Figure from \"./Figure.svelte\"",
    "const x = 1;",
    "](",
    "[a](",
    "<A:b>",
    "[^a]",
    "\n[^a]: ",
    "&amp;",
    "&#xFDD0;",
    "\u{FDD0}",
    "\u{FDD1}",
    "é",
    "\r\n",
    "---\n",
    "title: x\n",
    "<script>let k = 1;</script>\n",
    "{k}",
    "{k + ",
    "'}",
    "{title}",
    "<Figure bind:k id=\"f\"/>",
    "{f.at(k).x}",
    "![",
];

fn body(text: &str) -> String {
    show(&article(text).body)
}

/// Pieces of LaTeX.
const TEX: [&str; 48] = [
    "\\frac",
    "\\sqrt",
    "\\left",
    "\\right",
    "\\begin{matrix}",
    "\\end{matrix}",
    "\\begin{array}",
    "{cc}",
    "{c|c}",
    "\\end{array}",
    "\\begin{aligned}",
    "\\end{aligned}",
    "\\\\",
    "&",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "^",
    "_",
    "'",
    "''",
    "x",
    "12",
    "1.5",
    "\\text{a}",
    "\\def\\a#1{#1#1}",
    "\\a",
    "\\a{b}",
    "\\hspace{1em}",
    "\\color{red}",
    "\\mathbf",
    "\\operatorname{f}",
    "\\sum",
    "\\limits",
    "\\int",
    "\\char\"41",
    "%",
    "#",
    "~",
    "\\",
    "é",
    "\\not",
    "\\overset{a}",
    "\\big",
    "\\substack",
];

/// Pieces of YAML.
const YAML: [&str; 30] = [
    "title",
    "draft",
    "date",
    "updated",
    ": ",
    ":",
    "\n",
    "  ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\"",
    "'",
    "|\n",
    ">-\n",
    "&a ",
    "*a",
    "!!binary ",
    "? ",
    "# ",
    "true",
    "1.5",
    ".nan",
    "2023-01-02",
    "é",
    "\t",
    "<<: *a\n",
];

fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        9 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => "\\PC{0,3}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_992_i64..=9_007_199_254_740_992).prop_map(Value::from),
        (-1e300..1e300_f64).prop_map(|number| {
            // Whole numbers are integers when they are read.
            if number.fract() == 0.0 { Value::from(0) } else { Value::from(number) }
        }),
        "\\PC{0,12}".prop_map(Value::from),
        "[ -~\n\t\u{0}-\u{8}`\"'\\\\$*<>{}]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("\\PC{0,6}", inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn tags(nodes: &[Node]) -> Vec<&Tag> {
    let mut found = Vec::new();
    for node in nodes {
        if let Node::Component(tag) = node {
            found.push(tag);
            found.extend(tags(&tag.children));
        }
    }
    found
}

fn interpolations(nodes: &[Node]) -> Vec<&Interpolation> {
    let mut found = Vec::new();
    for node in nodes {
        match node {
            Node::Html(_) => {}
            Node::Component(tag) => found.extend(interpolations(&tag.children)),
            Node::Interpolation(one) => found.push(one),
        }
    }
    found
}

/// Noncharacters mean something to the parser; an author's are replaced.
fn without_marks(value: &Value) -> Value {
    let text = value.to_string().replace('\u{FDD0}', "\u{FFFD}");
    serde_json::from_str(&text).expect("still JSON")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_text_is_an_article(text in soup()) {
        let (article, diagnostics) = parse::article(&source(&text), &KNOWN);
        for diagnostic in &diagnostics {
            let span = diagnostic.span.as_ref().expect("every mistake has a place");
            prop_assert!(text.get(span.range.clone()).is_some(), "{:?}", diagnostic);
        }
        for tag in tags(&article.body) {
            prop_assert!(KNOWN.contains(&tag.component.as_str()));
            prop_assert!(text[tag.span.clone()].starts_with('<') && text[tag.span.clone()].ends_with('>'));
            prop_assert_eq!(&text[tag.span.start + 1..][..tag.name_span.len()], &text[tag.name_span.clone()]);
        }
        for interpolation in interpolations(&article.body) {
            let span = interpolation.span.clone();
            prop_assert_eq!(&text[span.start - 1..span.start], "{");
            prop_assert_eq!(&text[span.end..=span.end], "}");
        }
        let html = body(&text);
        prop_assert!(!html.contains(MARK), "{}", html);
        prop_assert!(!render(&diagnostics, true, 80).is_empty() || diagnostics.is_empty());
        // The same again, to the byte.
        prop_assert_eq!(html, body(&text));
    }

    #[test]
    fn every_formula_becomes_html(pieces in prop::collection::vec(prop::sample::select(&TEX[..]), 0..30)) {
        let text = format!("${}$\n\n$${}$$\n", pieces.concat(), pieces.join(" "));
        let _ = body(&text);
    }

    #[test]
    fn every_front_matter_is_read(pieces in prop::collection::vec(prop::sample::select(&YAML[..]), 0..30)) {
        let text = format!("---\n{}\n---\n\nText.\n", pieces.concat());
        let (article, diagnostics) = parse::article(&source(&text), &KNOWN);
        prop_assert!(article.front.values.is_empty() || show(&article.body).ends_with("<p>Text.</p>\n"));
        for diagnostic in diagnostics {
            let span = diagnostic.span.expect("every mistake has a place");
            prop_assert!(text.get(span.range).is_some());
        }
    }

    #[test]
    fn arbitrary_text_is_an_article(text in "\\PC{0,200}") {
        let _ = body(&text);
    }

    #[test]
    fn text_without_tags_is_plain_markdown(text in "([a-z *_`~$|<>\\\\\"'.&#;!\\[\\]()\n>-]|é|    |```\n|<i>|</i>|<!--|-->){0,60}") {
        prop_assume!(!text.contains("\n---") && !text.starts_with("---"));
        let options = parse::Options { extensions: false, anchors: false, ..parse::Options::default() };
        let markdown = pulldown_cmark::Options::ENABLE_SMART_PUNCTUATION;
        let mut expect = String::new();
        pulldown_cmark::html::push_html(&mut expect, pulldown_cmark::Parser::new_ext(&text, markdown));
        let (article, diagnostics) = parse::article_with(&source(&text), &KNOWN, options);
        prop_assert_eq!(diagnostics, vec![]);
        prop_assert_eq!(show(&article.body), expect);
    }

    #[test]
    fn a_tag_that_was_printed_is_read_back(
        props in prop::collection::btree_map("[a-zA-Z_][a-zA-Z0-9_-]{0,8}", json(), 0..5),
        around in prop::sample::select(vec![("", ""), ("a *b* ", " c"), ("- ", ""), ("| a |\n|-|\n| ", " |"), ("<div>", "</div>"), ("## ", "")]),
        comment in prop::sample::select(vec!["", " /* } */ ", "// '\n"]),
    ) {
        let mut tag = "<Figure".to_owned();
        for (name, value) in &props {
            // Every JSON text is a JavaScript literal.
            tag.push_str(&format!(" {name}={{{comment}{value}{comment}}}"));
        }
        tag.push_str(" />");
        // Where lines matter to Markdown, the tag stands on one.
        let (before, after) = if comment.contains('\n') { ("", "") } else { around };
        let text = format!("{before}{tag}{after}\n");
        let (article, diagnostics) = parse::article(&source(&text), &KNOWN);
        prop_assert_eq!(diagnostics, vec![], "{}", text);
        let found = tags(&article.body);
        prop_assert_eq!(found.len(), 1, "{}", text);
        let expect: Map<String, Value> =
            props.iter().map(|(name, value)| (name.clone(), without_marks(value))).collect();
        prop_assert_eq!(&found[0].props, &expect);
        prop_assert_eq!(&text[found[0].span.clone()], tag);
    }
}

/// Texts of an eighth of a megabyte that a careless parser would read for hours.
#[test]
fn hostile_texts_end_soon() {
    let repeat = |piece: &str| piece.repeat((128 << 10) / piece.len());
    let pieces = [
        "<A",
        "<A ",
        "<A a={",
        "<A a=\"",
        "<A a='\" ",
        "<Box>",
        "<Box>\n\n",
        "</Box>",
        "<Box>x</Box>",
        "`<A b=\"`\"/>",
        "`<A b={`x`}/>\n\n",
        "``` <A b=\"`\n```\n\"/>\n",
        "    <Figure\n a/>\n\n",
        "$<A b=\"$\"/>",
        "<!-- <A b=\"-->\"/>",
        "[a](<A b=\"\n\"/>)",
        "<a title=\"<A b='\"'/>\">",
        "\n<script>",
        "\n<script src>",
        "\n<style>",
        "<script>\nlet a = [\n</script>\n",
        "](",
        "\\",
        "{",
        "[",
        "a: &a [*a]\n",
        "<A b={[[[[",
        "\u{FDD0}",
        "# a\n",
        "<IMG ",
        "<style>@media a{</style>\n",
        "a{",
        "---\n",
        "<A b={\"\\",
        "& ",
        "`",
        "$x$ ",
        "<B and ",
        "<Figure a={x}/> ",
        "<Figuer/> ",
        "> ",
        "- ",
        "{k",
        "{k}",
        "{k + ",
        "{k + '",
        "{k`",
        "{k `${",
        "{k > '`'}` ",
        "`{k + `}` ",
        "<i a={k > 1}> ",
        "# {k}\n",
        "[{k}]({k})\n",
        "{((((",
        "{1 + ",
    ];
    pieces.into_par_iter().with_max_len(1).for_each(|piece| {
        let started = std::time::Instant::now();
        let text = repeat(piece);
        let wrapped = [
            format!("<style>{text}</style>\n"),
            format!("---\na: {text}\n---\n"),
            format!("${text}$\n"),
        ];
        let declared = format!("<script>let k = 1;</script>\n\n{text}");
        for text in wrapped.into_iter().chain([text, declared]) {
            let (article, diagnostics) = parse::article(&source(&text), &KNOWN);
            drop(article);
            let _ = render(&diagnostics[..diagnostics.len().min(100)], false, 80);
        }
        let seconds = started.elapsed().as_secs_f64();
        assert!(seconds < 60.0, "{piece:?} took {seconds} s");
    });
}

#[test]
fn deep_nesting_is_a_mistake_and_no_crash() {
    for opening in ["<Box>", "<Box>\n\n", "<Box>\n"] {
        let text = opening.repeat(5000) + &"\n\n</Box>".repeat(5000);
        let (_, diagnostics) = parse::article(&source(&text), &KNOWN);
        assert!(!diagnostics.is_empty());
    }
    assert!(article("<Box>\n\n<Box>\n\n<Figure/>\n\n</Box>\n\n</Box>\n").body.len() == 1);
}
