//! Templates, and what pages that are made with them depend on.

use crate::diagnostic::Diagnostic;
use prebake_plugin::{Digest, escape};
use serde_json::json;
use std::collections::BTreeMap;
use tera::Tera;
use tera::ast::Node;

/// A site's templates, compiled.
pub struct Templates {
    pub(super) tera: Tera,
    /// Why they could not be, if they could not.
    pub(super) mistake: Option<Diagnostic>,
    texts: BTreeMap<String, String>,
}

/// What a page that is made with a template depends on, besides its own data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// Changes with the template and with those that it extends, includes or imports.
    pub digest: Digest,
    /// It may show the list of articles.
    pub articles: bool,
    /// It may show the texts of listed articles.
    pub contents: bool,
    /// It may ask for more than it is given: the environment. Then it is made anew every time.
    pub more: bool,
}

impl Templates {
    /// Compiles them.
    #[must_use]
    pub fn new(texts: BTreeMap<String, String>) -> Self {
        let mut tera = Tera::default();
        // Tera's own escapes every slash of every URL.
        tera.set_escape_fn(escape);
        let added = tera.add_raw_templates(texts.iter());
        let mistake = added.err().map(|it| Diagnostic::error("invalid-template", chain(&it)));
        Self { tera, mistake, texts }
    }

    /// The text of a template.
    pub(super) fn text(&self, template: &str) -> Option<&str> {
        self.texts.get(template).map(String::as_str)
    }

    /// Names in Tera are written out, those of templates as those of variables and functions, so that
    /// the tree of a template tells what it may use.
    pub(super) fn needs(&self, template: &str) -> Needs {
        let mut open = vec![template];
        let mut reached = BTreeMap::new();
        let (mut articles, mut contents, mut more) = (false, false, false);
        while let Some(name) = open.pop() {
            let (Some(text), Ok(tree)) = (self.texts.get(name), self.tera.get_template(name))
            else {
                continue;
            };
            if reached.insert(name, text).is_none() {
                named(&tree.ast, &mut open);
                // Every name and every text stands behind a quote there.
                let tree = format!("{:?}", tree.ast);
                contents |= may_show_contents(&tree);
                articles |= tree.contains("\"articles") || tree.contains("\"__tera_context");
                more |= tree.contains("\"get_env\"");
            }
        }
        let digest = Digest::of(json!([template, reached]).to_string().as_bytes());
        Needs { digest, articles, contents, more }
    }
}

/// Whether a template may show the text of an article that is not its own page, as its tree tells. It
/// may, unless that is plain: where it names the text, or takes articles whole or their parts by names
/// that are put together.
fn may_show_contents(tree: &str) -> bool {
    const WHOLE: [&str; 5] =
        ["\"json_encode\"", "\"__tera_context", "\"get\"", "\"attribute\"", "key: Some("];
    let mut plain = String::new();
    // Text that stands between tags uses nothing.
    for (at, part) in tree.split("Text(\"").enumerate() {
        plain.push_str(if at == 0 { part } else { behind_quote(part) });
    }
    let bytes = plain.as_bytes();
    let indexed = bytes.windows(2).any(|two| two[1] == b'[' && two[0].is_ascii_alphanumeric());
    indexed
        || plain.replace("\"page.content\"", "").contains("content")
        || WHOLE.iter().any(|name| plain.contains(name))
}

/// What follows the quote that ends a text, which no backslash stands before.
fn behind_quote(text: &str) -> &str {
    let mut escaped = false;
    let end = text.find(|letter| {
        let ends = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        ends
    });
    end.map_or("", |end| &text[end..])
}

/// The templates that a tree names.
fn named<'t>(nodes: &'t [Node], names: &mut Vec<&'t str>) {
    for node in nodes {
        match node {
            Node::Extends(_, name) | Node::ImportMacro(_, name, _) => names.push(name),
            Node::Include(_, any, _) => names.extend(any.iter().map(String::as_str)),
            Node::Block(_, block, _) => named(&block.body, names),
            Node::MacroDefinition(_, it, _) => named(&it.body, names),
            Node::FilterSection(_, section, _) => named(&section.body, names),
            Node::Forloop(_, it, _) => {
                named(&it.body, names);
                named(it.empty_body.as_deref().unwrap_or_default(), names);
            }
            Node::If(it, _) => {
                it.conditions.iter().for_each(|(_, _, body)| named(body, names));
                if let Some((_, body)) = &it.otherwise {
                    named(body, names);
                }
            }
            Node::Super
            | Node::Text(_)
            | Node::VariableBlock(..)
            | Node::Set(..)
            | Node::Raw(..)
            | Node::Break(_)
            | Node::Continue(_)
            | Node::Comment(..) => {}
        }
    }
}

/// A mistake with Tera's own chain of reasons, in one line.
pub(super) fn chain(error: &tera::Error) -> String {
    let mut text = error.to_string();
    let mut reason = std::error::Error::source(error);
    while let Some(inner) = reason {
        text = format!("{text}: {inner}");
        reason = inner.source();
    }
    text.replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::Templates;

    #[test]
    fn a_template_that_may_show_texts_is_known() {
        let needs = |text: &str| {
            let texts = [("x.html".to_owned(), text.to_owned())].into();
            let templates = Templates::new(texts);
            assert_eq!(templates.mistake, None, "{text}");
            templates.needs("x.html").contents
        };
        for plain in [
            "<meta content=\"content\"> content {{ page.content | safe }}",
            "{% for article in articles %}{{ article.title }} \\\"content\\\" {% endfor %}",
            "{% if not page.content %}{{ articles | length }} Text(\"x\") {% endif %}",
        ] {
            assert!(!needs(plain), "{plain}");
        }
        for text in [
            "{% for it in articles %}{{ it.content }}{% endfor %}",
            "{% for it in articles %}{% for key, value in it %}{{ value }}{% endfor %}{% endfor %}",
            "{% for it in articles %}{{ it[\"content\"] }}{% endfor %}",
            "{% set n = \"con\" ~ \"tent\" %}{% for it in articles %}{{ it[n] }}{% endfor %}",
            "{{ articles | json_encode }}",
            "{{ articles | map(attribute=\"con\" ~ \"tent\") | join }}",
            "{{ articles | first | get(key=\"con\" ~ \"tent\") }}",
            "{{ __tera_context }}",
        ] {
            assert!(needs(text), "{text}");
        }
    }

    #[test]
    fn a_template_needs_those_that_it_names() {
        let texts = [
            ("base.html", "{{ 'index.html' }} the articles {% block main %}{% endblock %}"),
            ("article.html", "{% extends \"base.html\" %}{% import 'macros.html' as m %}"),
            (
                "nested.html",
                "{% if a %}{% for b in c %}{% include `list.html` %}{% endfor %}{% endif %}",
            ),
            ("index.html", "{% extends \"base.html\" %}{{ articles | length }}"),
            ("list.html", "{% for it in articles | slice(end=3) %}{{ it.title }}{% endfor %}"),
            ("some.html", "{% if articles is defined %}some{% endif %}"),
            ("all.html", "{% include 'list.html' %}"),
            ("dump.html", "{{ __tera_context }}"),
            ("macros.html", "{% macro m() %}{{ get_env(name='HOME') }}{% endmacro %}"),
        ];
        let make = |changed: &str| {
            let texts = texts.iter().map(|(name, text)| {
                let more = if *name == changed { " " } else { "" };
                ((*name).to_owned(), format!("{text}{more}"))
            });
            Templates::new(texts.collect())
        };
        let templates = make("");
        assert_eq!(templates.mistake, None);
        let (article, index) = (templates.needs("article.html"), templates.needs("index.html"));
        assert_eq!((article.articles, article.more), (false, true));
        assert_eq!((index.articles, index.more), (true, false));
        for name in ["nested.html", "list.html", "some.html", "all.html", "dump.html"] {
            assert!(templates.needs(name).articles, "{name}");
        }
        assert!(!index.contents && !templates.needs("all.html").contents);
        assert!(templates.needs("dump.html").contents);
        for (changed, article_changes, index_changes) in [
            ("base.html", true, true),
            ("article.html", true, false),
            ("index.html", false, true),
            ("macros.html", true, false),
        ] {
            let changed = make(changed);
            assert_eq!(changed.needs("article.html").digest != article.digest, article_changes);
            assert_eq!(changed.needs("index.html").digest != index.digest, index_changes);
        }
    }
}
