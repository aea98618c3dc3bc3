//! Programs that do not end, do not stop talking, or leave others behind.

use crate::scratch::Scratch;
use std::process::Command;
use std::time::{Duration, Instant};

/// Whether a process with this word in its command line is alive.
fn runs(word: &str) -> bool {
    let listed = Command::new("ps").args(["-eo", "stat,args"]).output().unwrap();
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    listed
        .lines()
        .any(|line| line.contains(word) && !line.starts_with('Z') && !line.contains("ps -eo"))
}

fn within(limit: Duration, what: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < limit {
        if what() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    what()
}

/// A number of seconds to sleep that no other test uses.
fn odd(n: u32) -> String {
    format!("6{}.{n}", std::process::id())
}

#[test]
fn one_that_hangs_is_ended_with_all_that_it_started() {
    let seconds = odd(1);
    let script = format!("echo thinking >&2\nsleep {seconds} &\nsleep {seconds}\n");
    for mode in ["one-shot", "server"] {
        let keys = format!("timeout = 0.3\nmode = \"{mode}\"");
        let site = Scratch::new("<Figure n={1}/>", &script, &keys);
        let start = Instant::now();
        let says = site.says();
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
        assert!(
            says.contains(
                "error[program-timed-out]: `sh figures/figure.sh` took longer than 0.3 s"
            ),
            "{says}"
        );
        assert!(says.contains("it said: thinking"), "{says}");
        assert!(within(Duration::from_secs(5), || !runs(&seconds)), "its family lives");
    }
}

#[test]
fn what_it_leaves_behind_ends_with_it() {
    let seconds = odd(2);
    // Holds both pipes open.
    let script = format!("sleep {seconds} &\necho '{{\"html\": \"done\"}}'\n");
    let site = Scratch::new("<Figure n={1}/>", &script, "");
    let start = Instant::now();
    assert!(site.page().contains("done"));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert!(within(Duration::from_secs(5), || !runs(&seconds)));
}

#[test]
fn one_that_leaves_its_family_is_not_waited_for() {
    if Command::new("setsid").arg("true").status().is_err() {
        return;
    }
    let script = "setsid sleep 5 &\necho '{\"html\": \"done\"}'\n";
    let site = Scratch::new("<Figure n={1}/>", script, "");
    let start = Instant::now();
    assert!(site.page().contains("done"));
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[test]
fn a_flood_is_stopped() {
    let site = Scratch::new("<Figure n={1}/>", "yes flood\n", "");
    let says = site.says();
    assert!(says.contains("error[program-output-too-large]"), "{says}");
    assert!(says.contains("wrote more than 32 MiB to its standard output"), "{says}");
}

#[test]
fn a_log_without_end_is_heard_and_not_all_shown() {
    let script = "head -c 3000000 /dev/zero | tr '\\0' 'a' >&2\necho >&2\n\
                  i=0; while [ $i -lt 3000 ]; do echo line $i >&2; i=$((i+1)); done\n\
                  echo '{\"html\": \"done\"}'\n";
    let site = Scratch::new("<Figure n={1}/>", script, "");
    assert!(site.page().contains("done"));
    let log = site.log();
    assert_eq!(log.len(), 1001);
    assert_eq!(log[0].len(), "[Figure] ".len() + 4096);
    assert!(log[1000].ends_with("(what it says from here on is not shown)"), "{}", log[1000]);

    let site = Scratch::new("<Figure n={1}/>", &format!("{script}exit 1"), "");
    let says = site.says();
    assert!(says.contains("line 2999") && says.contains("line 2988"), "{says}");
    assert!(!says.contains("line 2987"), "{says}");
}

#[test]
fn one_that_hears_nothing_does_no_harm() {
    let site = Scratch::new("<Figure n={1}/>", "exec < /dev/null\necho '{\"html\": \"deaf\"}'", "");
    assert!(site.page().contains("deaf"));
    let site = Scratch::new("<Figure n={1}/>", "exec >&- 2>&-; exit 7", "");
    let says = site.says();
    assert!(says.contains("ended with exit code 7"), "{says}");
    assert!(says.contains("it said nothing on its standard error"), "{says}");
}

#[test]
#[cfg(target_os = "linux")]
fn memory_is_limited() {
    // The shell's own text: `$a` doubles until there is no more room.
    let script = "a=0123456789abcdef\ni=0\nwhile [ $i -lt 24 ]; do a=$a$a; i=$((i+1)); done\n\
                  echo '{\"html\": \"done\"}'\n";
    let site = Scratch::new("<Figure n={1}/>", script, "memory = \"64 MB\"");
    let says = site.says();
    assert!(says.contains("error[program-failed]"), "{says}");
    assert!(says.contains("(its component limits its memory)"), "{says}");
}
