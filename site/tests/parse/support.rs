//! Parsed articles as text, for tests.

use prebake::diagnostic::SourceFile;
use prebake::parse::{self, Article, Node, Tag};
use prebake_plugin::SitePath;
use std::fmt::Write as _;
use std::sync::Arc;

/// The components that the tests' articles may use.
pub(crate) const KNOWN: [&str; 3] = ["Figure", "Box", "KMeansImage"];

/// A source file with this text.
pub(crate) fn source(text: &str) -> Arc<SourceFile> {
    let path = SitePath::new("content/article/index.md").expect("a plain path");
    Arc::new(SourceFile { path, text: text.to_owned() })
}

/// The article, whatever is wrong with it.
pub(crate) fn article(text: &str) -> Article {
    parse::article(&source(text), &KNOWN).0
}

/// The nodes' HTML, with components as `{Name inline prop=value:children}`.
pub(crate) fn show(nodes: &[Node]) -> String {
    nodes
        .iter()
        .map(|node| match node {
            Node::Html(html) => html.clone(),
            Node::Component(tag) => show_tag(tag),
            Node::Expression(prose) => format!("{{={:?}}}", prose.span),
        })
        .collect()
}

fn show_tag(tag: &Tag) -> String {
    let mut text = format!("{{{}", tag.component);
    if tag.inline {
        text.push_str(" inline");
    }
    for (name, value) in &tag.props {
        write!(text, " {name}={value}").expect("a string takes everything");
    }
    if !tag.children.is_empty() {
        write!(text, ":{}", show(&tag.children)).expect("a string takes everything");
    }
    text.push('}');
    text
}
