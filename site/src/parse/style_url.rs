//! The files that an article's styles name.

use super::style::{Opens, opens_block};
use cssparser::{ParseError, Parser, ParserInput, Token};
use std::ops::Range;

/// How deep blocks and functions are looked into; the scoper takes no deeper ones.
const DEEPEST: usize = 64;

/// Every URL in `css` that is relative to something, with its place: `url(dog.png)`.
pub(crate) fn relative(css: &str) -> Vec<(Range<usize>, String)> {
    let mut input = ParserInput::new(css);
    let mut found = Vec::new();
    look(&mut Parser::new(&mut input), false, 0, &mut found);
    found
}

fn look(
    parser: &mut Parser<'_, '_>,
    in_url: bool,
    depth: usize,
    found: &mut Vec<(Range<usize>, String)>,
) {
    loop {
        parser.skip_whitespace();
        let start = parser.position();
        let Ok(token) = parser.next() else { return };
        let opens_url = matches!(token, Token::Function(name) if name.eq_ignore_ascii_case("url"));
        let opens = matches!(opens_block(token), Opens::Block | Opens::Rule);
        let url = match token {
            Token::UnquotedUrl(url) => Some(url.to_string()),
            Token::QuotedString(url) if in_url => Some(url.to_string()),
            _ => None,
        };
        if let Some(url) = url.filter(|url| crate::links::local(url).is_some()) {
            found.push((start.byte_index()..parser.position().byte_index(), url));
        }
        if opens && depth < DEEPEST {
            let _ = parser.parse_nested_block(|block| {
                look(block, opens_url, depth + 1, found);
                Ok::<_, ParseError<'_, ()>>(())
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn finds_what_is_relative() {
        let css = "a { background: URL(dog.png), image-set(url('b c.png') 1x) }\n\
                   /* url(x) */ @media print { b { src: url(https://example.org/x) url(#y) } }\n\
                   @font-face { src: url(\"f.woff2\") format('woff2') }";
        let urls: Vec<String> = relative(css).into_iter().map(|(_, url)| url).collect();
        assert_eq!(urls, ["dog.png", "b c.png", "f.woff2"]);
        let (place, _) = &relative(css)[0];
        assert_eq!(&css[place.clone()], "URL(dog.png)");
    }
}
