//! The words of a step.

use super::walk::Half;

/// What a step did, and what it led to: two lines, each short enough for a phone.
pub(super) fn says(
    (round, rounds): (usize, usize),
    half: Half,
    moved: u64,
    inertia: u64,
    pixels: u64,
    psnr_db: Option<f64>,
) -> [String; 2] {
    let did = match (half, moved) {
        (Half::Assign, 0) => "Assign: no pixel changes sides".to_owned(),
        (Half::Assign, _) if round == 1 => format!("Assign: {} choose", count(moved, "pixel")),
        (Half::Assign, 1) => "Assign: 1 pixel changes sides".to_owned(),
        (Half::Assign, _) => format!("Assign: {} change sides", count(moved, "pixel")),
        (Half::Update, 0) => "Update: no colour moves".to_owned(),
        (Half::Update, 1) => "Update: 1 colour moves".to_owned(),
        (Half::Update, _) => format!("Update: {} move", count(moved, "colour")),
    };
    // Halves up; under 196,000 a pixel, so that nothing is too large.
    let tenths = (20 * inertia + pixels) / (2 * pixels).max(1);
    let quality = psnr_db.map_or_else(|| "exact".to_owned(), |db| format!("{db:.1} dB"));
    let error = format!("Error {}.{} a pixel · {quality}", grouped(tenths / 10), tenths % 10);
    [format!("Round {round} of {rounds} · {did}"), error]
}

fn count(number: u64, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", grouped(number))
}

/// `12,345`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Half, grouped, says};

    #[test]
    fn tells_what_happened() {
        let told = says((1, 9), Half::Assign, 172_800, 2_040_000_000, 172_800, Some(7.414));
        assert_eq!(
            told,
            ["Round 1 of 9 · Assign: 172,800 pixels choose", "Error 11,805.6 a pixel · 7.4 dB"]
        );
        let [first, _] = says((3, 9), Half::Update, 1, 0, 1, None);
        assert_eq!(first, "Round 3 of 9 · Update: 1 colour moves");
        let [first, second] = says((9, 9), Half::Assign, 0, 0, 1, None);
        assert_eq!(first, "Round 9 of 9 · Assign: no pixel changes sides");
        assert_eq!(second, "Error 0.0 a pixel · exact");
    }

    #[test]
    fn groups_by_three() {
        let texts = [0, 999, 1_000, 12_345, 1_234_567].map(grouped);
        assert_eq!(texts, ["0", "999", "1,000", "12,345", "1,234,567"]);
    }
}
