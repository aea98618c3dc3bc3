//! Whatever happens to a small cache is found, and put right by the next bake.

use crate::toy::{Shout, bake_one, job, site};
use prebake::bake::Baked;
use prebake::cache::Why;
use prebake::disk::{Disk as _, MemoryDisk};
use std::path::{Path, PathBuf};

const ONE: &str = "content/a/one.txt";
const CACHE: &str = "/site/.prebake/cache/v2";

fn cache(disk: &MemoryDisk) -> Vec<(PathBuf, Vec<u8>)> {
    disk.files().into_iter().filter(|(path, _)| path.starts_with(CACHE)).collect()
}

/// Spoils the file of the cache at `path`, and bakes twice.
#[track_caller]
fn mends(built: &(MemoryDisk, Baked), path: &Path, what: &str, damage: impl Fn(&MemoryDisk)) {
    let (disk, first) = built;
    let before = cache(disk);
    damage(disk);
    let again = bake_one(disk, &Shout::default(), job(ONE));
    assert!(matches!(again.why, Some(Why::Damaged(_))), "{what} of {path:?}: {:?}", again.why);
    assert_eq!(again.artifact, first.artifact, "{what} of {path:?}");
    assert!(bake_one(disk, &Shout::default(), job(ONE)).is_cached(), "{what} of {path:?}");
    assert_eq!(cache(disk), before, "{what} of {path:?}");
}

fn built() -> (MemoryDisk, Baked) {
    let disk = site();
    let baked = bake_one(&disk, &Shout::default(), job(ONE));
    (disk, baked)
}

#[test]
fn every_changed_byte_is_found() {
    let built = built();
    for (path, bytes) in cache(&built.0) {
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            let what = format!("byte {at}");
            mends(&built, &path, &what, |disk| disk.write(&path, &damaged).unwrap());
        }
    }
}

#[test]
fn every_cut_is_found() {
    let built = built();
    for (path, bytes) in cache(&built.0) {
        for length in 0..bytes.len() {
            let what = format!("the first {length} bytes");
            mends(&built, &path, &what, |disk| disk.write(&path, &bytes[..length]).unwrap());
        }
    }
}

#[test]
fn folders_in_the_place_of_files_give_way() {
    let built = built();
    for (path, _) in cache(&built.0) {
        mends(&built, &path, "a folder in the place", |disk| {
            disk.remove(&path).unwrap();
            disk.create_folder(&path.join("deeper")).unwrap();
            disk.write(&path.join("deeper/file"), b"x").unwrap();
        });
    }
}

#[test]
fn files_in_the_place_of_folders_give_way() {
    let (disk, first) = built();
    let before = cache(&disk);
    let mut folders: Vec<PathBuf> =
        before.iter().filter_map(|(path, _)| path.parent()).map(Path::to_owned).collect();
    folders.extend(["", "actions", "store", "writing"].map(|name| Path::new(CACHE).join(name)));
    for folder in folders {
        disk.remove(&folder).unwrap();
        disk.write(&folder.components().collect::<PathBuf>(), b"in the way").unwrap();
        // Where only the folder for writing is in the way, what is in the cache is still good.
        let again = bake_one(&disk, &Shout::default(), job(ONE));
        assert_eq!(again.artifact, first.artifact, "{folder:?}");
        bake_one(&disk, &Shout::default(), job("content/b/two.txt"));
        assert!(bake_one(&disk, &Shout::default(), job(ONE)).is_cached(), "{folder:?}");
        assert!(before.iter().all(|file| cache(&disk).contains(file)), "{folder:?}");
    }
}
