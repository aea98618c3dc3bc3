//! Builds that are killed, that meet each other, and that run out of room.

use super::{Scratch, text};
use prebake::disk::RealDisk;
use prebake::emit::{Destination, Turn};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A picture of a few colours, which ones hangs on `shade`.
fn picture(shade: u8) -> image::RgbImage {
    image::RgbImage::from_fn(12, 8, |x, y| image::Rgb([(x * 20) as u8, (y * 30) as u8, shade]))
}

/// A site whose figures take a while, in one of two versions.
fn write(site: &Scratch, version: u8) {
    for n in 0..4 {
        // Some pages and pictures are the same in both.
        let version = if n % 2 == 0 { version } else { 0 };
        let figure = "![A pattern](p.png)\n\n<KMeansImage ks=\"1..24\"/>\n";
        site.write(
            &format!("content/{n}/index.md"),
            &format!("---\ntitle: Page {n}, {version}\n---\n\n{figure}"),
        );
        picture(100 * version + n).save(site.path(&format!("content/{n}/p.png"))).unwrap();
    }
}

type Files = BTreeMap<PathBuf, Vec<u8>>;

fn below(site: &Scratch, folder: &str) -> Files {
    let folder = site.path(folder);
    let file = |(path, bytes): (PathBuf, Vec<u8>)| {
        Some((path.strip_prefix(&folder).ok()?.to_owned(), bytes))
    };
    site.files().into_iter().filter_map(file).collect()
}

/// Numbers that look random, and are the same in each run: SplitMix64.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }
}

/// What every command does first that is going to write `dist/`.
fn recover(site: &Scratch) {
    let root = site.path(".");
    let destination = Destination::new(&RealDisk, &site.path("dist"), &root, &root).unwrap();
    Turn::wait(&RealDisk, &destination).recover().unwrap();
}

#[test]
fn builds_killed_at_any_moment_change_no_byte_of_the_next() {
    let site = Scratch::empty();
    let mut took = Duration::ZERO;
    let whole: Vec<Files> = [0, 1]
        .into_iter()
        .map(|version| {
            write(&site, version);
            let _ = fs::remove_dir_all(site.path(".prebake"));
            let start = Instant::now();
            assert_eq!(site.run(&["build"]).status.code(), Some(0));
            took = start.elapsed();
            below(&site, "dist")
        })
        .collect();
    assert_ne!(whole[0], whole[1]);

    let mut dice = Dice(7);
    let mut ended = 0;
    for n in 1..=50 {
        let version = dice.throw(2);
        write(&site, version as u8);
        if dice.throw(2) == 0 {
            let _ = fs::remove_dir_all(site.path(".prebake"));
        }
        let mut build = site.command(&["build"]).stdout(Stdio::null()).spawn().unwrap();
        sleep(Duration::from_micros(dice.throw(took.as_micros() as u64)));
        ended += usize::from(build.try_wait().unwrap().is_some());
        // It may have ended by itself.
        let _ = build.kill();
        build.wait().unwrap();

        recover(&site);
        assert!(whole.contains(&below(&site, "dist")), "kill {n}: half a site stands");
        if n % 5 == 0 {
            assert_eq!(site.run(&["build"]).status.code(), Some(0), "after kill {n}");
            assert_eq!(below(&site, "dist"), whole[version as usize], "after kill {n}");
        }
    }
    assert!(ended < 40, "{ended} of 50 builds ended before they were killed");

    let verified = site.run(&["verify"]);
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified.stderr));
    // A build that fails puts the last good site back all the same, and leaves nothing beside it.
    site.write("prebake.toml", "titel = 1");
    assert_eq!(site.run(&["build"]).status.code(), Some(1));
    fs::remove_file(site.path("prebake.toml")).unwrap();
    let mut names: Vec<String> = fs::read_dir(site.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, [".prebake", "content", "dist"]);
}

#[test]
fn builds_at_once_share_the_work_and_make_one_site() {
    let site = Scratch::empty();
    write(&site, 0);
    assert_eq!(site.run(&["build"]).status.code(), Some(0));
    let alone = below(&site, "dist");
    fs::remove_dir_all(site.path(".prebake")).unwrap();
    let builds: Vec<_> = (0..3)
        .map(|_| site.command(&["build"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn())
        .collect();
    let mut baked = 0;
    for build in builds {
        let built = build.unwrap().wait_with_output().unwrap();
        assert_eq!(built.status.code(), Some(0), "{}", text(&built.stderr));
        baked += text(&built.stdout).matches("baked: first time").count();
    }
    assert_eq!(baked, 4, "each figure was baked by one of the three");
    assert_eq!(below(&site, "dist"), alone);
}

/// A small file system of its own, where this machine lets us mount one.
struct Mount(PathBuf);

impl Mount {
    fn new(at: &Path, size: &str) -> Option<Self> {
        let options = format!("size={size}");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at);
        let mounted = mount.stderr(Stdio::null()).status();
        mounted.is_ok_and(|status| status.success()).then(|| Self(at.to_owned()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Left behind, it would only keep a temporary folder from going.
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "whoever reads the test's output shall know what it skipped"
)]
fn a_full_disk_is_a_clear_error_and_the_last_good_site_stands() {
    let site = Scratch::empty();
    let Some(_mount) = Mount::new(&site.path("."), "6m") else {
        eprintln!("no small file system could be mounted here: nothing was tested");
        return;
    };
    write(&site, 0);
    assert_eq!(site.run(&["build"]).status.code(), Some(0));
    let good = below(&site, "dist");
    let filler = site.path("filler");
    let mut failed = 0;
    for room in [0, 16, 64, 256, 1024] {
        // Filled up, but for so many kilobytes.
        let _ = fs::write(&filler, vec![1; 6 << 20]);
        let length = fs::metadata(&filler).unwrap().len();
        fs::File::options()
            .write(true)
            .open(&filler)
            .unwrap()
            .set_len(length.saturating_sub(room << 10))
            .unwrap();
        write_text(&site, room);
        let built = site.run(&["build"]);
        let said = text(&built.stderr);
        if built.status.code() == Some(1) {
            failed += 1;
            assert!(said.contains("No space left on device"), "{room}: {said}");
            assert!(said.contains("free some space"), "{room}: {said}");
            assert_eq!(below(&site, "dist"), good, "{room}");
        } else {
            assert_eq!(built.status.code(), Some(0), "{room}: {said}");
        }
        // What frees space works on a full disk.
        let pruned = site.run(&["cache", "--gc"]);
        assert_eq!(pruned.status.code(), Some(0), "{room}: {}", text(&pruned.stderr));
        fs::remove_file(&filler).unwrap();
        write_text(&site, 0);
        assert_eq!(site.run(&["build"]).status.code(), Some(0), "{room}");
        assert_eq!(below(&site, "dist"), good, "{room}");
    }
    assert!(failed >= 2, "{failed} builds ran out of room");
}

/// Another picture where `shade` is another number, so that there is something to bake.
fn write_text(site: &Scratch, shade: u64) {
    let path = site.path("content/1/p.png");
    // The disk may be full; then the former picture has to go first.
    let mut png = std::io::Cursor::new(Vec::new());
    let shade = if shade == 0 { 1 } else { 50 + (shade % 199) as u8 };
    picture(shade).write_to(&mut png, image::ImageFormat::Png).unwrap();
    fs::write(path, png.into_inner()).unwrap();
}
