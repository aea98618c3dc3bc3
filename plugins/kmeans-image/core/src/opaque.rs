//! What shows through where a picture is translucent.

/// A channel of a translucent pixel over white, in sRGB bytes, as a browser composites on a white
/// page: `(c · a + 255 · (255 − a) + 127) / 255`. `alpha` is 255 where the pixel is opaque.
#[must_use]
pub fn over_white(channel: u8, alpha: u8) -> u8 {
    let (channel, alpha) = (u32::from(channel), u32::from(alpha));
    ((channel * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::over_white;

    #[test]
    fn both_ends_are_exact() {
        for channel in 0..=255 {
            assert_eq!(over_white(channel, 255), channel);
            assert_eq!(over_white(channel, 0), 255);
        }
        assert_eq!([over_white(0, 128), over_white(100, 51)], [127, 224]);
    }
}
