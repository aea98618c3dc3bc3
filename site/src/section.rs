//! The pages of each section, in their order.

use crate::assemble::Ready;
use crate::config::{Config, Section};
use crate::links::{self, encode};
use crate::page::{Listed, Page, SectionLink, SectionPages};
use prebake_plugin::Digest;

/// A section's pages in their order, the front page first.
pub struct InOrder<'a> {
    /// The way to it.
    pub link: &'a SectionLink,
    /// The number of each page's article; none for a front page that nobody has written.
    pub articles: Vec<Option<usize>>,
    /// The same pages as lists show them.
    pub listed: Vec<&'a Listed>,
    /// Changes with what lists show.
    pub digest: Digest,
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
    let order = |at: usize| articles[at].body.listed.order.unwrap_or(f64::INFINITY);
    own.sort_by(|&a, &b| {
        let by_order = is_front(b).cmp(&is_front(a)).then(order(a).total_cmp(&order(b)));
        by_order.then_with(|| articles[a].dir.cmp(articles[b].dir))
    });
    let mut pages: Vec<Option<usize>> = own.into_iter().map(Some).collect();
    // What else would stand there has been told of.
    if !(0..articles.len()).any(is_front) {
        pages.insert(0, None);
    }
    let line = |at: &Option<usize>| at.map_or(front, |at| &articles[at].body.listed);
    let digest = |at: &Option<usize>| at.map(|at| articles[at].body.listed_digest);
    let digests: Vec<Option<Digest>> = pages.iter().map(digest).collect();
    InOrder {
        link,
        listed: pages.iter().map(line).collect(),
        digest: Digest::of(serde_json::json!(digests).to_string().as_bytes()),
        articles: pages,
    }
}

impl InOrder<'_> {
    /// What its page of that number shows of it.
    #[must_use]
    pub fn seen_from(&self, number: usize) -> SectionPages<'_> {
        let line = |number: usize| self.listed.get(number).copied();
        SectionPages {
            title: &self.link.title,
            href: &self.link.href,
            here: line(number).map_or("", |line| &line.href),
            pages: &self.listed,
            previous: number.checked_sub(1).and_then(line),
            next: line(number + 1),
        }
    }
}
