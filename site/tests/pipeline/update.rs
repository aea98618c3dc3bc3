//! A site that stands becomes the next one, file by file.

use prebake::disk::{Disk as _, MemoryDisk, Operation};
use prebake::emit::{Destination, Turn};
use prebake::output::Output;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const ROOT: &str = "/site";

fn output(files: &[(&str, &str)]) -> Output {
    let mut output = Output::new();
    for (path, text) in files {
        output.insert(*path, text.as_bytes()).unwrap();
    }
    output
}

fn emit(disk: &MemoryDisk, output: &Output) -> Result<(), String> {
    let root = Path::new(ROOT);
    let destination =
        Destination::new(disk, Path::new("dist"), root, root).map_err(|it| it.to_string())?;
    Turn::wait(disk, &destination).emit(output).map_err(|it| it.message)
}

/// What stands at the destination, and that nothing is left beside it.
fn dist(disk: &MemoryDisk) -> BTreeMap<PathBuf, Vec<u8>> {
    let beside = disk.list(Path::new(ROOT)).unwrap();
    assert!(!beside.iter().any(|name| name.contains(".prebake-")), "{beside:?}");
    let files = disk.files().into_iter();
    let marker = Path::new("/site/dist/.made-by-prebake");
    files.filter(|(path, _)| path.starts_with("/site/dist") && path != marker).collect()
}

fn expected(output: &Output) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = output.iter();
    files.map(|(path, bytes)| (Path::new("/site/dist").join(path), bytes.to_vec())).collect()
}

#[test]
fn what_is_as_it_should_be_is_left_alone() {
    let disk = MemoryDisk::new().with_folder(ROOT);
    emit(&disk, &output(&[("index.html", "1"), ("a/index.html", "1"), ("a/x.png", "x")])).unwrap();
    let next = output(&[("index.html", "1"), ("a/index.html", "2"), ("a/x.png", "x"), ("b", "b")]);
    let before = disk.accesses().len();
    emit(&disk, &next).unwrap();
    assert_eq!(dist(&disk), expected(&next));
    let touched = |operation| {
        let accesses = disk.accesses().into_iter().skip(before);
        let paths = accesses.filter(|it| it.operation == operation).map(|it| it.path);
        paths.filter(|path| path.file_name().is_some_and(|name| name != ".made-by-prebake")).count()
    };
    // Two files and the journal.
    assert_eq!(touched(Operation::Write), 3);
    let before = disk.accesses().len();
    emit(&disk, &next).unwrap();
    let changing = [Operation::Write, Operation::Rename, Operation::Remove];
    assert!(!disk.accesses()[before..].iter().any(|it| changing.contains(&it.operation)));
}

#[test]
fn a_damaged_site_is_mended() {
    let disk = MemoryDisk::new().with_folder(ROOT);
    let site = output(&[("index.html", "1"), ("a/index.html", "2")]);
    emit(&disk, &site).unwrap();
    let disk = disk.with_file("/site/dist/a/index.html", "edited").with_file("/site/dist/more", "");
    disk.remove(Path::new("/site/dist/index.html")).unwrap();
    emit(&disk, &site).unwrap();
    assert_eq!(dist(&disk), expected(&site));
}

#[test]
fn links_in_a_site_lead_nowhere() {
    let disk = MemoryDisk::new().with_file("/precious/index.html", "mine").with_folder(ROOT);
    let site = output(&[("a/index.html", "1"), ("b.txt", "b")]);
    emit(&disk, &site).unwrap();
    for path in ["a", "b.txt"] {
        disk.remove(&Path::new("/site/dist").join(path)).unwrap();
    }
    let disk = disk
        .with_link("/site/dist/a", "/precious")
        .with_link("/site/dist/b.txt", "/precious/index.html")
        .with_link("/site/dist/c", "/precious");
    emit(&disk, &site).unwrap();
    assert_eq!(dist(&disk), expected(&site));
    assert_eq!(disk.read(Path::new("/precious/index.html")).unwrap(), b"mine");
}

#[test]
fn a_foreign_journal_reaches_nothing_outside() {
    let disk = MemoryDisk::new().with_file("/precious/x", "mine").with_file("/site/x", "mine");
    let site = output(&[("index.html", "1")]);
    emit(&disk, &site).unwrap();
    let journals = [
        r#"{"added":["../x","link/x"],"folders":["../x"],"replaced":[],"removed":[]}"#,
        r#"{"added":[],"folders":[],"replaced":["link/x"],"removed":["../x","/precious/x"]}"#,
        "nonsense",
    ];
    for journal in journals {
        let disk = disk
            .clone()
            .with_link("/site/dist/link", "/precious")
            .with_file("/site/.dist.prebake-undo/.made-by-prebake", "")
            .with_file("/site/.dist.prebake-undo/old/link/x", "theirs")
            .with_file("/site/.dist.prebake-undo/journal", journal);
        emit(&disk, &site).unwrap();
        assert_eq!(dist(&disk), expected(&site));
        for path in ["/precious/x", "/site/x"] {
            assert_eq!(disk.read(Path::new(path)).unwrap(), b"mine", "{journal}");
        }
    }
}

/// Sites whose files and folders get into each other's way.
fn site() -> impl Strategy<Value = Output> {
    let paths = prop::sample::subsequence(
        vec!["index.html", "a", "a/x", "a/b/x", "A", "A/x", "b/index.html", "b/c/d/e", "c", "C/x"],
        0..8,
    );
    let text = prop::collection::vec(0..3_u8, 8);
    (paths, text).prop_map(|(paths, texts)| {
        let mut output = Output::new();
        for (path, text) in paths.into_iter().zip(texts) {
            // What is in another's way is left out.
            let _ = output.insert(path, vec![text]);
        }
        output
    })
}

proptest! {
    #[test]
    fn any_site_becomes_any_other_or_stays(old in site(), new in site(), at in 0..80_usize) {
        let prepared = || {
            let disk = MemoryDisk::new().with_folder(ROOT);
            emit(&disk, &old).unwrap();
            disk
        };
        let disk = prepared();
        emit(&disk, &new).unwrap();
        prop_assert_eq!(dist(&disk), expected(&new));

        let disk = prepared();
        disk.fail_at(at, ErrorKind::StorageFull);
        let outcome = emit(&disk, &new);
        disk.heal();
        let stands = if outcome.is_ok() { &new } else { &old };
        let files: BTreeMap<_, _> = disk.files().into_iter().filter(|(path, _)| {
            path.starts_with("/site/dist") && !path.ends_with(".made-by-prebake")
        }).collect();
        prop_assert_eq!(files, expected(stands));

        let disk = prepared();
        disk.fail_from(at, ErrorKind::Other);
        let _ = emit(&disk, &new);
        disk.heal();
        let root = Path::new(ROOT);
        let destination = Destination::new(&disk, Path::new("dist"), root, root).unwrap();
        Turn::wait(&disk, &destination).recover().unwrap();
        let files = dist(&disk);
        prop_assert!(files == expected(&old) || files == expected(&new));
        emit(&disk, &new).unwrap();
        prop_assert_eq!(dist(&disk), expected(&new));
    }
}
