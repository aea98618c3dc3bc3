//! From rendered bodies to whole pages: the templates' context, the security policy, the feeds.

use crate::config::{BaseUrl, Config};
use crate::diagnostic::Diagnostic;
use crate::island::LOADER;
use crate::memory::GENERATOR;
use crate::parse::Date;
use crate::section::Member;
use crate::theme::{Needs, Theme};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use prebake_plugin::Digest;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tera::Context;

/// What a page is, for its template.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Page {
    /// `article`, `section`, `index` or `404`.
    pub kind: &'static str,
    /// Its title.
    pub title: String,
    /// One or two sentences.
    pub description: Option<String>,
    /// The way to the site's root: `../`.
    pub root: String,
    /// Its absolute URL, where the site has one.
    pub canonical: Option<String>,
    /// Its body, as HTML.
    pub content: String,
    /// The class that its own styles are scoped to, or nothing.
    pub scope: String,
    /// When it was published.
    pub date: Option<PageDate>,
    /// When it was last changed.
    pub updated: Option<PageDate>,
    /// Its body has a heading for its title already.
    pub own_heading: bool,
    /// Its headings.
    pub toc: Vec<TocEntry>,
    /// Styles of its own: scoped ones, and those of its components.
    #[serde(skip)]
    pub style: String,
    /// Whether any component of it can become live.
    #[serde(skip)]
    pub islands: bool,
    /// The module script that keeps its states, if it has any.
    #[serde(skip)]
    pub state: Option<String>,
}

impl Page {
    /// Changes with all of it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let Self { style, islands, state, .. } = self;
        Digest::of(json!([self, style, islands, state]).to_string().as_bytes())
    }
}

/// A date as the templates see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PageDate {
    /// As the author wrote it.
    pub text: String,
    /// As machines read it, if it is a calendar date.
    pub iso: Option<String>,
}

impl From<&Date> for PageDate {
    fn from(date: &Date) -> Self {
        Self { text: date.text.clone(), iso: date.iso.clone() }
    }
}

/// A line of the table of contents.
#[derive(Debug, Clone, Serialize)]
pub struct TocEntry {
    /// 1 to 6.
    pub level: u8,
    /// The heading's anchor.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// An article as lists and feeds show it, without its text.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Listed {
    /// Its title.
    pub title: String,
    /// One or two sentences.
    pub description: Option<String>,
    /// The link from the home page.
    pub href: String,
    /// Its absolute URL; empty where the site has none.
    pub url: String,
    /// When it was published.
    pub date: Option<PageDate>,
    /// When it was last changed.
    pub updated: Option<PageDate>,
    /// The newest calendar date that it bears, as RFC 3339 has it.
    pub iso: Option<String>,
    /// Its place among the pages of its section.
    pub order: Option<f64>,
}

/// An article as templates see it in lists.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Line<'a> {
    /// What lists show of it.
    #[serde(flatten)]
    pub listed: &'a Listed,
    /// Its body with absolute links, for the feed; nothing for templates that cannot use it.
    pub content: &'a str,
}

/// The way to a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionLink {
    /// Its title.
    pub title: String,
    /// The link from the home page.
    pub href: String,
}

/// A section, as one of its pages shows it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct SectionPages<'a> {
    /// Its title.
    pub title: &'a str,
    /// The link to its front page from the home page.
    pub href: &'a str,
    /// The page's own link from the home page, to tell it from the others.
    pub here: &'a str,
    /// All its pages in their order, the front page first.
    pub pages: &'a [Line<'a>],
    /// The page before this one.
    pub previous: Option<Line<'a>>,
    /// The page behind this one.
    pub next: Option<Line<'a>>,
}

/// What all pages share.
pub struct Shared<'a> {
    /// The site's configuration.
    pub config: &'a Config,
    /// Its templates and styles.
    pub theme: &'a Theme,
}

impl Shared<'_> {
    /// Changes with everything but the templates, which pages use one by one.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let Theme { style, icon, .. } = self.theme;
        Digest::of(json!([GENERATOR, self.config, style, icon]).to_string().as_bytes())
    }
}

/// Makes pages and feeds with templates.
pub struct Press<'a> {
    shared: &'a Shared<'a>,
    listed: &'a dyn Fn(bool) -> Vec<Line<'a>>,
    context: Context,
    /// Whether the context has the list of articles, and whether with their texts.
    list: Option<bool>,
}

impl<'a> Press<'a> {
    /// `listed` gives all articles, with their texts or without, for the templates that show them, and
    /// `sections` are the ways to the sections.
    #[must_use]
    pub fn new(
        shared: &'a Shared<'a>,
        listed: &'a dyn Fn(bool) -> Vec<Line<'a>>,
        sections: &[SectionLink],
    ) -> Self {
        let mut context = site_context(shared.config);
        context.insert("sections", sections);
        Self { shared, listed, context, list: None }
    }

    /// Makes a page, in a section or in none.
    ///
    /// # Errors
    /// Where a template is at fault.
    pub fn page(
        &mut self,
        page: &Page,
        section: Option<SectionPages<'_>>,
        needs: &Needs,
    ) -> Result<String, Diagnostic> {
        #[derive(Serialize)]
        struct Head<'a> {
            csp: String,
            style: String,
            loader: Option<&'a str>,
            state: Option<&'a str>,
            icon: &'a str,
        }
        let Shared { config, theme } = self.shared;
        let loader = page.islands.then_some(LOADER);
        let state = page.state.as_deref();
        let head = Head {
            csp: content_security_policy(loader, state, &config.csp.script_src),
            style: format!("{}{}", theme.style, page.style),
            loader,
            state,
            icon: &theme.icon,
        };
        self.context.insert("head", &head);
        self.context.insert("page", page);
        self.context.insert("section", &section);
        if needs.articles && self.list != Some(needs.contents) {
            self.context.insert("articles", &(self.listed)(needs.contents));
            self.list = Some(needs.contents);
        }
        theme.render(&format!("{}.html", page.kind), &self.context)
    }

    /// Makes a feed or a site map of these articles.
    ///
    /// # Errors
    /// Where a template is at fault.
    pub fn feed(
        &self,
        template: &str,
        listed: &[Member<'_>],
        needs: &Needs,
    ) -> Result<String, Diagnostic> {
        if needs.contents && !self.shared.theme.has_own(template) {
            let hollow = listed.iter().map(|it| Line { listed: it.listed(), content: GAP });
            let hollow: Vec<Line<'_>> = hollow.collect();
            let frame = self.whole_feed(template, &hollow)?;
            if let Some(feed) = filled(&frame, listed) {
                return Ok(feed);
            }
        }
        let lines: Vec<Line<'_>> = listed.iter().map(|it| it.line(needs.contents)).collect();
        self.whole_feed(template, &lines)
    }

    fn whole_feed(&self, template: &str, listed: &[Line<'_>]) -> Result<String, Diagnostic> {
        let mut context = site_context(self.shared.config);
        context.insert("articles", listed);
        let newest = listed.iter().filter_map(|line| line.listed.iso.as_deref()).max();
        context.insert("updated", &newest);
        self.shared.theme.render(template, &context)
    }
}

/// Stands for an article's text: a noncharacter, which nobody writes.
const GAP: &str = "\u{fdd0}";

/// A feed of the built-in template, with the articles' texts in its gaps. They are most of it, and the
/// template would copy them several times. `None` where there are more gaps, or fewer.
fn filled(frame: &str, listed: &[Member<'_>]) -> Option<String> {
    if frame.matches(GAP).count() != listed.len() {
        return None;
    }
    let length = |member: &Member<'_>| match member {
        Member::Article(body) => usize::try_from(body.gist.content.length()).unwrap_or(0),
        Member::Front(_) => 0,
    };
    let texts: usize = listed.iter().map(length).sum();
    let mut feed = String::with_capacity(frame.len() + texts + texts / 4);
    let mut parts = frame.split(GAP);
    feed.push_str(parts.next()?);
    for (member, part) in listed.iter().zip(parts) {
        member.feed(&mut feed);
        feed.push_str(part);
    }
    Some(feed)
}

fn site_context(config: &Config) -> Context {
    #[derive(Serialize)]
    struct Site<'a> {
        title: &'a str,
        description: Option<&'a str>,
        author: Option<&'a str>,
        language: &'a str,
        base_url: Option<&'a str>,
    }
    let mut context = Context::new();
    let site = Site {
        title: &config.title,
        description: config.description.as_deref(),
        author: config.author.as_deref(),
        language: &config.language,
        base_url: config.base_url.as_ref().map(BaseUrl::as_str),
    };
    context.insert("site", &site);
    context
}

/// The policy that the page carries: its own files, its inline scripts by their digests, and wasm
/// where islands may want it.
fn content_security_policy(
    loader: Option<&str>,
    state: Option<&str>,
    allowed: &[String],
) -> String {
    let mut sources = vec!["'self'".to_owned()];
    for script in loader.into_iter().chain(state) {
        let digest = STANDARD.encode(Digest::of(script.as_bytes()).bytes());
        sources.push(format!("'sha256-{digest}'"));
    }
    if loader.is_some() {
        sources.push("'wasm-unsafe-eval'".to_owned());
    }
    sources.extend(allowed.iter().cloned());
    format!("script-src {}; object-src 'none'; base-uri 'none'", sources.join(" "))
}

/// A calendar date as the Atom format wants it: with a time.
#[must_use]
pub fn rfc3339(iso: &str) -> String {
    if iso.contains(['T', 't']) { iso.to_owned() } else { format!("{iso}T00:00:00Z") }
}
