//! What stands at a URL, and what a page carries while it is served.

use super::publish::{Current, HTML};
use crate::island::STATE;
use crate::output::{Output, media_type};
use hyper::body::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use prebake_plugin::Digest;
use std::sync::Arc;

/// What stands at the path of a URL.
pub(super) enum Found<'a> {
    /// A file of the site.
    File { path: String, bytes: &'a Arc<[u8]> },
    /// A folder's page; its URL ends with a slash.
    Folder { path: String, page: &'a Arc<[u8]> },
    /// Nothing, for which the site has a page.
    Lost { page: &'a Arc<[u8]> },
    /// Nothing, and there is no site yet.
    Nothing,
    /// No path of a site can be this.
    Unreadable,
}

/// Looks for what stands at the percent-encoded path of a URL.
pub(super) fn find<'a>(output: &'a Output, url: &str) -> Found<'a> {
    let Ok(path) = percent_decode_str(url.strip_prefix('/').unwrap_or(url)).decode_utf8() else {
        return Found::Unreadable;
    };
    let is_folder = path.is_empty() || path.ends_with('/');
    let file = if is_folder { format!("{path}index.html") } else { path.clone().into_owned() };
    if let Some(bytes) = output.get(&file) {
        return Found::File { path: file, bytes };
    }
    if let Some(page) = output.get(&format!("{path}/index.html")) {
        return Found::Folder { path: path.into_owned(), page };
    }
    output.get(LOST).map_or(Found::Nothing, |page| Found::Lost { page })
}

/// The page for what is not found.
const LOST: &str = "404.html";

/// The page that a reader at `url` should see, with its path in the site.
pub(super) fn page<'a>(output: &'a Output, url: &str) -> Option<(String, &'a Arc<[u8]>)> {
    match find(output, url) {
        Found::File { path, bytes } => Some((path, bytes)),
        Found::Folder { path, page } => Some((format!("{path}/index.html"), page)),
        Found::Lost { page } => Some((LOST.to_owned(), page)),
        Found::Nothing | Found::Unreadable => None,
    }
    .filter(|(path, _)| media_type(path) == HTML)
}

/// The page with the live client behind it, where no style or script of the page's own meets it. What
/// the client has to know stands in its URL: where the page stands, which one it is, which build it
/// comes from, and the token that opens the server's channel.
pub(super) fn with_client(page: &[u8], url: &str, current: &Current, token: &str) -> Bytes {
    let at = utf8_percent_encode(url, NON_ALPHANUMERIC);
    let digest = if current.build == 0 { String::new() } else { digest(page) };
    let build = current.build;
    let script = format!(
        "<script type=\"module\" src=\"-/prebake/live.js?at={at}&amp;digest={digest}&amp;\
         build={build}&amp;token={token}\"></script>\n"
    );
    Bytes::from([page, script.as_bytes()].concat())
}

/// Names a page by its bytes.
pub(super) fn digest(page: &[u8]) -> String {
    Digest::of(page).short()
}

/// The module script that keeps a page's states, which stands in its head; so that a page without it,
/// or with an older one, can take it up.
pub(super) fn states(page: &[u8]) -> Option<&str> {
    let page = str::from_utf8(page).ok()?;
    let script = &page[page.find(STATE)?..];
    // Nothing in it can end the script's element.
    Some(&script[..script.find("</script")?])
}

#[cfg(test)]
mod tests {
    use super::{page, states};
    use crate::island::STATE;
    use crate::output::Output;

    #[test]
    fn a_reader_is_shown_a_page_wherever_it_stands() {
        let mut output = Output::new();
        assert!(page(&output, "/").is_none());
        for path in ["index.html", "404.html", "a b/index.html", "dog.png"] {
            output.insert(path, path.as_bytes()).unwrap();
        }
        for (url, expect) in [
            ("/", Some("index.html")),
            ("/index.html", Some("index.html")),
            ("/a%20b/", Some("a b/index.html")),
            ("/a%20b", Some("a b/index.html")),
            ("/nothing", Some("404.html")),
            ("/dog.png", None),
            ("/%ff", None),
        ] {
            let found = page(&output, url);
            assert_eq!(found.as_ref().map(|(path, _)| path.as_str()), expect, "{url}");
        }
    }

    #[test]
    fn the_states_of_a_page_are_found() {
        let head = format!("<script type=\"module\">{STATE}\nshare({{}},[]);</script><p>");
        assert_eq!(states(head.as_bytes()).unwrap(), format!("{STATE}\nshare({{}},[]);"));
        assert_eq!(states(b"<script type=\"module\">1</script>"), None);
        assert_eq!(states(b"\xff"), None);
    }
}
