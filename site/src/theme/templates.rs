//! Templates, and what pages that are made with them depend on.

use crate::diagnostic::Diagnostic;
use prebake_plugin::{Digest, escape};
use serde_json::json;
use std::collections::BTreeMap;
use tera::Tera;

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

    /// Names in Tera are written out: what a template extends, includes or imports stands somewhere
    /// in its text, and the variables and functions that it uses in its tree.
    pub(super) fn needs(&self, template: &str) -> Needs {
        let mut open = vec![template];
        let mut reached = BTreeMap::new();
        while let Some(name) = open.pop() {
            if let Some(text) = self.texts.get(name)
                && reached.insert(name, text).is_none()
            {
                open.extend(self.texts.keys().map(String::as_str).filter(|it| text.contains(it)));
            }
        }
        // Every name and every text stands behind a quote there.
        let trees: Vec<String> =
            reached.keys().map(|name| format!("{:?}", self.tera.get_template(name))).collect();
        let says = |word: &str| trees.iter().any(|tree| tree.contains(word));
        Needs {
            digest: Digest::of(json!([template, reached]).to_string().as_bytes()),
            articles: says("\"articles") || says("\"__tera_context"),
            more: says("\"get_env\""),
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
    fn a_template_needs_those_that_it_names() {
        let texts = [
            ("base.html", "the articles, get_env: {% block main %}{% endblock %}"),
            ("article.html", "{% extends \"base.html\" %}{% import 'macros.html' as m %}"),
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
        for name in ["list.html", "some.html", "all.html", "dump.html"] {
            assert!(templates.needs(name).articles, "{name}");
        }
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
