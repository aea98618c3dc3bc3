//! Reading the head of an HTTP/1.1 request (RFC 9112), as much of it as a test server needs.

use std::io::Read;

/// A browser's request heads are a kilobyte or two.
const LONGEST_HEAD: usize = 64 * 1024;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: String,
    /// Percent-decoded, without the query; starts with a slash.
    pub(super) path: String,
    pub(super) accepts_brotli: bool,
}

/// Reads up to the empty line. `None` where the client went away or does not speak HTTP.
pub(super) fn read(stream: &mut impl Read) -> Option<Request> {
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        let count = stream.read(&mut chunk).ok()?;
        if count == 0 || head.len() + count > LONGEST_HEAD {
            return None;
        }
        head.extend_from_slice(&chunk[..count]);
    }
    parse(std::str::from_utf8(&head).ok()?)
}

fn parse(head: &str) -> Option<Request> {
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if !version.starts_with("HTTP/1.") {
        return None;
    }
    let path = percent_decode(target.split(['?', '#']).next()?)?;
    let accepts_brotli = lines
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.eq_ignore_ascii_case("accept-encoding"))
        .flat_map(|(_, value)| value.split(','))
        .any(|coding| matches!(coding.trim(), "br" | "*"));
    path.starts_with('/').then(|| Request { method: method.to_owned(), path, accepts_brotli })
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::{Request, read};

    #[test]
    fn a_request_is_read() {
        let mut text =
            &b"GET /a%20b/%C3%A9?x=1 HTTP/1.1\r\nHost: x\r\nAccept-encoding: gzip, br\r\n\r\n"[..];
        let request = read(&mut text).unwrap();
        let path = "/a b/\u{e9}".to_owned();
        assert_eq!(request, Request { method: "GET".into(), path, accepts_brotli: true });
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for text in [
            "",
            "GET / HTTP/1.1\r\n",
            "GET /\r\n\r\n",
            "GET / SPDY\r\n\r\n",
            "GET /%zz HTTP/1.1\r\n\r\n",
            "GET /%f HTTP/1.1\r\n\r\n",
            "GET /%ff HTTP/1.1\r\n\r\n",
            "GET http://elsewhere/ HTTP/1.1\r\n\r\n",
        ] {
            assert_eq!(read(&mut text.as_bytes()), None, "{text:?}");
        }
        let endless = format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(1 << 20));
        assert_eq!(read(&mut endless.as_bytes()), None);
    }
}
