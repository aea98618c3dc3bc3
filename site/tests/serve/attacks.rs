//! What a hostile page or program may send; afterwards the site is served as before.

use crate::served::{PATIENCE, Scratch};
use std::io::{ErrorKind, Read as _, Write as _};

/// Lies beside the site's folder of articles, and is none of its files.
const SECRET: &str = "a secret";

#[test]
fn nothing_outside_the_site_is_read() {
    let site = Scratch::new();
    site.write("secret.txt", SECRET);
    site.write("prebake.toml", "title = \"a secret\"\n");
    let absolute = site.path("secret.txt").canonicalize().unwrap();
    let absolute = absolute.to_str().unwrap().to_owned();
    let served = site.serve();
    let dots = ["..", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "..%00", "%c0%ae%c0%ae", "..;", "."];
    let slashes = ["/", "%2f", "%2F", "\\", "%5c", "%252f", "%c0%af", "//"];
    for dot in dots {
        for slash in slashes {
            for start in ["/", "/article/", "/-/prebake/"] {
                for name in ["secret.txt", "prebake.toml", "content/article/index.md"] {
                    let path = format!("{start}{dot}{slash}{name}");
                    let answer = served.get(&path);
                    assert!(answer.status >= 400, "{path}: {answer:?}");
                    assert!(!answer.body.contains("title = "), "{path}: {answer:?}");
                    assert!(!answer.body.contains("---"), "{path}: {answer:?}");
                }
            }
        }
    }
    for path in [
        &*absolute,
        &format!("/{absolute}"),
        &format!("/{}", absolute.replace('/', "%2f")),
        &format!("file://{absolute}"),
        "/etc/passwd",
        "/C:/Windows/win.ini",
        "/secret.txt",
        "/content/article/index.md",
        "/.prebake/cache",
        "/article/%00",
        "/article/index.html%00.png",
        "/%ff%fe",
        "/article/\u{0}",
        "*",
        "",
        "article",
    ] {
        let answer = served.get(path);
        assert!(answer.status >= 400 || answer.status == 0, "{path:?}: {answer:?}");
        assert!(!answer.body.contains("---"), "{path:?}: {answer:?}");
    }
    served.assert_serves();
}

#[test]
fn only_this_machines_names_are_answered() {
    let served = Scratch::new().serve();
    let port = served.host().rsplit(':').next().unwrap();
    let ask = |lines: &str| {
        served.raw(format!("GET /article/ HTTP/1.1\r\nConnection: close\r\n{lines}\r\n").as_bytes())
    };
    for own in ["127.0.0.1", "localhost", "[::1]"] {
        assert_eq!(ask(&format!("Host: {own}:{port}\r\n")).status, 200, "{own}");
    }
    let foreign = format!("Host: rebound.example:{port}\r\n");
    let twice = format!("Host: localhost:{port}\r\n{foreign}");
    for lines in [&*foreign, "Host: 169.254.169.254\r\n", "Host:\r\n", "", &twice] {
        let answer = ask(lines);
        assert!([400, 403].contains(&answer.status), "{lines:?}: {answer:?}");
        assert!(!answer.body.contains("first words"), "{lines:?}");
    }
    assert_eq!(served.get("http://rebound.example/article/").status, 403);
    assert_eq!(served.raw(b"GET /article/ HTTP/1.0\r\n\r\n").status, 403);
}

#[test]
fn only_pages_of_this_run_may_listen_and_ask() {
    let served = Scratch::new().serve();
    let client = served.client("/article/");
    let guessed = format!("at=%2Farticle%2F&token={}", "0".repeat(32));
    let own = format!(
        "Origin: {}\r\nSec-Fetch-Site: same-origin\r\n",
        &served.url[..served.url.len() - 1]
    );
    for (query, lines) in [
        (&*client, "Origin: https://evil.example\r\n"),
        (&client, "Origin: null\r\n"),
        (&client, "Sec-Fetch-Site: cross-site\r\n"),
        (&client, "Sec-Fetch-Site: same-site\r\n"),
        ("", &own),
        ("token=", &own),
        (&guessed, &own),
    ] {
        for asked in ["GET /-/prebake/events", "GET /-/prebake/states.js", "POST /-/prebake/open"] {
            let answer = served
                .request(&format!("{asked}?{query}"), &format!("{lines}Content-Length: 0\r\n"));
            assert_eq!(answer.status, 403, "{asked} {query} {lines:?}");
        }
    }
    for path in ["/article/", "/-/prebake/live.js", "/nothing"] {
        let answer = served.request(&format!("GET {path}"), "Origin: https://evil.example\r\n");
        let allowed = answer.head.to_lowercase().contains("access-control-allow");
        assert!(!allowed, "no other origin may read: {answer:?}");
    }
    let token = client.rsplit_once("token=").unwrap().1;
    assert_eq!(token.len(), 32);
    // A page of any origin may run it.
    assert!(!served.get("/-/prebake/live.js").body.contains(token));
    served.assert_serves();
}

#[cfg(unix)]
#[test]
fn the_editor_is_given_files_of_the_site_only() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let site = Scratch::new();
    site.write("../secret.md", SECRET);
    symlink(site.path("../secret.md"), site.path("content/link.md")).unwrap();
    // An editor that writes down what it is told.
    site.write("../bin/code", "#!/bin/sh\nprintf '%s\\n' \"$@\" >>\"$0.log\"\n");
    let editor = site.path("../bin/code").canonicalize().unwrap();
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = site.command(&["--watch"]);
    command.env("PREBAKE_EDITOR", &editor);
    // The link is a mistake of its own, and nothing is served; the client is.
    let served = site.serve_by(command);
    let client = served.client("/article/");
    let open = |path: &str| {
        let ask = format!("POST /-/prebake/open?{client}&path={path}&line=5&column=1");
        served.request(&ask, "Content-Length: 0\r\n").body
    };
    for path in [
        "content%2Flink.md",
        "..%2Fsecret.md",
        "content%2F..%2F..%2Fsecret.md",
        "%2Fetc%2Fpasswd",
        "content",
        "--help",
        "content%2Farticle%2Findex.md%00",
        "",
    ] {
        let said = open(path);
        assert!(said.contains("is no file of this site"), "{path}: {said}");
    }
    let said = open("content%2Farticle%2Findex.md");
    assert_eq!(said, "opened content/article/index.md:5:1");
    let log = editor.with_extension("log");
    let deadline = std::time::Instant::now() + PATIENCE;
    while !log.exists() && std::time::Instant::now() < deadline {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    std::thread::sleep(std::time::Duration::from_millis(100));
    let told = std::fs::read_to_string(log).unwrap();
    assert!(
        told.starts_with("-g\n") && told.ends_with("/content/article/index.md:5:1\n"),
        "{told}"
    );
    assert_eq!(told.lines().count(), 2, "it was started once: {told}");
}

#[test]
fn nothing_but_get_and_head_is_done() {
    let served = Scratch::new().serve();
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"] {
        let answer = served.request(&format!("{method} /article/"), "Content-Length: 0\r\n");
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{method}");
    }
    let mut body =
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000000\r\n\r\n".to_vec();
    body.resize(body.len() + 4_000_000, b'x');
    assert!([0, 405].contains(&served.raw(&body).status));
    served.assert_serves();
}

#[test]
fn heads_without_measure_are_refused() {
    let served = Scratch::new().serve();
    let long = "x".repeat(10_000_000);
    let host = "Host: localhost\r\n";
    for head in [
        format!("GET / HTTP/1.1\r\n{host}X-Long: {long}\r\n\r\n"),
        format!("GET /{long} HTTP/1.1\r\n{host}\r\n"),
        format!("GET / HTTP/1.1\r\n{host}{}\r\n", "X-Many: 1\r\n".repeat(100_000)),
        long,
        "\r\n\r\n\0\0\u{7f}\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
    ] {
        let answer = served.raw(head.as_bytes());
        // The answer is lost where the connection is reset under what was still being sent.
        assert!(answer.status == 0 || answer.status >= 400, "{answer:?}");
    }
    served.assert_serves();
}

#[test]
fn idle_connections_stop_nobody_and_are_ended() {
    let served = Scratch::new().serve();
    // As many as this process may open, if those are fewer.
    let mut idle: Vec<_> = (0..1_000).map_while(|_| served.try_connect().ok()).collect();
    assert!(idle.len() > 200, "{}", idle.len());
    for (at, stream) in idle.iter_mut().enumerate() {
        // Every other one has begun to ask, and never goes on.
        if at % 2 == 0 {
            stream.write_all(b"GET /article/ HTTP/1.1\r\nHost: loc").unwrap();
        }
    }
    served.assert_serves();
    for mut stream in idle {
        // An answer or none, then the end, however abrupt.
        if let Err(error) = stream.read_to_end(&mut Vec::new()) {
            let late = [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind());
            assert!(!late, "it is still open: {error}");
        }
    }
    served.assert_serves();
}

#[test]
fn listeners_that_leave_free_their_places() {
    let served = Scratch::new().serve();
    let (client, host) = (served.client("/article/"), served.host());
    let head = format!("GET /-/prebake/events?{client} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    // More than the server takes at once.
    for _ in 0..600 {
        let mut stream = served.connect();
        stream.write_all(head.as_bytes()).unwrap();
        assert_ne!(stream.read(&mut [0; 64]).unwrap(), 0);
    }
    served.assert_serves();
}
