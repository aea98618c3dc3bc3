//! The URLs that an article writes: to its own files, to other articles, to elsewhere.

use crate::diagnostic::{Diagnostic, SourceFile};
use crate::html;
use image::ImageDecoder;
use percent_encoding::percent_decode_str;
use prebake_plugin::{Problem, SitePath, Source};
use std::collections::BTreeSet;
use std::io::{self, Cursor};
use std::ops::Range;
use std::sync::Arc;

/// A URL that stays inside the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    /// Its path, percent-decoded.
    pub path: String,
    /// Its query and fragment, as written.
    pub suffix: String,
}

/// Takes a URL apart; `None` where it leads elsewhere or names no file (`#notes`, `https://…`).
#[must_use]
pub fn local(url: &str) -> Option<Local> {
    let url = url.trim();
    let has_scheme = url.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    if has_scheme || url.starts_with("//") {
        return None;
    }
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (path, suffix) = url.split_at(end);
    if path.is_empty() {
        return None;
    }
    let path = percent_decode_str(path).decode_utf8().ok()?.into_owned();
    Some(Local { path, suffix: suffix.to_owned() })
}

/// The way from a page (`notes/a/index.html`) to the site's root: `../../`.
#[must_use]
pub fn root_from(page: &str) -> String {
    "../".repeat(page.matches('/').count())
}

/// Percent-encodes a path of the site for use as a URL.
#[must_use]
pub fn encode(path: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const RESERVED: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'%')
        .add(b'&')
        .add(b'\'')
        .add(b'<')
        .add(b'>')
        .add(b'?');
    utf8_percent_encode(path, RESERVED).to_string()
}

/// A file that an article shows or links to, under the name that its content gives it.
#[derive(Debug, Clone)]
pub struct Asset {
    /// `dog-0a1b2c3d4e.jpg`.
    pub name: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// Reads a file for emitting.
///
/// # Errors
/// What the disk said.
pub fn asset(path: &SitePath, source: &dyn Source) -> io::Result<Asset> {
    let (bytes, digest) = source.read_with_digest(path)?;
    let digest = digest.short();
    let name = match path.extension().as_str() {
        "" => format!("{}-{digest}", path.stem()),
        extension => format!("{}-{digest}.{extension}", path.stem()),
    };
    Ok(Asset { name, bytes })
}

/// The size at which a picture is shown, in pixels, its EXIF orientation applied; GIF, AVIF and SVG too.
/// `None` for other formats.
#[must_use]
pub fn picture_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let probed = || {
        let size = imagesize::blob_size(bytes).ok()?;
        Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?))
    };
    decoded_size(bytes).or_else(probed).or_else(|| drawn_size(str::from_utf8(bytes).ok()?))
}

/// The size of an SVG drawing: what it says in pixels, or else the shape of its view box.
fn drawn_size(svg: &str) -> Option<(u32, u32)> {
    let root = html::first_element(svg, "svg", &["width", "height", "viewbox"])?;
    let pixels = |text: &str| text.trim().trim_end_matches("px").parse::<f64>().ok();
    let [width, height, view_box] = &root[..] else { return None };
    let side = |text: &Option<String>| text.as_deref().and_then(pixels);
    let size = side(width).zip(side(height)).or_else(|| {
        let numbers = view_box.as_deref()?.split([' ', ',']).filter(|part| !part.is_empty());
        let numbers: Vec<f64> = numbers.map_while(pixels).collect();
        let [_, _, width, height] = numbers[..] else { return None };
        Some((width, height))
    });
    let whole = |side: f64| (1.0..1e6).contains(&side).then(|| side.round() as u32);
    let (width, height) = size?;
    whole(width).zip(whole(height))
}

fn decoded_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let reader = image::ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let turned = decoder.orientation().is_ok_and(|orientation| {
        use image::metadata::Orientation as O;
        matches!(orientation, O::Rotate90 | O::Rotate270 | O::Rotate90FlipH | O::Rotate270FlipH)
    });
    Some(if turned { (height, width) } else { (width, height) })
}

/// The diagnostic for a picture that cannot be read, placed where the article names it.
#[must_use]
pub fn missing(
    article: &Arc<SourceFile>,
    url: &str,
    path: &SitePath,
    error: &io::Error,
    source: &dyn Source,
) -> Diagnostic {
    let found = if error.kind() == io::ErrorKind::NotFound {
        let names = source.list(&path.parent()).unwrap_or_default();
        Problem::missing_file(path, &names).into()
    } else {
        Diagnostic::error("unreadable-file", format!("`{path}` cannot be read: {error}"))
    };
    found.at(article, written_at(article, url))
}

/// Where an article first writes a URL, in a link or an attribute sooner than in its words; its
/// start, where it writes it in a form that cannot be found.
#[must_use]
pub fn written_at(article: &SourceFile, url: &str) -> Range<usize> {
    places(article, url).into_iter().next().unwrap_or(0..0)
}

/// Everywhere that an article writes a URL: in links and attributes, or, where there are none, in its
/// words.
#[must_use]
pub fn places(article: &SourceFile, url: &str) -> Vec<Range<usize>> {
    // Markdown percent-encodes what an author writes between angle brackets.
    let plain = percent_decode_str(url).decode_utf8_lossy();
    let written = [url, &plain].into_iter().flat_map(|url| {
        let end = move |start| start..start + url.len();
        article.text.match_indices(url).map(move |(start, _)| end(start))
    });
    let written = written.filter(|place| !place.is_empty());
    let written: BTreeSet<(usize, usize)> = written.map(|place| (place.start, place.end)).collect();
    let opens = |&&(start, _): &&(usize, usize)| article.text[..start].ends_with(OPENERS);
    let opened: Vec<_> = written.iter().filter(opens).copied().collect();
    let places = if opened.is_empty() { written.into_iter().collect() } else { opened };
    places.into_iter().map(|(start, end)| start..end).collect()
}

/// What stands before a URL in Markdown and in HTML.
const OPENERS: [char; 5] = ['(', '<', '"', '\'', '='];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_own_files_from_elsewhere() {
        let check = |url: &str, expect: Option<(&str, &str)>| {
            let got = local(url);
            let got = got.as_ref().map(|local| (local.path.as_str(), local.suffix.as_str()));
            assert_eq!(got, expect, "{url}");
        };
        check("dog.png", Some(("dog.png", "")));
        check("a%20dog.png?x#y", Some(("a dog.png", "?x#y")));
        check("../other/#part", Some(("../other/", "#part")));
        check("a/b:c.png", Some(("a/b:c.png", "")));
        check("https://example.org/a.png", None);
        check("//example.org/a.png", None);
        check("mailto:a@example.org", None);
        check("data:image/png;base64,AAAA", None);
        check("#part", None);
        check("", None);
        check("%ff.png", None);
    }

    #[test]
    fn finds_the_way_to_the_root() {
        assert_eq!(root_from("index.html"), "");
        assert_eq!(root_from("notes/a/index.html"), "../../");
    }

    #[test]
    fn reads_the_size_of_a_picture() {
        let mut png = Vec::new();
        let picture = image::RgbImage::new(3, 2);
        picture.write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
        assert_eq!(picture_size(&png), Some((3, 2)));
        assert_eq!(picture_size(b"no picture"), None);
        let svg = |attributes: &str| picture_size(format!("<svg {attributes}></svg>").as_bytes());
        assert_eq!(svg("width=\"30px\" height=\"20\""), Some((30, 20)));
        assert_eq!(svg("width=\"100%\" viewBox=\"0 0 32, 16.4\""), Some((32, 16)));
        assert_eq!(svg("viewBox=\"0 0 -1 nan\""), None);
        assert_eq!(svg(""), None);
    }

    #[test]
    fn finds_where_a_url_is_written() {
        let check = |text: &str, url: &str, expect: Range<usize>| {
            let path = SitePath::new("content/a.md").unwrap();
            let article = SourceFile { path, text: text.to_owned() };
            assert_eq!(written_at(&article, url), expect, "{text}");
        };
        check("![](hot-dog.png) ![](dog.png)", "dog.png", 21..28);
        check("![](<a dog.png>)", "a%20dog.png", 5..14);
        check("<img src=dog.png>", "dog.png", 9..16);
        check("[a]\n\n[a]:\tdog.png", "dog.png", 10..17);
        check("![](d&#111;g.png)", "dog.png", 0..0);
        check("![](hot-dog.png)", "dog.png", 8..15);
        check("![](é.png)", "%C3%A9.png", 4..10);
        check("dog.png: ![](dog.png)", "dog.png", 13..20);
        check("words", "", 0..0);
    }
}
