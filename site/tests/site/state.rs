//! States: what pages say of them before and behind their module script, and what goes wrong.

use crate::builder::{SiteTest, prose, text};
use insta::assert_snapshot;
use prebake::diagnostic::render;
use prebake::island::STATE;
use prebake::site::Options;

const SCRIPT: &str = "<script>\nlet k = 3;\nconst unit = \"dB\";\n</script>\n\n";

fn site(text: &str) -> SiteTest {
    let text = text.replace("<K ", "<KMeansImage src=\"x.png\" ks=\"1..8\" alt=\"x\" ");
    SiteTest::new().article("a", &format!("{SCRIPT}{text}")).picture("a/x.png")
}

/// The module script of a page, if it has one.
fn module(page: &str) -> Option<&str> {
    let (_, behind) = page.split_once("<script type=\"module\">")?;
    behind.split_once("</script>").map(|(script, _)| script)
}

#[test]
fn initial_values_are_printed() {
    let output = site(
        "## With {k} colours\n\n<K id=\"dog\" bind:k/>\n\n{k} colours, {dog.at(k).psnr_db.toFixed(1)} {unit}, \
         {dog.width} wide. ![{k} colours](x.png)\n\n[{k}](#dog) and {k}\n",
    )
    .build();
    let page = text(&output, "a/index.html");
    let prose = prose(&output, "a/index.html");
    let figure: serde_json::Value = {
        let (path, _) = output.iter().find(|(path, _)| path.ends_with("figure.json")).unwrap();
        serde_json::from_slice(output.get(path).unwrap()).unwrap()
    };
    let psnr = figure["states"][2]["psnr_db"].as_f64().unwrap();
    let span = |n: u8, text: &str| format!("<span data-expression=\"{n}\">{text}</span>");
    let expected =
        format!("{} colours, {} dB, 24 wide.", span(0, "3"), span(1, &format!("{psnr:.1}")));
    assert!(prose.contains(&expected), "{expected} in {prose}");
    assert!(prose.contains("alt=\"3 colours\""), "{prose}");
    assert!(prose.contains(&format!("<a href=\"#dog\">{}</a>", span(0, "3"))), "{prose}");
    assert!(prose.contains("<h2 id=\"with-3-colours\">"), "{prose}");
    assert!(prose.contains(" bind=\"{&quot;k&quot;:&quot;k&quot;}\""), "{prose}");
    assert!(page.contains("[data-expression]{font-variant-numeric:tabular-nums}"), "{page}");
}

#[test]
fn the_module_holds_what_the_page_uses_and_no_more() {
    let output =
        site("<K id=\"dog\" bind:k/>\n\n{k} {dog.at(k).inertia} {unit} {dog.states.length} {k}\n")
            .build();
    let page = text(&output, "a/index.html");
    let module = module(&page).unwrap();
    let own = module.strip_prefix(STATE).unwrap().trim();
    assert!(own.starts_with("const figures={dog:figure(8,\"k\",{inertia:["), "{own}");
    assert!(own.contains(",k:[1,2,3,4,5,6,7,8]},{})};\n"), "{own}");
    assert!(!own.contains("psnr_db"), "{own}");
    let share = own.lines().last().unwrap();
    assert_eq!(
        share,
        "share({k:[3,v=>v>=1&&v<=8&&v%1==0]},[[s=>s.k,\"k\"],[s=>figures.dog.at(s.k).inertia,\"k\"]]);"
    );
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).unwrap();
    assert_eq!(policy.split('"').next().unwrap().matches("sha256-").count(), 2, "loader and state");
    assert!(output.iter().all(|(path, _)| !path.contains("state")), "it costs no request");
}

#[test]
fn pages_without_states_carry_no_module() {
    // Nothing changes `unit`, and figures have numbers without states too.
    let output = site("<K id=\"dog\"/>\n\n{unit} {dog.at(3).k}\n").build();
    let page = text(&output, "a/index.html");
    assert!(page.contains("<p>dB 3</p>"), "{page}");
    assert_eq!(module(&page), None);
    assert!(!page.contains("data-expression"), "{page}");
}

#[test]
fn islands_can_share_a_state_without_prose() {
    let output = site("<K bind:k/>\n\n<K bind:k/>\n").build();
    let page = text(&output, "a/index.html");
    assert!(module(&page).unwrap().ends_with("share({k:[3,v=>v>=1&&v<=8&&v%1==0]},[]);"), "{page}");
}

#[test]
fn the_runtime_is_small() {
    let bytes = xtask::brotli_len(STATE.as_bytes());
    assert!(bytes <= 1_500, "{bytes} B of 1500");
}

#[test]
fn feeds_have_plain_values() {
    let base_url = "https://example.org/".parse().ok();
    let text = "---\ntitle: A\ndate: 2026-01-02\n---\n\n<script>\nlet k = 3;\n</script>\n\n\
                <KMeansImage src=\"x.png\" ks=\"1..8\" alt=\"x\" bind:k/>\n\nIn {k} colours.\n";
    let output = SiteTest::new()
        .article("a", text)
        .picture("a/x.png")
        .options(Options { base_url, ..Options::default() })
        .build();
    let feed = crate::builder::text(&output, "atom.xml");
    assert!(feed.contains("&lt;p&gt;In 3 colours.&lt;/p&gt;"), "{feed}");
}

#[test]
fn a_heading_that_asks_a_figure_is_whole_in_the_contents() {
    let output =
        site("## {dog.at(k).k} colours\n\n## Two\n\n## Three\n\n<K id=\"dog\" bind:k/>\n").build();
    let page = text(&output, "a/index.html");
    assert!(page.contains("<li><a href=\"#colours\">3 colours</a></li>"), "{page}");
}

#[test]
fn mistakes_in_expressions_are_found_where_they_stand() {
    assert_snapshot!(
        site(
            "<K id=\"dog\" bind:k/>\n\n{dog.at(k).psnr} {dog.height2} {dog}\n\n\
             {dog.at(k + 1).psnr_db} {k < 5 ? k : dog.states[k].nothing}\n\n{[1][k]} {k + nobody}\n"
        )
        .errors()
    );
}

#[test]
fn binds_that_cannot_be() {
    assert_snapshot!(
        site("<K bind:alt={unit} bind:caption={k} bind:kk={k}/>\n\n<K bind:selected={k} k={3}/>\n")
            .errors()
    );
}

#[test]
fn a_state_begins_in_its_domain() {
    // The picture runs out of colours before the state's first value.
    let build = SiteTest::new()
        .article("a", "<script>\nlet k = 250;\n</script>\n\n<KMeansImage src=\"x.png\" ks=\"1..256\" alt=\"x\" bind:k/>\n")
        .file("content/a/x.png", small())
        .run();
    assert!(build.output.is_none());
    assert_snapshot!(render(&build.diagnostics, false, 100));
}

/// A picture of four colours.
fn small() -> Vec<u8> {
    let mut png = Vec::new();
    image::RgbImage::from_fn(8, 8, |x, y| {
        image::Rgb([(x / 4 * 200) as u8, (y / 4 * 200) as u8, 9])
    })
    .write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png)
    .unwrap();
    png
}

#[test]
fn a_state_that_nothing_changes_is_noted_once() {
    let build = site("{k} and {k}\n").run();
    assert!(build.output.is_some());
    assert_snapshot!(render(&build.diagnostics, false, 100));
    assert!(!text(build.output.as_ref().unwrap(), "a/index.html").contains("<script"));
}

#[test]
fn figures_of_one_name_are_told_apart() {
    assert_snapshot!(
        site("<K id=\"dog\" bind:k/>\n\n<K id=\"dog\" space=\"oklab\"/>\n\n{dog.width}\n").errors()
    );
}
