//! Prose in lines.

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// A paragraph in lines of at most `width` columns, where nothing that cannot be broken is longer: a
/// word, or what stands between backticks.
pub(super) fn wrap(paragraph: &str, width: usize) -> String {
    let options = Options::new(width)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    const KEPT: char = '\u{A0}';
    let mut is_code = false;
    let joined = paragraph.chars().map(|c| match c {
        ' ' | '\n' if is_code => KEPT,
        '\n' => ' ',
        '`' => {
            is_code = !is_code;
            c
        }
        c => c,
    });
    // A backtick without a partner encloses nothing.
    let joined: String = joined.collect();
    let joined = if is_code { paragraph.replace('\n', " ") } else { joined };
    textwrap::fill(&joined, options).replace(KEPT, " ")
}
