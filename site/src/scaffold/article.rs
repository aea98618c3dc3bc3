//! A new article.

use super::{Scaffold, fill, quoted};
use crate::output::plain_file_name;
use crate::parse::slug;
use crate::read::CONTENT;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

const ARTICLE: &str = include_str!("../../scaffold/article.md");

/// The title of an article, of which a folder can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Title(String);

impl FromStr for Title {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.chars().any(char::is_control) {
            return Err("a title is one line of text".to_owned());
        }
        if !text.contains(char::is_alphanumeric) {
            return Err(
                "a title holds a letter or a digit, of which its address is made".to_owned()
            );
        }
        let title = Self(text.to_owned());
        plain_file_name(&title.slug())
            .map_err(|reason| format!("its folder would be `{}`, which {reason}", title.slug()))?;
        Ok(title)
    }
}

impl Title {
    /// Its folder in `content/`, and its address.
    pub(crate) fn slug(&self) -> String {
        let slug = slug(&self.0);
        slug.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
    }
}

/// An article with that title, in a folder of its own.
pub(crate) fn article(title: &Title, date: &str) -> Scaffold {
    let mut scaffold = Scaffold::default();
    let text = fill(ARTICLE, &[("date", date), ("title", &quoted(&title.0))]);
    scaffold.make(format!("{CONTENT}/{}/index.md", title.slug()), text);
    scaffold
}

/// The date of today, in UTC: `2026-02-28`.
pub(crate) fn today() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    date(since.as_secs() / 86_400)
}

/// The date so many days after the first of January 1970.
fn date(days: u64) -> String {
    // Years begin in March, so that the leap day comes last; 146,097 days are 400 years.
    // H. Hinnant, "chrono-compatible low-level date algorithms".
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    format!("{:04}-{month:02}-{day:02}", 400 * era + year)
}

#[cfg(test)]
mod tests {
    use super::{Title, date};

    #[test]
    fn days_are_dates() {
        for (days, expect) in [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (19_782, "2024-02-29"),
            (20_454, "2026-01-01"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(date(days), expect);
        }
    }

    #[test]
    fn titles_become_folders() {
        let slug = |title: &str| title.parse::<Title>().map(|title| title.slug());
        assert_eq!(slug(" How it works: \"k\" & you "), Ok("how-it-works-k-you".to_owned()));
        assert_eq!(slug("量子化"), Ok("量子化".to_owned()));
        for refused in ["", "   ", "?!", "one\ntwo", "Con", "aux", &"long ".repeat(60)] {
            assert!(slug(refused).is_err(), "{refused:?}");
        }
    }
}
