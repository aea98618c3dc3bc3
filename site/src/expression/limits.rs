//! What no expression needs, refused before the parser sees it: the parser is recursive, and a
//! stack that overflows cannot be caught.

use super::Mistake;
use std::ops::Range;

/// Bytes of text.
pub(super) const LONGEST: usize = 1_000;
/// Brackets open at once.
const DEEPEST: usize = 32;
/// Opening brackets in all. A bracket that closes in a string hides one that is open from the scan,
/// which knows no strings; this bounds what can be hidden.
const BRACKETS: usize = 128;
/// Levels of the tree, which operators deepen as well as brackets.
pub(super) const LEVELS: usize = 100;

pub(super) fn too_deep(range: &Range<usize>) -> Mistake {
    Mistake::new("expression-too-large", "this expression nests too deeply", range)
        .hint("compute a part of it beforehand, or say it in two expressions")
}

pub(super) fn check(text: &str) -> Result<(), Mistake> {
    if text.len() > LONGEST {
        let message = format!("this expression is longer than {LONGEST} bytes");
        return Err(Mistake::new("expression-too-large", message, &(0..text.len()))
            .hint("compute a part of it beforehand, or say it in two expressions"));
    }
    let (mut open, mut opened) = (0_usize, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => {
                open += 1;
                opened += 1;
            }
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > DEEPEST || opened > BRACKETS {
            return Err(too_deep(&(at..at + 1)));
        }
    }
    Ok(())
}
