//! Numbers and text, each from the other as ECMAScript has it.

/// `String(number)` (ECMAScript 2024, 6.1.6.1.20).
pub(super) fn text(number: f64) -> String {
    ryu_js::Buffer::new().format(number).to_owned()
}

/// `number.toFixed(digits)` for 0 to 100 digits (21.1.3.3).
pub(super) fn fixed(number: f64, digits: u8) -> String {
    if number.abs() >= 1e21 {
        return text(number);
    }
    ryu_js::Buffer::new().format_to_fixed(number, digits).to_owned()
}

/// `Number(text)` (7.1.4.1.1); NaN where it is no number.
pub(super) fn parse(text: &str) -> f64 {
    let text = text.trim_matches(is_space);
    if text.is_empty() {
        return 0.0;
    }
    match text.get(..2) {
        Some("0x" | "0X") => return binary(&text[2..], 4),
        Some("0o" | "0O") => return binary(&text[2..], 3),
        Some("0b" | "0B") => return binary(&text[2..], 1),
        _ => {}
    }
    match text.strip_prefix(['+', '-']).unwrap_or(text) {
        "Infinity" if text.starts_with('-') => return f64::NEG_INFINITY,
        "Infinity" => return f64::INFINITY,
        _ => {}
    }
    // Rust takes names of infinity and NaN besides.
    let plain =
        text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    if plain { text.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}

/// White space and line ends (12.2, 12.3), which are Unicode's but for two.
fn is_space(c: char) -> bool {
    (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}'
}

/// Digits of `bits` bits each, rounded once, to the nearest double and to even between two.
fn binary(digits: &str, bits: u32) -> f64 {
    let (mut mantissa, mut dropped, mut lost) = (0_u128, 0_i32, false);
    for digit in digits.chars() {
        let Some(digit) = digit.to_digit(1 << bits) else { return f64::NAN };
        if mantissa >> 100 == 0 {
            mantissa = mantissa << bits | u128::from(digit);
        } else {
            dropped = dropped.saturating_add(bits as i32);
            lost |= digit != 0;
        }
    }
    if digits.is_empty() {
        return f64::NAN;
    }
    // What was dropped lies far below the bits that are kept: one bit says on which side of the
    // middle the number lies.
    libm::scalbn((mantissa | u128::from(lost)) as f64, dropped)
}
