//! A site that stands becomes the next one, file by file.

use prebake::blob::Blob;
use prebake::disk::{Disk as _, MemoryDisk, Operation};
use prebake::emit::{Destination, Ledger, Turn};
use prebake::output::Output;
use prebake::plugin::Digest;
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
    emit_onto(disk, output, &Ledger::default()).map(drop)
}

/// The same, with what is known from the last time.
fn emit_onto(disk: &MemoryDisk, output: &Output, ledger: &Ledger) -> Result<Ledger, String> {
    let root = Path::new(ROOT);
    let destination =
        Destination::new(disk, Path::new("dist"), root, root).map_err(|it| it.to_string())?;
    Turn::wait(disk, &destination).emit_onto(output, ledger).map_err(|it| it.message)
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
fn what_is_known_is_not_read_again() {
    let disk = MemoryDisk::new().with_folder(ROOT);
    let site = output(&[("index.html", "1"), ("a/index.html", "2"), ("a/b/x.png", "x")]);
    let first = emit_onto(&disk, &site, &Ledger::default()).unwrap();
    let looked = |before: usize| {
        let accesses = disk.accesses().into_iter().skip(before);
        let looks =
            accesses.filter(|it| [Operation::Read, Operation::List].contains(&it.operation));
        let inside = |path: &Path| path.starts_with("/site/dist/") && path != "/site/dist";
        // Whether the destination is ours is asked each time, and what was left beside it goes.
        looks.map(|it| it.path).filter(|path| inside(path)).collect::<Vec<_>>()
    };
    let before = disk.accesses().len();
    let second = emit_onto(&disk, &site, &first).unwrap();
    assert_eq!((looked(before), second), (vec![], first.clone()));
    let next = output(&[("index.html", "1"), ("a/index.html", "3"), ("a/b/x.png", "x")]);
    let before = disk.accesses().len();
    let third = emit_onto(&disk, &next, &first).unwrap();
    // Its digest tells.
    assert_eq!(looked(before), [""; 0].map(PathBuf::from));
    let before = disk.accesses().len();
    assert_eq!(emit_onto(&disk, &next, &third).unwrap(), third);
    assert_eq!((looked(before), dist(&disk)), (vec![], expected(&next)));
}

#[test]
fn bytes_that_are_lost_are_missed_only_where_they_have_to_be_written() {
    let disk = MemoryDisk::new().with_folder(ROOT);
    let site = output(&[("index.html", "1"), ("a/index.html", "2")]);
    let ledger = emit_onto(&disk, &site, &Ledger::default()).unwrap();
    let lost = || {
        let mut output = output(&[("index.html", "1")]);
        output.insert_blob("a/index.html", Blob::named(Digest::of(b"2"), 1)).unwrap();
        output
    };
    for ledger in [&ledger, &Ledger::default()] {
        let output = lost();
        emit_onto(&disk, &output, ledger).unwrap();
        assert!(!output.has_lost());
    }
    let disk = disk.with_file("/site/dist/a/index.html", "3");
    let before = dist(&disk);
    for ledger in [&ledger, &Ledger::default()] {
        let output = lost();
        assert!(emit_onto(&disk, &output, ledger).unwrap_err().contains("a/index.html"));
        assert!(output.has_lost());
        assert_eq!(dist(&disk), before);
    }
    emit_onto(&disk, &site, &ledger).unwrap();
    assert_eq!(dist(&disk), expected(&site));
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

const PLACES: [&str; 8] = ["index.html", "a", "a/x", "a/b", "a/b/x", "A", "b/index.html", "d"];

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
    /// Somebody writes, removes and renames between two builds.
    #[test]
    fn whatever_is_done_to_a_known_site_is_mended(
        old in site(),
        new in site(),
        done in prop::collection::vec((0..3_u8, 0..PLACES.len(), 0..PLACES.len()), 0..4),
    ) {
        let disk = MemoryDisk::new().with_folder(ROOT);
        let mut ledger = emit_onto(&disk, &old, &Ledger::default()).unwrap();
        for output in [&old, &new, &old] {
            for (what, from, to) in &done {
                let [from, to] = [from, to].map(|at| Path::new("/site/dist").join(PLACES[*at]));
                // What cannot be done is not done.
                let _ = match what {
                    0 => disk.write(&from, &[7]),
                    1 => disk.remove(&from),
                    _ => disk.rename(&from, &to),
                };
            }
            ledger = emit_onto(&disk, output, &ledger).unwrap();
            prop_assert_eq!(dist(&disk), expected(output));
        }
    }

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
