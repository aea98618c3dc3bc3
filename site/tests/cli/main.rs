//! The command line, as an author meets it.

mod cache;
mod interrupt;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A site in a temporary folder.
struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn new() -> Self {
        let scratch = Self::empty();
        scratch.write("content/hello/index.md", "---\ntitle: Hello\n---\n\nHello, world.\n");
        scratch
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_prebake"));
        command.args(args).current_dir(self.folder.path()).env_remove("CARGO");
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Every file, with its bytes; those of `.prebake` aside.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(self.folder.path(), &mut files);
        files.retain(|path, _| !path.starts_with(self.path(".prebake")));
        files
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.insert(path.clone(), fs::read(path).unwrap());
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_build_names_the_page_and_how_to_see_it_live() {
    let site = Scratch::new();
    let built = site.run(&["build"]);
    assert_eq!((built.status.code(), text(&built.stderr)), (Some(0), String::new()));
    let page = Path::new("dist").join("hello/index.html");
    let out = text(&built.stdout);
    let last = format!("built {}; see it live with `prebake serve --open`", page.display());
    assert_eq!(out.lines().last(), Some(&*last));
    assert!(out.starts_with("article"), "{out}");
    assert!(!out.contains('\x1b'), "stdout is no terminal");
    assert!(site.path("dist/hello/index.html").is_file());
    assert!(site.path("dist/.made-by-prebake").is_file());

    let from_checkout = site.command(&["build"]).env("CARGO", "cargo").output().unwrap();
    assert!(text(&from_checkout.stdout).ends_with("`cargo run -- serve --open`\n"));
    let elsewhere = site.path("content");
    let args = ["build", "--root", "..", "--out", "../my out", "--drafts"];
    let elsewhere = site.command(&args).current_dir(elsewhere).output().unwrap();
    assert!(text(&elsewhere.stdout).ends_with("`prebake serve --open --root .. --drafts`\n"));
    assert!(site.path("my out/hello/index.html").is_file());
}

#[test]
fn a_mistake_fails_the_build_and_leaves_the_last_good_site() {
    let site = Scratch::new();
    assert_eq!(site.run(&["build"]).status.code(), Some(0));
    site.write("prebake.toml", "titel = 'Mine'\n");
    let before = site.files();
    let failed = site.run(&["build"]);
    assert_eq!(failed.status.code(), Some(1));
    assert_eq!(text(&failed.stdout), "");
    let err = text(&failed.stderr);
    assert!(err.contains("unknown-key") && err.contains("did you mean `title`?"), "{err}");
    let last = "\n1 error in 1 file; `prebake explain unknown-key` says more\n\
                error: nothing was written\n";
    assert!(err.ends_with(last), "{err}");
    assert_eq!(site.files(), before);
}

#[test]
fn wrong_command_lines_exit_with_two_and_touch_nothing() {
    let site = Scratch::new();
    site.write("notes/precious.txt", "mine");
    let before = site.files();
    for args in [
        &[][..],
        &["bake"],
        &["build", "--nonsense"],
        &["build", "--jobs", "0"],
        &["build", "--jobs", "-1"],
        &["build", "--jobs", "many"],
        &["build", "--base-url", "example.org"],
        &["build", "--root", "nowhere"],
        &["build", "--root", "notes/precious.txt"],
        &["build", "--out", "."],
        &["build", "--out", ".."],
        &["build", "--out", "content"],
        &["build", "--out", "notes"],
        &["build", "--out", "notes/precious.txt"],
        &["clean", "--out", "."],
        &["clean", "--out", "content"],
        &["clean", "--out", "notes"],
        &["clean", "--root", "nowhere"],
        &["serve", "--port", "0"],
        &["serve", "--port", "70000"],
        &["serve", "--root", "nowhere"],
        &["verify", "--root", "nowhere"],
        &["verify", "--sample", "0"],
        &["verify", "--sample", "101%"],
        &["verify", "--seed", "2"],
        &["cache", "--root", "nowhere"],
        &["cache", "--stats", "--gc"],
        &["cache", "--dry-run"],
        &["cache", "--gc", "--max-size", "much"],
        &["cache", "--gc", "--max-size", "1G", "--keep-days", "3"],
    ] {
        let refused = site.run(args);
        assert_eq!(refused.status.code(), Some(2), "{args:?}");
        assert_eq!(text(&refused.stdout), "", "{args:?}");
        assert!(!refused.stderr.is_empty(), "{args:?}");
        assert_eq!(site.files(), before, "{args:?}");
        assert!(!site.path(".prebake").exists(), "{args:?}");
    }
    let refused = text(&site.run(&["build", "--out", "notes"]).stderr);
    assert_eq!(
        refused,
        "error: `notes` holds files that Prebake did not make (it has no `.made-by-prebake`); \
         nothing was touched\n"
    );
}

#[test]
fn help_and_version_are_no_failure() {
    let site = Scratch::new();
    for args in [
        &["--help"][..],
        &["help", "build"],
        &["serve", "--help"],
        &["clean", "-h"],
        &["new", "-h"],
    ] {
        let help = site.run(args);
        assert_eq!(help.status.code(), Some(0), "{args:?}");
        assert!(text(&help.stdout).contains("Examples:"), "{args:?}");
    }
    let version = text(&site.run(&["--version"]).stdout);
    assert_eq!(version, format!("prebake {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn cleaning_removes_what_was_made() {
    let site = Scratch::new();
    let before = site.files();
    assert_eq!(site.run(&["build", "--jobs", "2"]).status.code(), Some(0));
    let dist = Path::new("dist").display();
    let cleaned = site.run(&["clean"]);
    assert_eq!(
        (cleaned.status.code(), text(&cleaned.stdout)),
        (Some(0), format!("removed {dist}\n"))
    );
    assert_eq!(site.files(), before);
    let again = site.run(&["clean", "--cache"]);
    assert_eq!(again.status.code(), Some(0));
    assert!(text(&again.stdout).starts_with(&format!("{dist} is not there\n")));
    assert!(!site.path(".prebake/cache").exists());
}

#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    let site = Scratch::new();
    let mut build = site.command(&["build"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(build.stdout.take());
    assert_eq!(build.wait().unwrap().code(), Some(0));
    assert!(site.path("dist/hello/index.html").is_file());
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_build_with_130() {
    use prebake::disk::{Disk as _, RealDisk};
    let site = Scratch::new();
    assert_eq!(site.run(&["build"]).status.code(), Some(0));
    let before = site.files();
    // A build waits here, as it would for another one.
    let _held = RealDisk.lock(&site.path(".prebake/emit.lock")).unwrap();
    let interrupted_after = |milliseconds| {
        let mut build = site.command(&["build"]).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        let id = build.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        build.wait().unwrap().code()
    };
    // A machine that is busy may take a while to get as far as minding signals.
    let codes = [200, 1000, 5000].into_iter().map(interrupted_after);
    assert_eq!(codes.into_iter().find(Option::is_some), Some(Some(130)));
    assert_eq!(site.files(), before);
}

#[test]
fn a_check_says_what_it_found_and_fails_on_errors_only() {
    let site = Scratch::new();
    let clean = site.run(&["check"]);
    assert_eq!((clean.status.code(), text(&clean.stderr)), (Some(0), String::new()));
    let out = text(&clean.stdout);
    assert!(
        out.starts_with("checked 1 article in ") && out.ends_with(": nothing to mend\n"),
        "{out}"
    );
    site.write("content/hello/index.md", "Hello, [world](#nowhere).\n");
    let warned = site.run(&["check"]);
    assert_eq!(warned.status.code(), Some(0));
    let err = text(&warned.stderr);
    let last = "\n1 warning in 1 article; `prebake explain missing-anchor` says more\n";
    assert!(err.starts_with("warning[missing-anchor]") && err.ends_with(last), "{err}");
    assert_eq!(site.run(&["check", "--strict"]).status.code(), Some(1));
    assert_eq!(site.run(&["check", "--root", "nowhere"]).status.code(), Some(2));
    assert!(!site.path(".prebake").exists() && !site.path("dist").exists(), "nothing is written");
}

#[test]
fn programs_get_json_and_nothing_else() {
    let site = Scratch::new();
    site.write("content/hello/index.md", "Hello, <Nobody/>.\n");
    for command in ["check", "build"] {
        let run = site.run(&[command, "--format", "json"]);
        assert_eq!(run.status.code(), Some(1), "{command}");
        let json: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        assert_eq!((&json["version"], &json["summary"]["errors"]), (&1.into(), &1.into()));
        let found = &json["diagnostics"][0];
        assert_eq!(found["code"], "unknown-component");
        assert_eq!((&found["line"], &found["column"]), (&1.into(), &9.into()));
    }
    site.write("content/hello/index.md", "Hello.\n");
    let built = site.run(&["build", "--format", "json"]);
    assert_eq!((built.status.code(), text(&built.stderr)), (Some(0), String::new()));
    let json: serde_json::Value = serde_json::from_slice(&built.stdout).unwrap();
    assert_eq!(json["diagnostics"], serde_json::json!([]));
    assert!(site.path("dist/hello/index.html").is_file());
}

#[test]
fn every_code_can_be_looked_up() {
    let site = Scratch::new();
    let one = site.run(&["explain", "error[unknown-prop]"]);
    assert_eq!(one.status.code(), Some(0));
    assert!(text(&one.stdout).starts_with("error[unknown-prop]\n\nA tag has a prop"));
    let all = text(&site.run(&["explain"]).stdout);
    assert!(all.lines().any(|line| line.starts_with("unknown-prop ")), "{all}");
    let slip = site.run(&["explain", "unkown-prop"]);
    assert_eq!(slip.status.code(), Some(2));
    let err = text(&slip.stderr);
    assert_eq!(err, "error: no code is called `unkown-prop`; did you mean `unknown-prop`?\n");
}

#[test]
#[cfg(not(feature = "external"))]
fn links_that_cannot_be_followed_are_not_said_to_be_good() {
    let refused = Scratch::new().run(&["check", "--external"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("--features external"));
}
