//! The invariants of `ARCHITECTURE.md` that the sources themselves show.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::workspace;

/// Which of the workspace's packages each package leans on, in normal builds.
fn own_dependencies() -> BTreeMap<String, Vec<String>> {
    let metadata = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--no-deps", "--locked"])
        .current_dir(workspace())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap().iter();
            let own = dependencies.filter(|one| !one["path"].is_null() && one["kind"].is_null());
            (text(&package["name"]), own.map(|one| text(&one["name"])).collect())
        })
        .collect()
}

#[test]
fn dependencies_point_one_way() {
    let own = own_dependencies();
    for (package, allowed) in [
        ("prebake-quantize", &[][..]),
        ("prebake-plugin", &[]),
        ("prebake-bundle", &[]),
        ("prebake-kmeans-image-kernel", &["prebake-quantize"]),
        ("prebake-kmeans-image-core", &["prebake-quantize"]),
        ("prebake-kmeans-image-own-kernel", &["prebake-kmeans-image-core", "prebake-quantize"]),
        (
            "prebake-kmeans-image",
            &["prebake-kmeans-image-core", "prebake-plugin", "prebake-quantize"],
        ),
        ("prebake-scrub", &["prebake-plugin"]),
        ("prebake", &["prebake-kmeans-image", "prebake-plugin", "prebake-scrub"]),
    ] {
        let found = own.get(package).unwrap_or_else(|| panic!("no package {package}"));
        for dependency in found {
            assert!(allowed.contains(&dependency.as_str()), "{package} leans on {dependency}");
        }
    }
}

/// The sources below a folder whose code, tests aside, says `word`.
fn sources_that_say(folder: &str, word: &str) -> Vec<String> {
    let mut sources: Vec<PathBuf> = Vec::new();
    let mut folders = vec![workspace().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "tests") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && path.file_stem().is_some_and(|stem| stem != "tests")
            {
                sources.push(path);
            }
        }
    }
    let code_says = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        text.split("#[cfg(test)]").next().is_some_and(|code| code.contains(word))
    };
    let root = workspace();
    let mut found: Vec<String> = sources
        .iter()
        .filter(|path| code_says(path))
        .map(|path| path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/"))
        .collect();
    found.sort();
    found
}

#[test]
fn one_file_of_the_generator_touches_the_disk() {
    assert_eq!(sources_that_say("site/src", "fs::"), ["site/src/disk/real.rs"]);
}

/// Beside the author's editor, which `serve` starts and leaves alone, and the browser, which it leaves
/// to a crate made for that.
#[test]
fn one_file_of_the_generator_runs_programs() {
    let allowed = ["site/src/process/real.rs", "site/src/serve/editor.rs"];
    for word in ["Command::new", "std::process::Command", "std::process::{"] {
        let found = sources_that_say("site/src", word);
        assert!(found.iter().all(|file| allowed.contains(&file.as_str())), "{word}: {found:?}");
    }
}

#[test]
fn the_binary_knows_no_place_of_the_source_tree() {
    for folder in ["site/src", "plugins"] {
        let found = sources_that_say(folder, "env!(\"CARGO_MANIFEST_DIR");
        assert_eq!(found, Vec::<String>::new());
    }
}

#[test]
fn plugins_read_through_their_inputs_only() {
    for folder in ["api/src", "quantize/src", "kmeans-image/src", "kmeans-image/core/src"] {
        let folder = &format!("plugins/{folder}");
        assert_eq!(sources_that_say(folder, "fs::"), Vec::<String>::new(), "{folder}");
    }
}
