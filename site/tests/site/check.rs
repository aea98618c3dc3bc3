//! What `prebake check` finds beyond a build.

use crate::builder::SiteTest;
use prebake::diagnostic::{render, to_json};
use prebake::disk::RealDisk;
use prebake::site::{Options, Site};
use std::sync::Arc;

fn found(site: SiteTest) -> String {
    render(&site.check().diagnostics, false, 100)
}

fn codes(site: SiteTest) -> Vec<String> {
    site.check().diagnostics.into_iter().map(|found| found.code).collect()
}

#[test]
fn our_own_articles_have_nothing_to_mend() {
    let site = Site::new(Arc::new(RealDisk), xtask::workspace());
    let checked = site.check(&Options { drafts: true, ..Options::default() });
    let shown = render(&checked.diagnostics, false, 100);
    assert!(checked.diagnostics.is_empty(), "{shown}");
    assert!(checked.articles > 0);
}

#[test]
fn what_readers_would_stumble_over() {
    let article = "---\ntitle: A\ndescripton: B\n---\n\n<script>\nimport Old from \
                   \"./KMeansImage.svelte\";\nconst spare = 1;\n</script>\n\n### Deep\n\n\
                   ![](dog.png)\n\n<img src=\"dog.png\">\n\n[](other.md)\n\n<input type=\"range\" \
                   id=\"deep\">\n\n<KMeansImage ks=\"1..2\" id=\"deep\"/>\n\n<iframe \
                   src=\"https://example.org/\"></iframe>\n";
    let site = SiteTest::new()
        .article("a", article)
        .file("content/a/other.md", "Words.\n")
        .file("content/a/forgotten.txt", "x")
        .picture("a/dog.png");
    insta::assert_snapshot!(found(site));
}

#[test]
fn links_inside_the_site_lead_somewhere() {
    let article = "[page](../b/index.md#two) [slip](../b/index.md#tow) [own](#here) [slip](#hear) \
                   [top](#top) [page](/b/#one) [lost](../c/index.md) [lost](nothing.pdf) \
                   [out](../../../x.md) [file](/notes.txt) [index](../index.html) \
                   [feed](/atom.xml) [raw](#raw) [figure](#dog) [given](#kmeans-image-1) \
                   [words](../b/index.md#:~:text=Two)\n\n## Here\n\n<a name=\"raw\"></a>\n\n\
                   <KMeansImage src=\"dog.png\" alt=\"x\" id=\"dog\">\n\n### Inside\n\n\
                   </KMeansImage>\n\n[inside](#inside)\n";
    let site = SiteTest::new()
        .article("a", article)
        .article("b", "## One\n\n## Two\n")
        .picture("a/dog.png")
        .file("static/notes.txt", "x");
    insta::assert_snapshot!(found(site));
}

#[test]
fn each_of_many_links_to_one_place_is_told_where_it_stands() {
    let text = "[a](#no) and [b](#no)\n\n[c](#no)\n";
    let checked = SiteTest::new().article("a", text).check();
    let starts: Vec<usize> =
        checked.diagnostics.iter().map(|it| it.span.as_ref().unwrap().range.start).collect();
    assert_eq!(starts, [4, 17, 27]);
}

#[test]
fn nothing_is_baked_and_numbers_of_figures_are_not_missed() {
    let text = "<script>\nlet k = 3;\n</script>\n\n<KMeansImage src=\"dog.png\" alt=\"x\" ks=\"1..4\" \
                id=\"dog\" bind:k/>\n\n{k} colours: {dog.at(k).psnr_db.toFixed(1)}, {dog.nonsense}\n";
    let site = SiteTest::new().article("a", text).file("content/a/dog.png", b"no picture at all");
    assert_eq!(codes(site), Vec::<String>::new());
}

#[test]
fn mistakes_of_a_build_are_found_too() {
    let site = SiteTest::new()
        .file("prebake.toml", "titel = \"A\"\n")
        .article("a", "<KMeansImage src=\"dgo.png\" alt=\"x\"/>\n\n<Nope/>\n\n![x](gone.png)\n")
        .file("templates/article.html", "{{ page.nonsense }}");
    let mut found = codes(site);
    found.sort();
    assert_eq!(
        found,
        ["invalid-template", "missing-file", "missing-file", "unknown-component", "unknown-key"]
    );
}

#[test]
fn a_picture_may_be_twice_as_wide_as_its_place() {
    let picture = |width: u32, tag: &str| {
        let mut png = Vec::new();
        let picture = image::RgbImage::new(width, 1);
        let png_format = image::ImageFormat::Png;
        picture.write_to(&mut std::io::Cursor::new(&mut png), png_format).unwrap();
        SiteTest::new().article("a", tag).file("content/a/x.png", png)
    };
    let wide = ["oversized-picture".to_owned()];
    assert_eq!(codes(picture(1_200, "![x](x.png)\n")), Vec::<String>::new());
    assert_eq!(codes(picture(1_201, "![x](x.png)\n")), wide);
    assert_eq!(codes(picture(401, "<img src=x.png width=200 alt=x>\n")), wide);
    assert_eq!(codes(picture(401, "<img src=x.png width=201 alt=x>\n")), Vec::<String>::new());
    let own = picture(4_000, "![x](x.png)\n").file("static/style.css", "main { width: 200ch }");
    assert_eq!(codes(own), Vec::<String>::new(), "nobody knows how wide this is");
    let figure = "![x](x.png)\n\n<KMeansImage alt=\"x\"/>\n";
    assert_eq!(codes(picture(4_000, figure)), Vec::<String>::new(), "it shows the figure's file");
}

#[test]
fn files_are_used_in_many_ways() {
    let site = |text: &str| {
        SiteTest::new().article("a", text).file("content/a/data/x y.csv", "1").picture("a/dog.png")
    };
    let unused =
        |text: &str| codes(site(text)).into_iter().filter(|it| it == "unused-file").count();
    assert_eq!(unused("Words.\n"), 1, "a folder of which nothing is shown is left alone");
    assert_eq!(unused("<video poster=dog.png></video>\n"), 0);
    assert_eq!(unused("<img srcset=\"dog.png 1x\" alt=\"x\">\n"), 0);
    assert_eq!(unused("---\ncover: dog.png\n---\n\nWords.\n"), 0);
    assert_eq!(unused("[data](data/x%20y.csv) ![x](dog.png)\n"), 0);
    assert_eq!(unused("`dog.png`\n"), 0, "whatever it is for, it is named");
}

#[test]
fn controls_and_links_may_be_named_in_many_ways() {
    for (html, expect) in [
        ("<input>", 1),
        ("<label>A <input></label>", 0),
        ("<label for=a>A</label> <input id=a>", 0),
        ("<input aria-label=A>", 0),
        ("<input type=hidden>", 0),
        ("<button></button>", 1),
        ("<button>Go</button>", 0),
        ("<button><img src=dog.png alt=Go></button>", 0),
        ("<a href=https://example.org></a>", 1),
        ("<a href=https://example.org><img src=dog.png alt></a>", 1),
        ("<a href=https://example.org>{1 + 1}</a>", 0),
        ("<iframe src=https://example.org title=A></iframe>", 0),
        ("<select></select>", 1),
        ("- [ ] task\n", 0),
    ] {
        let text = format!("<script>\nconst k = 1;\n</script>\n\n{html} {{k}}\n");
        let found = codes(SiteTest::new().article("a", &text).picture("a/dog.png"));
        let found = found.iter().filter(|code| *code == "missing-label").count();
        assert_eq!(found, expect, "{html}");
    }
}

#[test]
fn strict_makes_errors_of_warnings() {
    let site = |strict| {
        let options = Options { strict, ..Options::default() };
        SiteTest::new()
            .article("a", "<style>p { background: url(x.png) }</style>\n")
            .options(options)
    };
    assert!(site(false).run().output.is_some());
    assert!(site(true).run().output.is_none());
    let severity = |site: SiteTest| site.check().diagnostics[0].severity;
    assert_ne!(severity(site(false)), severity(site(true)));
}

#[test]
fn programs_are_told_the_same_as_people() {
    let checked = SiteTest::new().article("a", "Ä [a](#no)\n").check();
    let json: serde_json::Value = serde_json::from_str(&to_json(&checked.diagnostics)).unwrap();
    assert_eq!(json["summary"]["warnings"], 1);
    let found = &json["diagnostics"][0];
    assert_eq!(found["code"], "missing-anchor");
    assert_eq!(found["file"], "content/a/index.md");
    assert_eq!((&found["line"], &found["column"]), (&1.into(), &7.into()));
    assert_eq!(found["bytes"], serde_json::json!([7, 10]));
}
