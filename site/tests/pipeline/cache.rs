use crate::toy::{ROOT, Shout, bake_all, bake_one, job, site};
use prebake::bake::{BakeJob, Interim, Oven, bake};
use prebake::disk::{Disk as _, MemoryDisk};
use prebake::progress::Silent;
use prebake_plugin::Digest;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const ONE: &str = "content/a/one.txt";

fn in_cache(disk: &MemoryDisk, shelf: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new("/site/.prebake/cache/v2").join(shelf);
    disk.files().into_iter().filter(|(path, _)| path.starts_with(&folder)).collect()
}

#[test]
fn what_was_baked_comes_back_as_it_was() {
    let (disk, shout) = (site(), Shout::default());
    let first = bake_one(&disk, &shout, job(ONE));
    let second = bake_one(&disk, &shout, job(ONE));
    assert_eq!((first.is_cached(), second.is_cached(), shout.bakes()), (false, true, 1));
    assert_eq!((first.artifact, first.digest), (second.artifact, second.digest));
}

#[test]
fn a_warm_build_writes_nothing() {
    let (disk, shout) = (site(), Shout::default());
    bake_one(&disk, &shout, job(ONE));
    let before = disk.accesses().len();
    bake_one(&disk, &shout, job(ONE));
    assert!(!disk.accesses()[before..].iter().any(|access| access.operation.is_change()));
}

#[test]
fn every_read_counts() {
    let (disk, shout) = (site(), Shout::default());
    let baked = |disk: &MemoryDisk| !bake_one(disk, &shout, job(ONE)).is_cached();
    assert!(baked(&disk));
    assert!(!baked(&disk));
    let disk = disk.with_file("/site/content/b/more.txt", "elsewhere");
    assert!(!baked(&disk));
    let disk = disk.with_file("/site/content/a/more.txt", "a listing changes");
    assert!(baked(&disk));
    let disk = disk.with_file("/site/content/a/one.txt", "a file changes");
    assert!(baked(&disk));
    disk.remove(Path::new("/site/content/a/one.txt")).unwrap();
    assert!(baked(&disk), "a file goes");
    assert!(!baked(&disk), "an absence is remembered");
    let disk = disk.with_file("/site/content/a/one.txt", "one");
    disk.remove(Path::new("/site/content/a/more.txt")).unwrap();
    assert!(!baked(&disk), "back to the first version, which is still known");
}

#[test]
fn a_bounded_number_of_versions_is_kept() {
    let shout = Shout::default();
    let mut disk = site();
    for version in 0..20 {
        disk = disk.with_file("/site/content/a/one.txt", version.to_string());
        bake_one(&disk, &shout, job(ONE));
    }
    let cached = |version: u32| {
        let disk = disk.clone().with_file("/site/content/a/one.txt", version.to_string());
        bake_one(&disk, &shout, job(ONE)).is_cached()
    };
    assert!(cached(19));
    assert!(cached(12));
    assert!(!cached(11));
    let [(_, entry)] = &in_cache(&disk, "actions")[..] else { panic!("one action") };
    assert_eq!(String::from_utf8_lossy(entry).matches(r#""reads""#).count(), 8);
}

#[test]
fn damage_is_found_and_mended() {
    type Damage = fn(&[u8]) -> Option<Vec<u8>>;
    let damages: [(&str, Damage); 7] = [
        ("missing", |_| None),
        ("empty", |_| Some(Vec::new())),
        ("cut short", |bytes| Some(bytes[..bytes.len() / 2].to_vec())),
        ("one bit flipped", |bytes| {
            let mut bytes = bytes.to_vec();
            *bytes.last_mut()? ^= 1;
            Some(bytes)
        }),
        ("grown", |bytes| Some([bytes, b"x"].concat())),
        ("no text", |_| Some(vec![0xff; 100])),
        ("digest of other JSON", |_| {
            Some(format!("{}\n[1, 2]", Digest::of(b"[1, 2]")).into_bytes())
        }),
    ];
    for shelf in ["actions", "store"] {
        for (name, damage) in damages {
            let (disk, shout) = (site(), Shout::default());
            let first = bake_one(&disk, &shout, job(ONE));
            let whole = in_cache(&disk, shelf);
            for (path, bytes) in &whole {
                match damage(bytes) {
                    None => disk.remove(path).unwrap(),
                    Some(bytes) => disk.write(path, &bytes).unwrap(),
                }
            }
            let second = bake_one(&disk, &shout, job(ONE));
            assert!(!second.is_cached(), "{shelf} {name}");
            assert_eq!(first.artifact, second.artifact);
            assert!(bake_one(&disk, &shout, job(ONE)).is_cached(), "{shelf} {name}: mended");
            assert_eq!(in_cache(&disk, shelf), whole);
        }
    }
}

#[test]
fn an_entry_in_the_place_of_another_is_found_out() {
    let (disk, shout) = (site(), Shout::default());
    bake_one(&disk, &shout, job(ONE));
    bake_one(&disk, &shout, job("content/b/two.txt"));
    let [(one, bytes), (other, others)] = &in_cache(&disk, "actions")[..] else { panic!() };
    disk.write(one, others).unwrap();
    disk.write(other, bytes).unwrap();
    let again = bake_one(&disk, &shout, job(ONE));
    assert_eq!((again.is_cached(), again.artifact.file("shout.txt")), (false, Some(&b"ONE"[..])));
}

#[test]
fn a_cache_that_cannot_be_written_is_a_warning() {
    // Counted on a sound disk first: from the first write on, each access fails in its turn.
    let total = {
        let disk = site();
        bake_one(&disk, &Shout::default(), job(ONE));
        disk.accesses().len()
    };
    let mut warned = 0;
    for n in 0..total {
        let (disk, shout) = (site(), Shout::default());
        let handle: Arc<dyn prebake::disk::Disk> = Arc::new(disk.clone());
        let source =
            prebake::source::SiteSource::new(Arc::clone(&handle), Path::new(ROOT)).unwrap();
        let cache = prebake::cache::Cache::new(handle, Path::new(ROOT));
        let job = BakeJob { component: &shout, job: job(ONE) };
        disk.fail_at(n, ErrorKind::StorageFull);
        let baked = bake(&[job], Oven::new(&source, &cache, &Interim::default(), &Silent));
        match &baked[0] {
            Ok(baked) => assert_eq!(baked.artifact.states, 3),
            Err(unbaked) => assert_eq!(unbaked.problems()[0].code, "unreadable-file"),
        }
        warned += usize::from(cache.warning().is_some());
        disk.heal();
        let again = bake_one(&disk, &shout, self::job(ONE));
        assert_eq!(again.artifact.file("shout.txt"), Some(&b"ONE"[..]), "access {n}");
    }
    assert!(warned > 5, "{warned} of {total}");
}

#[test]
fn a_killed_bake_leaves_nothing_that_misleads() {
    let total = {
        let disk = site();
        bake_one(&disk, &Shout::default(), job(ONE));
        disk.accesses().len()
    };
    for n in 1..total {
        let (disk, shout) = (site(), Shout::default());
        disk.fail_from(n, ErrorKind::Other);
        let _ = bake_all(&(Arc::new(disk.clone()) as _), Path::new(ROOT), &shout, &[job(ONE)]);
        disk.heal();
        let again = bake_one(&disk, &shout, job(ONE));
        assert_eq!(again.artifact.file("shout.txt"), Some(&b"ONE"[..]), "access {n}");
        assert!(bake_one(&disk, &shout, job(ONE)).is_cached(), "access {n}");
        let another = bake_one(&disk, &shout, job("content/b/two.txt"));
        assert!(!another.is_cached());
        assert_eq!(in_cache(&disk, "writing"), [], "swept after access {n}");
    }
}

#[test]
fn nothing_in_it_depends_on_the_place() {
    let tail = |disk: &MemoryDisk, root: &str| -> Vec<_> {
        let files = disk.files().into_iter().filter(|(path, _)| path.starts_with(root));
        files.map(|(path, bytes)| (path.strip_prefix(root).unwrap().to_owned(), bytes)).collect()
    };
    let bake = |root: &str| {
        let disk = MemoryDisk::new().with_file(format!("{root}/content/a/one.txt"), "one");
        let handle = Arc::new(disk.clone()) as _;
        let _ = bake_all(&handle, Path::new(root), &Shout::default(), &[job(ONE)]);
        tail(&disk, root)
    };
    assert_eq!(bake("/here"), bake("/quite/another/place"));
}

#[test]
fn a_cache_that_is_linked_out_of_the_site_is_not_used() {
    let disk = site().with_file("/elsewhere/x", "").with_link("/site/.prebake", "/elsewhere");
    let handle = Arc::new(disk.clone()) as _;
    let (baked, cache) = bake_all(&handle, Path::new(ROOT), &Shout::default(), &[job(ONE)]);
    assert!(baked[0].is_ok());
    assert!(cache.warning().unwrap().message.contains("leads out of the site"));
    assert!(!disk.files().into_keys().any(|path| path.starts_with("/elsewhere/cache/v2")));
}

#[test]
fn git_is_told_to_ignore_it() {
    let disk = site();
    bake_one(&disk, &Shout::default(), job(ONE));
    assert_eq!(disk.read(Path::new("/site/.prebake/.gitignore")).unwrap(), b"*\n");
    assert!(disk.files().contains_key(Path::new("/site/.prebake/cache/.made-by-prebake")));
}
