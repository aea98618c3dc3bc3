//! No browser outlives its test, whatever becomes of the test.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use xtask::Browser;

/// Set for the copy of this test that is going to be killed.
const VICTIM: &str = "PREBAKE_TEST_PROFILES";

/// The profiles in a folder of temporary files.
fn profiles(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.to_string_lossy().contains("prebake-browser-")).collect()
}

/// Whether a process names the profile on its command line.
fn running(profile: &Path) -> bool {
    let profile = profile.to_string_lossy();
    // Small systems have no `ps`, and only Linux has /proc.
    let Ok(processes) = Path::new("/proc").read_dir() else {
        let table = Command::new("ps").args(["-A", "-ww", "-o", "args="]).output().unwrap();
        return String::from_utf8_lossy(&table.stdout).contains(&*profile);
    };
    let lines = processes.flatten().filter_map(|one| fs::read(one.path().join("cmdline")).ok());
    lines.into_iter().any(|line| String::from_utf8_lossy(&line).contains(&*profile))
}

fn gone_soon(profile: &Path) -> bool {
    let deadline = Instant::now() + Duration::from_secs(20);
    while Instant::now() < deadline {
        if !running(profile) && !profile.exists() {
            return true;
        }
        thread::sleep(Duration::from_millis(50));
    }
    false
}

#[test]
fn a_dropped_browser_is_gone() {
    let temporary = std::env::temp_dir();
    let browser = Browser::launch().unwrap();
    let profile = browser.profile().to_path_buf();
    assert!(profile.starts_with(&temporary) && running(&profile));
    drop(browser);
    assert!(gone_soon(&profile), "{} is left", profile.display());
}

#[test]
fn a_killed_test_leaves_no_browser() {
    if std::env::var_os(VICTIM).is_some() {
        let _browser = Browser::launch().unwrap();
        thread::sleep(Duration::from_secs(60));
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    let mut victim = victim(temporary.path());
    let deadline = Instant::now() + Duration::from_secs(60);
    let profile = loop {
        if let Some(profile) = profiles(temporary.path()).into_iter().find(|one| running(one)) {
            break profile;
        }
        assert!(Instant::now() < deadline, "no browser was started");
        thread::sleep(Duration::from_millis(50));
    };
    victim.kill().unwrap();
    victim.wait().unwrap();
    assert!(gone_soon(&profile), "{} is left", profile.display());
}

fn victim(temporary: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_killed_test_leaves_no_browser"])
        .env(VICTIM, "1")
        .env("TMPDIR", temporary)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}
