//! Requests and replies, in memory.

use crate::fake::FakeSite;
use prebake::disk::Disk as _;
use prebake::program::Permission;
use serde_json::json;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

fn write(disk: &prebake::disk::MemoryDisk, request: &serde_json::Value, name: &str, text: &str) {
    let out = Path::new(request["out"].as_str().unwrap());
    disk.write(&out.join(name), text.as_bytes()).unwrap();
}

#[test]
fn a_program_is_told_all_that_it_needs() {
    let told = Arc::new(Mutex::new(None));
    let heard = Arc::clone(&told);
    let site = FakeSite::new("<Wave terms={3} data=\"data.csv\" alt=\"x\"/>", move |request, _| {
        *heard.lock().unwrap() = Some(request.clone());
        ("{\"html\":\"<b>hello</b>\"}".to_owned(), "one\ntwo".to_owned(), 0)
    });
    let page = site.page();
    assert!(page.contains("<div class=\"wave\" id=\"wave-1\"><b>hello</b></div>"), "{page}");
    let mut request = told.lock().unwrap().take().unwrap();
    let out = request["out"].take();
    assert!(out.as_str().unwrap().starts_with("/site/.prebake/cache/v2/writing/job-"), "{out}");
    assert_eq!(
        request,
        json!({
            "prebake": 1, "component": "Wave", "root": "/site", "article": "/site/content/a",
            "props": { "terms": 3, "data": "content/a/data.csv", "colour": "red" },
            "inputs": { "data": "/site/content/a/data.csv" }, "out": null,
        })
    );
    assert_eq!(*site.heard.0.lock().unwrap(), ["[Wave] one", "[Wave] two"]);
    assert!(site.disk.kind(Path::new(out.as_str().unwrap())).is_err(), "the folder is removed");
    let started = site.processes.started.lock().unwrap();
    assert_eq!(started[0].folder, Path::new("/site"));
    assert_eq!(started[0].arguments, ["figures/wave.py"]);
}

#[test]
fn pictures_files_captions_and_numbers_are_shown() {
    let article =
        "<Wave terms={2} id=\"w\">With *children*.</Wave>\n\nIt is {w.at(2).error}, of {w.width}.";
    let site = FakeSite::new(article, |request, disk| {
        write(disk, request, "wave.svg", "<svg viewBox=\"0 0 30 20\"></svg>");
        let numbers = json!({
            "control": "n", "columns": { "n": [1, 2], "error": [0.5, 0.25] }, "whole": { "width": 30 }
        });
        let picture = json!({ "file": "wave.svg", "alt": "a <wave>", "width": 60 });
        let reply =
            json!({ "picture": picture, "numbers": numbers, "states": 2, "name": "My wave" });
        (reply.to_string(), String::new(), 0)
    });
    let build = site.run();
    let output = build.output.unwrap_or_else(|| panic!("{}", site.says()));
    let page = String::from_utf8(output.get("a/index.html").unwrap().to_vec()).unwrap();
    let folder: Vec<&str> =
        output.iter().map(|(path, _)| path).filter(|path| path.ends_with("wave.svg")).collect();
    let src = folder[0].strip_prefix("a/").unwrap();
    assert!(src.starts_with("figures/my-wave-"), "{src}");
    let figure = format!(
        "<figure class=\"wave\" id=\"w\"><img src=\"{src}\" width=\"60\" height=\"40\" \
         alt=\"a &lt;wave&gt;\" loading=\"lazy\" decoding=\"async\"><figcaption>"
    );
    assert!(page.contains(&figure), "{page}");
    assert!(page.contains("With <em>children</em>.</figcaption></figure>"), "{page}");
    assert!(page.contains("It is 0.25, of 30."), "{page}");
    assert_eq!(build.report.articles[0].figures[0].states, 2);
}

#[test]
fn urls_of_own_files_lead_to_them() {
    let site = FakeSite::new("<Wave terms={1}/>", |request, disk| {
        write(disk, request, "a b.png", "png");
        let html = "<img src='a b.png' srcset='a b.png 1x, other.png 2x'><a href='#x'>y</a>";
        (json!({ "html": html }).to_string(), String::new(), 0)
    });
    let page = site.page();
    let start = page.find("<img src=").unwrap();
    let html = &page[start..page[start..].find("</div>").unwrap() + start];
    assert!(
        html.starts_with("<img src=\"figures/wave-") && html.contains("/a%20b.png\""),
        "{html}"
    );
    assert!(html.contains("other.png 2x") && html.contains("<a href='#x'>y</a>"), "{html}");
}

#[test]
fn what_was_read_is_the_key() {
    let site = FakeSite::replying(
        "<Wave terms={1}/>",
        r#"{"html": "x", "read": ["/site/content/a/data.csv", "figures/absent.csv", "figures"]}"#,
    );
    let build = |expected: usize, what: &str| {
        site.page();
        assert_eq!(site.starts(), expected, "{what}");
    };
    let write = |path: &str, text: &str| {
        // Not while a build goes on, as far as clocks can tell.
        std::thread::sleep(std::time::Duration::from_millis(5));
        site.disk.write(&Path::new("/site").join(path), text.as_bytes()).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    build(1, "the first time");
    build(1, "nothing has changed");
    write("content/a/data.csv", "other");
    build(2, "a file that it read has changed");
    write("figures/wave.py", "other");
    build(3, "the program has changed");
    write("figures/absent.csv", "there now");
    build(4, "what was absent is there");
    write("figures/more.txt", "more");
    build(5, "a folder that it listed has changed");
    write("content/a/other.csv", "other");
    build(5, "a file that it did not read has changed");
    let toml = format!("{}\n[components.Wave2]\ncommand = [\"x\"]\n", crate::fake::TOML);
    write("prebake.toml", &toml);
    build(5, "another component");
    write("prebake.toml", &toml.replace("\"figures/wave.py\"", "\"figures/wave.py\", \"-v\""));
    build(6, "another command");
}

#[test]
fn a_file_that_changes_meanwhile_is_read_again() {
    let site = FakeSite::new("<Wave terms={1}/>", |request, disk| {
        let path = Path::new(request["root"].as_str().unwrap()).join("content/a/data.csv");
        let text = String::from_utf8(disk.read(&path).unwrap()).unwrap();
        if text == "old" {
            let _ = disk.clone().with_file_from(SystemTime::now(), &path, "new");
        }
        let reply = json!({ "html": text, "read": ["content/a/data.csv"] });
        (reply.to_string(), String::new(), 0)
    });
    let site = site.with("content/a/data.csv", "old");
    std::thread::sleep(std::time::Duration::from_millis(5));
    assert!(site.page().contains(">old<"));
    std::thread::sleep(std::time::Duration::from_millis(5));
    assert!(site.page().contains(">new<"), "what was baked from the old bytes is not kept");
    site.page();
    assert_eq!(site.starts(), 2);
}

#[test]
fn tags_of_one_job_share_it() {
    let article =
        "<Wave terms={1} id=\"a\"/>\n\n<Wave terms={1} caption=\"c\"/>\n\n<Wave terms={2}/>";
    let site = FakeSite::replying(article, "{\"html\": \"x\"}");
    let page = site.page();
    assert!(page.contains("<figcaption>c</figcaption>"), "{page}");
    assert_eq!(site.starts(), 2);
}

#[test]
fn a_reply_that_is_none_is_told_at_the_tag() {
    let mut told = String::new();
    for reply in [
        "",
        "hello, world",
        "{\"html\": 3}",
        "{\"htm\": \"x\"}",
        "{\"html\": \"x\", \"picture\": {\"file\": \"a.png\"}}",
        "{\"picture\": {\"file\": \"absent.png\"}}",
        "{\"files\": [\"../../../prebake.toml\"]}",
        "{\"files\": [\"/etc/passwd\"]}",
        "{\"files\": [\"absent.png\"]}",
        "{\"read\": [\"/etc/passwd\"]}",
        "{\"read\": [\"../outside\"]}",
        "{\"urls\": {\"data\": \"absent.bin\"}}",
        "{\"numbers\": {\"control\": \"n\", \"columns\": {\"n\": [1], \"e\": [1, 2]}}}",
        "{\"numbers\": {\"control\": \"n\", \"columns\": {}}}",
    ] {
        told += &FakeSite::replying("<Wave terms={1}/>", reply).says();
        told += "\n";
    }
    insta::assert_snapshot!(told);
}

#[test]
fn what_it_makes_must_be_plain_files() {
    let says = |make: fn(&prebake::disk::MemoryDisk, &Path)| {
        FakeSite::new("<Wave terms={1}/>", move |request, disk| {
            make(disk, Path::new(request["out"].as_str().unwrap()));
            ("{}".to_owned(), String::new(), 0)
        })
        .says()
    };
    let folder = says(|disk, out| disk.create_folder(&out.join("deep")).unwrap());
    assert!(folder.contains("`deep` in `out` is a folder"), "{folder}");
    let link = says(|disk, out| {
        let _ = disk.clone().with_link(out.join("a.png"), "/site/prebake.toml");
    });
    assert!(link.contains("`a.png` is a link"), "{link}");
    let own = says(|disk, out| disk.write(&out.join("figure.json"), b"{}").unwrap());
    assert!(own.contains("`figure.json` is a name that Prebake keeps"), "{own}");
}

#[test]
fn problems_have_their_places() {
    let site = FakeSite::replying(
        "<Wave terms={1} data=\"data.csv\"/>",
        r#"{"html": "x", "problems": [
            {"message": "this is no number", "file": "content/a/data.csv", "line": 3, "column": 3,
             "hint": "write digits"},
            {"message": "few terms", "prop": "terms", "severity": "note"},
            {"message": "somewhere", "file": "content/a/data.csv", "line": 99}
        ]}"#,
    );
    let first = site.says();
    insta::assert_snapshot!(first);
    assert_eq!(site.says(), first, "from the cache, too");
    let failing = FakeSite::replying(
        "<Wave terms={1}/>",
        r#"{"problems": [{"message": "terms must be odd", "prop": "terms", "severity": "error"}]}"#,
    );
    assert!(failing.says().starts_with("error[program-says]: terms must be odd\n"));
    assert!(failing.run().output.is_none());
}

#[test]
fn props_are_checked_as_those_of_any_component() {
    let article = "<Wave/>\n\n<Wave terms={9} colour=\"rad\" extra/>\n\n<Wave terms={1} data=\"../../../x\"/>\n\n<Wave terms={1} data=\"date.csv\"/>\n\n<Wave terms={1} step={0.3}/>\n\n<Wave terms={1} step={0.35}/>";
    insta::assert_snapshot!(FakeSite::replying(article, "{\"html\": \"x\"}").says());
}

#[test]
fn nothing_runs_unless_it_is_allowed() {
    let mut site =
        FakeSite::replying("<Wave terms={1}/>\n\n<Wave terms={2}/>", "{\"html\": \"x\"}");
    site.permission = Permission::Refused;
    insta::assert_snapshot!(site.says());
    assert_eq!(site.starts(), 0);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    site.permission = Permission::Asked(Arc::new(move |root, commands| {
        heard.lock().unwrap().push(format!("{} {}", root.display(), commands[0]));
        true
    }));
    site.page();
    assert_eq!(*asked.lock().unwrap(), ["/site python3 figures/wave.py"], "once");
    site.permission = Permission::Refused;
    site.page();
    assert_eq!(site.starts(), 2, "what is cached is there all the same");
}

#[test]
fn failures_are_told_at_the_tag() {
    let mut told = String::new();
    for log in ["", "Traceback\n  File \"wave.py\"\n\x1b[31mValueError\x1b[0m: 50 %\r100 %\n"] {
        let site = FakeSite::new("<Wave terms={1}/>", move |_, _| (String::new(), log.into(), 3));
        told += &site.says();
        told += "\n";
    }
    let absent = FakeSite::replying("<Wave terms={1}/>", "{}")
        .with("prebake.toml", &crate::fake::TOML.replace("python3", "absent"));
    told += &absent.says();
    insta::assert_snapshot!(told);
}
