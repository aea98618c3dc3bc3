//! Builds that run at the same time on one real folder.

use crate::toy::{Shout, bake_all, job};
use prebake::disk::{Disk, RealDisk};
use prebake::emit::{Destination, Turn};
use prebake::output::Output;
use std::fs;
use std::sync::Arc;
use std::thread;

#[test]
fn builds_share_a_cache_and_each_job_is_baked_once() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..12).map(|n| format!("{n}.txt")).collect();
    for name in &names {
        fs::write(folder.path().join(name), format!("text of {name}")).unwrap();
    }
    let jobs: Vec<_> = names.iter().map(|name| job(name)).collect();
    let shout = Shout::default();
    let build = || {
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let (baked, cache) = bake_all(&disk, folder.path(), &shout, &jobs);
        assert_eq!(cache.warning(), None);
        baked.into_iter().map(|baked| baked.unwrap().artifact).collect::<Vec<_>>()
    };
    let results: Vec<_> = thread::scope(|scope| {
        let builds: Vec<_> = (0..4).map(|_| scope.spawn(build)).collect();
        builds.into_iter().map(|build| build.join().unwrap()).collect()
    });
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(shout.bakes(), 12);
    let writing = folder.path().join(".prebake/cache/v1/writing");
    assert_eq!(fs::read_dir(writing).unwrap().count(), 0);
}

#[test]
fn whoever_emits_last_wins_and_nobody_meets_a_half() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir(root.join("content")).unwrap();
    let write = |writer: usize| {
        let mut output = Output::new();
        for n in 0..30 {
            output.insert(format!("{n}/index.html"), writer.to_string().into_bytes()).unwrap();
        }
        let out = root.join("dist");
        for _ in 0..5 {
            let destination = Destination::new(&RealDisk, &out, root, root.parent().unwrap());
            Turn::wait(&RealDisk, &destination.unwrap()).emit(&output).unwrap();
        }
    };
    thread::scope(|scope| {
        for writer in 0..4 {
            scope.spawn(move || write(writer));
        }
    });
    let read = |n: usize| fs::read(root.join(format!("dist/{n}/index.html"))).unwrap();
    let winner = read(0);
    assert!((0..30).all(|n| read(n) == winner));
    let mut names: Vec<_> =
        fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [".prebake", "content", "dist"]);
}
