use super::{Files, SiteSource};
use crate::disk::{MemoryDisk, Operation};
use prebake_plugin::{Digest, SitePath, Source};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

fn source(disk: &MemoryDisk) -> SiteSource {
    SiteSource::new(Arc::new(disk.clone()), Path::new("/site")).unwrap()
}

fn path(text: &str) -> SitePath {
    SitePath::new(text).unwrap()
}

#[test]
fn reads_and_lists_inside_the_root_only() {
    let disk = MemoryDisk::new()
        .with_file("/secret", b"key")
        .with_file("/site-too/x", b"key")
        .with_file("/site/content/a/dog.png", b"dog")
        .with_link("/site/content/a/in.png", "../../content/a/dog.png")
        .with_link("/site/content/a/out.png", "../../../secret")
        .with_link("/site/content/out", "/site-too")
        .with_link("/site/content/gone", "/nowhere");
    let source = source(&disk);
    let check = |text: &str, expect: Result<&[u8], ErrorKind>| {
        let got = source.read(&path(text)).map_err(|error| error.kind());
        assert_eq!(got.as_deref(), expect.as_ref().map(|bytes| *bytes), "{text}");
    };
    check("content/a/dog.png", Ok(b"dog"));
    check("content/a/in.png", Ok(b"dog"));
    check("content/a/out.png", Err(ErrorKind::PermissionDenied));
    check("content/out/x", Err(ErrorKind::PermissionDenied));
    check("content/gone", Err(ErrorKind::NotFound));
    check("content/a/dog.png/x", Err(ErrorKind::NotFound));
    check("content/a", Err(ErrorKind::IsADirectory));
    let denied = source.list(&path("content/out")).unwrap_err();
    assert_eq!(denied.kind(), ErrorKind::PermissionDenied);
    assert_eq!(source.list(&path("content")).unwrap(), ["a/", "gone", "out/"]);
    assert_eq!(source.list(&path("none")).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn a_build_reads_each_file_once_and_sees_it_unchanged() {
    let disk = MemoryDisk::new().with_file("/site/x", b"one");
    let first = source(&disk);
    for _ in 0..3 {
        let (bytes, digest) = first.read_with_digest(&path("x")).unwrap();
        assert_eq!((&*bytes, digest), (&b"one"[..], Digest::of(b"one")));
        assert!(first.read(&path("y")).is_err());
    }
    let reads = disk.accesses().into_iter().filter(|access| access.operation == Operation::Read);
    assert_eq!(reads.count(), 1);
    let disk = disk.with_file("/site/x", b"two").with_file("/site/y", b"new");
    assert_eq!(&*first.read(&path("x")).unwrap(), b"one");
    assert!(first.read(&path("y")).is_err());
    assert_eq!(&*source(&disk).read(&path("x")).unwrap(), b"two");
}

#[test]
fn the_next_build_reads_what_has_changed() {
    let disk = MemoryDisk::new().with_file("/site/x", b"one").with_file("/site/y", b"same");
    let earlier = Arc::new(Files::default());
    let build = |disk: &MemoryDisk| {
        let root = Path::new("/site");
        let source = SiteSource::remembering(Arc::new(disk.clone()), root, Arc::clone(&earlier));
        let source = source.unwrap();
        let before = disk.accesses().len();
        let [x, y] = ["x", "y"].map(|name| source.read(&path(name)).unwrap().to_vec());
        assert_eq!(y, b"same");
        earlier.forget_unused();
        let accesses = disk.accesses();
        (x, accesses[before..].iter().filter(|it| it.operation == Operation::Read).count())
    };
    assert_eq!(build(&disk), (b"one".to_vec(), 2));
    assert_eq!(build(&disk), (b"one".to_vec(), 0));
    let disk = disk.with_file("/site/x", b"two");
    assert_eq!(build(&disk), (b"two".to_vec(), 1));
    assert_eq!(build(&disk), (b"two".to_vec(), 0));
    // Written twice within a tick of the clock: the system tells no difference.
    let now = SystemTime::now();
    let disk = disk.with_file_from(now, "/site/x", b"six");
    assert_eq!(build(&disk), (b"six".to_vec(), 1));
    let disk = disk.with_file_from(now, "/site/x", b"ten");
    assert_eq!(build(&disk), (b"ten".to_vec(), 1));
    let long_ago = now - Duration::from_secs(60);
    let disk = disk.with_file_from(long_ago, "/site/x", b"old");
    assert_eq!(build(&disk), (b"old".to_vec(), 1));
    assert_eq!(build(&disk), (b"old".to_vec(), 0));
}

#[test]
fn walks_below_a_folder() {
    let disk = MemoryDisk::new()
        .with_file("/outside/x", b"")
        .with_file("/site/content/b/index.md", b"")
        .with_file("/site/content/a.md", b"")
        .with_file("/site/content/.DS_Store", b"")
        .with_file("/site/content/.git/config", b"")
        .with_file("/site/content/.well-known/security.txt", b"")
        .with_file("/site/content/b/c:d", b"")
        .with_link("/site/content/b/loop", "..")
        .with_link("/site/content/linked", "b")
        .with_link("/site/content/outside", "/outside");
    let walk = source(&disk).files_under(&path("content"));
    let files: Vec<&str> = walk.files.iter().map(SitePath::as_str).collect();
    assert_eq!(
        files,
        [
            "content/.well-known/security.txt",
            "content/a.md",
            "content/b/index.md",
            "content/linked/index.md",
        ]
    );
    let refused: Vec<(&str, ErrorKind)> =
        walk.refused.iter().map(|(path, error)| (path.as_str(), error.kind())).collect();
    assert_eq!(
        refused,
        [
            ("content/b", ErrorKind::InvalidInput),
            ("content/linked", ErrorKind::InvalidInput),
            ("content/outside", ErrorKind::PermissionDenied),
        ]
    );
    assert!(source(&disk).files_under(&path("none")).files.is_empty());
}

#[test]
fn a_tangle_of_links_ends() {
    let mut disk = MemoryDisk::new().with_folder("/site/content/0");
    for level in 1..40 {
        disk = disk
            .with_folder(format!("/site/content/{level}"))
            .with_link(format!("/site/content/{}/a", level - 1), format!("../{level}"))
            .with_link(format!("/site/content/{}/b", level - 1), format!("../{level}"));
    }
    let walk = source(&disk).files_under(&path("content/0"));
    assert!(walk.refused.iter().any(|(_, error)| error.to_string().contains("too many links")));
}
