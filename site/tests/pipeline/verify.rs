//! `prebake verify`: what is in the cache is what the components make.

use crate::small::{build, cached, copy, disk, site, verify, with};
use crate::toy::Shout;
use prebake::diagnostic::render;
use prebake::disk::{Disk as _, MemoryDisk};
use prebake::progress::Silent;
use prebake::verify::{Options, Sample};
use std::io::ErrorKind;
use std::path::Path;

fn built() -> MemoryDisk {
    let disk = disk();
    build(&disk);
    disk
}

#[test]
fn a_sound_cache_is_found_so_and_left_alone() {
    let disk = built();
    let before = disk.accesses().len();
    let found = verify(&site(&disk), false);
    assert_eq!((found.compared, found.same, found.absent), (3, 3, 0));
    assert_eq!(found.files, 6);
    assert!(found.is_sound() && found.diagnostics.is_empty());
    assert!(!disk.accesses()[before..].iter().any(|access| access.operation.is_change()));
}

#[test]
fn what_is_not_in_the_cache_is_counted() {
    let found = verify(&site(&disk()), true);
    assert_eq!((found.compared, found.absent), (0, 3));
    let disk = built().with_file("/site/content/a/one.txt", "changed");
    let found = verify(&site(&disk), false);
    assert_eq!((found.compared, found.same, found.absent), (2, 2, 1));
}

#[test]
fn a_sample_compares_some() {
    let disk = built();
    for (sample, compared) in [(Sample::Count(2), 2), (Sample::Percent(1.0), 1)] {
        let options = Options { sample: Some(sample), ..Options::default() };
        assert_eq!(site(&disk).verify(&options, &Silent).compared, compared);
    }
}

#[test]
fn what_another_component_made_is_found_and_mended() {
    let disk = built();
    let before = cached(&disk);
    let moody = || with(&disk, Shout { mood: "!", ..Shout::default() });
    let found = verify(&moody(), false);
    assert_eq!((found.compared, found.same, found.mended), (3, 0, 0));
    assert!(!found.is_sound());
    insta::assert_snapshot!(render(&found.diagnostics[..1], false, 100), @r#"
    error[foreign-result]: `Shout` makes something else than what is in the cache: `shout.txt` differs from line 1, column 4 (3 bytes before, 4 now)
     --> content/a/index.md:5:1
      |
    5 | <Shout src="content/a/one.txt"/>
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: either it depends on something that Prebake does not know of, such as the environment or a
              file outside of the site, or this came from another machine; `prebake verify --repair`
              keeps what it makes now
    "#);
    assert_eq!(cached(&disk), before, "nothing is written");

    let found = verify(&moody(), true);
    assert_eq!((found.compared, found.mended), (3, 3));
    assert!(found.is_sound());
    assert_eq!(verify(&moody(), false).same, 3);
}

#[test]
fn what_differs_each_time_is_told_apart_and_not_kept() {
    let disk = disk().with_file(
        "/site/content/a/index.md",
        "---\ntitle: Whim\n---\n\n<Shout src=\"content/a/one.txt\" whim/>\n",
    );
    build(&disk);
    let before = cached(&disk);
    let whims = with(&disk, Shout::default());
    // The first is what the build made.
    assert!(verify(&whims, false).is_sound());
    let found = verify(&whims, true);
    assert_eq!((found.compared, found.same, found.mended), (3, 2, 0));
    assert!(!found.is_sound());
    insta::assert_snapshot!(render(&found.diagnostics, false, 100), @r#"
    error[unsteady-result]: `Shout` makes something else each time: `shout.txt` differs from line 1, column 4 (of 4 bytes)
     --> content/a/index.md:5:1
      |
    5 | <Shout src="content/a/one.txt" whim/>
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: the same input must give the same bytes: look for the clock, for random numbers without a
              seed, and for the order of sets, of folders and of threads
    "#);
    assert_eq!(cached(&disk), before);
}

#[test]
fn damage_is_found_and_mended() {
    let whole = cached(&built());
    for path in whole.keys() {
        let disk = built();
        disk.write(&Path::new("/site/.prebake/cache/v2").join(path), b"?").unwrap();
        let found = verify(&site(&disk), false);
        assert_eq!((found.compared, found.mended), (3, 0), "{path:?}");
        assert!(!found.is_sound());
        assert!(found.diagnostics.iter().all(|one| one.code == "damaged-cache"), "{path:?}");
        let found = verify(&site(&disk), true);
        assert!(found.is_sound() && found.mended > 0, "{path:?}");
        assert_eq!(cached(&disk), whole, "{path:?}");
    }
}

#[test]
fn what_cannot_be_computed_is_told_where_it_stands() {
    let disk = built();
    let article = "---\ntitle: Wrong\n---\n\n<Shout src={1}/>\n";
    let disk = disk.with_file("/site/content/a/index.md", article);
    let found = verify(&site(&disk), false);
    assert_eq!((found.compared, found.same), (2, 2));
    assert!(!found.is_sound());
    assert!(found.diagnostics[0].span.is_some());
}

#[test]
fn a_failing_disk_never_looks_like_a_sound_cache() {
    let built = built();
    for repair in [false, true] {
        let accesses = {
            let disk = copy(&built);
            let before = disk.accesses().len();
            verify(&site(&disk), repair);
            disk.accesses().split_off(before)
        };
        let mut told = 0;
        for (n, access) in accesses.iter().enumerate() {
            let disk = copy(&built);
            disk.fail_at(n, ErrorKind::StorageFull);
            let found = verify(&site(&disk), repair);
            disk.heal();
            let of_the_cache = access.path.starts_with("/site/.prebake/cache/v2/");
            if found.is_sound() && of_the_cache {
                assert_eq!(found.same + found.mended, 3, "{access:?}, {repair}");
            }
            told += usize::from(found.same < 3);
            // Whatever was doubtful was not kept.
            assert_eq!(verify(&site(&disk), false).same, 3, "{access:?}, {repair}");
        }
        assert!(told > accesses.len() / 3, "{told} of {}, {repair}", accesses.len());
    }
}
