//! Links that lead out of the site, followed to a server on this machine.

use crate::builder::source;
use prebake::cache::Cache;
use prebake::check::Outward;
use prebake::diagnostic::Diagnostic;
use prebake::disk::MemoryDisk;
use prebake::external::{Memory, Network, follow, is_public};
use prebake::progress::Silent;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A server that answers as the path says, and what it was asked.
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

#[derive(Clone)]
struct Asked {
    method: String,
    host: String,
    path: String,
    start: Instant,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let log = Arc::clone(&asked);
        // It ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let log = Arc::clone(&log);
                thread::spawn(move || answer(stream.unwrap(), &log));
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// What following these links says, by URL; every host is this server.
    fn follow(&self, urls: &[&str], memory: &mut Memory) -> BTreeMap<String, String> {
        let resolve = |_: &str, _: u16| Ok(vec![self.address]);
        self.follow_through(urls, memory, &resolve, &|_| true)
    }

    fn follow_through(
        &self,
        urls: &[&str],
        memory: &mut Memory,
        resolve: &(dyn Fn(&str, u16) -> std::io::Result<Vec<SocketAddr>> + Sync),
        allow: &(dyn Fn(IpAddr) -> bool + Sync),
    ) -> BTreeMap<String, String> {
        let pause = Duration::from_millis(30);
        let network = Network { resolve, allow, pause, patience: Duration::from_millis(400) };
        let found = follow(&links(urls), &network, memory, &Silent);
        found.into_iter().map(|it| (url_of(&it), format!("{}: {}", it.code, it.message))).collect()
    }
}

fn links(urls: &[&str]) -> Vec<Outward> {
    let text = urls.join("\n");
    let source = source("content/a/index.md", &text);
    urls.iter()
        .map(|url| {
            let start = text.find(url).unwrap();
            let range = start..start + url.len();
            Outward { url: (*url).to_owned(), source: Arc::clone(&source), range }
        })
        .collect()
}

fn url_of(found: &Diagnostic) -> String {
    let span = found.span.as_ref().unwrap();
    span.source.text[span.range.clone()].to_owned()
}

fn answer(mut stream: TcpStream, log: &Mutex<Vec<Asked>>) {
    let start = Instant::now();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let Some(request) = lines.next() else { return };
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let header = |name: &str| head.iter().find_map(|line| line.strip_prefix(name)).unwrap();
    assert!(header("User-Agent: ").starts_with("prebake/"), "it says who asks");
    let host = header("Host: ").to_owned();
    let mut words = request.split(' ');
    let (method, path) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
    let asked = Asked { method: method.clone(), host, path: path.clone(), start };
    let times = {
        let mut log = log.lock().unwrap();
        log.push(asked);
        log.iter().filter(|it| it.path == path).count()
    };
    let (status, location) = match path.as_str() {
        "/ok" | "/a%20b?c" => (200, ""),
        "/no-head" if method == "HEAD" => (405, ""),
        "/no-head" => (200, ""),
        "/moved" => (301, "ok"),
        "/moved-away" => (302, "http://elsewhere.test/ok"),
        "/round" => (307, "/round"),
        "/inside" => (302, "http://inside.test/secret"),
        "/file" => (302, "file:///etc/passwd"),
        "/flaky" if times == 1 => (503, ""),
        "/flaky" => (200, ""),
        "/members" => (403, ""),
        "/slow" => {
            thread::sleep(Duration::from_secs(2));
            return;
        }
        "/drip" => {
            let drips = (0..100).all(|_| {
                thread::sleep(Duration::from_millis(50));
                stream.write_all(b"H").is_ok()
            });
            assert!(!drips, "nobody waits that long");
            return;
        }
        "/endless" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
            while stream.write_all(&[b'x'; 4096]).is_ok() {}
            return;
        }
        "/nonsense" => {
            let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.6\r\n\r\n");
            return;
        }
        "/early" => {
            let _ = stream.write_all(b"HTTP/1.1 103 Early Hints\r\n\r\n");
            (404, "")
        }
        _ => (404, ""),
    };
    let _ = write!(stream, "HTTP/1.1 {status} X\r\nLocation: {location}\r\n\r\n");
}

#[test]
fn answers_are_told_apart() {
    let server = Server::start();
    let told = server.follow(
        &[
            "http://one.test/ok#part",
            "http://one.test/a b?c",
            "http://one.test/no-head",
            "http://one.test/moved",
            "http://one.test/moved-away",
            "http://one.test/flaky",
            "http://one.test/gone",
            "http://one.test/round",
            "http://one.test/file",
            "http://two.test/members",
            "http://two.test/nonsense",
            "http://two.test/early",
            "http://me:secret@two.test/",
            "http://bücher.test/",
        ],
        &mut Memory::default(),
    );
    insta::assert_debug_snapshot!(told);
}

#[test]
fn nobody_waits_for_ever() {
    let server = Server::start();
    let start = Instant::now();
    let urls = ["http://one.test/slow", "http://two.test/drip", "http://three.test/endless"];
    let told = server.follow(&urls, &mut Memory::default());
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told.values().all(|it| it.starts_with("dead-link: ")), "{told:?}");
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_host_is_asked_one_thing_at_a_time_with_a_pause() {
    let server = Server::start();
    let urls: Vec<String> = (0..4).map(|n| format!("http://one.test/{n}/ok")).collect();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let _ = server.follow(&urls, &mut Memory::default());
    let asked = server.asked();
    assert_eq!(asked.len(), 8, "each with HEAD and with GET");
    assert_eq!(asked.iter().filter(|it| it.method == "HEAD").count(), 4);
    assert!(asked.iter().all(|it| it.host == "one.test"));
    for pair in asked.windows(2) {
        // A little less than the pause, because it begins with the answer and both clocks are coarse.
        assert!(pair[1].start - pair[0].start >= Duration::from_millis(25));
    }
}

#[test]
fn no_private_address_is_asked_not_even_by_a_redirection() {
    let server = Server::start();
    // The server stands for the internet; what is inside is every other name.
    let public = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let port = server.address.port();
    let resolve = |host: &str, _: u16| {
        let ip = if host == "one.test" { public } else { "127.0.0.2".parse().unwrap() };
        Ok(vec![SocketAddr::new(ip, port)])
    };
    let urls = ["http://one.test/inside", "http://inside.test/secret", "http://one.test/ok"];
    let told = server
        .follow_through(&urls, &mut Memory::default(), &resolve, &|address| address == public);
    let unchecked = |url: &str| told[url].starts_with("unchecked-link: ");
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(unchecked("http://one.test/inside") && unchecked("http://inside.test/secret"));
    assert!(server.asked().iter().all(|it| it.path != "/secret"));
}

#[test]
fn the_real_network_refuses_this_machine() {
    let server = Server::start();
    let port = server.address.port();
    let urls = [
        format!("http://localhost:{port}/ok"),
        format!("http://127.0.0.1:{port}/ok"),
        format!("http://2130706433:{port}/ok"),
        format!("http://[::1]:{port}/ok"),
        format!("http://[::ffff:127.0.0.1]:{port}/ok"),
        format!("http://0.0.0.0:{port}/ok"),
    ];
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let network = Network { pause: Duration::ZERO, ..Network::internet() };
    let found = follow(&links(&urls), &network, &mut Memory::default(), &Silent);
    assert_eq!(found.len(), urls.len());
    assert!(server.asked().is_empty(), "it was asked");
    assert!(!is_public(server.address.ip()));
}

#[test]
fn good_links_are_remembered_and_bad_ones_asked_again() {
    let server = Server::start();
    let cache = || Cache::new(Arc::new(disk()), Path::new("/site"));
    fn disk() -> MemoryDisk {
        static DISK: std::sync::OnceLock<MemoryDisk> = std::sync::OnceLock::new();
        DISK.get_or_init(|| MemoryDisk::new().with_folder("/site")).clone()
    }
    let urls = ["http://one.test/ok", "http://one.test/gone"];
    for expect in [3, 5] {
        let cache = cache();
        let mut memory = Memory::load(&cache);
        assert_eq!(server.follow(&urls, &mut memory).len(), 1);
        memory.keep(&cache);
        assert_eq!(cache.warning(), None);
        assert_eq!(server.asked().len(), expect);
    }
}
