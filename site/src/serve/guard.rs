//! Who may ask: this machine's browser, for pages of this server.

use hyper::Request;
use hyper::header::{HOST, HeaderMap, ORIGIN};
use percent_encoding::percent_decode_str;
use std::hash::{BuildHasher as _, RandomState};
use std::time::Instant;

/// What only the pages of this run know, because no page of another origin can read them.
pub(super) struct Token(String);

impl Token {
    pub(super) fn new() -> Self {
        // The standard library keys its hashers with randomness of the system's.
        let half = || RandomState::new().hash_one(Instant::now());
        Self(format!("{:016x}{:016x}", half(), half()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a page of this run asks, as its URL and what the browser tells say.
    pub(super) fn admits<B>(&self, request: &Request<B>) -> bool {
        is_same_site(request.headers())
            && parameter(request, "token").is_some_and(|it| it == self.0)
    }
}

/// A parameter of the query, as `URLSearchParams` writes it; the first of several.
pub(super) fn parameter<B>(request: &Request<B>, name: &str) -> Option<String> {
    let mut pairs = request.uri().query()?.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(key, _)| *key == name)?;
    let value = value.replace('+', " ");
    Some(percent_decode_str(&value).decode_utf8().ok()?.into_owned())
}

/// Whether a request names this machine, once and by one of its own names: a foreign name that
/// resolves here is an attack (DNS rebinding). The port may be another, which a tunnel leads here.
pub(super) fn names_this_machine<B>(request: &Request<B>) -> bool {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    // `GET http://host/path` says it a second time.
    let authority = request.uri().authority().is_none_or(|authority| is_local(authority.as_str()));
    authority && host.to_str().is_ok_and(is_local)
}

fn is_local(host: &str) -> bool {
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| {
        host.strip_prefix(name).is_some_and(|rest| {
            rest.is_empty()
                || rest.strip_prefix(':').is_some_and(|port| {
                    !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
                })
        })
    })
}

/// Whether no page of another site asks, as far as the browser tells
/// (<https://www.w3.org/TR/fetch-metadata/>).
fn is_same_site(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).map(|host| host.as_bytes());
    let origin = headers
        .get(ORIGIN)
        .is_none_or(|origin| origin.as_bytes().strip_prefix(b"http://".as_slice()) == host);
    let fetch = headers
        .get("sec-fetch-site")
        .is_none_or(|site| ["same-origin", "none"].iter().any(|own| site == own));
    origin && fetch
}

#[cfg(test)]
mod tests {
    use super::{Token, is_same_site, names_this_machine, parameter};
    use hyper::Request;

    fn request(uri: &str, headers: &[(&str, &str)]) -> Request<()> {
        let request = Request::builder().uri(uri);
        headers.iter().fold(request, |it, (name, value)| it.header(*name, *value)).body(()).unwrap()
    }

    #[test]
    fn only_own_names_are_answered() {
        let asks = |host| names_this_machine(&request("/", &[("host", host)]));
        for own in ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "localhost", "localhost:9"] {
            assert!(asks(own), "{own}");
        }
        for foreign in [
            "",
            "evil.example",
            "evil.example:8000",
            "localhost.evil.example:8000",
            "localhostevil:8000",
            "localhost:",
            "localhost:80@evil.example",
            "127.0.0.1.evil.example",
            "127.0.0.10:8000",
            "localhost:8000, evil.example",
        ] {
            assert!(!asks(foreign), "{foreign}");
        }
        assert!(!names_this_machine(&request("/", &[])));
        let twice = [("host", "localhost"), ("host", "evil.example")];
        assert!(!names_this_machine(&request("/", &twice)));
        let host = [("host", "localhost:8000")];
        assert!(names_this_machine(&request("http://localhost:8000/", &host)));
        assert!(!names_this_machine(&request("http://evil.example/", &host)));
    }

    #[test]
    fn parameters_are_read_as_they_are_written() {
        let request = request("/a?at=%2Fa+b%2F%25&token=1&token=2&empty=&bad=%ff", &[]);
        for (name, expect) in [
            ("at", Some("/a b/%")),
            ("token", Some("1")),
            ("empty", Some("")),
            ("bad", None),
            ("other", None),
        ] {
            assert_eq!(parameter(&request, name).as_deref(), expect, "{name}");
        }
    }

    #[test]
    fn only_those_who_know_the_token_are_admitted() {
        let (token, other) = (Token::new(), Token::new());
        assert_eq!(token.as_str().len(), 32);
        assert_ne!(token.as_str(), other.as_str());
        let asks = |query: &str| token.admits(&request(&format!("/{query}"), &[]));
        assert!(asks(&format!("?at=%2F&token={}", token.as_str())));
        for query in ["", "?token=", "?token", &format!("?token={}", other.as_str())] {
            assert!(!asks(query), "{query}");
        }
        let foreign = [("host", "localhost:8000"), ("origin", "http://evil.example")];
        assert!(!token.admits(&request(&format!("/?token={}", token.as_str()), &foreign)));
    }

    #[test]
    fn pages_of_other_sites_may_not_listen() {
        let asks = |name, value| {
            is_same_site(request("/", &[("host", "localhost:8000"), (name, value)]).headers())
        };
        for (name, value) in [
            ("accept", "*/*"),
            ("origin", "http://localhost:8000"),
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "none"),
        ] {
            assert!(asks(name, value), "{name}: {value}");
        }
        for (name, value) in [
            ("origin", "http://evil.example"),
            ("origin", "http://localhost:3000"),
            ("origin", "https://localhost:8000"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            assert!(!asks(name, value), "{name}: {value}");
        }
    }
}
