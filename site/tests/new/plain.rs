//! Sites, articles and templates.

use crate::alone::{Alone, files, text};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};

/// A server that is ended when the test ends.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_program_alone_makes_builds_and_serves_a_site() {
    let alone = Alone::new();
    let said = alone.done(&["new", "my-site"]);
    assert_eq!(
        said,
        "a site of 7 files is in my-site\nsee it: prebake serve --watch --open --root my-site\n"
    );
    let site = alone.path("desk/my-site");
    let expected = [
        ".github/workflows/pages.yml",
        ".gitignore",
        "README.md",
        "components/README.md",
        "content/first-figure/hills.png",
        "content/first-figure/index.md",
        "prebake.toml",
    ];
    assert_eq!(files(&site), expected);
    assert!(alone.read("my-site/prebake.toml").starts_with("title = \"My site\"\n"));

    let built = alone.done(&["build", "--root", "my-site"]);
    assert!(built.contains("<KMeansImage>") || built.contains("KMeansImage"), "{built}");
    let page = alone.read("my-site/dist/first-figure/index.html");
    assert!(page.contains("<title>A first figure · My site</title>"), "{page}");
    assert!(page.contains("<prebake-island"), "{page}");

    let mut serve = alone.command(&["serve", "--root", "my-site"]);
    let mut serving = Serving(serve.stdout(Stdio::piped()).spawn().unwrap());
    let said = BufReader::new(serving.0.stdout.take().unwrap());
    let url = said.lines().map(Result::unwrap).find_map(|line| {
        let (_, rest) = line.split_once("serving at http://")?;
        Some(rest.split('/').next().unwrap().to_owned())
    });
    let url = url.expect("an address");
    let mut stream = TcpStream::connect(&url).unwrap();
    let request =
        format!("GET /first-figure/ HTTP/1.1\r\nHost: {url}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("A first figure"), "{answer}");
}

#[test]
fn a_folder_with_something_in_it_is_no_place_for_a_site() {
    let alone = Alone::new();
    fs::create_dir_all(alone.path("desk/mine")).unwrap();
    fs::write(alone.path("desk/mine/notes.txt"), "Mine.").unwrap();
    let refused = alone.refused(&["new", "mine"]);
    assert_eq!(refused, "error: `mine` is not empty; nothing was written\n");
    assert_eq!(files(&alone.path("desk")), ["mine/notes.txt"]);
    // Not a folder at all.
    assert_eq!(alone.run(&["new", "mine/notes.txt"]).status.code(), Some(1));

    fs::create_dir_all(alone.path("desk/empty/.git")).unwrap();
    let said = alone.command(&["new", "."]).current_dir(alone.path("desk/empty")).output().unwrap();
    assert_eq!(said.status.code(), Some(0), "{}", text(&said.stderr));
    assert!(text(&said.stdout).ends_with("see it: prebake serve --watch --open\n"));
    assert!(alone.read("empty/prebake.toml").starts_with("title = \"Empty\"\n"));
}

#[test]
fn an_article_is_written_once() {
    let alone = Alone::new();
    let refused = alone.refused(&["new", "--article", "On sound"]);
    assert!(
        refused.contains("no site in `.`") && refused.contains("`prebake new DIR`"),
        "{refused}"
    );
    assert_eq!(files(&alone.path("desk")), [""; 0]);

    alone.done(&["new", "notes"]);
    let title = "On sound: \"k\" = 3 & <b>";
    let said = alone.done(&["new", "--article", title, "--root", "notes"]);
    let path = Path::new("notes").join("content").join("on-sound-k-3-b").join("index.md");
    assert!(said.starts_with(&format!("wrote {}\n", path.display())), "{said}");
    let article = alone.read("notes/content/on-sound-k-3-b/index.md");
    assert!(article.starts_with("---\ntitle: \"On sound: \\\"k\\\" = 3 & <b>\"\n"), "{article}");
    let refused = alone.refused(&["new", "--article", "On sound! k = 3; b", "--root", "notes"]);
    assert!(refused.contains("is there already; nothing was written"), "{refused}");
    assert_eq!(alone.read("notes/content/on-sound-k-3-b/index.md"), article);

    alone.done(&["build", "--root", "notes"]);
    let page = alone.read("notes/dist/on-sound-k-3-b/index.html");
    assert!(page.contains("<h1>On sound: &quot;k&quot; = 3 &amp; &lt;b&gt;</h1>"), "{page}");
    assert!(page.contains("<time datetime=\"20"), "{page}");
}

#[test]
fn templates_are_copied_to_be_changed() {
    let alone = Alone::new();
    alone.done(&["new", "."]);
    let listed = alone.done(&["new", "--list"]);
    for name in ["base.html", "article.html", "index.html", "404.html", "atom.xml", "sitemap.xml"] {
        assert!(listed.contains(name), "{listed}");
        alone.done(&["new", "--template", name]);
        let path = format!("templates/{name}");
        let own = alone.read(&path) + "<!-- Mine. -->";
        fs::write(alone.path(&format!("desk/{path}")), own).unwrap();
    }
    alone.done(&["new", "--template", "icon.svg"]);
    let refused = alone.refused(&["new", "--template", "icon.svg"]);
    assert_eq!(refused, "error: `static/icon.svg` is there already; nothing was written\n");
    alone.refused(&["new", "--template", "../prebake.toml"]);
    alone.done(&["build", "--base-url", "https://example.org/"]);
    for page in ["index.html", "first-figure/index.html", "404.html", "atom.xml", "sitemap.xml"] {
        assert!(alone.read(&format!("dist/{page}")).contains("<!-- Mine. -->"), "{page}");
    }
}

#[test]
fn what_cannot_be_started_is_said() {
    let alone = Alone::new();
    alone.done(&["new", "."]);
    let before = files(&alone.path("desk"));
    for (args, reason) in [
        (&["new"][..], "required"),
        (&["new", "a", "--article", "B"], "cannot be used with"),
        (&["new", "--component", "wheel"], "starts with a capital letter"),
        (&["new", "--component", "Loop"], "means something else"),
        (&["new", "--component", "Nul"], "Windows keeps for itself"),
        (&["new", "--component", "Scrub"], "there is a component `Scrub` already"),
        (&["new", "--component", "Wheel"], "`--prebake https://"),
        (&["new", "--component", "Wheel", "--prebake", "content"], "no sources of Prebake"),
        (&["new", "--article", "?"], "a letter or a digit"),
        (&["new", "--article", "Con"], "Windows keeps for itself"),
        (&["new", "--template", "none.html"], "base.html"),
    ] {
        let refused = alone.refused(args);
        assert!(refused.contains(reason), "{args:?}: {refused}");
        assert_eq!(files(&alone.path("desk")), before, "{args:?}");
    }
}
