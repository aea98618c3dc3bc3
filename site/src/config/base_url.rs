//! Where a site will stand.

use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// The absolute URL of the site's root, with a slash at its end: `https://example.org/blog/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// The URL as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for BaseUrl {
    type Err = &'static str;

    /// The scheme and the host become lower case, and a slash is added to the end.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, rest) = text.split_once("://").ok_or("is no absolute URL")?;
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "http" && scheme != "https" {
            return Err("starts neither with `https://` nor with `http://`");
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if rest.contains(['?', '#']) {
            return Err("has a query or a fragment");
        }
        if authority.contains('@') {
            return Err("holds a user name");
        }
        if !is_authority(authority) {
            return Err("has no host, or one that is not written in ASCII");
        }
        let refused = |c: char| !c.is_ascii_graphic() || "\"'<>\\^`{|}".contains(c);
        if path.contains(refused) {
            return Err("holds a character that a URL has percent-encoded");
        }
        let slash = if path.is_empty() || path.ends_with('/') { "" } else { "/" };
        Ok(Self(format!("{scheme}://{}/{path}{slash}", authority.to_ascii_lowercase())))
    }
}

/// RFC 3986, section 3.2, without user information.
fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (authority, ""),
    };
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let named = |c: char| c.is_ascii_alphanumeric() || "-._~%".contains(c);
    let numbered = |c: char| c.is_ascii_hexdigit() || ":.".contains(c);
    port.chars().all(|c| c.is_ascii_digit())
        && match address {
            Some(address) => !address.is_empty() && address.chars().all(numbered),
            None => !host.is_empty() && host.chars().all(named),
        }
}

#[cfg(test)]
mod tests {
    use super::BaseUrl;

    #[test]
    fn absolute_urls_are_normalised() {
        for (text, expect) in [
            ("https://example.org", "https://example.org/"),
            ("https://example.org/", "https://example.org/"),
            ("HTTPS://Example.ORG/Blog", "https://example.org/Blog/"),
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000/"),
            ("http://[::1]:8000/a/b/", "http://[::1]:8000/a/b/"),
            ("https://xn--bcher-kva.example/~me", "https://xn--bcher-kva.example/~me/"),
        ] {
            assert_eq!(text.parse::<BaseUrl>().unwrap().as_str(), expect);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "example.org",
            "/blog",
            "//example.org",
            "ftp://example.org",
            "https://",
            "https:///blog",
            "https://:80/",
            "https://a b/",
            "https://example.org/?q",
            "https://example.org/#a",
            "https://me@example.org",
            "https://bücher.example",
            "https://example.org/a b",
            "https://example.org/\"><script>",
            "https://a:b/",
            "javascript://alert(1)",
            "https://a/\n",
            "https://[::1",
            "https://[]/",
        ] {
            assert!(text.parse::<BaseUrl>().is_err(), "{text:?}");
        }
    }
}
