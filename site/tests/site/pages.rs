//! Pages: links, pictures, islands, feeds.

use crate::builder::{SiteTest, prose, text};
use prebake::site::Options;

/// Feeds of the built-in template are put together from parts; one of the site's own is not.
#[test]
fn the_built_in_feed_is_what_its_template_says() {
    let template = include_str!("../../../templates/atom.xml");
    let feed = |own: bool, title: &str| {
        let site = SiteTest::new()
            .file("prebake.toml", "title = \"A & B\"\nbase_url = \"https://example.org/\"\n")
            .article(
                "a",
                "---\ntitle: A < B\ndate: 2024-01-02\n---\n\n*It's* [b](../b/index.md).\n",
            )
            .article("b", &format!("---\ntitle: {title}\ndate: 2024-01-03\n---\n\nWords.\n"))
            .article("c", "---\ntitle: Empty\ndate: 2024-01-04\n---\n");
        let own = own.then(|| format!("{template}{{# own #}}"));
        let site = own.iter().fold(site, |site, text| site.file("templates/atom.xml", text));
        text(&site.build(), "atom.xml")
    };
    for title in ["Words", "A \u{fdd0} that nobody writes"] {
        assert!(feed(false, title).contains("&lt;em&gt;It"));
        assert_eq!(feed(false, title), feed(true, title));
    }
}

#[test]
fn pictures_get_their_size_and_a_name_of_their_own() {
    let output = SiteTest::new()
        .article("a", "![one](x.png)\n\n<img src=x.png>\n")
        .picture("a/x.png")
        .build();
    let prose = prose(&output, "a/index.html");
    assert!(prose.contains("width=\"24\" height=\"16\""), "{prose}");
    assert!(prose.contains("loading=\"eager\""), "the first one: {prose}");
    assert!(prose.contains("loading=\"lazy\""), "the second one: {prose}");
    assert_eq!(output.iter().filter(|(path, _)| path.starts_with("a/x-")).count(), 1);
}

#[test]
fn an_image_of_a_figures_picture_is_the_figures_file() {
    let output = SiteTest::new()
        .article("a", "![one](x.png)\n\n<KMeansImage ks=\"1..3\" alt=\"x\"/>\n")
        .picture("a/x.png")
        .build();
    let prose = prose(&output, "a/index.html");
    let island = prose.find("<prebake-island").unwrap();
    assert!(prose[..island].contains("src=\"figures/x-"), "{prose}");
    assert_eq!(output.iter().filter(|(path, _)| path.starts_with("a/x-")).count(), 0);
}

#[test]
fn links_between_articles_lead_to_pages() {
    let output = SiteTest::new()
        .article(
            "a",
            "[b](../b/index.md#part) [c](../c.md) [dir](../b/) [out](https://example.org/)\n",
        )
        .article("b", "Hello.\n")
        .file("content/c.md", "Hello.\n")
        .build();
    let prose = prose(&output, "a/index.html");
    assert!(prose.contains("href=\"../b/index.html#part\""), "{prose}");
    assert!(prose.contains("href=\"../c/index.html\""), "{prose}");
    assert!(prose.contains("href=\"../b/index.html\""), "{prose}");
    assert!(prose.contains("href=\"https://example.org/\""), "{prose}");
}

#[test]
fn every_url_of_a_page_is_relative() {
    let output = SiteTest::new()
        .article("deep/er", "![x](/content/deep/x.png)\n\n<KMeansImage ks=\"1..2\" alt=\"x\"/>\n")
        .picture("deep/x.png")
        .build();
    let page = text(&output, "deep/er/index.html");
    for attribute in ["src=\"", "href=\"", "widget=\"", "preload=\""] {
        for (at, _) in page.match_indices(attribute) {
            let url = page[at + attribute.len()..].split('"').next().unwrap();
            for url in url.split(' ').filter(|_| !url.starts_with("data:")) {
                assert!(!url.starts_with('/') && !url.contains("://"), "{url}");
            }
        }
    }
    assert!(page.contains("widget=\"../../assets/kmeans-image-"), "{page}");
}

#[test]
fn an_article_at_the_top_is_the_home_page() {
    let output = SiteTest::new()
        .file("prebake.toml", "title = \"Words\"\n")
        .file(
            "content/index.md",
            "<style>p { color: red }</style>\n\nWelcome to [a](a/index.md).\n",
        )
        .article("a", "A.\n")
        .build();
    let page = text(&output, "index.html");
    assert!(page.contains("<h1>Words</h1>"), "{page}");
    assert!(page.contains("<p>Welcome to <a href=\"a/index.html\">a</a>.</p>"), "{page}");
    let scope = page.split(" p { color: red }").next().unwrap().rsplit('.').next().unwrap();
    assert!(page.contains(&format!("<div class=\"prose {scope}\">")), "{page}");
    assert!(page.contains("<h2><a href=\"a/index.html\">a</a></h2>"), "{page}");
}

#[test]
fn drafts_are_built_on_request_only() {
    let site =
        || SiteTest::new().article("a", "A.\n").article("b", "---\ndraft: true\n---\n\nB.\n");
    assert!(site().build().get("b/index.html").is_none());
    let drafts = Options { drafts: true, ..Options::default() };
    assert!(site().options(drafts).build().get("b/index.html").is_some());
}

#[test]
fn feeds_need_a_base_url_and_dates() {
    let site = || {
        SiteTest::new()
            .article("a", "---\ntitle: A & B\ndate: 2026-01-02\n---\n\n[b](../b/index.md)\n")
            .article("b", "---\ntitle: Undated\ndate: last spring\n---\n\nB.\n")
    };
    assert!(site().build().get("atom.xml").is_none());
    let base_url = "https://example.org/x/".parse().ok();
    let output = site().options(Options { base_url, ..Options::default() }).build();
    let feed = text(&output, "atom.xml");
    assert!(feed.contains("<id>https://example.org/x/a/</id>"), "{feed}");
    assert!(feed.contains("<title>A &amp; B</title>"), "{feed}");
    assert!(feed.contains("<updated>2026-01-02T00:00:00Z</updated>"), "{feed}");
    assert!(feed.contains("https://example.org/x/b/index.html"), "links are absolute: {feed}");
    assert!(!feed.contains("Undated"), "{feed}");
    let map = text(&output, "sitemap.xml");
    assert!(map.contains("<loc>https://example.org/x/</loc>"), "the home page: {map}");
    assert!(map.contains("https://example.org/x/a/"), "{map}");
    assert!(map.contains("https://example.org/x/b/"), "{map}");
}

#[test]
fn a_page_without_islands_ships_no_script() {
    let output = SiteTest::new().article("a", "Words.\n").build();
    let page = text(&output, "a/index.html");
    assert!(!page.contains("<script"), "{page}");
    assert!(!page.contains("wasm-unsafe-eval"), "{page}");
    assert!(output.iter().all(|(path, _)| !path.starts_with("assets/")));
}

#[test]
fn a_site_overrides_templates_and_styles() {
    let output = SiteTest::new()
        .article("a", "---\ntitle: T\n---\n\nWords.\n")
        .file("templates/article.html", "<p>{{ page.title }}</p>{{ page.content | safe }}")
        .file("static/robots.txt", "User-agent: *\n")
        .build();
    assert_eq!(text(&output, "a/index.html").trim(), "<p>T</p><p>Words.</p>");
    assert_eq!(text(&output, "robots.txt"), "User-agent: *\n");
}

#[test]
fn a_jpeg_stays_what_it_is_and_the_table_says_what_waking_costs() {
    let mut jpeg = Vec::new();
    image::RgbImage::from_fn(16, 16, |x, y| image::Rgb([x as u8 * 9, y as u8 * 9, 90]))
        .write_to(&mut std::io::Cursor::new(&mut jpeg), image::ImageFormat::Jpeg)
        .unwrap();
    let build = SiteTest::new()
        .article("a", "![x](x.jpg)\n\n<KMeansImage ks=\"1..3\" alt=\"x\"/>\n")
        .file("content/a/x.jpg", &jpeg)
        .run();
    let table = build.report.table(false);
    assert!(table.contains("exact; fetches the picture too"), "{table}");
    let output = build.output.unwrap();
    let prose = prose(&output, "a/index.html");
    let shown = prose.split("src=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(output.get(&format!("a/{shown}")).map(|bytes| bytes.to_vec()), Some(jpeg));
}

#[test]
fn what_scrolls_is_within_reach_of_the_keyboard() {
    let output = SiteTest::new()
        .article("a", "- [x] one\n- [ ] two\n\n```\ncode\n```\n\n| a |\n|---|\n| b |\n\n$$x$$\n")
        .build();
    let prose = prose(&output, "a/index.html");
    assert_eq!(prose.matches("tabindex=\"0\"").count(), 3, "{prose}");
    assert!(prose.contains("aria-label=\"done\"") && prose.contains("aria-label=\"to do\""));
}

#[test]
fn a_draft_is_not_published_by_a_link_to_it() {
    let build = SiteTest::new()
        .article("a", "[b](../b/index.md) [b](../b/)\n")
        .article("b", "---\ndraft: true\n---\n\nSecret.\n")
        .run();
    let codes: Vec<&str> = build.diagnostics.iter().map(|found| found.code.as_str()).collect();
    assert_eq!(codes, ["unpublished-link", "unpublished-link"]);
    let output = build.output.unwrap();
    assert!(output.iter().all(|(path, _)| !path.ends_with(".md")));
}

#[test]
fn links_from_the_root_are_those_of_the_finished_site() {
    let output = SiteTest::new()
        .article("a", "[b](/b/#x) [t](/t.txt)\n")
        .article("b", "B.\n")
        .file("static/t.txt", "T")
        .build();
    let prose = prose(&output, "a/index.html");
    assert!(prose.contains("href=\"../b/index.html#x\""), "{prose}");
    assert!(prose.contains("href=\"../t.txt\""), "{prose}");
}

#[test]
fn every_candidate_of_a_srcset_is_carried_along() {
    let output = SiteTest::new()
        .article("a", "<img src=x.png srcset=\"x.png 1x, y.png 2x\">\n")
        .picture("a/x.png")
        .picture("a/y.png")
        .build();
    let prose = prose(&output, "a/index.html");
    assert!(prose.contains(" 1x, y-"), "{prose}");
    assert_eq!(output.iter().filter(|(path, _)| path.ends_with(".png")).count(), 2);
}

#[test]
fn what_a_page_shows_must_be_there() {
    let build =
        SiteTest::new().article("a", "[x](nope.pdf) <video src=\"nope.mp4\"></video>\n").run();
    let codes: Vec<&str> = build.diagnostics.iter().map(|found| found.code.as_str()).collect();
    assert_eq!(codes, ["missing-file"], "the link may lead to what something else serves");
    assert!(build.output.is_none(), "a lost video is an error");
}

#[test]
fn an_author_who_gives_one_side_gets_the_other() {
    let output = SiteTest::new()
        .article("a", "<img src=x.png width=100>\n\n<img src=x.png height=8 alt=y>\n")
        .picture("a/x.png")
        .build();
    let prose = prose(&output, "a/index.html");
    assert!(prose.contains("height=\"67\""), "{prose}");
    assert!(prose.contains("width=\"12\""), "{prose}");
}

#[test]
fn a_heading_of_the_first_level_is_the_title_where_there_is_no_other() {
    let output = SiteTest::new().article("a", "# Fewer *colours*\n\nWords.\n").build();
    let page = text(&output, "a/index.html");
    assert!(page.contains("<title>Fewer colours"), "{page}");
    assert_eq!(page.matches("<h1").count(), 1, "{page}");
}

#[test]
fn a_site_widens_its_policy_for_its_own_embeds() {
    let output = SiteTest::new()
        .article("a", "Words.\n")
        .file("prebake.toml", "[csp]\nscript_src = [\"https://embeds.example.org\"]\n")
        .build();
    let page = text(&output, "a/index.html");
    assert!(page.contains("script-src &#39;self&#39; https://embeds.example.org;"), "{page}");
}
