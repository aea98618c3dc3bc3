//! From files to `dist/`, with every access failing in its turn.

use crate::toy::{ROOT, Shout, job, site};
use prebake::bake::{BakeJob, Interim, Oven, bake, in_pool};
use prebake::cache::Cache;
use prebake::diagnostic::Diagnostic;
use prebake::disk::{Disk, MemoryDisk};
use prebake::emit::{Destination, Turn};
use prebake::output::Output;
use prebake::progress::Silent;
use prebake::source::SiteSource;
use prebake_plugin::{SitePath, Source as _};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One run of the generator: every text under `content/` becomes a page with its figure.
fn run(disk: &MemoryDisk) -> Result<(), Vec<Diagnostic>> {
    let (root, handle) = (Path::new(ROOT), Arc::new(disk.clone()) as Arc<dyn Disk>);
    let one = |error: std::io::Error| vec![Diagnostic::error("io", error.to_string())];
    let destination = Destination::new(disk, Path::new("dist"), root, root)
        .map_err(|refusal| vec![Diagnostic::error("refused", refusal.to_string())])?;
    Turn::wait(disk, &destination).recover().map_err(|diagnostic| vec![diagnostic])?;
    let source = SiteSource::new(Arc::clone(&handle), root).map_err(one)?;
    let cache = Cache::new(handle, root);
    let walk = source.files_under(&SitePath::new("content").unwrap());
    if let Some((_, error)) = walk.refused.into_iter().next() {
        return Err(one(error));
    }
    let shout = Shout::default();
    let job = |path: &SitePath| BakeJob { component: &shout, job: job(path.as_str()) };
    let jobs: Vec<_> = walk.files.iter().map(job).collect();
    // One thread, so that the n-th access is the same one in every run.
    let baked =
        in_pool(Some(1), || bake(&jobs, Oven::new(&source, &cache, &Interim::default(), &Silent)));
    let mut output = Output::new();
    let mut diagnostics = Vec::new();
    for (path, baked) in walk.files.iter().zip(baked) {
        match (source.read(path), baked) {
            (Ok(text), Ok(baked)) => {
                let base = format!("{}/", path.stem());
                output.insert(base.clone() + "index.html", text).unwrap();
                for file in &baked.artifact.files {
                    let name = format!("{base}figures/{}/{}", baked.folder(), file.name);
                    output.insert(name, Arc::clone(&file.bytes)).unwrap();
                }
            }
            (Err(error), _) => diagnostics.extend(one(error)),
            (_, Err(unbaked)) => {
                diagnostics.extend(unbaked.problems().iter().cloned().map(Diagnostic::from));
            }
        }
    }
    if diagnostics.is_empty() {
        Turn::wait(disk, &destination).emit(&output).map_err(|diagnostic| vec![diagnostic])
    } else {
        Err(diagnostics)
    }
}

type Files = BTreeMap<PathBuf, Vec<u8>>;

fn dist(disk: &MemoryDisk) -> Files {
    disk.files().into_iter().filter(|(path, _)| path.starts_with("/site/dist")).collect()
}

fn beside(disk: &MemoryDisk) -> Vec<String> {
    let names = disk.list(Path::new(ROOT)).unwrap();
    names.into_iter().filter(|name| name != ".prebake").collect()
}

/// A site that was built once, and changed since; with its `dist/` before and after.
fn changed() -> (MemoryDisk, Files, Files) {
    let built = || {
        let disk = site();
        run(&disk).unwrap();
        let old = dist(&disk);
        let changed = disk
            .with_file("/site/content/a/one.txt", "uno")
            .with_file("/site/content/c/three.txt", "three");
        changed.remove(Path::new("/site/content/b")).unwrap();
        (changed, old)
    };
    let (reference, old) = built();
    run(&reference).unwrap();
    (built().0, old, dist(&reference))
}

#[test]
fn a_build_replaces_what_was_there() {
    let (disk, old, new) = changed();
    assert_ne!(old, new);
    run(&disk).unwrap();
    assert_eq!(dist(&disk), new);
    assert_eq!(beside(&disk), ["content", "dist"]);
    assert!(!new.keys().any(|path| path.starts_with("/site/dist/two")));
}

#[test]
fn the_last_good_site_stands_whatever_fails() {
    let total = {
        let (disk, ..) = changed();
        let before = disk.accesses().len();
        run(&disk).unwrap();
        disk.accesses().len() - before
    };
    let mut failed = 0;
    for n in 0..total {
        let (disk, old, new) = changed();
        disk.fail_at(n, ErrorKind::StorageFull);
        let outcome = run(&disk);
        disk.heal();
        match outcome {
            Ok(()) => assert_eq!(dist(&disk), new, "access {n}"),
            Err(diagnostics) => {
                failed += 1;
                assert_eq!(dist(&disk), old, "access {n}: {diagnostics:?}");
                // A folder that cannot be asked for its kind is met as a file.
                let clear = ["no storage space", "is a directory"];
                let says = |text: &&str| diagnostics.iter().any(|d| d.message.contains(*text));
                assert!(clear.iter().any(says), "access {n}: {diagnostics:?}");
            }
        }
        run(&disk).unwrap();
        assert_eq!(dist(&disk), new, "after access {n}");
        assert_eq!(beside(&disk), ["content", "dist"], "after access {n}");
    }
    assert!(failed > total / 4, "{failed} of {total} accesses matter");
}

#[test]
fn a_killed_build_leaves_a_whole_site() {
    let total = {
        let (disk, ..) = changed();
        let before = disk.accesses().len();
        run(&disk).unwrap();
        disk.accesses().len() - before
    };
    for n in 0..total {
        let (disk, old, new) = changed();
        disk.fail_from(n, ErrorKind::Other);
        // What it answers does not matter: nobody is there to hear it.
        let _ = run(&disk);
        disk.heal();
        let root = Path::new(ROOT);
        let destination = Destination::new(&disk, Path::new("dist"), root, root).unwrap();
        Turn::wait(&disk, &destination).recover().unwrap();
        let stands = dist(&disk);
        assert!(stands == old || stands == new, "access {n}");
        assert_eq!(beside(&disk), ["content", "dist"], "access {n}");
        run(&disk).unwrap();
        assert_eq!(dist(&disk), new, "after access {n}");
    }
}

#[test]
fn what_is_in_the_way_is_left_alone() {
    let (disk, old, _) = changed();
    let disk = disk.with_file("/site/.dist.prebake-last/precious.txt", "mine");
    let diagnostics = run(&disk).unwrap_err();
    assert!(diagnostics[0].message.contains(".dist.prebake-last"), "{diagnostics:?}");
    assert_eq!(dist(&disk), old);
    assert!(disk.files().contains_key(Path::new("/site/.dist.prebake-last/precious.txt")));
}

#[test]
fn files_that_came_while_it_baked_are_not_lost() {
    let disk = site();
    let root = Path::new(ROOT);
    let destination = Destination::new(&disk, Path::new("dist"), root, root).unwrap();
    let disk = disk.with_file("/site/dist/precious.txt", "mine");
    let refused = Turn::wait(&disk, &destination).emit(&Output::new()).unwrap_err();
    assert_eq!(refused.code, "refused-output");
    assert!(disk.files().contains_key(Path::new("/site/dist/precious.txt")));
}
