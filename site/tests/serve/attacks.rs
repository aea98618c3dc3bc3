//! What a hostile page or program may send; afterwards the site is served as before.

use crate::served::Scratch;
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
fn pages_of_other_sites_may_not_listen() {
    let served = Scratch::new().serve();
    for lines in [
        "Origin: https://evil.example\r\n",
        "Origin: null\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
    ] {
        let answer = served.request("GET /-/prebake/events", lines);
        assert_eq!(answer.status, 403, "{lines:?}");
    }
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
    let mut idle: Vec<_> = (0..200).map(|_| served.connect()).collect();
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
    let head = format!("GET /-/prebake/events HTTP/1.1\r\nHost: {}\r\n\r\n", served.host());
    // More than the server takes at once.
    for _ in 0..600 {
        let mut stream = served.connect();
        stream.write_all(head.as_bytes()).unwrap();
        assert_ne!(stream.read(&mut [0; 64]).unwrap(), 0);
    }
    served.assert_serves();
}
