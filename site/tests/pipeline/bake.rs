use crate::toy::{ROOT, Shout, bake_all, bake_one, job, site};
use prebake::bake::{BakeJob, Baked, Interim, Oven, Unbaked, bake, in_pool};
use prebake::cache::Cache;
use prebake::disk::{Disk, MemoryDisk};
use prebake::progress::Silent;
use prebake::source::SiteSource;
use prebake_plugin::{AnyComponent as _, AnyJob};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

#[test]
fn results_come_in_order_and_equal_jobs_are_done_once() {
    let shout = Shout::default();
    let jobs = [
        job("content/b/two.txt"),
        job("content/a/one.txt"),
        AnyJob(json!({ "panic": false, "src": "content/b/two.txt" })),
        job("content/b/two.txt"),
        AnyJob(json!({ "src": "content/b/two.txt", "panic": false })),
    ];
    let disk: Arc<dyn Disk> = Arc::new(site());
    let (baked, cache) = bake_all(&disk, Path::new(ROOT), &shout, &jobs);
    let texts: Vec<_> = baked
        .iter()
        .map(|baked| {
            let artifact = &baked.as_ref().unwrap().artifact;
            String::from_utf8(artifact.file("shout.txt").unwrap().to_vec()).unwrap()
        })
        .collect();
    assert_eq!(texts, ["TWO", "ONE", "TWO", "TWO", "TWO"]);
    assert_eq!(shout.bakes(), 3);
    assert_eq!(cache.warning(), None);
}

#[test]
fn digests_depend_on_names_and_bytes_alone() {
    let shout = Shout::default();
    let one = bake_one(&site(), &shout, job("content/a/one.txt"));
    let again = MemoryDisk::new().with_file("/site/content/c/one.txt", "one");
    assert_eq!(bake_one(&again, &shout, job("content/c/one.txt")).digest, one.digest);
    let named = AnyJob(json!({ "src": "content/a/one.txt", "name": "call.txt" }));
    assert_ne!(bake_one(&site(), &shout, named).digest, one.digest);
    assert_ne!(bake_one(&site(), &shout, job("content/b/two.txt")).digest, one.digest);
    assert_eq!(one.folder(), format!("one-{}", one.digest.short()));
}

#[test]
fn folders_are_plain_whatever_the_picture_is_called() {
    let shout = Shout::default();
    for (file, expect) in [
        ("Dog.png", "dog"),
        ("my dog (1).png", "my-dog-1"),
        ("CON.png", "con"),
        ("犬.png", "figure"),
        ("a__b--c.png", "a__b-c"),
        ("..png", "figure"),
    ] {
        let disk = MemoryDisk::new().with_file(format!("/site/{file}"), "x");
        let baked = bake_one(&disk, &shout, job(file));
        assert_eq!(baked.folder(), format!("{expect}-{}", baked.digest.short()), "{file}");
    }
}

#[test]
fn a_panic_is_a_problem_of_its_job_alone() {
    let shout = Shout::default();
    let jobs = [AnyJob(json!({ "src": "x", "panic": true })), job("content/a/one.txt")];
    let disk = site();
    let handle: Arc<dyn Disk> = Arc::new(disk.clone());
    for _ in 0..2 {
        let (baked, _) = bake_all(&handle, Path::new(ROOT), &shout, &jobs);
        let problems = baked[0].as_ref().unwrap_err();
        assert_eq!(problems[0].code, "plugin-panicked");
        assert_eq!(problems[0].message, "`Shout` panicked: too loud");
        assert!(baked[1].is_ok());
    }
    assert_eq!(shout.bakes(), 3, "a panic is not kept, the other job is");
}

#[test]
fn unfit_names_are_refused_and_not_kept() {
    let disk = site();
    let handle: Arc<dyn Disk> = Arc::new(disk.clone());
    for name in ["../../escape", "a/b", "nul.txt", "a\nb", "Beside.JSON"] {
        let job = AnyJob(json!({ "src": "content/a/one.txt", "name": name }));
        let (baked, _) = bake_all(&handle, Path::new(ROOT), &Shout::default(), &[job]);
        assert_eq!(baked[0].as_ref().unwrap_err()[0].code, "invalid-artifact", "{name:?}");
    }
    let kept = disk.files().into_keys().filter(|path| path.to_string_lossy().contains("actions"));
    assert_eq!(kept.count(), 0);
}

#[test]
fn what_was_made_in_spite_of_a_failing_disk_is_not_kept() {
    let outside =
        site().with_file("/secret", "key").with_link("/site/content/a/link.txt", "/secret");
    let shout = Shout::default();
    let job = || AnyJob(json!({ "src": "content/a/link.txt", "careless": true }));
    assert_eq!(bake_one(&outside, &shout, job()).artifact.file("shout.txt"), Some(&b""[..]));
    let inside = outside.with_link("/site/content/a/link.txt", "one.txt");
    let baked = bake_one(&inside, &shout, job());
    assert_eq!(baked.artifact.file("shout.txt"), Some(&b"ONE"[..]));
    assert!(!baked.is_cached());
}

#[test]
fn any_number_of_threads_gives_the_same() {
    let mut disk = MemoryDisk::new();
    for n in 0..40 {
        disk = disk.with_file(format!("/site/{n}.txt"), format!("text {n}"));
    }
    let jobs: Vec<_> = (0..40).map(|n| job(&format!("{n}.txt"))).collect();
    let bake = |threads| {
        // A fresh disk: nothing comes from the cache.
        let files = disk.files().into_iter();
        let fresh =
            files.fold(MemoryDisk::new(), |disk, (path, bytes)| disk.with_file(path, bytes));
        let handle: Arc<dyn Disk> = Arc::new(fresh.clone());
        let shout = Shout::default();
        let (baked, _) =
            in_pool(Some(threads), || bake_all(&handle, Path::new(ROOT), &shout, &jobs));
        let artifacts: Vec<_> =
            baked.into_iter().map(|baked| baked.unwrap()).map(|b| (b.digest, b.artifact)).collect();
        (artifacts, fresh.files())
    };
    assert_eq!(bake(1), bake(8));
    assert_eq!(Shout::default().name(), "Shout");
}

/// Bakes a job with what is known from before; waits for it or not.
fn glance(
    disk: &MemoryDisk,
    shout: &Shout,
    interim: &Interim,
    job: AnyJob,
    waits: bool,
) -> Result<Baked, Unbaked> {
    let disk: Arc<dyn Disk> = Arc::new(disk.clone());
    let source = SiteSource::new(Arc::clone(&disk), Path::new(ROOT)).unwrap();
    let cache = Cache::new(disk, Path::new(ROOT));
    let go_on = || waits;
    let oven = Oven { go_on: &go_on, ..Oven::new(&source, &cache, interim, &Silent) };
    bake(&[BakeJob { component: shout, job }], oven).pop().unwrap()
}

#[test]
fn what_nobody_waits_for_is_pending_until_it_is_baked() {
    let (disk, shout, interim) = (site(), Shout::default(), Interim::default());
    let once = |waits| glance(&disk, &shout, &interim, job("content/a/one.txt"), waits);
    assert!(matches!(once(false), Err(Unbaked::Pending(_))));
    assert_eq!(shout.bakes(), 0);
    assert!(once(true).is_ok_and(|baked| !baked.is_cached()));
    assert!(once(false).is_ok_and(|baked| baked.is_cached()));
}

#[test]
fn problems_are_known_until_what_was_read_changes() {
    let (disk, shout, interim) = (site(), Shout::default(), Interim::default());
    let job = || AnyJob(json!({ "src": "content/a/one.txt", "panic": true }));
    let once = |disk: &MemoryDisk, waits| glance(disk, &shout, &interim, job(), waits);
    let problems = once(&disk, true).unwrap_err();
    assert_eq!(problems.problems()[0].code, "plugin-panicked");
    assert_eq!(once(&disk, false).unwrap_err(), problems);
    interim.forget_unproven();
    assert_eq!(once(&disk, true).unwrap_err(), problems);
    assert_eq!(shout.bakes(), 1, "it is not tried again in vain");
    let disk = disk.with_file("/site/content/a/one.txt", "another");
    assert!(matches!(once(&disk, false), Err(Unbaked::Pending(_))));
    assert_eq!(once(&disk, true).unwrap_err(), problems);
    assert_eq!(shout.bakes(), 2);
}
