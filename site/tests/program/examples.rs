//! The site in `examples/languages`, as the manual shows it.

use prebake::diagnostic::render;
use prebake::disk::RealDisk;
use prebake::program::{PYTHON_MODULE, Permission};
use prebake::progress::Silent;
use prebake::site::{Options, Site};
use std::fs;
use std::path::Path;
use std::sync::Arc;

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// The example, with the module that `prebake python-module` writes.
pub(crate) fn example() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&xtask::workspace().join("examples/languages"), folder.path());
    fs::write(folder.path().join("figures/prebake.py"), PYTHON_MODULE).unwrap();
    folder
}

#[test]
fn the_examples_build() {
    let folder = example();
    let build = || {
        let site = Site::new(Arc::new(RealDisk), folder.path().to_owned());
        let options = Options { commands: Permission::Granted, ..Options::default() };
        site.build(&options, &Silent)
    };
    let built = build();
    assert!(built.diagnostics.is_empty(), "{}", render(&built.diagnostics, false, 100));
    let output = built.output.unwrap();
    let page = String::from_utf8(output.get("any-language/index.html").unwrap().to_vec()).unwrap();
    assert!(page.contains("alt=\"A square wave of 5 sines\""), "{page}");
    assert!(page.contains("<figcaption>5 sines make this wave.</figcaption>"), "{page}");
    assert!(page.contains("<p><b>3</b> lines, 8 words</p>"), "{page}");
    assert!(!folder.path().join("figures/__pycache__").exists(), "nothing is left beside the site");

    let made = |built: &prebake::site::Build| -> Vec<String> {
        let figures = built.report.articles[0].figures.iter();
        figures.map(|row| format!("{} {}", row.component, row.made)).collect()
    };
    assert_eq!(made(&build()), ["Harmonics cached", "Lines cached"]);
    // What a program imports from the site is part of it.
    fs::write(folder.path().join("figures/prebake.py"), format!("{PYTHON_MODULE}\n")).unwrap();
    assert_eq!(made(&build()), ["Harmonics baked: prebake.py changed", "Lines cached"]);
}

/// Both are short enough to be read in one go.
#[test]
fn the_examples_are_short() {
    let figures = xtask::workspace().join("examples/languages/figures");
    for name in ["harmonics.py", "lines.sh"] {
        let text = fs::read_to_string(figures.join(name)).unwrap();
        assert!(text.lines().count() <= 22, "{name}");
    }
}
