//! File names that every system can hold.

/// Whether `name` is a plain file name on every system that a site may be built on or copied to.
///
/// # Errors
/// The reason, to stand behind the name in a message ("is a name that Windows keeps for itself").
/// The rules are those of Windows, which are the narrowest:
/// <https://learn.microsoft.com/windows/win32/fileio/naming-a-file>.
pub fn plain_file_name(name: &str) -> Result<(), &'static str> {
    if name.is_empty() {
        return Err("is empty");
    }
    if name == "." || name == ".." {
        return Err("names a folder");
    }
    if name.contains(['/', '\\']) {
        return Err("holds a folder");
    }
    if name.chars().any(char::is_control) {
        return Err("holds a control character");
    }
    if name.contains(['<', '>', ':', '"', '|', '?', '*']) {
        return Err("holds a character that Windows refuses");
    }
    if name.ends_with(['.', ' ']) {
        return Err("ends in a dot or a space, which Windows drops");
    }
    if name.len() > 200 {
        return Err("is longer than 200 bytes");
    }
    if is_reserved(name) { Err("is a name that Windows keeps for itself") } else { Ok(()) }
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_ascii_uppercase();
    match stem.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" => true,
        stem => stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT")).is_some_and(|port| {
            let mut digits = port.chars();
            matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::plain_file_name;

    #[test]
    fn plain_names_pass() {
        for name in ["k-01.png", "figure.json", "a b", "été.png", ".x", "com.png", "com10", "nulls"]
        {
            assert_eq!(plain_file_name(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn others_do_not() {
        for name in [
            "",
            ".",
            "..",
            "a/b",
            "/a",
            "..\\a",
            "a\\b",
            "a\0",
            "a\nb",
            "a\u{7f}",
            "a:b",
            "C:",
            "a?",
            "a*",
            "\"a\"",
            "a|b",
            "<a>",
            "a.",
            "a ",
            "CON",
            "nul.txt",
            "Com1.tar.gz",
            "lpt¹",
            "aux .txt",
            "conin$",
        ] {
            assert!(plain_file_name(name).is_err(), "{name:?}");
        }
        assert!(plain_file_name(&"a".repeat(201)).is_err());
    }
}
