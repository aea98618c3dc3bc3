//! The few numbers that a caption says, rounded once, so that page and build say the same.

/// The numbers of one state, as `palettes.bin` holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// Colours in the palette.
    pub k: u16,
    /// Tenths of a decibel; `None` where the frame is exact.
    pub psnr: Option<u16>,
    /// Hundredths of a bit a pixel: the width of an index.
    pub bits: u16,
    /// Hundredths of a bit a pixel, after entropy coding.
    pub entropy: u16,
}

impl Numbers {
    /// Rounds, halves up.
    #[must_use]
    pub fn new(k: u16, psnr_db: Option<f64>, bits: f64, entropy: f64) -> Self {
        let round = |value: f64| (value + 0.5).clamp(0.0, f64::from(u16::MAX - 1)) as u16;
        Self {
            k,
            psnr: psnr_db.map(|db| round(db * 10.0)),
            bits: round(bits * 100.0),
            entropy: round(entropy * 100.0),
        }
    }

    /// Decibels, infinite where the frame is exact.
    #[must_use]
    pub fn decibels(&self) -> f64 {
        self.psnr.map_or(f64::INFINITY, |tenths| f64::from(tenths) / 10.0)
    }

    /// Bits a pixel where every index is equally wide.
    #[must_use]
    pub fn fixed(&self) -> f64 {
        f64::from(self.bits) / 100.0
    }

    /// Bits a pixel after entropy coding.
    #[must_use]
    pub fn coded(&self) -> f64 {
        f64::from(self.entropy) / 100.0
    }

    /// `3 colours`.
    #[must_use]
    pub fn colours(&self) -> String {
        if self.k == 1 { "1 colour".to_owned() } else { format!("{} colours", self.k) }
    }

    /// `24.1 dB`, or `exact`.
    fn quality(&self) -> String {
        match self.psnr {
            Some(tenths) => format!("{}.{} dB", tenths / 10, tenths % 10),
            None => "exact".to_owned(),
        }
    }

    /// The caption's numbers:
    /// `3 colours · 24.1 dB · 2.00 bits per pixel, 1.21 after entropy coding`. The decimals are
    /// always there, so that the text keeps its width while the reader slides.
    #[must_use]
    pub fn text(&self) -> String {
        let hundredths = |value: u16| format!("{}.{:02}", value / 100, value % 100);
        format!(
            "{} · {} · {} bits per pixel, {} after entropy coding",
            self.colours(),
            self.quality(),
            hundredths(self.bits),
            hundredths(self.entropy),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Numbers;

    #[test]
    fn says_what_the_packed_numbers_say() {
        let text = |k, psnr, bits, entropy| Numbers::new(k, psnr, bits, entropy).text();
        assert_eq!(
            text(3, Some(24.149), 2.0, 1.2051),
            "3 colours · 24.1 dB · 2.00 bits per pixel, 1.21 after entropy coding"
        );
        assert_eq!(
            text(1, None, 0.0, 0.0),
            "1 colour · exact · 0.00 bits per pixel, 0.00 after entropy coding"
        );
        assert_eq!(
            text(256, Some(40.0), 8.0, 7.999),
            "256 colours · 40.0 dB · 8.00 bits per pixel, 8.00 after entropy coding"
        );
    }

    #[test]
    fn rounds_into_its_range() {
        let numbers = Numbers::new(2, Some(1e9), f64::NAN, -1.0);
        assert_eq!((numbers.psnr, numbers.bits, numbers.entropy), (Some(u16::MAX - 1), 0, 0));
    }
}
