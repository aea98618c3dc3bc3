//! The pages of each section, in their order.

use crate::assemble::Ready;
use crate::body::Body;
use crate::config::{Config, Section};
use crate::links::{self, encode};
use crate::page::{Line, Listed, Page, SectionLink, SectionPages};
use prebake_plugin::{Digest, escape_into};

/// A section's pages in their order, the front page first.
pub struct InOrder<'a> {
    /// The way to it.
    pub link: &'a SectionLink,
    /// The number of each page's article; none for a front page that nobody has written.
    pub articles: Vec<Option<usize>>,
    /// The same pages as lists show them.
    pub listed: Vec<Member<'a>>,
    /// Changes with what lists show.
    pub digest: Digest,
    /// Changes with the texts, too.
    pub digest_with_contents: Digest,
}

/// A page of a section in a list.
#[derive(Clone, Copy)]
pub enum Member<'a> {
    /// That of an article.
    Article(&'a Body),
    /// A front page that nobody has written.
    Front(&'a Listed),
}

impl<'a> Member<'a> {
    /// What lists show of it.
    #[must_use]
    pub fn listed(self) -> &'a Listed {
        match self {
            Self::Article(body) => &body.gist.listed,
            Self::Front(listed) => listed,
        }
    }

    /// Puts its text behind a feed, escaped. Where it is lost, the build goes astray.
    pub fn feed(self, feed: &mut String) {
        let escape = |text: &[u8]| escape_into(str::from_utf8(text).unwrap_or_default(), feed);
        if let Self::Article(body) = self {
            body.gist.content.look(escape);
        }
    }

    /// As templates see it.
    #[must_use]
    pub fn line(self, with_content: bool) -> Line<'a> {
        match self {
            Self::Article(body) => body.line(with_content),
            Self::Front(listed) => Line { listed, content: "" },
        }
    }
}

/// The way to each section.
#[must_use]
pub fn links(sections: &[Section]) -> Vec<SectionLink> {
    let link = |section: &Section| SectionLink {
        title: section.title.clone(),
        href: encode(&front_path(section)),
    };
    sections.iter().map(link).collect()
}

/// The front page of a section, where nobody has written one.
#[must_use]
pub fn front_page(section: &Section, config: &Config) -> Page {
    Page {
        kind: "section",
        title: section.title.clone(),
        root: links::root_from(&front_path(section)),
        canonical: url(section, config),
        ..Page::default()
    }
}

/// The same as lists show it.
#[must_use]
pub fn front_line(section: &Section, config: &Config) -> Listed {
    Listed {
        title: section.title.clone(),
        href: encode(&front_path(section)),
        url: url(section, config).unwrap_or_default(),
        ..Listed::default()
    }
}

fn front_path(section: &Section) -> String {
    format!("{}index.html", section.path)
}

fn url(section: &Section, config: &Config) -> Option<String> {
    config.base_url.as_ref().map(|base| format!("{base}{}", encode(&section.path)))
}

/// The pages of the section of this number: by the `order` of their front matter, and behind those by
/// their paths. `front` is the line of its front page, should it have none.
#[must_use]
pub fn in_order<'a>(
    number: usize,
    config: &Config,
    articles: &[Ready<'a>],
    link: &'a SectionLink,
    front: &'a Listed,
) -> InOrder<'a> {
    let section = &config.sections[number];
    let mut own: Vec<usize> =
        (0..articles.len()).filter(|&at| articles[at].section == Some(number)).collect();
    let is_front = |at: usize| articles[at].dir == section.path;
    let order = |at: usize| articles[at].body.gist.listed.order.unwrap_or(f64::INFINITY);
    own.sort_by(|&a, &b| {
        let by_order = is_front(b).cmp(&is_front(a)).then(order(a).total_cmp(&order(b)));
        by_order.then_with(|| articles[a].dir.cmp(articles[b].dir))
    });
    let mut pages: Vec<Option<usize>> = own.into_iter().map(Some).collect();
    // What else would stand there has been told of.
    if !(0..articles.len()).any(is_front) {
        pages.insert(0, None);
    }
    let member = |at: &Option<usize>| match at {
        Some(at) => Member::Article(articles[*at].body),
        None => Member::Front(front),
    };
    let digest = |of: fn(&Body) -> Digest| {
        let of = |at: &Option<usize>| at.map(|at| of(articles[at].body));
        let digests: Vec<Option<Digest>> = pages.iter().map(of).collect();
        Digest::of(serde_json::json!(digests).to_string().as_bytes())
    };
    let (digest, contents) =
        (digest(|body| body.gist.listed_digest), digest(|body| body.gist.content.digest()));
    InOrder {
        link,
        listed: pages.iter().map(member).collect(),
        digest,
        digest_with_contents: Digest::of([*digest.bytes(), *contents.bytes()].as_flattened()),
        articles: pages,
    }
}

impl<'a> InOrder<'a> {
    /// Its pages as templates see them.
    #[must_use]
    pub fn lines(&self, with_contents: bool) -> Vec<Line<'a>> {
        self.listed.iter().map(|member| member.line(with_contents)).collect()
    }

    /// What its page of that number shows of it; `lines` are its pages as the template sees them.
    #[must_use]
    pub fn seen_from<'l>(&'l self, number: usize, lines: &'l [Line<'l>]) -> SectionPages<'l> {
        let line = |number: usize| lines.get(number).copied();
        SectionPages {
            title: &self.link.title,
            href: &self.link.href,
            here: line(number).map_or("", |line| &line.listed.href),
            pages: lines,
            previous: number.checked_sub(1).and_then(line),
            next: line(number + 1),
        }
    }
}
