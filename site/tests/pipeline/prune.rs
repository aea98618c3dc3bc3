//! `prebake cache`: what a cache holds, and what leaves it.

use crate::small::{build, cached, copy, disk, prune, site, verify};
use prebake::cache::{Keep, removal};
use prebake::disk::{Disk as _, MemoryDisk};
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_hours(24);

fn day(number: u32) -> SystemTime {
    SystemTime::UNIX_EPOCH + DAY * number
}

/// A site whose text has changed since it was built first, on day 10, and again on day 20; an
/// article that stood there on day 10 is gone.
fn changed() -> MemoryDisk {
    let disk = disk()
        .with_file("/site/content/c/three.txt", "three")
        .with_file("/site/content/c/index.md", "<Shout src=\"content/c/three.txt\"/>\n");
    disk.set_time(day(10));
    build(&disk);
    disk.remove(Path::new("/site/content/c")).unwrap();
    disk.set_time(day(20));
    let disk = disk.with_file("/site/content/b/two.txt", "twice");
    build(&disk);
    disk
}

/// As it was baked from scratch.
fn minimal(disk: &MemoryDisk) -> MemoryDisk {
    let fresh = copy(disk);
    fresh.remove(Path::new("/site/.prebake")).unwrap();
    build(&fresh);
    fresh
}

#[test]
fn what_the_site_uses_stays_and_nothing_else() {
    let disk = changed();
    let before = cached(&disk).len();
    let gone = prune(&disk, Keep::Used).unwrap();
    // Two figures of the old text, and one of the article that is gone.
    assert_eq!(gone.results, 3);
    assert_eq!(before - cached(&disk).len(), gone.files());
    assert_eq!(cached(&disk), cached(&minimal(&disk)));
    assert_eq!(gone.left, cached(&disk).values().map(|bytes| bytes.len() as u64).sum::<u64>());
    assert_eq!(build(&disk).1, 0, "everything still comes from the cache");
    assert!(prune(&disk, Keep::Used).unwrap().is_empty());
}

#[test]
fn a_survey_counts_and_changes_nothing() {
    let disk = changed();
    let accesses = disk.accesses().len();
    let survey = site(&disk).survey_cache().unwrap();
    assert!(!disk.accesses()[accesses..].iter().any(|access| access.operation.is_change()));
    let total = survey.total();
    let files = cached(&disk);
    assert_eq!(total.files, files.len());
    assert_eq!(total.bytes, files.values().map(|bytes| bytes.len() as u64).sum::<u64>());
    assert_eq!(survey.components().into_iter().collect::<Vec<_>>(), ["Shout"]);
    assert_eq!((survey.used(None).results, survey.of_component("Shout").results), (3, 6));
    let oldest = survey.oldest().unwrap();
    assert!(oldest > day(10) && oldest < day(11));
    let dry = removal(&survey, Keep::Used);
    let wet = prune(&disk, Keep::Used).unwrap();
    assert_eq!((dry.results, dry.files(), dry.left), (wet.results, wet.files(), wet.left));
}

#[test]
fn recent_results_stay_where_asked() {
    for (since, gone) in [(day(9), 0), (day(11), 1), (day(30), 3)] {
        let disk = changed();
        // The entries of article b hold both texts, and were written on day 20.
        assert_eq!(prune(&disk, Keep::Since(since)).unwrap().results, gone);
        assert_eq!(build(&disk).1, 0);
    }
}

#[test]
fn the_latest_results_stay_for_as_long_as_there_is_room() {
    let all = site(&changed()).survey_cache().unwrap().total().bytes;
    let least = prune(&changed(), Keep::Used).unwrap().left;
    let mut last = usize::MAX;
    for most in [0, least, least + 1, (least + all) / 2, all - 1, all] {
        let disk = changed();
        let gone = prune(&disk, Keep::AtMost(most)).unwrap();
        assert!(gone.left <= most.max(least), "{most}");
        assert!(gone.results <= last, "{most}: more room, fewer results leave");
        last = gone.results;
        assert_eq!(build(&disk).1, 0, "{most}");
    }
    assert_eq!(last, 0, "everything fits");
    // What is oldest leaves first.
    let disk = changed();
    assert_eq!(prune(&disk, Keep::AtMost(all - 1)).unwrap().results, 1);
    let disk = disk
        .with_file("/site/content/c/three.txt", "three")
        .with_file("/site/content/c/index.md", "<Shout src=\"content/c/three.txt\"/>\n");
    assert_eq!(build(&disk).1, 1);
}

#[test]
fn what_belongs_to_nothing_leaves_always() {
    let disk = changed();
    let entry = cached(&disk).into_keys().find(|path| path.starts_with("actions")).unwrap();
    let cache = Path::new("/site/.prebake/cache");
    disk.write(&cache.join("v2").join(entry), b"damaged").unwrap();
    let digest = "00".repeat(32);
    let disk = disk
        .with_file(cache.join("v1/store/00/old"), "of an older Prebake")
        .with_file(cache.join("v2/writing/1-1"), "half")
        .with_file(cache.join("v2/store/00").join(digest), "of no entry")
        .with_file(cache.join("v2/store/stray"), "?")
        .with_file(cache.join("v2/stray/deep/file"), "?")
        .with_file(cache.join("mine"), "not Prebake's");
    prune(&disk, Keep::AtMost(u64::MAX)).unwrap();
    build(&disk);
    prune(&disk, Keep::Used).unwrap();
    assert_eq!(cached(&disk), cached(&minimal(&disk)));
    let names = disk.list(cache).unwrap();
    assert_eq!(names, [".made-by-prebake", "mine", "v2"]);
}

#[test]
fn nothing_is_removed_through_a_link() {
    for link in ["v2", "v2/store", "v2/actions", "v2/store/00", "v2/writing", "v2/other"] {
        let disk = changed();
        let path = Path::new("/site/.prebake/cache").join(link);
        // It may not be there.
        let _ = disk.remove(&path);
        let digest = "00".repeat(32);
        let mine = ["/mine/00", "/mine", "/mine/store/00"].map(|at| Path::new(at).join(&digest));
        let disk = mine.iter().fold(disk, |disk, path| disk.with_file(path, "mine"));
        let disk = disk.with_link(&path, "/mine");
        let _ = prune(&disk, Keep::Used);
        for path in &mine {
            assert!(disk.files().contains_key(path), "{link}: {path:?}");
        }
    }
}

#[test]
fn a_site_with_mistakes_keeps_its_cache() {
    let disk = changed().with_file("/site/content/b/index.md", "<Shout src={1}/>");
    let before = cached(&disk);
    let codes: Vec<String> =
        prune(&disk, Keep::Used).unwrap_err().into_iter().map(|found| found.code).collect();
    assert_eq!(codes.last().unwrap(), "unknown-use");
    assert!(codes.len() > 1, "the mistake itself is told too");
    assert_eq!(cached(&disk), before);
}

/// Prunes the cache of `built` with a disk that fails as `spoil` says, for every access in its turn;
/// says how often that was told.
fn prune_on_failing_disks(built: &MemoryDisk, spoil: impl Fn(&MemoryDisk, usize)) -> usize {
    let whole = copy(built);
    let before = whole.accesses().len();
    prune(&whole, Keep::Used).unwrap();
    let mut told = 0;
    for n in 0..whole.accesses().len() - before {
        let disk = copy(built);
        spoil(&disk, n);
        told += usize::from(prune(&disk, Keep::Used).is_err());
        disk.heal();
        let found = verify(&site(&disk), false);
        assert!(found.is_sound(), "access {n}: {:?}", found.diagnostics);
        // A text that cannot be read makes its figure another one, as if it had changed.
        assert_eq!(found.same + found.absent, 3, "access {n}: {found:?}");
        if found.absent > 0 {
            assert_eq!(build(&disk).1, found.absent);
        }
        prune(&disk, Keep::Used).unwrap();
        assert_eq!(cached(&disk), cached(&whole), "access {n}");
    }
    told
}

#[test]
fn wherever_it_stops_the_cache_is_sound_and_the_next_one_ends() {
    let built = changed();
    let full = |disk: &MemoryDisk, n| disk.fail_at(n, ErrorKind::StorageFull);
    let told = prune_on_failing_disks(&built, full);
    assert!(told > 20, "{told} accesses matter");
    prune_on_failing_disks(&built, |disk, n| disk.fail_from(n, ErrorKind::Other));
}
