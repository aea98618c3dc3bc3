//! `prebake verify` and `prebake cache`, as an author meets them.

use super::{Scratch, text};
use std::fs;
#[cfg(unix)]
use std::process::Stdio;

fn site() -> Scratch {
    let site = Scratch::empty();
    for (name, shade) in [("a", 10), ("b", 200)] {
        site.write(
            &format!("content/{name}/index.md"),
            "---\ntitle: Page\n---\n\n![A pattern](p.png)\n\n<KMeansImage ks=\"1..4\"/>\n",
        );
        picture(&site, name, shade);
    }
    site
}

fn picture(site: &Scratch, name: &str, shade: u8) {
    let picture = image::RgbImage::from_fn(6, 4, |x, y| image::Rgb([(40 * x + y) as u8, 9, shade]));
    picture.save(site.path(&format!("content/{name}/p.png"))).unwrap();
}

#[test]
fn a_build_says_why_it_bakes() {
    let site = site();
    let says = || {
        let built = text(&site.run(&["build"]).stdout);
        let figures = built.lines().filter(|line| line.contains("KMeansImage"));
        let made = |line: &str| line.split("  ").last().unwrap().trim().to_owned();
        figures.map(made).collect::<Vec<_>>()
    };
    assert_eq!(says(), ["baked: first time", "baked: first time"]);
    assert_eq!(says(), ["cached", "cached"]);
    picture(&site, "a", 11);
    assert_eq!(says(), ["baked: p.png changed", "cached"]);
    site.write("content/a/index.md", "![A pattern](p.png)\n\n<KMeansImage ks=\"1..5\"/>\n");
    assert_eq!(says(), ["baked: its ks changed", "cached"]);
}

#[test]
fn verify_compares_finds_and_mends() {
    let site = site();
    let before = site.run(&["verify"]);
    assert_eq!(before.status.code(), Some(0));
    assert_eq!(
        text(&before.stdout),
        "compared nothing\n2 not in the cache; `prebake build` bakes and keeps them\n"
    );
    assert_eq!(site.run(&["build"]).status.code(), Some(0));
    let sound = site.run(&["verify", "--jobs", "1"]);
    assert_eq!((sound.status.code(), text(&sound.stderr)), (Some(0), String::new()));
    let out = text(&sound.stdout);
    assert!(out.starts_with("compared 2 cached results with fresh ones in "), "{out}");
    assert!(out.contains("\n2 the same to the last bit: "), "{out}");
    let sample = text(&site.run(&["verify", "--sample", "50%"]).stdout);
    assert!(sample.starts_with("compared 1 cached result with"), "{sample}");

    let store = site.path(".prebake/cache/v2/store");
    let shelf = fs::read_dir(store).unwrap().next().unwrap().unwrap().path();
    let file = fs::read_dir(shelf).unwrap().next().unwrap().unwrap().path();
    fs::write(file, "damaged").unwrap();
    let damaged = site.run(&["verify"]);
    assert_eq!(damaged.status.code(), Some(1));
    let err = text(&damaged.stderr);
    assert!(err.contains("damaged-cache") && err.contains("content/"), "{err}");
    assert!(text(&damaged.stdout).contains(" damaged or different\n"));
    let mended = site.run(&["verify", "--repair"]);
    assert_eq!(mended.status.code(), Some(0));
    assert!(text(&mended.stdout).contains(" mended\n"));
    assert_eq!(site.run(&["verify"]).status.code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_program_that_is_not_deterministic_is_found_out() {
    let site = Scratch::empty();
    site.write("content/a/index.md", "---\ntitle: A\n---\n\n<Steady/>\n\n<Whim/>\n");
    site.write(
        "prebake.toml",
        "[components.Steady]\ncommand = [\"sh\", \"steady.sh\"]\n\
         [components.Whim]\ncommand = [\"sh\", \"whim.sh\"]\n",
    );
    let reply = |html: &str| format!("cat > /dev/null\necho '{{\"html\": \"'{html}'\"}}'\n");
    site.write("steady.sh", &reply("one"));
    // Each process has another number.
    site.write("whim.sh", &reply("$$"));
    assert_eq!(site.run(&["build", "--allow-commands"]).status.code(), Some(0));
    let pruned = text(&site.run(&["cache", "--gc"]).stdout);
    assert!(pruned.starts_with("nothing to remove: "), "{pruned}");

    let verified = site.run(&["verify", "--allow-commands", "--repair"]);
    assert_eq!(verified.status.code(), Some(1));
    let (out, err) = (text(&verified.stdout), text(&verified.stderr));
    assert!(out.contains("\n1 the same to the last bit: "), "{out}");
    assert!(out.contains("\n1 damaged or different\n"), "{out}");
    assert!(err.contains("unsteady-result") && err.contains("| <Whim/>"), "{err}");
    let refused = site.command(&["verify"]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("refused-command"));
}

#[test]
fn the_cache_is_told_and_pruned() {
    let site = site();
    assert_eq!(text(&site.run(&["cache"]).stdout), "the cache is empty\n");
    let nothing = "nothing to remove: 0 bytes stay\n";
    assert_eq!(text(&site.run(&["cache", "--gc"]).stdout), nothing);
    assert!(!site.path(".prebake").exists());
    assert_eq!(site.run(&["build"]).status.code(), Some(0));
    picture(&site, "a", 12);
    assert_eq!(site.run(&["build"]).status.code(), Some(0));

    let stats = text(&site.run(&["cache", "--stats"]).stdout);
    let rows: Vec<Vec<&str>> =
        stats.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["component", "results", "bytes", "used", "results", "used", "bytes"]);
    for name in ["KMeansImage", "total"] {
        let row = rows.iter().find(|row| row[0] == name).unwrap();
        assert_eq!((row[1], row[3]), ("3", "2"), "{name}");
    }
    assert!(stats.contains("bytes; `prebake cache --gc` frees them\n"), "{stats}");
    assert!(stats.ends_with("the oldest result was baked today\n"), "{stats}");

    let gc = |more: &[&str]| {
        let out = site.run(&[&["cache", "--gc"], more].concat());
        assert_eq!((out.status.code(), text(&out.stderr)), (Some(0), String::new()));
        text(&out.stdout)
    };
    assert!(gc(&["--dry-run"]).starts_with("would remove 1 result: "));
    assert!(gc(&["--keep-days", "1"]).starts_with("nothing to remove: "));
    assert!(gc(&["--max-size", "1G"]).starts_with("nothing to remove: "));
    assert!(gc(&[]).starts_with("removed 1 result: "));
    assert!(gc(&["--dry-run"]).starts_with("nothing to remove: "));
    assert!(
        gc(&["--max-size", "1K"])
            .ends_with("the site needs more than 1,000 bytes for what it uses\n")
    );
    assert!(text(&site.run(&["build"]).stdout).contains("0 baked, 2 cached"));
}

#[test]
fn whatever_is_lost_of_pages_the_site_comes_out_the_same() {
    let site = Scratch::new();
    site.write("prebake.toml", "base_url = \"https://example.org/\"\n");
    site.write("content/other/index.md", "---\ntitle: Other\ndate: 2024-01-02\n---\n\nWords.\n");
    let build = || {
        let built = site.run(&["build"]);
        assert_eq!(built.status.code(), Some(0), "{}", text(&built.stderr));
        site.files()
    };
    let whole = build();
    let pages = || fs::read_dir(site.path(".prebake/cache/v2/pages")).unwrap();
    let of_texts = || {
        let paths = pages().map(|entry| entry.unwrap().path());
        paths.filter(|path| path.extension().is_some())
    };
    let page = site.path("dist/other/index.html");
    for (what, damage) in [
        ("the finished site", &|| fs::remove_dir_all(site.path("dist")).unwrap()),
        ("the feed", &|| fs::remove_file(site.path("dist/atom.xml")).unwrap()),
        ("a page that somebody edited", &|| fs::write(&page, "mine").unwrap()),
        ("a page, and its text", &|| {
            fs::write(&page, "mine").unwrap();
            of_texts().for_each(|path| fs::write(path, "nonsense").unwrap());
        }),
        ("the feed, and what it is made of", &|| {
            fs::remove_file(site.path("dist/atom.xml")).unwrap();
            of_texts().for_each(|path| fs::remove_file(path).unwrap());
        }),
    ] as [(&str, &dyn Fn()); 5]
    {
        damage();
        assert_eq!(build(), whole, "{what}");
    }
    assert!(of_texts().count() > 0);
}
