//! Saves reach the served pages and those who listen, however the files come to change.

use crate::served::{Scratch, Served, article};
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Someone who listens for new revisions.
struct Listener {
    lines: BufReader<TcpStream>,
}

impl Listener {
    fn new(served: &Served) -> Self {
        let mut stream = served.connect();
        let head = format!("GET /-/prebake/events HTTP/1.1\r\nHost: {}\r\n\r\n", served.host());
        stream.write_all(head.as_bytes()).unwrap();
        Self { lines: BufReader::new(stream) }
    }

    /// The next state: what is wrong, as JSON, and the revision.
    fn next(&mut self) -> (String, String) {
        let mut event = |name: &str| {
            let (event, mut line) = (format!("event: {name}\n"), String::new());
            let mut data = false;
            loop {
                line.clear();
                assert_ne!(self.lines.read_line(&mut line).unwrap(), 0, "the stream ended");
                match line.strip_prefix("data: ") {
                    Some(text) if data => return text.trim_end().to_owned(),
                    _ => data = line == event,
                }
            }
        };
        (event("problems"), event("revision"))
    }
}

/// The revision that a page bears in its script's URL.
fn revision_of(page: &str) -> &str {
    let (_, rest) = page.split_once("live.js?revision=").unwrap();
    rest.split('"').next().unwrap()
}

#[test]
fn nothing_is_lost_between_load_and_connection() {
    let served = Scratch::new().serve();
    let page = served.get("/article/").body;
    served.site.save("second words");
    served.wait_for("/article/", "second words");
    let (problems, revision) = Listener::new(&served).next();
    assert_eq!(problems, "\"\"");
    assert_ne!(revision, revision_of(&page));
    assert_eq!(revision, revision_of(&served.get("/article/").body));
}

#[test]
fn a_broken_save_keeps_the_last_good_pages() {
    let served = Scratch::new().serve();
    let mut listener = Listener::new(&served);
    let (problems, good) = listener.next();
    assert_eq!(problems, "\"\"");
    served.site.save("<Nonsense/> & <b>more</b>");
    let broken = loop {
        let (problems, revision) = listener.next();
        assert_eq!(revision, good);
        if problems != "\"\"" {
            break problems;
        }
    };
    assert!(broken.contains("Nonsense"), "{broken}");
    served.assert_serves();
    served.site.save("third words");
    let mended = loop {
        let (problems, revision) = listener.next();
        if revision != good {
            break problems;
        }
    };
    assert_eq!(mended, "\"\"");
    served.wait_for("/article/", "third words");
}

#[test]
fn a_save_that_changes_no_page_is_no_new_revision() {
    let served = Scratch::new().serve();
    let mut listener = Listener::new(&served);
    let first = listener.next();
    served.site.write("content/article/.index.md.swp", "an editor's own");
    assert_eq!(listener.next(), first);
    served.site.save("first words");
    assert_eq!(listener.next(), first);
    assert_eq!(revision_of(&served.get("/article/").body), first.1);
}

#[test]
fn a_site_that_begins_broken_is_shown_once_it_is_mended() {
    let site = Scratch::new();
    site.save("<Nonsense/>");
    let served = site.serve();
    let waiting = served.get("/article/");
    assert_eq!((waiting.status, revision_of(&waiting.body)), (503, ""));
    let (problems, revision) = Listener::new(&served).next();
    assert_eq!((problems.contains("Nonsense"), &*revision), (true, ""));
    served.site.save("mended words");
    served.wait_for("/article/", "mended words");
}

#[test]
fn saves_in_place_are_seen() {
    let served = Scratch::new().serve();
    for n in 0..5 {
        let text = format!("words number {n}.");
        served.site.save_in_place(&text);
        served.wait_for("/article/", &text);
    }
}

#[test]
fn saves_by_rename_are_seen() {
    let served = Scratch::new().serve();
    for n in 0..5 {
        let text = format!("words number {n}.");
        fs::write(served.site.path("content/article/index.md~"), article(&text)).unwrap();
        served.site.rename("content/article/index.md~", "content/article/index.md");
        served.wait_for("/article/", &text);
    }
}

#[test]
fn folders_that_come_later_are_watched() {
    let served = Scratch::new().serve();
    served.site.write("static/deep/er/note.txt", "one");
    served.wait_for("/deep/er/note.txt", "one");
    served.site.write("static/deep/er/note.txt", "two");
    served.wait_for("/deep/er/note.txt", "two");
    served.site.write("content/new/in/index.md", &article("a new one"));
    served.wait_for("/new/in/", "a new one");
    served.site.write("content/new/in/index.md", &article("changed"));
    served.wait_for("/new/in/", "changed");
    served.site.rename("content/new", "content/renamed");
    served.wait_for("/renamed/in/", "changed");
    served.site.write("content/renamed/in/index.md", &article("changed again"));
    served.wait_for("/renamed/in/", "changed again");
    assert_eq!(served.get("/new/in/").status, 404);
    served.site.write("prebake.toml", "title = \"Another name\"\n");
    served.wait_for("/", "Another name");
    fs::remove_dir_all(served.site.path("content/renamed")).unwrap();
    served.wait_for("/renamed/in/", "not found");
}

#[cfg(unix)]
#[test]
fn a_program_and_its_data_are_watched() {
    let site = Scratch::new();
    site.save("<Figure/>");
    site.write(
        "figures/figure.sh",
        "echo '{\"html\": \"'$(cat figures/data.txt)'\", \"read\": [\"figures/data.txt\"]}'",
    );
    site.write("figures/data.txt", "first");
    site.write("prebake.toml", "[components.Figure]\ncommand = [\"sh\", \"figures/figure.sh\"]\n");
    let served = site.serve_with(&["--allow-commands"]);
    served.wait_for("/article/", ">first<");
    served.site.write("figures/data.txt", "second");
    served.wait_for("/article/", ">second<");
    served.site.write("figures/figure.sh", "echo '{\"html\": \"third\"}'");
    served.wait_for("/article/", ">third<");
}

#[test]
fn content_that_is_removed_and_restored_is_watched_again() {
    let served = Scratch::new().serve();
    for (n, (away, back)) in [("content", "content.bak"); 2].into_iter().enumerate() {
        served.site.rename(away, back);
        thread::sleep(Duration::from_millis(300 * n as u64));
        served.site.rename(back, away);
        served.site.save(&format!("renamed {n}."));
        served.wait_for("/article/", &format!("renamed {n}."));
    }
    for n in 0..3 {
        fs::remove_dir_all(served.site.path("content")).unwrap();
        // With and without a build in between.
        thread::sleep(Duration::from_millis(300 * n));
        served.site.save(&format!("removed {n}."));
        served.wait_for("/article/", &format!("removed {n}."));
        served.site.save(&format!("saved {n}."));
        served.wait_for("/article/", &format!("saved {n}."));
    }
}

#[test]
fn the_site_itself_may_go_and_come_back() {
    let served = Scratch::new().serve();
    let here = served.site.path("");
    let aside = here.with_file_name("aside");
    fs::rename(&here, &aside).unwrap();
    thread::sleep(Duration::from_millis(500));
    fs::rename(&aside, &here).unwrap();
    served.site.save("back again");
    served.wait_for("/article/", "back again");
}

#[test]
fn endless_saves_starve_nobody() {
    let served = Scratch::new().serve();
    let ended = AtomicBool::new(false);
    let mut listener = Listener::new(&served);
    let mut seen = BTreeSet::new();
    thread::scope(|scope| {
        let saving = scope.spawn(|| {
            // For a minute at least, unless all has been seen before.
            for n in (0..6000).take_while(|_| !ended.load(Ordering::Relaxed)) {
                served.site.save(&format!("save {n}."));
                thread::sleep(Duration::from_millis(10));
            }
        });
        while seen.len() < 4 {
            seen.insert(listener.next().1);
        }
        assert!(!saving.is_finished(), "no build before the saves ended");
        ended.store(true, Ordering::Relaxed);
    });
}
