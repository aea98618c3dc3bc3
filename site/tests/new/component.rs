//! Components in Rust, compiled as an author would.

use crate::alone::{Alone, text};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The profile of Prebake's own workspace in the place of the site's, so that what both have in
/// common has been compiled already.
fn profile() -> String {
    let manifest = fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = toml::from_str(&manifest).unwrap();
    let dev = &manifest["profile"]["dev"];
    let mut profile = format!(
        "[profile.dev]\ndebug = {}\nopt-level = 0\n[profile.dev.package.'*']\nopt-level = 0\n",
        json(&dev["debug"])
    );
    for (package, settings) in dev["package"].as_table().unwrap() {
        let level = json(&settings["opt-level"]);
        write!(profile, "[profile.dev.package.{package}]\nopt-level = {level}\n").unwrap();
    }
    profile
}

/// A string or a number as TOML has it, which is as JSON has it.
fn json(value: &toml::Value) -> String {
    serde_json::to_string(value).unwrap()
}

struct Author {
    alone: Alone,
}

impl Author {
    /// Runs cargo in the site, offline and with this workspace's target folder.
    fn cargo(&self, args: &[&str], rest: &[&str]) -> String {
        let profile_file = self.alone.path("profile.toml");
        fs::write(&profile_file, profile()).unwrap();
        // target/debug/prebake
        let target = Path::new(env!("CARGO_BIN_EXE_prebake")).ancestors().nth(2).unwrap();
        let output = Command::new(env!("CARGO"))
            .args(args)
            .arg("--offline")
            .arg("--config")
            .arg(&profile_file)
            .arg("--target-dir")
            .arg(target)
            .args(rest)
            .current_dir(self.alone.path("desk"))
            .output()
            .unwrap();
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{args:?}\n{said}");
        said
    }
}

#[test]
fn components_of_ones_own_are_compiled_tested_and_shown() {
    let author = Author { alone: Alone::new() };
    let alone = &author.alone;
    alone.done(&["new", "."]);
    let prebake = workspace().display().to_string();
    let said = alone.done(&["new", "--component", "ColourWheel", "--prebake", &prebake]);
    assert!(said.ends_with("  cargo run -- serve --watch --open\n"), "{said}");
    alone.done(&["new", "--component", "Orbit"]);
    let article = "---\ntitle: Mine\n---\n\n<ColourWheel id=\"wheel\" number={90} rows={4}/>\n\n\
                   Of these {wheel.at(90).alive} live. <Orbit/>\n";
    fs::write(alone.path("desk/content/mine.md"), article).unwrap();

    author.cargo(&["run"], &["--", "build"]);
    let page = alone.read("dist/mine/index.html");
    assert!(page.contains("<figure class=\"colour-wheel\" id=\"wheel\">"), "{page}");
    assert!(page.contains("<span class=\"orbit\""), "{page}");
    assert!(page.contains("Of these 9 live."), "{page}");

    let tested = author.cargo(&["test", "--workspace"], &[]);
    assert!(tested.contains("is_a_figure_without_scripts ... ok"), "{tested}");
    assert!(tested.contains("rule_90_draws_the_triangle_of_sierpinski ... ok"), "{tested}");
}
