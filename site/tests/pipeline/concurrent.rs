//! Builds that run at the same time on one real folder.

use crate::toy::{ROOT, Shout, bake_all, job, site};
use prebake::bake::{BakeJob, Interim, Oven, bake};
use prebake::cache::Cache;
use prebake::disk::{Disk, RealDisk};
use prebake::emit::{Destination, Turn};
use prebake::output::Output;
use prebake::progress::Progress;
use prebake::source::SiteSource;
use std::fs;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
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
    let writing = folder.path().join(".prebake/cache/v2/writing");
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

/// Tells a test what a build is told.
struct Told(Mutex<Sender<&'static str>>);

impl Told {
    fn tell(&self, what: &'static str) {
        self.0.lock().unwrap().send(what).unwrap();
    }
}

impl Progress for Told {
    fn waiting(&self) {
        self.tell("waiting");
    }

    fn begin(&self, jobs: usize) {
        assert_eq!(jobs, 1);
        self.tell("begin");
    }

    fn started(&self, component: &str) {
        assert_eq!(component, "Shout");
        self.tell("started");
    }

    fn finished(&self, _: &str) {
        self.tell("finished");
    }

    fn end(&self) {
        self.tell("end");
    }
}

#[test]
fn who_has_to_wait_is_told_so_and_bakes_afterwards() {
    let disk = site().with_folder("/site/.prebake");
    let other = disk.lock(Path::new("/site/.prebake/bake.lock")).unwrap();
    let handle: Arc<dyn Disk> = Arc::new(disk);
    let (send, told) = channel();
    let build = || {
        let progress = Told(Mutex::new(send));
        let source = SiteSource::new(Arc::clone(&handle), Path::new(ROOT)).unwrap();
        let cache = Cache::new(Arc::clone(&handle), Path::new(ROOT));
        let shout = Shout::default();
        let job = BakeJob { component: &shout, job: job("content/a/one.txt") };
        // A warm build asks for no turn.
        for _ in 0..2 {
            assert!(
                bake(
                    std::slice::from_ref(&job),
                    Oven::new(&source, &cache, &Interim::default(), &progress)
                )[0]
                .is_ok()
            );
        }
    };
    thread::scope(|scope| {
        scope.spawn(build);
        assert_eq!(told.recv(), Ok("waiting"));
        drop(other);
        let rest: Vec<_> = told.iter().collect();
        assert_eq!(rest, ["begin", "started", "finished", "end"]);
    });
}
