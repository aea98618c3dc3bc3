//! What every disk promises, checked on both.

use super::{Access, Disk, Kind, MemoryDisk, Operation, RealDisk, replace_file};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

fn check(contract: impl Fn(&dyn Disk, &Path)) {
    let folder = tempfile::tempdir().unwrap();
    contract(&RealDisk, &folder.path().canonicalize().unwrap());
    contract(&MemoryDisk::new().with_folder("/site"), Path::new("/site"));
}

fn kind_of<T>(answer: io::Result<T>) -> Option<ErrorKind> {
    answer.err().map(|error| error.kind())
}

#[test]
fn files_and_folders() {
    check(|disk, root| {
        let (a, b) = (root.join("a"), root.join("a/b"));
        assert_eq!(kind_of(disk.write(&b.join("x"), b"1")), Some(ErrorKind::NotFound));
        disk.create_folder(&b).unwrap();
        disk.create_folder(&b).unwrap();
        disk.write(&b.join("y"), b"12").unwrap();
        disk.write(&b.join("x"), b"1").unwrap();
        assert_eq!(disk.list(&a).unwrap(), ["b"]);
        assert_eq!(disk.list(&b).unwrap(), ["x", "y"]);
        assert_eq!(disk.kind(&b).unwrap(), Kind::Folder);
        assert_eq!(disk.kind(&b.join("y")).unwrap(), Kind::File(2));
        assert_eq!(disk.read(&b.join("y")).unwrap(), b"12");
        assert_eq!(disk.canonicalize(&b.join("../b/./x")).unwrap(), b.join("x"));
        assert_eq!(kind_of(disk.read(&b)), Some(ErrorKind::IsADirectory));
        assert_eq!(kind_of(disk.list(&b.join("x"))), Some(ErrorKind::NotADirectory));
        for missing in [root.join("none"), b.join("none"), root.join("none/x")] {
            assert_eq!(kind_of(disk.read(&missing)), Some(ErrorKind::NotFound));
            assert_eq!(kind_of(disk.kind(&missing)), Some(ErrorKind::NotFound));
            assert_eq!(kind_of(disk.list(&missing)), Some(ErrorKind::NotFound));
            assert_eq!(kind_of(disk.canonicalize(&missing)), Some(ErrorKind::NotFound));
            assert_eq!(kind_of(disk.remove(&missing)), Some(ErrorKind::NotFound));
        }
    });
}

#[test]
fn stamps_tell_versions_apart() {
    check(|disk, root| {
        let path = root.join("x");
        assert_eq!(kind_of(disk.stamp(&path)), Some(ErrorKind::NotFound));
        disk.write(&path, b"one").unwrap();
        let first = disk.stamp(&path).unwrap();
        assert_eq!(disk.stamp(&path).unwrap(), first);
        assert_eq!(first.size, 3);
        disk.write(&path, b"three").unwrap();
        assert_ne!(disk.stamp(&path).unwrap(), first);
        let later = first.changed + Duration::from_secs(3);
        assert!(first.is_settled(later) && !first.is_settled(first.changed));
    });
}

#[cfg(unix)]
#[test]
fn the_stamp_of_a_folder_tells_when_names_come_and_go() {
    check(|disk, root| {
        let (folder, outside) = (root.join("a"), root.join("x"));
        disk.create_folder(&folder).unwrap();
        disk.write(&outside, b"1").unwrap();
        let stamp = || {
            // A tick of the real clock goes by.
            thread::sleep(Duration::from_millis(20));
            disk.stamp(&folder).unwrap()
        };
        let mut last = stamp();
        let mut changes = |what: &str, expect: bool| {
            let now = stamp();
            assert_eq!(now != last, expect, "{what}");
            last = now;
        };
        changes("nothing", false);
        disk.create_folder(&folder.join("b")).unwrap();
        changes("a new folder", true);
        disk.write(&folder.join("b/deep"), b"1").unwrap();
        changes("a new file further below", false);
        disk.write(&folder.join("y"), b"1").unwrap();
        changes("a new file", true);
        disk.write(&folder.join("y"), b"2").unwrap();
        changes("other bytes", false);
        disk.rename(&folder.join("y"), &folder.join("z")).unwrap();
        changes("a new name", true);
        disk.rename(&folder.join("z"), &folder.join("b/z")).unwrap();
        changes("a file that moves out", true);
        disk.rename(&outside, &folder.join("x")).unwrap();
        changes("a file that moves in", true);
        disk.remove(&folder.join("b")).unwrap();
        changes("a folder that goes", true);
    });
}

#[test]
fn renames_replace_files_and_move_folders() {
    check(|disk, root| {
        disk.create_folder(&root.join("a/b")).unwrap();
        disk.write(&root.join("a/b/x"), b"new").unwrap();
        disk.write(&root.join("x"), b"old").unwrap();
        disk.rename(&root.join("a/b/x"), &root.join("x")).unwrap();
        assert_eq!(disk.read(&root.join("x")).unwrap(), b"new");
        disk.write(&root.join("a/b/y"), b"y").unwrap();
        disk.rename(&root.join("a"), &root.join("c")).unwrap();
        assert_eq!(disk.read(&root.join("c/b/y")).unwrap(), b"y");
        assert_eq!(disk.list(root).unwrap(), ["c", "x"]);
        disk.create_folder(&root.join("full/one")).unwrap();
        assert!(disk.rename(&root.join("c"), &root.join("full")).is_err());
        disk.remove(&root.join("c")).unwrap();
        disk.remove(&root.join("x")).unwrap();
        assert_eq!(disk.list(root).unwrap(), ["full"]);
    });
}

#[test]
fn a_replaced_file_is_whole_and_leaves_no_temporary() {
    check(|disk, root| {
        let staging = root.join("staging");
        disk.create_folder(&staging).unwrap();
        for text in [&b"one"[..], b"two"] {
            replace_file(disk, &staging, &root.join("x"), text).unwrap();
            assert_eq!(disk.read(&root.join("x")).unwrap(), text);
        }
        assert!(replace_file(disk, &staging, &root.join("none/x"), b"three").is_err());
        assert_eq!(disk.list(&staging).unwrap(), [""; 0]);
    });
}

#[test]
fn a_lock_excludes_until_dropped() {
    check(|disk, root| {
        let path = root.join("lock");
        let held = disk.lock(&path).unwrap();
        assert!(disk.try_lock(&path).unwrap().is_none());
        thread::scope(|scope| {
            let (send, receive) = mpsc::channel();
            scope.spawn(|| {
                let _second = disk.lock(&path).unwrap();
                drop(send);
            });
            let waits = receive.recv_timeout(Duration::from_millis(30));
            assert_eq!(waits, Err::<(), _>(mpsc::RecvTimeoutError::Timeout));
            drop(held);
        });
        assert!(disk.try_lock(&path).unwrap().is_some());
    });
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_removed_through() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    std::fs::create_dir(root.join("real")).unwrap();
    std::fs::write(root.join("real/x"), b"1").unwrap();
    std::os::unix::fs::symlink("real", root.join("link")).unwrap();
    std::os::unix::fs::symlink("loop", root.join("loop")).unwrap();
    std::os::unix::fs::symlink("none", root.join("dangling")).unwrap();
    let memory = MemoryDisk::new()
        .with_file("/site/real/x", b"1")
        .with_link("/site/link", "real")
        .with_link("/site/loop", "loop")
        .with_link("/site/dangling", "none");
    for (disk, root) in [(&RealDisk as &dyn Disk, &*root), (&memory, Path::new("/site"))] {
        assert_eq!(disk.read(&root.join("link/x")).unwrap(), b"1");
        assert_eq!(disk.list(&root.join("link")).unwrap(), ["x"]);
        assert_eq!(disk.kind(&root.join("link")).unwrap(), Kind::Folder);
        assert_eq!(disk.canonicalize(&root.join("link/x")).unwrap(), root.join("real/x"));
        assert!(disk.read(&root.join("loop")).is_err());
        assert_eq!(kind_of(disk.read(&root.join("dangling"))), Some(ErrorKind::NotFound));
        disk.remove(&root.join("link")).unwrap();
        assert_eq!(disk.read(&root.join("real/x")).unwrap(), b"1");
        disk.remove(&root.join("dangling")).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_rather_than_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    assert_eq!(kind_of(RealDisk.read(&socket)), Some(ErrorKind::InvalidInput));
}

#[test]
fn the_memory_disk_fails_where_it_is_told() {
    let disk = MemoryDisk::new().with_file("/x", b"1");
    let read = || disk.read(Path::new("/x")).map_err(|error| error.kind());
    disk.fail_at(1, ErrorKind::PermissionDenied);
    assert!(read().is_ok());
    assert_eq!(read(), Err(ErrorKind::PermissionDenied));
    assert!(read().is_ok());
    disk.fail_from(0, ErrorKind::StorageFull);
    assert_eq!([read(), read()], [Err(ErrorKind::StorageFull), Err(ErrorKind::StorageFull)]);
    disk.heal();
    assert!(read().is_ok());
    let access = Access { operation: Operation::Read, path: "/x".into() };
    assert_eq!(disk.accesses(), vec![access; 6]);
}
