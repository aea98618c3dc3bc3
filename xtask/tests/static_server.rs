//! The static server: what it serves, how, and what it must never serve.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;
use xtask::{StaticServer, serve_folder};

/// A folder to serve, beside a secret that must stay one.
struct Site {
    folder: tempfile::TempDir,
    server: StaticServer,
}

fn site() -> Site {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, bytes: &[u8]| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    write("secret.txt", b"secret");
    write("site/index.html", b"<p>home");
    write("site/404.html", b"<p>nothing here");
    write("site/an article/index.html", b"<p>article");
    write("site/style.css", "p { color: teal } ".repeat(100).as_bytes());
    write("site/picture.png", &[0x89; 100]);
    write("site/kernel.wasm", b"\0asm\x01\0\0\0");
    let server = serve_folder(folder.path().join("site")).unwrap();
    Site { folder, server }
}

impl Site {
    /// The whole response to a request line and fields.
    fn ask(&self, request: &str) -> (String, Vec<u8>) {
        let address = self.server.url.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(format!("{request}\r\n\r\n").as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let split = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
        let body = bytes.get(split + 4..).unwrap_or_default().to_vec();
        (String::from_utf8_lossy(&bytes[..split]).into_owned(), body)
    }

    fn get(&self, path: &str) -> (String, Vec<u8>) {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: test"))
    }
}

#[test]
fn files_have_their_media_types() {
    let site = site();
    for (path, media) in [
        ("/", "text/html; charset=utf-8"),
        ("/style.css?v=1", "text/css; charset=utf-8"),
        ("/picture.png", "image/png"),
        ("/kernel.wasm", "application/wasm"),
        ("/an%20article/", "text/html; charset=utf-8"),
    ] {
        let (head, body) = site.get(path);
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{path}: {head}");
        assert!(head.contains(&format!("\r\nContent-Type: {media}\r\n")), "{path}: {head}");
        assert!(
            head.contains(&format!("\r\nContent-Length: {}\r\n", body.len())),
            "{path}: {head}"
        );
    }
}

#[test]
fn text_is_compressed_for_who_takes_it_and_pictures_are_not() {
    let site = site();
    let plain = fs::read(site.folder.path().join("site/style.css")).unwrap();
    assert_eq!(site.get("/style.css").1, plain);

    let (head, body) = site.ask("GET /style.css HTTP/1.1\r\nAccept-Encoding: gzip, br");
    assert!(head.contains("\r\nContent-Encoding: br\r\n"), "{head}");
    assert_eq!(body.len(), xtask::brotli_len(&plain));
    let mut back = Vec::new();
    brotli::Decompressor::new(&body[..], 4096).read_to_end(&mut back).unwrap();
    assert_eq!(back, plain);

    let (head, body) = site.ask("GET /picture.png HTTP/1.1\r\nAccept-Encoding: br");
    assert!(!head.contains("Content-Encoding"), "{head}");
    assert_eq!(body.len(), 100);
}

#[test]
fn a_head_request_gets_no_body() {
    let (head, body) = site().ask("HEAD / HTTP/1.1");
    assert!(head.contains("\r\nContent-Length: 7\r\n"), "{head}");
    assert!(body.is_empty());
}

#[test]
fn other_methods_are_refused() {
    let (head, _) = site().ask("POST / HTTP/1.1");
    assert!(head.starts_with("HTTP/1.1 405 "), "{head}");
}

#[test]
fn a_folder_without_its_slash_is_redirected() {
    let (head, _) = site().get("/an%20article");
    assert!(head.starts_with("HTTP/1.1 301 "), "{head}");
    assert!(head.contains("\r\nLocation: an%20article/\r\n"), "{head}");
}

#[test]
fn what_is_missing_gets_the_sites_own_page() {
    let (head, body) = site().get("/nowhere/at/all");
    assert!(head.starts_with("HTTP/1.1 404 "), "{head}");
    assert_eq!(body, b"<p>nothing here");
}

#[test]
fn nothing_outside_the_folder_is_served() {
    let site = site();
    link_to_secret(site.folder.path());
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2E%2E%2Fsecret.txt",
        "/..%2fsecret.txt",
        "/..\\secret.txt",
        "/an%20article/../../secret.txt",
        "/./../secret.txt",
        "//../secret.txt",
        "/out.txt",
        "/out/secret.txt",
        "/out",
        "/%00",
    ] {
        let (head, body) = site.get(path);
        assert!(!body.windows(6).any(|six| six == b"secret"), "{path}: {head}");
        assert!(!head.starts_with("HTTP/1.1 200"), "{path}: {head}");
    }
    let absolute = site.folder.path().join("secret.txt");
    let (head, body) = site.get(&format!("/{}", absolute.display()));
    assert!(head.starts_with("HTTP/1.1 404"), "{head}");
    assert_ne!(body, b"secret");
}

#[cfg(unix)]
fn link_to_secret(folder: &Path) {
    use std::os::unix::fs::symlink;
    symlink(folder.join("secret.txt"), folder.join("site/out.txt")).unwrap();
    symlink(folder, folder.join("site/out")).unwrap();
}

#[cfg(not(unix))]
fn link_to_secret(_folder: &Path) {}

#[test]
fn a_dropped_server_answers_no_more() {
    let site = site();
    let address = site.server.url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    drop(site);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_missing_folder_is_an_error() {
    let error = serve_folder("no/such/folder").unwrap_err().to_string();
    assert!(error.starts_with("cannot serve no/such/folder: "), "{error}");
}
