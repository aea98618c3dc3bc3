//! What is written, and that a disk that fails is left as it was.

use super::{
    ComponentName, PrebakeSource, Scaffold, Title, article, fill, python_component, rust_component,
    site,
};
use crate::disk::{Disk as _, MemoryDisk};
use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

fn name(text: &str) -> ComponentName {
    text.parse().unwrap()
}

fn wheel(disk: &MemoryDisk) -> Scaffold {
    let source = PrebakeSource::Git("https://example.org/prebake".to_owned(), None);
    rust_component(&name("ColourWheel"), disk, Path::new("/site"), Some(&source)).unwrap()
}

#[test]
fn no_place_of_a_template_is_left_open() {
    let disk = MemoryDisk::new().with_folder("/site");
    let title: Title = "A \"title\"".parse().unwrap();
    let python = python_component(&name("ColourWheel"), &disk, Path::new("/site")).unwrap();
    let scaffolds = [site("my-site", None), article(&title, "2026-01-02"), wheel(&disk), python];
    for (path, bytes) in scaffolds.iter().flat_map(|scaffold| &scaffold.made) {
        let Ok(text) = str::from_utf8(bytes) else { continue };
        let open = |word: &str| word.len() > 2 && word.starts_with('%') && word.ends_with('%');
        assert!(!text.split_whitespace().any(open), "{path}: {text}");
        let example = ["CellularRule", "cellular-rule", "cellular_rule", "armonics"];
        assert!(!example.iter().any(|name| text.contains(name)) || path == "Cargo.lock", "{path}");
    }
    assert_eq!(fill("%a%, 5 %", &[("a", "b")]), "b, 5 %");
}

#[test]
fn a_component_has_all_rooms_of_the_example() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../examples/cellular-rule/components/cellular-rule");
    let mut expected = BTreeSet::new();
    let mut folders = vec![example.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let room =
                    path.strip_prefix(&example).unwrap().to_string_lossy().replace('\\', "/");
                expected.insert(format!("components/colour-wheel/{room}"));
            }
        }
    }
    let made = wheel(&MemoryDisk::new()).made;
    let found = made.into_keys().filter(|path| path.starts_with("components/"));
    assert_eq!(found.collect::<BTreeSet<_>>(), expected);
}

#[test]
fn a_second_component_joins_the_first() {
    let disk = MemoryDisk::new().with_folder("/site");
    wheel(&disk).write(&disk, Path::new("/site")).unwrap();
    let second = rust_component(&name("Orbit"), &disk, Path::new("/site"), None).unwrap();
    second.write(&disk, Path::new("/site")).unwrap();
    let text = |path: &str| String::from_utf8(disk.read(Path::new(path)).unwrap()).unwrap();
    assert!(text("/site/src/main.rs").contains(
        "Site::cli().component(colour_wheel::ColourWheel).component(orbit::Orbit).run()"
    ));
    assert!(text("/site/Cargo.toml").contains(
        "[dependencies]\norbit = { path = \"components/orbit\" }\n\
         colour-wheel = { path = \"components/colour-wheel\" }\nprebake.workspace = true\n"
    ));
    let again = second.write(&disk, Path::new("/site")).unwrap_err().to_string();
    assert_eq!(again, "`components/orbit/Cargo.toml` is there already; nothing was written");
}

#[test]
fn the_first_component_asks_where_prebake_is() {
    let disk = MemoryDisk::new().with_folder("/site");
    let refused = rust_component(&name("Orbit"), &disk, Path::new("/site"), None).unwrap_err();
    assert!(refused.to_string().contains("`--prebake https://…`"), "{refused}");
}

#[test]
fn the_versions_of_a_site_are_those_of_prebake() {
    let read = |text: &str| {
        let table: toml::Table = toml::from_str(text).unwrap();
        table["workspace"]["dependencies"].clone()
    };
    let (mine, theirs) = (include_str!("../../../Cargo.toml"), super::component::MANIFEST);
    let theirs = theirs.replace("%prebake", "\"%prebake").replace("%\n", "%\"\n");
    let (mine, theirs) = (read(mine), read(&theirs));
    let version = |value: &toml::Value| value.get("version").unwrap_or(value).clone();
    for (name, value) in theirs.as_table().unwrap() {
        if !name.starts_with("prebake") {
            assert_eq!(version(value), version(&mine[name]), "{name}");
        }
    }
}

#[test]
fn wherever_the_disk_fails_nothing_is_left() {
    let root = Path::new("/home/site");
    let begun = || {
        let disk = MemoryDisk::new().with_folder("/home");
        let disk = disk.with_file("/home/site/prebake.toml", "title = \"Mine\"\n");
        disk.with_file("/home/site/components/README.md", "Mine.\n")
    };
    let mut failures = 0;
    loop {
        let disk = begun();
        let mut scaffold = wheel(&disk);
        scaffold.changed.insert("prebake.toml".to_owned(), b"title = \"Theirs\"\n".to_vec());
        let before: Vec<PathBuf> = folders(&disk);
        disk.fail_at(failures, ErrorKind::StorageFull);
        let written = scaffold.write(&disk, root);
        disk.heal();
        if written.is_ok() {
            break;
        }
        assert_eq!(disk.files(), begun().files(), "at {failures}");
        assert_eq!(folders(&disk), before, "at {failures}");
        failures += 1;
    }
    assert!(failures > 50, "{failures}");
}

/// The folders that a scaffold could leave.
fn folders(disk: &MemoryDisk) -> Vec<PathBuf> {
    let all =
        ["", "/src", "/components", "/components/colour-wheel", "/components/colour-wheel/kernel"];
    let all = all.map(|path| PathBuf::from(format!("/home/site{path}")));
    all.into_iter().filter(|path| disk.kind(path).is_ok()).collect()
}
