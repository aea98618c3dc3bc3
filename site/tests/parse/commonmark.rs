//! The CommonMark specification's examples without tags come out as the specification says.

use prebake::diagnostic::SourceFile;
use prebake::parse::{self, Node, Options};
use prebake_plugin::SitePath;
use std::sync::Arc;

struct Example {
    number: usize,
    markdown: String,
    html: String,
}

/// The examples of the specification: between fences of 32 backticks, Markdown, a line with a
/// point, HTML; an arrow stands for a tab.
fn examples(spec: &str) -> Vec<Example> {
    let fence = "`".repeat(32);
    let opening = format!("{fence} example\n");
    let mut examples = Vec::new();
    let mut rest = spec;
    while let Some((_, behind)) = rest.split_once(&opening) {
        let (example, behind) = behind.split_once(&fence).expect("every example is closed");
        let (markdown, html) = example
            .split_once("\n.\n")
            .or_else(|| example.strip_prefix(".\n").map(|html| ("", html)))
            .expect("every example has two parts");
        let tabs = |text: &str| text.replace('→', "\t");
        // The line end before the point belongs to the Markdown.
        let markdown = if markdown.is_empty() { String::new() } else { format!("{markdown}\n") };
        examples.push(Example {
            number: examples.len() + 1,
            markdown: tabs(&markdown),
            html: tabs(html),
        });
        rest = behind;
    }
    examples
}

/// Whether the example holds what this project reads as its own: a capitalised tag that is not
/// HTML, or an article's `<script>` or `<style>`.
fn has_tags(markdown: &str) -> bool {
    let capital = markdown.match_indices('<').any(|(at, _)| {
        let name = markdown[at + 1..].trim_start_matches('/');
        name.starts_with(|c: char| c.is_ascii_uppercase())
    });
    capital || markdown.contains("<script") || markdown.contains("<style")
}

fn html(markdown: &str) -> String {
    let path = SitePath::new("spec.md").expect("a plain path");
    let source = Arc::new(SourceFile { path, text: markdown.to_owned() });
    let options = Options {
        front_matter: false,
        extensions: false,
        smart_punctuation: false,
        anchors: false,
    };
    let (article, diagnostics) = parse::article_with(&source, &[], options);
    assert_eq!(diagnostics, [], "{markdown}");
    article
        .body
        .iter()
        .map(|node| match node {
            Node::Html(html) => html.as_str(),
            other => panic!("{other:?} in {markdown}"),
        })
        .collect()
}

/// The same HTML may be written in several ways; this is one of them, without the space between
/// tags, as the specification's own tests compare it.
fn normalised(html: &str) -> String {
    let html = html.replace("&quot;", "\"").replace("<br />\n", "<br />");
    let mut normal = String::new();
    for (index, part) in html.split('>').enumerate() {
        if index > 0 {
            normal.push('>');
        }
        let trimmed = part.trim_start();
        normal.push_str(if trimmed.starts_with('<') { trimmed } else { part });
    }
    normal.trim().to_owned()
}

#[test]
fn examples_without_tags_come_out_as_the_specification_says() {
    let folder = std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../target/npm/node_modules/commonmark-spec"
    ));
    let spec = std::fs::read_to_string(folder.join("spec.txt")).expect("the package holds it");
    let examples = examples(&spec);
    assert_eq!(examples.len(), 652, "the specification 0.31 has that many");
    let (with_tags, without): (Vec<_>, Vec<_>) =
        examples.iter().partition(|example| has_tags(&example.markdown));
    let wrong: Vec<String> = without
        .iter()
        .filter_map(|Example { number, markdown, html: expect }| {
            let got = html(markdown);
            (normalised(&got) != normalised(expect))
                .then(|| format!("{number}: {markdown:?}\n  {got:?}\n  {expect:?}\n"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.concat());
    assert!(with_tags.len() < 20, "{} hold tags", with_tags.len());
}
