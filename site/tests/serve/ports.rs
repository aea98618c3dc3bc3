//! Which port is listened on.

use crate::served::{Ended, Scratch, url_said};
use std::net::TcpListener;
use std::process::Stdio;

#[test]
fn a_port_that_is_taken_is_a_clear_error() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let site = Scratch::new();
    for watch in [&["--watch"][..], &[]] {
        let ended = site.command(&["--port", &port]).args(watch).output().unwrap();
        assert_eq!(ended.status.code(), Some(1));
        assert!(ended.stdout.is_empty(), "nothing was built or served");
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(said.contains("unavailable-port"), "{said}");
        assert!(said.contains(&format!("port {port} cannot be listened on")), "{said}");
        assert!(said.contains("leave out `--port`"), "{said}");
    }
}

#[test]
fn without_one_asked_for_the_next_free_one_is_taken() {
    let (one, other) = (Scratch::new().serve(), Scratch::new().serve());
    assert_ne!(one.url, other.url);
    one.assert_serves();
    other.assert_serves();
}

#[test]
fn the_one_asked_for_is_taken() {
    let free = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let site = Scratch::new();
    let mut process = site
        .command(&["--port", &free.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .map(Ended)
        .unwrap();
    let url = url_said(process.0.stdout.take().unwrap());
    assert_eq!(url, format!("http://127.0.0.1:{free}/"));
}

#[test]
fn a_site_that_is_broken_is_not_served_unwatched() {
    let site = Scratch::new();
    site.save("<Nonsense/>");
    let ended = site.command(&[]).output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("Nonsense"));
}
