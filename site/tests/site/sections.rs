//! Sections: folders of pages with a list of their own.

use crate::builder::{SiteTest, text};
use prebake::site::Options;

const TOML: &str = "[[section]]\nfolder = \"docs\"\npath = \"manual\"\ntitle = \"Manual\"\n";

fn site() -> SiteTest {
    SiteTest::new()
        .file("prebake.toml", TOML)
        .article(
            "a",
            "---\ntitle: A\ndate: 2026-01-02\n---\n\n[m](../../docs/start.md) [f](/manual/)\n",
        )
        .file("docs/index.md", "---\ntitle: The manual\norder: 9\n---\n\nWelcome.\n")
        .file("docs/start.md", "---\ntitle: Start\norder: 1\n---\n\n[a](../content/a/index.md#x)\n")
        .file("docs/about.md", "---\ntitle: About\n---\n\n[back](index.md)\n")
        .file("docs/deep/er.md", "---\ntitle: Deeper\norder: 0.5\n---\n\n[s](../start.md)\n")
        .file("docs/README.md", "For those who read the source.\n")
}

/// The texts of a page's links in a `<nav>`, with where they lead.
fn links(page: &str, label: &str) -> Vec<(String, String)> {
    let nav = page.split(&format!("aria-label=\"{label}\"")).nth(1).unwrap_or_default();
    let nav = nav.split("</nav>").next().unwrap();
    nav.split("<a ")
        .skip(1)
        .map(|link| {
            let href = link.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
            let text = link.split('>').nth(1).unwrap().split('<').next().unwrap();
            (text.to_owned(), href.to_owned())
        })
        .collect()
}

fn pairs(links: &[(String, String)]) -> Vec<(&str, &str)> {
    links.iter().map(|(text, href)| (text.as_str(), href.as_str())).collect()
}

#[test]
fn its_pages_stand_in_order_around_each_of_them() {
    let output = site().build();
    let start = text(&output, "manual/start/index.html");
    assert_eq!(
        pairs(&links(&start, "Manual")),
        [
            ("The manual", "../../manual/index.html"),
            ("Deeper", "../../manual/deep/er/index.html"),
            ("Start", "../../manual/start/index.html"),
            ("About", "../../manual/about/index.html"),
        ]
    );
    assert_eq!(
        pairs(&links(&start, "Next and previous page")),
        [
            ("←&nbsp;Deeper", "../../manual/deep/er/index.html"),
            ("About&nbsp;→", "../../manual/about/index.html"),
        ]
    );
    assert!(start.contains("href=\"../../manual/start/index.html\" aria-current=\"page\""));
    let front = text(&output, "manual/index.html");
    let turn = links(&front, "Next and previous page");
    assert_eq!(pairs(&turn), [("Deeper&nbsp;→", "../manual/deep/er/index.html")]);
    assert!(output.get("manual/README/index.html").is_none());
}

#[test]
fn links_lead_into_it_and_out_of_it() {
    let output = site().build();
    let article = text(&output, "a/index.html");
    assert!(article.contains("<a href=\"../manual/start/index.html\">m</a>"), "{article}");
    assert!(article.contains("<a href=\"../manual/index.html\">f</a>"), "{article}");
    let start = text(&output, "manual/start/index.html");
    assert!(start.contains("<a href=\"../../a/index.html#x\">a</a>"), "{start}");
    let deeper = text(&output, "manual/deep/er/index.html");
    assert!(deeper.contains("<a href=\"../../../manual/start/index.html\">s</a>"), "{deeper}");
}

#[test]
fn the_home_page_and_the_feed_keep_to_articles() {
    let base_url = "https://example.org/".parse().ok();
    let output = site().options(Options { base_url, ..Options::default() }).build();
    let home = text(&output, "index.html");
    assert_eq!(pairs(&links(&home, "Sections")), [("Manual", "manual/index.html")]);
    assert!(home.contains("<h2><a href=\"a/index.html\">A</a></h2>"), "{home}");
    assert!(!home.contains("Start"), "{home}");
    assert!(!text(&output, "atom.xml").contains("manual/</id>"));
    let map = text(&output, "sitemap.xml");
    for page in ["", "start/", "about/", "deep/er/"] {
        assert!(map.contains(&format!("<loc>https://example.org/manual/{page}</loc>")), "{map}");
    }
    let lost = text(&output, "404.html");
    let absolute = "https://example.org/manual/index.html";
    assert_eq!(pairs(&links(&lost, "Sections")), [("Manual", absolute)]);
}

#[test]
fn a_page_that_is_lost_has_no_relative_links() {
    assert!(!text(&site().build(), "404.html").contains("manual/"));
}

#[test]
fn a_section_without_a_front_page_gets_one() {
    let output = SiteTest::new()
        .file("prebake.toml", "[[section]]\nfolder = \"notes\"\n")
        .article("a", "[n](../../notes/)\n")
        .file("notes/b.md", "---\ntitle: B\n---\n\nB.\n")
        .build();
    let front = text(&output, "notes/index.html");
    assert!(front.contains("<h2><a href=\"../notes/b/index.html\">B</a></h2>"), "{front}");
    assert!(text(&output, "a/index.html").contains("<a href=\"../notes/index.html\">n</a>"));
}

#[test]
fn drafts_of_a_section_are_not_published() {
    let site = || site().file("docs/soon.md", "---\ndraft: true\n---\n\nSoon.\n");
    let output = site().build();
    assert!(output.get("manual/soon/index.html").is_none());
    assert!(!text(&output, "manual/index.html").contains("soon"));
    let linked = site().article("b", "[s](../../docs/soon.md)\n").run();
    assert_eq!(linked.diagnostics.len(), 1);
    assert_eq!(linked.diagnostics[0].code, "unpublished-link");
    assert!(linked.output.unwrap().iter().all(|(path, _)| !path.ends_with(".md")));
}

#[test]
fn what_cannot_stand_in_one_site_is_said() {
    let errors = SiteTest::new()
        .file("prebake.toml", "[[section]]\nfolder = \"docs\"\npath = \"a\"\n")
        .article("a", "A.\n")
        .file("docs/index.md", "B.\n")
        .file("docs/c.md", "---\norder: first\n---\n\nC.\n")
        .errors();
    assert!(errors.contains("`content/a/index.md` and `docs/index.md` make the same page"));
    assert!(!errors.contains("output-collision"), "{errors}");
    assert!(errors.contains("`order` must be a number"), "{errors}");
    let empty = SiteTest::new().file("prebake.toml", TOML).article("a", "A.\n").errors();
    assert!(empty.contains("no article in `docs/`"), "{empty}");
    assert!(empty.contains("prebake.toml:2:10"), "{empty}");
}
