//! Every code has an explanation, and every explanation is true.

use crate::builder::SiteTest;
use crate::provoked;
use prebake::diagnostic::catalogue::{Catalogue, Entry, entries};
use prebake::diagnostic::{Diagnostic, render};
use prebake::disk::MemoryDisk;
use prebake::parse::{self, Node};
use prebake::site::Site;
use prebake_plugin::Severity;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn catalogue() -> Catalogue {
    Site::new(Arc::new(MemoryDisk::new()), PathBuf::from("/site")).catalogue()
}

/// The site of an entry's examples; the pictures that these name are there too.
fn site(entry: &Entry, is_mended: bool) -> SiteTest {
    let mut site = SiteTest::new();
    let all = || entry.example(false).chain(entry.example(true));
    for example in entry.example(is_mended) {
        site = site.file(&example.path, &example.text);
    }
    let is_text = |path: &str| path.starts_with("content/") && path.ends_with(".md");
    if !entry.example(is_mended).any(|example| is_text(&example.path)) {
        site = site.article("example", "Words.\n");
    }
    // Wherever one of the two names it: the other may have its name wrong.
    if all().any(|example| example.text.contains("dog.png")) {
        site = site.picture("example/dog.png");
    }
    if all().any(|example| example.text.contains("big.png")) {
        site = site.wide_picture("example/big.png");
    }
    site
}

fn codes(diagnostics: &[Diagnostic]) -> BTreeSet<&str> {
    diagnostics.iter().map(|found| found.code.as_str()).collect()
}

#[test]
fn every_example_provokes_its_code_and_no_other() {
    let catalogue = catalogue();
    let mut untrue = Vec::new();
    let is_guard = |entry: &&Entry| {
        let code = entry.code.as_str();
        provoked::GUARDS.iter().chain(&provoked::ELSEWHERE).any(|(guard, _)| *guard == code)
    };
    for entry in catalogue.entries().iter().filter(|entry| !is_guard(entry)) {
        let Entry { code, severity, .. } = entry;
        let found = if entry.example(false).next().is_some() {
            let built = site(entry, false).run().diagnostics;
            if built.is_empty() { site(entry, false).check().diagnostics } else { built }
        } else {
            provoked::by_circumstance(code)
        };
        let shown = render(&found, false, 100);
        // Whoever makes a mistake may be told more about the same thing.
        let found: Vec<Diagnostic> = found
            .into_iter()
            .filter(|it| it.code == *code || it.severity != Severity::Note)
            .collect();
        let is_of = found.iter().all(|it| it.severity == *severity);
        if codes(&found) != BTreeSet::from([code.as_str()]) || !is_of {
            untrue.push(format!("── {code}: {severity:?}\n{shown}"));
        }
    }
    assert!(untrue.is_empty(), "{}", untrue.join("\n"));
}

#[test]
fn what_is_said_to_be_provoked_elsewhere_is() {
    for (code, test) in provoked::ELSEWHERE {
        let text = fs::read_to_string(xtask::workspace().join("site/tests").join(test)).unwrap();
        assert!(text.contains(code), "{test} says nothing of {code}");
    }
}

#[test]
fn every_mended_example_is_clean() {
    let mut wrong = Vec::new();
    for entry in catalogue().entries() {
        if entry.example(true).next().is_some() {
            let built = site(entry, true).run();
            let checked = site(entry, true).check();
            let all: Vec<Diagnostic> =
                built.diagnostics.into_iter().chain(checked.diagnostics).collect();
            if !all.is_empty() {
                wrong.push(format!("── {}\n{}", entry.code, render(&all, false, 100)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The codes in the sources below a folder of the workspace, with a file that makes each.
fn emitted(folder: &str) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    let mut folders = vec![xtask::workspace().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs")
                && path.file_stem().is_some_and(|it| it != "tests")
            {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap();
                for name in codes_in(code, &path) {
                    found.insert(name, path.clone());
                }
            }
        }
    }
    found
}

/// What makes a diagnostic, a problem or a mistake, and what names a code before that.
const MAKERS: [&str; 11] = [
    "Diagnostic::error(",
    "Diagnostic::warning(",
    "Diagnostic::note(",
    "Problem::error(",
    "Problem::warning(",
    "Problem::note(",
    "Self::error(",
    "Mistake::new(",
    "article.warning(",
    "code: ",
    "const CODE: &str = ",
];

fn codes_in(text: &str, path: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for maker in MAKERS {
        for (at, _) in text.match_indices(maker) {
            let argument = text[at + maker.len()..].trim_start();
            if let Some(literal) = argument.strip_prefix('"') {
                found.push(literal.split('"').next().unwrap().to_owned());
            } else if maker.ends_with('(') {
                // Otherwise it is passed on, or a constant that was found itself.
                let name = argument.split(',').next().unwrap();
                let is_known =
                    matches!(name, "code" | "CODE" | "UNSUPPORTED") || name.ends_with(".code");
                assert!(is_known, "{}: {maker}{name}", path.display());
            }
        }
    }
    for (at, _) in text.match_indices("const UNSUPPORTED: &str = \"") {
        found.push(text[at..].split('"').nth(1).unwrap().to_owned());
    }
    found
}

#[test]
fn every_code_is_explained_once_and_no_other_is() {
    let explained = |texts: &[&str]| -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for text in texts {
            for entry in entries(text) {
                assert!(found.insert(entry.code.clone()), "{} is explained twice", entry.code);
                assert!(entry.cause.ends_with('.'), "{}: {}", entry.code, entry.cause);
            }
        }
        found
    };
    let read = |path: &str| fs::read_to_string(xtask::workspace().join(path)).unwrap();
    let folder = "site/src/diagnostic/catalogue";
    let own: Vec<String> =
        ["site", "article", "tags", "expressions", "figures", "programs", "check"]
            .iter()
            .map(|name| read(&format!("{folder}/{name}.md")))
            .collect();
    let own = explained(&own.iter().map(String::as_str).collect::<Vec<_>>());
    let mut made = emitted("site/src");
    made.extend(emitted("plugins/api/src"));
    let made: BTreeSet<String> = made.into_keys().collect();
    assert_eq!(made, own, "left: in the sources, right: in the catalogue");
    for plugin in ["kmeans-image", "scrub"] {
        let text = read(&format!("plugins/{plugin}/explanations.md"));
        let explained = explained(&[&text]);
        let made: BTreeSet<String> =
            emitted(&format!("plugins/{plugin}/src")).into_keys().collect();
        let made: BTreeSet<String> = made.difference(&own).cloned().collect();
        assert_eq!(made, explained, "{plugin}; left: in the sources, right: explained");
    }
}

#[test]
fn the_manual_page_is_an_article_with_an_anchor_for_every_code() {
    let catalogue = catalogue();
    let text = format!("---\ntitle: Codes\n---\n\n{}", catalogue.to_markdown());
    let output = SiteTest::new().article("codes", &text).build();
    let page = crate::builder::text(&output, "codes/index.html");
    for entry in catalogue.entries() {
        assert!(page.contains(&format!("<h2 id=\"{}\">", entry.code)), "{}", entry.code);
    }
    let source = crate::builder::source("content/codes/index.md", &text);
    let (article, _) = parse::article(&source, &["KMeansImage", "Scrub"]);
    assert!(article.body.iter().all(|node| matches!(node, Node::Html(_))), "examples are code");
}

#[test]
fn an_entry_reads_well_on_a_terminal() {
    let catalogue = catalogue();
    insta::assert_snapshot!(catalogue.get("unknown-prop").unwrap().to_text(72));
    insta::assert_snapshot!(catalogue.get("no-articles").unwrap().to_text(60));
    for entry in catalogue.entries() {
        for width in [40, 80] {
            let text = entry.to_text(width);
            let is_prose = |line: &&str| !line.starts_with("    ") && line.contains(' ');
            let longest = text.lines().filter(is_prose).map(|line| line.chars().count()).max();
            assert!(longest.unwrap_or(0) <= width, "{text}");
        }
    }
}

#[test]
fn a_slip_finds_its_code() {
    let catalogue = catalogue();
    assert_eq!(catalogue.nearest("unkown-prop"), Some("unknown-prop"));
    assert_eq!(catalogue.nearest("nonsense"), None);
    assert_eq!(catalogue.get("unknown-prop").unwrap().severity, Severity::Error);
}
