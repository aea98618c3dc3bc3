//! Saves reach the served pages and those who listen, however the files come to change.

use crate::served::{Scratch, Served, article};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// An open page that listens.
struct Listener {
    lines: BufReader<TcpStream>,
}

impl Listener {
    /// A page that has been loaded just now, or that shows the page of this digest.
    fn new(served: &Served, have: &str) -> Self {
        let mut stream = served.connect();
        let client = served.client("/article/");
        let target = format!("/-/prebake/events?{client}&since=0&have={have}");
        let head = format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", served.host());
        stream.write_all(head.as_bytes()).unwrap();
        Self { lines: BufReader::new(stream) }
    }

    /// What it is told next.
    fn next(&mut self) -> Value {
        let mut line = String::new();
        loop {
            line.clear();
            assert_ne!(self.lines.read_line(&mut line).unwrap(), 0, "the stream ended");
            if let Some(text) = line.strip_prefix("data: ") {
                return serde_json::from_str(text).unwrap();
            }
        }
    }

    fn wait_for(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.next();
            if wanted(&message) {
                return message;
            }
        }
    }
}

/// The digest that a page's client knows it by.
fn digest_of(client: &str) -> &str {
    client.split("digest=").nth(1).unwrap().split('&').next().unwrap()
}

fn html(message: &Value) -> &str {
    message["page"]["html"].as_str().unwrap_or_default()
}

#[test]
fn nothing_is_lost_between_load_and_connection() {
    let served = Scratch::new().serve();
    let client = served.client("/article/");
    let loaded = digest_of(&client);
    let first = Listener::new(&served, "").next();
    assert_eq!(first["page"]["digest"], loaded);
    assert_eq!(first["page"]["path"], "article/index.html");
    assert!(html(&first).contains("first words"), "{first}");
    assert_eq!(Listener::new(&served, loaded).next()["page"], Value::Null);
    served.site.save("second words");
    served.wait_for("/article/", "second words");
    let late = Listener::new(&served, loaded).next();
    assert!(html(&late).contains("second words"), "{late}");
    assert_eq!(late["problems"], json!([]));
    assert_eq!(late["page"]["digest"], digest_of(&served.client("/article/")));
}

#[test]
fn a_broken_save_keeps_the_last_good_pages() {
    let served = Scratch::new().serve();
    let mut listener = Listener::new(&served, "");
    assert_eq!(listener.next()["problems"], json!([]));
    served.site.save("<Nonsense/> & <b>more</b>");
    let broken = listener.wait_for(|it| it["problems"] != json!([]));
    assert_eq!(broken["page"], Value::Null);
    let problem = &broken["problems"][0];
    assert!(problem["text"].as_str().unwrap().contains("Nonsense"), "{broken}");
    let place = "content/article/index.md:5:2";
    let parts = json!([problem["path"], problem["line"], problem["column"], problem["severity"]]);
    assert_eq!(parts, json!(["content/article/index.md", 5, 2, "error"]));
    assert_eq!(problem["place"], place);
    assert!(problem["text"].as_str().unwrap().contains(&format!("--> {place}\n")), "{broken}");
    served.assert_serves();
    served.site.save("third words");
    let mended = listener.wait_for(|it| it["problems"] == json!([]));
    assert!(html(&mended).contains("third words"), "{mended}");
    served.wait_for("/article/", "third words");
}

#[test]
fn a_save_that_changes_nothing_is_no_news() {
    let served = Scratch::new().serve();
    let mut listener = Listener::new(&served, "");
    let first = listener.next();
    served.site.write("content/article/.index.md.swp", "an editor's own");
    thread::sleep(Duration::from_millis(300));
    served.site.save("first words");
    thread::sleep(Duration::from_millis(300));
    served.site.save("second words");
    let next = listener.next();
    assert!(html(&next).contains("second words"), "{next}");
    assert_eq!(next["build"].as_u64(), first["build"].as_u64().map(|build| build + 1));
}

#[test]
fn only_the_page_that_changed_is_told() {
    let site = Scratch::new();
    site.write("content/other/index.md", &article("other words"));
    site.write("static/paper.css", "p {}");
    let served = site.serve();
    let mut listener = Listener::new(&served, "");
    listener.next();
    served.site.write("content/other/index.md", &article("changed words"));
    let news = listener.next();
    assert_eq!((&news["page"], &news["files"]), (&Value::Null, &json!([])), "{news}");
    served.site.write("static/paper.css", "p { color: red }");
    let news = listener.next();
    assert_eq!((&news["page"], &news["files"]), (&Value::Null, &json!(["paper.css"])), "{news}");
    served.site.save("second words");
    let news = listener.next();
    assert_eq!(news["files"], json!([]), "it has been told of the file");
}

#[test]
fn a_site_that_begins_broken_is_shown_once_it_is_mended() {
    let site = Scratch::new();
    site.save("<Nonsense/>");
    let served = site.serve();
    assert_eq!(served.get("/article/").status, 503);
    assert_eq!(digest_of(&served.client("/article/")), "");
    let mut listener = Listener::new(&served, "");
    let broken = listener.next();
    assert!(broken["problems"][0]["text"].as_str().unwrap().contains("Nonsense"), "{broken}");
    assert_eq!(broken["page"], Value::Null);
    served.site.save("mended words");
    assert!(html(&listener.wait_for(|it| it["problems"] == json!([]))).contains("mended words"));
    served.wait_for("/article/", "mended words");
}

#[test]
fn pages_are_what_a_build_writes_but_for_the_client() {
    let served = Scratch::new().serve();
    let built = served.site.build();
    for (path, file) in
        [("/article/", "article/index.html"), ("/", "index.html"), ("/no", "404.html")]
    {
        let page = served.get(path).body;
        let (own, client) = page.rsplit_once("<script").unwrap();
        assert_eq!(own, fs::read_to_string(built.join(file)).unwrap(), "{path}");
        assert!(client.starts_with(" type=\"module\" src=\"-/prebake/live.js?"), "{client}");
    }
    served.site.write("static/later.txt", "another build");
    let before = served.get("/article/");
    served.wait_for("/later.txt", "another build");
    assert_eq!(served.get("/article/").header("etag"), before.header("etag"));
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
fn a_section_is_watched() {
    let site = Scratch::new();
    site.write("prebake.toml", "[[section]]\nfolder = \"docs\"\n");
    site.write("docs/index.md", "First.\n");
    let served = site.serve();
    served.wait_for("/docs/", "First.");
    served.site.write("docs/index.md", "Second.\n");
    served.wait_for("/docs/", "Second.");
    served.site.write("docs/deep/more.md", "More.\n");
    served.wait_for("/docs/deep/more/", "More.");
    served.site.write("prebake.toml", "[[section]]\nfolder = \"notes\"\n");
    served.site.write("notes/index.md", "Notes.\n");
    served.wait_for("/notes/", "Notes.");
}

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
fn files_may_vanish_while_they_are_read() {
    let site = Scratch::new();
    for n in 0..20 {
        site.write(&format!("content/more-{n}/index.md"), &article("more words"));
        site.write(&format!("static/more-{n}.txt"), "more words");
    }
    let served = site.serve();
    for round in 0..40 {
        for n in (0..20).filter(|n| (n + round) % 3 == 0) {
            let (post, file) = (format!("content/more-{n}"), format!("static/more-{n}.txt"));
            // They may be gone already.
            let _ = fs::remove_dir_all(served.site.path(&post));
            let _ = fs::remove_file(served.site.path(&file));
            if round % 2 == 0 {
                served.site.write(&format!("{post}/index.md"), &article("restored words"));
                served.site.write(&file, "restored words");
            }
        }
        assert_eq!(served.get("/article/").status, 200);
    }
    for n in 0..20 {
        served.site.write(&format!("content/more-{n}/index.md"), &article("last words"));
    }
    for n in 0..20 {
        served.wait_for(&format!("/more-{n}/"), "last words");
    }
    served.site.save("current words");
    served.wait_for("/article/", "current words");
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_of_the_site_are_not_followed() {
    use std::os::unix::fs::symlink;
    let site = Scratch::new();
    site.write("../outside/index.md", &article("a secret"));
    let served = site.serve();
    for (link, url) in [("content/out", "/out/"), ("static/out", "/out/index.md")] {
        let at = served.site.path(link);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        symlink(served.site.path("../outside"), &at).unwrap();
        // The build that has seen it leaves the last good site.
        served.site.save(&format!("beside {link}"));
        thread::sleep(Duration::from_millis(300));
        assert!(!served.get(url).body.contains("a secret"), "{link}");
        fs::remove_file(&at).unwrap();
        served.site.save(&format!("without {link}"));
        served.wait_for("/article/", &format!("without {link}"));
        assert!(!served.get(url).body.contains("a secret"), "{link}");
    }
}

/// A save every 10 ms until a few builds have been seen, or for as many seconds as `PREBAKE_SAVES` says.
#[test]
fn endless_saves_starve_nobody() {
    let served = Scratch::new().serve();
    let seconds = std::env::var("PREBAKE_SAVES").map_or(0, |it| it.parse().unwrap());
    let ended = AtomicBool::new(false);
    let mut listener = Listener::new(&served, "");
    let mut seen = BTreeSet::new();
    let start = Instant::now();
    thread::scope(|scope| {
        let saving = scope.spawn(|| {
            // For a minute at least, unless all has been seen before.
            let last = 6000.max(seconds * 100);
            for n in (0..last).take_while(|_| !ended.load(Ordering::Relaxed)) {
                served.site.save(&format!("save {n}."));
                thread::sleep(Duration::from_millis(10));
            }
        });
        while seen.len() < 4 || start.elapsed().as_secs() < seconds {
            seen.insert(listener.next()["build"].as_u64());
        }
        assert!(seen.len() >= 4, "{seen:?}");
        assert!(seconds > 0 || !saving.is_finished(), "no build before the saves ended");
        ended.store(true, Ordering::Relaxed);
    });
    served.site.save("the last words");
    served.wait_for("/article/", "the last words");
}
