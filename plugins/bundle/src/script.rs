//! JavaScript made smaller: comments and needless white space go, everything else stays.
//!
//! Names are not shortened: compressed, that would save a tenth, for a parser of the whole language.
//! A new line stays wherever the language might have ended a statement there.

use crate::{Error, emit, package_folder};
use std::path::Path;

mod imports;
mod token;

use imports::gather;
use token::{Piece, Tokens};

/// Minifies the script or ES module `file` (from the package's own folder), with the modules that it
/// imports by relative paths put in front of it, to a file of the same name in OUT_DIR.
///
/// # Errors
/// Called outside a build script; the file cannot be read, or is not understood.
pub fn module(file: impl AsRef<Path>) -> Result<(), Error> {
    let path = package_folder()?.join(file);
    let source = gather(&path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    emit(&name, minify(&name, &source)?.as_bytes())
}

/// The script, or ES module, called `name` without its comments and needless white space.
///
/// # Errors
/// A comment, string, template or regular expression does not end, or a slash after a brace could
/// be a division as well as a regular expression.
pub(crate) fn minify(name: &str, source: &str) -> Result<String, Error> {
    let mut out = String::with_capacity(source.len());
    let mut tokens = Tokens::new(name, source);
    let (mut last, mut spaced, mut broken) = ("", false, false);
    while let Some(piece) = tokens.next(last)? {
        match piece {
            Piece::Gap { lines } => {
                spaced = true;
                broken |= lines;
            }
            Piece::Token(token) => {
                if broken && is_a_line_needed(last, token) {
                    out.push('\n');
                } else if spaced && is_a_space_needed(&out, token) {
                    out.push(' ');
                }
                out.push_str(token);
                (last, spaced, broken) = (token, false, false);
            }
        }
    }
    Ok(out)
}

/// Whether a statement could end between the two: not where the one before asks for more, nor where
/// the one behind can begin nothing. `+`, `-` and `/` can be either, `*` begins a method.
fn is_a_line_needed(before: &str, behind: &str) -> bool {
    let asks_for_more = before.is_empty()
        || (before.len() == 1 && before.contains(|it| "{([,;=:?&|<>*%^~!.".contains(it)));
    let begins_nothing = behind.len() == 1 && behind.contains(|it| ")]},;=:?&|<>%^.".contains(it));
    !asks_for_more && !begins_nothing
}

/// Whether the two would become one, or something else, when pushed together.
fn is_a_space_needed(before: &str, behind: &str) -> bool {
    let (Some(left), Some(right)) = (before.chars().next_back(), behind.chars().next()) else {
        return false;
    };
    match (left, right) {
        ('+', '+') | ('-', '-' | '>') | ('!', '-') | ('/', '/' | '*') => true,
        // `1 .toString()`
        (left, '.') => left.is_ascii_digit(),
        (left, right) => token::is_of_a_word(left) && token::is_of_a_word(right),
    }
}

#[cfg(test)]
mod tests {
    use super::minify;

    #[test]
    fn what_scripts_are_written_with_survives() {
        for (source, minified) in [
            ("// gone\nconst a = 1; /* gone */\n", "const a=1;"),
            ("const url = \"http://x/\"; // gone\n", "const url=\"http://x/\";"),
            (
                "const t = `a  ${b + `${ {} }  }`}  // kept`;",
                "const t=`a  ${b+`${{}}  }`}  // kept`;",
            ),
            ("'it\\'s  // kept';", "'it\\'s  // kept';"),
            ("x?.y ?? z;", "x?.y??z;"),
            ("x ? .5 : 1;", "x?.5:1;"),
            ("1 .toFixed();", "1 .toFixed();"),
            ("async ({ a, ...b }) => await a(...b);", "async({a,...b})=>await a(...b);"),
            ("(await import(glue)).default({ a });", "(await import(glue)).default({a});"),
            ("s.match(/[/\"]+  b\\//g);", "s.match(/[/\"]+  b\\//g);"),
            ("return /  '/;", "return/  '/;"),
            ("a / b / c; (a + b) / 2; a[0] / 2;", "a/b/c;(a+b)/2;a[0]/2;"),
            ("i++ / 2; 'x'", "i++/2;'x'"),
            ("a / /b/;", "a/ /b/;"),
            ("a in b; class A extends B {}", "a in b;class A extends B{}"),
            ("a + +b - -c; a-- > b; a < ! --b;", "a+ +b- -c;a-- >b;a<! --b;"),
            ("\"3 colours · exact\";", "\"3 colours · exact\";"),
            (
                "class A { #a = 1; static b() { return this.#a; } }",
                "class A{#a=1;static b(){return this.#a;}}",
            ),
        ] {
            assert_eq!(minify("a.js", source).expect(source), minified);
        }
    }

    #[test]
    fn lines_that_may_end_a_statement_stay() {
        for (source, minified) in [
            ("a\nb\n", "a\nb"),
            ("a = () => {\n  b\n}\nc()\n", "a=()=>{b}\nc()"),
            ("f(\n  a,\n  b,\n)\n;[1].map(g)", "f(a,b,);[1].map(g)"),
            ("a\n  .b()\n  .c()", "a.b().c()"),
            ("return // nothing\na", "return\na"),
            ("a /* one\ntwo */ b", "a\nb"),
            ("a\n++b", "a\n++b"),
            ("a ||\n  b", "a||b"),
            ("class A { a = 1\n *b() {} }", "class A{a=1\n*b(){}}"),
        ] {
            assert_eq!(minify("a.js", source).expect(source), minified);
        }
    }

    #[test]
    fn small_stays_as_it_is() {
        let once =
            minify("a.js", "const a = `x ${ y } z`;\n// b\nif (a) { b() }\nc()").expect("minifies");
        assert_eq!(minify("a.js", &once).expect("minifies"), once);
    }

    #[test]
    fn what_is_not_understood_is_an_error_at_its_line() {
        for (source, expected) in [
            ("a;\n\"b", "a.js:2: this string does not end"),
            ("a;\n'b\n'", "a.js:2: this string does not end"),
            ("`b ${c", "a.js:1: this template does not end"),
            ("\n\n`b", "a.js:3: this template does not end"),
            ("/* b", "a.js:1: this comment does not end"),
            ("a = /b\n/", "a.js:1: this regular expression does not end"),
            (
                "if (a) {}\n/b/.test(c)",
                "a.js:2: is this slash a division, or a regular expression? use a semicolon or \
                 parentheses before it",
            ),
        ] {
            assert_eq!(minify("a.js", source).expect_err(source).to_string(), expected);
        }
    }
}
