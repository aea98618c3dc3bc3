//! Prose in lines.

use unicode_width::UnicodeWidthStr as _;

/// The words of `text` in lines of at most `width` columns, where no word is longer. Items of a list
/// keep their lines.
pub(super) fn wrap(text: &str, width: usize) -> String {
    let mut wrapped = String::new();
    let mut column = 0;
    for line in text.lines() {
        let is_item = line.starts_with("- ");
        for (at, word) in line.split_whitespace().enumerate() {
            let starts_line = wrapped.is_empty() || (is_item && at == 0);
            if starts_line || column + 1 + word.width() > width {
                if !wrapped.is_empty() {
                    wrapped.push('\n');
                }
                column = 0;
            } else {
                wrapped.push(' ');
                column += 1;
            }
            wrapped.push_str(word);
            column += word.width();
        }
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn breaks_between_words_only() {
        assert_eq!(wrap("one two\nthree four", 9), "one two\nthree\nfour");
        assert_eq!(wrap("incomprehensibilities are", 5), "incomprehensibilities\nare");
        assert_eq!(wrap("- one\n- two", 40), "- one\n- two");
        assert_eq!(wrap("漢字 漢字", 8), "漢字\n漢字");
    }
}
