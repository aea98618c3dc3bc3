//! From the articles' bodies to all pages and feeds of the site.

use crate::blob::Blob;
use crate::body::Body;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::memory::{Kept, Made, Tally, key};
use crate::page::{Line, Listed, Page, Press, Shared};
use crate::section::{self, InOrder, Member};
use crate::theme::Needs;
use prebake_plugin::Digest;
use rayon::prelude::*;
use serde_json::json;
use std::sync::Arc;

/// So many pages share what is costly to make for one: the list of all articles.
const RUN: usize = 32;

/// An article that is ready for its template.
pub struct Ready<'a> {
    /// The folder of its page; nothing for the home page.
    pub dir: &'a str,
    /// Which section it belongs to, if any.
    pub section: Option<usize>,
    /// Its body.
    pub body: &'a Body,
}

/// A page or feed to be made.
struct Plan {
    path: String,
    which: Which,
    needs: Needs,
    key: Digest,
}

#[derive(Clone, Copy)]
enum Which {
    /// The page of the article of this number.
    Article(usize),
    /// A page of a section: the numbers of both, and of its article if there is one.
    Section {
        section: usize,
        at: usize,
        article: Option<usize>,
    },
    /// The home page, with the text of the article of this number if there is one.
    Home(Option<usize>),
    Lost,
    Feed(Feed),
}

#[derive(Clone, Copy)]
enum Feed {
    Atom,
    Sitemap,
}

/// Pages and feeds: their paths, the keys that they are kept by, their bytes.
pub type Pages = Vec<(String, Digest, Blob)>;

/// The pages and feeds. `earlier` has those of earlier builds; `page` gives the page of the article of
/// a number, before its template.
pub fn assemble<'a>(
    articles: &[Ready<'a>],
    shared: &Shared<'_>,
    earlier: &Kept<Digest, Made>,
    tally: &Tally,
    page: impl Fn(usize) -> &'a Page + Sync,
) -> (Pages, Vec<Diagnostic>) {
    let config = shared.config;
    let links = section::links(&config.sections);
    let fronts: Vec<Listed> =
        config.sections.iter().map(|section| section::front_line(section, config)).collect();
    let sections: Vec<InOrder<'_>> = (0..fronts.len())
        .map(|at| section::in_order(at, config, articles, &links[at], &fronts[at]))
        .collect();
    let listed = Lists::of(articles, &sections);
    let plans = plan(articles, &listed, &sections, shared);
    let known = |plan: &Plan| earlier.find(&plan.key, |_| !plan.needs.more);
    let mut made: Vec<Option<Arc<Made>>> = plans.iter().map(known).collect();
    let missing: Vec<usize> = (0..plans.len()).filter(|&at| made[at].is_none()).collect();
    let with_contents = shared.theme.needs("section.html").contents;
    let in_section = |plan: &usize| matches!(plans[*plan].which, Which::Section { .. });
    let sections: Vec<_> = if missing.iter().any(in_section) {
        sections.iter().map(|section| (section, section.lines(with_contents))).collect()
    } else {
        Vec::new()
    };
    let all = |with_contents: bool| listed.all(with_contents);
    let make = |some: &[usize]| {
        let mut press = Press::new(shared, &all, &links);
        let mut each = Vec::new();
        for &at in some {
            let Plan { which, needs, path, key } = &plans[at];
            tally.page();
            let text = match *which {
                Which::Article(number) => press.page(page(number), None, needs),
                Which::Section { section: number, at, article } => {
                    let (section, lines) = &sections[number];
                    let around = Some(section.seen_from(at, lines));
                    match article {
                        Some(article) => press.page(page(article), around, needs),
                        None => {
                            let front = section::front_page(&config.sections[number], config);
                            press.page(&front, around, needs)
                        }
                    }
                }
                Which::Home(number) => press.page(&home(number.map(&page), config), None, needs),
                Which::Lost => press.page(&lost(), None, needs),
                Which::Feed(Feed::Atom) => press.feed(path, &listed.dated(), needs),
                Which::Feed(Feed::Sitemap) => press.feed(path, &listed.mapped(), needs),
            };
            each.push((at, earlier.keep(*key, text.map(|text| text.into_bytes().into()))));
        }
        each
    };
    for (at, text) in missing.par_chunks(RUN).flat_map_iter(make).collect::<Vec<_>>() {
        made[at] = Some(text);
    }
    let (mut pages, mut diagnostics) = (Vec::new(), Vec::new());
    for (plan, made) in plans.into_iter().zip(made) {
        match made.as_deref() {
            Some(Ok(text)) => pages.push((plan.path, plan.key, text.clone())),
            Some(Err(found)) => diagnostics.push(found.clone()),
            None => {}
        }
    }
    (pages, diagnostics)
}

fn plan(
    articles: &[Ready<'_>],
    listed: &Lists<'_>,
    sections: &[InOrder<'_>],
    shared: &Shared<'_>,
) -> Vec<Plan> {
    let home = articles.iter().position(|article| article.dir.is_empty());
    let own = (0..articles.len()).filter(|&at| Some(at) != home && articles[at].section.is_none());
    let page = |at: usize| (format!("{}index.html", articles[at].dir), Which::Article(at));
    let mut all: Vec<(String, Which)> = own.map(page).collect();
    all.push(("index.html".to_owned(), Which::Home(home)));
    all.push(("404.html".to_owned(), Which::Lost));
    for (section, InOrder { articles: own, .. }) in sections.iter().enumerate() {
        for (at, &article) in own.iter().enumerate() {
            let dir = match article {
                Some(article) => articles[article].dir,
                None => &shared.config.sections[section].path,
            };
            all.push((format!("{dir}index.html"), Which::Section { section, at, article }));
        }
    }
    if shared.config.base_url.is_some() {
        all.push(("atom.xml".to_owned(), Which::Feed(Feed::Atom)));
        all.push(("sitemap.xml".to_owned(), Which::Feed(Feed::Sitemap)));
    }
    let [of_article, of_section, of_home, of_lost, of_atom, of_sitemap] =
        ["article.html", "section.html", "index.html", "404.html", "atom.xml", "sitemap.xml"]
            .map(|name| shared.theme.needs(name));
    let site = shared.digest();
    let plan = |(path, which): (String, Which)| {
        let (needs, body, list) = match which {
            Which::Article(at) => (of_article, Some(at), &listed.digest),
            Which::Section { article, .. } => (of_section, article, &listed.digest),
            Which::Home(at) => (of_home, at, &listed.digest),
            Which::Lost => (of_lost, None, &listed.digest),
            Which::Feed(Feed::Atom) => (of_atom, None, &listed.dated_digest),
            Which::Feed(Feed::Sitemap) => (of_sitemap, None, &listed.mapped_digest),
        };
        let body = body.map(|at| articles[at].body.gist.digest);
        let list = (needs.articles || matches!(which, Which::Feed(_)))
            .then_some(list[usize::from(needs.contents)]);
        let around = match which {
            Which::Section { section, at, .. } => {
                let InOrder { digest, digest_with_contents, .. } = sections[section];
                Some((at, if needs.contents { digest_with_contents } else { digest }))
            }
            _ => None,
        };
        let key = key(&(site, &path, needs.digest, body, list, around));
        Plan { path, which, needs, key }
    };
    all.into_iter().map(plan).collect()
}

/// The articles as lists and feeds show them, the newest first.
struct Lists<'a> {
    all: Vec<&'a Body>,
    /// Changes with the list, and the other with its texts, too; so for the rest.
    digest: [Digest; 2],
    /// How many of them, the first ones, have a calendar date.
    dated: usize,
    dated_digest: [Digest; 2],
    /// The pages of the sections, which the site map has, too.
    in_sections: Vec<Member<'a>>,
    mapped_digest: [Digest; 2],
}

impl<'a> Lists<'a> {
    fn of(articles: &[Ready<'a>], sections: &[InOrder<'a>]) -> Self {
        let is_listed = |it: &&Ready<'_>| !it.dir.is_empty() && it.section.is_none();
        let listed = articles.iter().filter(is_listed);
        let mut all: Vec<&Body> = listed.map(|article| article.body).collect();
        let newest_first = |a: &&Body, b: &&Body| {
            let (a, b) = (&a.gist.listed, &b.gist.listed);
            b.iso.cmp(&a.iso).then_with(|| a.title.cmp(&b.title))
        };
        // Those without a date come last.
        all.sort_by(newest_first);
        let dated = all.iter().take_while(|body| body.gist.listed.iso.is_some()).count();
        let of = |bodies: &[&Body]| {
            let digest = |of: fn(&Body) -> Digest| {
                let digests: Vec<[u8; 32]> = bodies.iter().map(|body| *of(body).bytes()).collect();
                Digest::of(digests.as_flattened())
            };
            let listed = digest(|body| body.gist.listed_digest);
            let contents = digest(|body| body.gist.content.digest());
            [listed, Digest::of([*listed.bytes(), *contents.bytes()].as_flattened())]
        };
        let (digest, dated_digest) = (of(&all), of(&all[..dated]));
        let mapped = |all: Digest, of: fn(&InOrder<'_>) -> Digest| {
            let digests: Vec<Digest> = sections.iter().map(of).collect();
            Digest::of(json!([all, digests]).to_string().as_bytes())
        };
        let mapped_digest = [
            mapped(digest[0], |section| section.digest),
            mapped(digest[1], |section| section.digest_with_contents),
        ];
        let in_sections = sections.iter().flat_map(|section| section.listed.clone()).collect();
        Self { all, digest, dated, dated_digest, in_sections, mapped_digest }
    }

    fn all(&self, with_contents: bool) -> Vec<Line<'a>> {
        self.all.iter().map(|body| body.line(with_contents)).collect()
    }

    fn dated(&self) -> Vec<Member<'a>> {
        self.all[..self.dated].iter().map(|body| Member::Article(body)).collect()
    }

    fn mapped(&self) -> Vec<Member<'a>> {
        let all = self.all.iter().map(|body| Member::Article(body));
        all.chain(self.in_sections.iter().copied()).collect()
    }
}

/// The home page: what its article says, if there is one, before what the configuration says.
fn home(article: Option<&Page>, config: &Config) -> Page {
    let page = article.cloned().unwrap_or_else(|| Page {
        canonical: config.base_url.as_ref().map(ToString::to_string),
        ..Page::default()
    });
    Page {
        kind: "index",
        title: if page.title.is_empty() { config.title.clone() } else { page.title },
        description: page.description.or_else(|| config.description.clone()),
        ..page
    }
}

fn lost() -> Page {
    Page { kind: "404", title: "Page not found".to_owned(), ..Page::default() }
}
