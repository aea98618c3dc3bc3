//! Where a link leads, as a client has to know it.

use hyper::Uri;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// An address of HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) is_secure: bool,
    pub(super) host: String,
    pub(super) port: u16,
    /// Path and query; starts with a slash.
    pub(super) path: String,
}

/// What stands in URLs as browsers take them, and in none as HTTP does.
const LOOSE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'|');

impl Target {
    /// Reads an absolute URL, without its fragment; one that begins `//` is taken as secure. `None`
    /// for what is no HTTP, for names and passwords in it, and for a host that is not written in
    /// ASCII.
    pub(super) fn new(url: &str) -> Option<Self> {
        let url = url.split('#').next().unwrap_or(url).trim();
        let url = if url.starts_with("//") { format!("https:{url}") } else { url.to_owned() };
        let uri: Uri = utf8_percent_encode(&url, LOOSE).to_string().parse().ok()?;
        let is_secure = match uri.scheme_str()?.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority()?;
        if authority.as_str().contains('@') {
            return None;
        }
        let host = authority.host().trim_matches(['[', ']']).to_ascii_lowercase();
        let port = authority.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        (!host.is_empty()).then_some(Self { is_secure, host, port, path })
    }

    /// Where a redirection from here leads (RFC 3986, section 5.2).
    pub(super) fn join(&self, location: &str) -> Option<Self> {
        let location = location.split('#').next().unwrap_or(location).trim();
        if location.starts_with("//") {
            let scheme = if self.is_secure { "https" } else { "http" };
            return Self::new(&format!("{scheme}:{location}"));
        }
        if has_scheme(location) {
            return Self::new(location);
        }
        let path = self.path.split('?').next().unwrap_or("/");
        let path = match location {
            "" => self.path.clone(),
            _ if location.starts_with('/') => location.to_owned(),
            _ if location.starts_with('?') => format!("{path}{location}"),
            _ => format!("{}/{location}", &path[..path.rfind('/').unwrap_or(0)]),
        };
        let target = Self::new(&format!("http://host{path}"))?;
        Some(Self { path: target.path, ..self.clone() })
    }

    /// The host as a request names it.
    pub(super) fn authority(&self) -> String {
        let host =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        match (self.is_secure, self.port) {
            (true, 443) | (false, 80) => host,
            (_, port) => format!("{host}:{port}"),
        }
    }
}

fn has_scheme(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn reads_what_authors_write() {
        let check = |url: &str, expect: Option<(&str, u16, &str)>| {
            let got = Target::new(url);
            let got = got.as_ref().map(|it| (it.host.as_str(), it.port, it.path.as_str()));
            assert_eq!(got, expect, "{url}");
        };
        check("https://Example.org", Some(("example.org", 443, "/")));
        check("http://example.org:8080/a b?c#d", Some(("example.org", 8080, "/a%20b?c")));
        check("//example.org/é", Some(("example.org", 443, "/%C3%A9")));
        check("https://[2001:db8::1]/", Some(("2001:db8::1", 443, "/")));
        check("https://example.org?q", Some(("example.org", 443, "/?q")));
        check("https://me:secret@example.org/", None);
        check("ftp://example.org/", None);
        check("https://", None);
        check("https://exa\r\nmple.org/", None);
    }

    #[test]
    fn follows_locations() {
        let from = Target::new("https://example.org/a/b?c").unwrap();
        let check = |location: &str, expect: &str| {
            let target = from.join(location).unwrap();
            let scheme = if target.is_secure { "https" } else { "http" };
            assert_eq!(format!("{scheme}://{}{}", target.authority(), target.path), expect);
        };
        check("d", "https://example.org/a/d");
        check("/d?e#f", "https://example.org/d?e");
        check("?e", "https://example.org/a/b?e");
        check("//other.org:80/", "https://other.org:80/");
        check("http://other.org", "http://other.org/");
        assert_eq!(from.join("file:///etc/passwd"), None);
    }
}
