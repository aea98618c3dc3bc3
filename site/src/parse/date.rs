//! Dates in the front matter.

use super::Date;

impl Date {
    /// Reads `2023-08-14`, or a date and time as RFC 3339 has it; anything else is text alone.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.trim().to_owned();
        let iso = iso(&text);
        Self { text, iso }
    }
}

fn iso(text: &str) -> Option<String> {
    let date = text.get(..10)?;
    let bytes = date.as_bytes();
    if bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let (year, month, day) = (number(&date[..4])?, number(&date[5..7])?, number(&date[8..])?);
    if !(1..=12).contains(&month) || !(1..=days(year, month)).contains(&day) {
        return None;
    }
    let rest = &text[10..];
    if rest.is_empty() {
        return Some(text.to_owned());
    }
    // RFC 3339, 5.6: `T` may be a lower-case letter or a space, `Z` a lower-case letter.
    let time = rest.strip_prefix(['T', 't', ' '])?;
    let clock = time.get(..8)?;
    let parts: Vec<&str> = clock.split(':').collect();
    let [hour, minute, second] = parts[..] else { return None };
    if [hour, minute, second].iter().any(|part| part.len() != 2)
        || number(hour)? > 23
        || number(minute)? > 59
        || number(second)? > 60
    {
        return None;
    }
    let (fraction, zone) = split_fraction(&time[8..])?;
    let zone = zone_name(zone)?;
    Some(format!("{date}T{clock}{fraction}{zone}"))
}

fn split_fraction(text: &str) -> Option<(&str, &str)> {
    let Some(digits) = text.strip_prefix('.') else { return Some(("", text)) };
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    (length > 0).then(|| text.split_at(length + 1))
}

fn zone_name(zone: &str) -> Option<String> {
    if zone == "Z" || zone == "z" {
        return Some("Z".to_owned());
    }
    let (hours, minutes) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
    let in_range =
        hours.len() == 2 && minutes.len() == 2 && number(hours)? <= 23 && number(minutes)? <= 59;
    in_range.then(|| zone.to_owned())
}

fn number(digits: &str) -> Option<u32> {
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::Date;

    #[test]
    fn reads_calendar_dates_only() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(Date::read(text).iso.as_deref(), expect, "{text}");
        };
        check("2023-08-14", Some("2023-08-14"));
        check("2024-02-29", Some("2024-02-29"));
        check("2000-02-29", Some("2000-02-29"));
        check("1900-02-29", None);
        check("2023-02-29", None);
        check("2023-13-01", None);
        check("2023-00-10", None);
        check("2023-8-14", None);
        check("August 2023", None);
        check("2023-08-1é", None);
        check("2023-08-14T09:30:00Z", Some("2023-08-14T09:30:00Z"));
        check("2023-08-14 09:30:00.25+02:00", Some("2023-08-14T09:30:00.25+02:00"));
        check("2023-08-14T09:30:00", None);
        check("2023-08-14T24:00:00Z", None);
        check("2023-08-14T09:30:00.Z", None);
        check("2023-08-14T09:30:00+2:00", None);
        check("", None);
    }
}
