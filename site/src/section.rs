//! The pages of each section, in their order.

use crate::config::{Config, Section};
use crate::links::{self, encode};
use crate::page::{Listed, Page, SectionLink, SectionPages};
use crate::read::Entry;

/// A section's pages in their order, the front page first.
pub struct InOrder<'a> {
    /// The way to it.
    pub link: SectionLink,
    section: &'a Section,
    /// Each with its path.
    pub pages: Vec<(String, Page)>,
    /// The same as lists show them.
    pub listed: Vec<Listed>,
}

/// Sorts pages into their sections, and by `order` and then by their paths; a section that has no
/// front page gets one.
#[must_use]
pub fn in_order<'a>(pages: Vec<(&Entry, Page, Listed)>, config: &'a Config) -> Vec<InOrder<'a>> {
    let mut sections: Vec<Vec<(&Entry, Page, Listed)>> = Vec::new();
    sections.resize_with(config.sections.len(), Vec::new);
    for (entry, page, line) in pages {
        if let Some(section) = entry.section.and_then(|number| sections.get_mut(number)) {
            section.push((entry, page, line));
        }
    }
    let mut all = Vec::new();
    for (mut pages, section) in sections.into_iter().zip(&config.sections) {
        // Numbers first: without one, behind all that have one.
        let order = |entry: &Entry| entry.article.front.order.unwrap_or(f64::INFINITY);
        pages.sort_by(|(a, ..), (b, ..)| {
            let front = (b.dir == section.path).cmp(&(a.dir == section.path));
            front.then(order(a).total_cmp(&order(b))).then_with(|| a.dir.cmp(&b.dir))
        });
        let front = format!("{}index.html", section.path);
        let link = SectionLink { title: section.title.clone(), href: encode(&front) };
        let mut ordered = InOrder { link, section, pages: Vec::new(), listed: Vec::new() };
        if pages.first().is_none_or(|(entry, ..)| entry.dir != section.path) {
            ordered.push_front_page(front, config);
        }
        for (entry, page, line) in pages {
            ordered.pages.push((entry.page(), page));
            ordered.listed.push(line);
        }
        all.push(ordered);
    }
    all
}

impl InOrder<'_> {
    fn push_front_page(&mut self, front: String, config: &Config) {
        let SectionLink { title, href } = self.link.clone();
        let base = config.base_url.as_ref();
        let url = base.map(|base| format!("{base}{}", encode(&self.section.path)));
        let page = Page {
            kind: "section",
            title: title.clone(),
            root: links::root_from(&front),
            canonical: url.clone(),
            ..Page::default()
        };
        self.pages.push((front, page));
        self.listed.push(Listed {
            title,
            href,
            url: url.unwrap_or_default(),
            ..Listed::default()
        });
    }

    /// What its page of that number shows of it.
    #[must_use]
    pub fn seen_from(&self, number: usize) -> SectionPages<'_> {
        SectionPages {
            title: &self.link.title,
            href: &self.link.href,
            here: self.listed.get(number).map_or("", |line| &line.href),
            pages: &self.listed,
            previous: number.checked_sub(1).and_then(|before| self.listed.get(before)),
            next: self.listed.get(number + 1),
        }
    }
}
