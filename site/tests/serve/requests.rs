//! Plain requests and their answers.

use crate::served::{Scratch, article};

#[test]
fn pages_and_files_come_with_their_types() {
    let site = Scratch::new();
    site.write("static/notes/plain.txt", "plain\n");
    site.write("static/naïve name.txt", "spaced\n");
    let served = site.serve();
    for (path, media_type, text) in [
        ("/", "text/html; charset=utf-8", "An article"),
        ("/index.html", "text/html; charset=utf-8", "An article"),
        ("/article/", "text/html; charset=utf-8", "first words"),
        ("/article/?a=b", "text/html; charset=utf-8", "first words"),
        ("/%61rticle/index.html", "text/html; charset=utf-8", "first words"),
        ("/notes/plain.txt", "text/plain; charset=utf-8", "plain"),
        ("/na%C3%AFve%20name.txt", "text/plain; charset=utf-8", "spaced"),
        ("/-/prebake/live.js?at=%2F", "text/javascript; charset=utf-8", "EventSource"),
    ] {
        let answer = served.get(path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        assert_eq!(answer.header("content-type"), Some(media_type), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert!(answer.body.contains(text), "{path}: {answer:?}");
    }
}

#[test]
fn what_is_not_there_is_the_page_for_that() {
    let served = Scratch::new().serve();
    for path in
        ["/nothing", "/article/deep/down/", "/article/index.html/", "//article/", "/ARTICLE/"]
    {
        let answer = served.get(path);
        assert_eq!(answer.status, 404, "{path}: {answer:?}");
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        assert!(answer.body.contains("not found"), "{path}: {answer:?}");
    }
    // It asks for its scripts from wherever it stands.
    let script = served.get("/article/deep/-/prebake/live.js");
    assert_eq!((script.status, script.body.contains("EventSource")), (200, true));
}

#[test]
fn a_folder_is_led_to_with_a_slash() {
    let site = Scratch::new();
    site.write("content/evil.example/index.md", &article("not so evil"));
    site.write("static/a b é/index.html", "<p>spaced");
    let served = site.serve();
    for (path, to) in [
        ("/article", "/article/"),
        ("/article?a=b&c", "/article/?a=b&c"),
        ("/evil.example", "/evil.example/"),
        ("/a%20b%20%C3%A9", "/a%20b%20%C3%A9/"),
    ] {
        let answer = served.get(path);
        assert_eq!((answer.status, answer.header("location")), (302, Some(to)), "{path}");
    }
    // To a browser `//evil.example/` is another host.
    for path in ["//evil.example", "/%2fevil.example", "/%5cevil.example", "/\\evil.example"] {
        let answer = served.get(path);
        assert_eq!(answer.header("location"), None, "{path}");
        assert!(answer.status >= 400, "{path}: {answer:?}");
    }
}

#[test]
fn a_browser_that_has_the_file_is_told_so() {
    let served = Scratch::new().serve();
    let first = served.get("/article/");
    assert_eq!(first.header("cache-control"), Some("no-cache"));
    let tag = first.header("etag").unwrap();
    for known in [tag.to_owned(), format!("\"other\", W/{tag}"), "*".to_owned()] {
        let again = served.request("GET /article/", &format!("If-None-Match: {known}\r\n"));
        assert_eq!((again.status, &*again.body), (304, ""), "{known}");
        assert_eq!(again.header("etag"), Some(tag));
        assert_eq!(again.header("content-type"), None, "it would stand in for the page's");
    }
    let other = served.request("GET /article/", "If-None-Match: \"other\"\r\n");
    assert_eq!((other.status, other.body == first.body), (200, true));
    let lost = served.get("/nothing");
    let tag = lost.header("etag").unwrap();
    assert_eq!(served.request("GET /nothing", &format!("If-None-Match: {tag}\r\n")).status, 404);
}

#[test]
fn head_is_get_without_the_body() {
    let served = Scratch::new().serve();
    for path in ["/article/", "/nothing", "/article", "/-/prebake/live.js"] {
        let (get, head) = (served.get(path), served.request(&format!("HEAD {path}"), ""));
        assert_eq!((head.status, &*head.body), (get.status, ""), "{path}");
        for name in ["content-type", "content-length", "etag", "location"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
    let events = format!("HEAD /-/prebake/events?{}", served.client("/"));
    let events = served.request(&events, "");
    assert_eq!((events.status, &*events.body), (200, ""));
}

#[test]
fn without_watching_nothing_is_added() {
    let site = Scratch::new();
    let command = site.command(&[]);
    let served = site.serve_by(command);
    let built = std::fs::read_to_string(served.site.build().join("article/index.html")).unwrap();
    assert_eq!(served.get("/article/").body, built);
    for path in ["/-/prebake/live.js", "/-/prebake/events", "/-/prebake/states.js"] {
        assert_eq!(served.get(path).status, 404, "{path}");
    }
    assert_eq!(served.request("POST /-/prebake/open", "Content-Length: 0\r\n").status, 405);
}
