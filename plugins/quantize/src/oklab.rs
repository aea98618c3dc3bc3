//! OKLab, a colour space whose distances are close to what eyes see.
//!
//! Björn Ottosson, "A perceptual color space for image processing" (2020), with the matrices of
//! its revision of 2021-01-25; the transfer function is that of sRGB (IEC 61966-2-1). Roots and
//! powers come from `libm`, so that the bits are the same on every platform.

/// Lightness (0 to 1), green-red and blue-yellow (about -0.4 to 0.4) of a colour given as floats in
/// sRGB bytes (0 to 255).
pub(crate) fn from_srgb(bytes: [f64; 3]) -> [f64; 3] {
    let [r, g, b] = bytes.map(|byte| linear(byte / 255.0));
    let l = libm::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    let m = libm::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    let s = libm::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    [
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    ]
}

/// The colour in sRGB bytes as floats; what lies outside sRGB is clamped to 0 to 255 by channel.
pub(crate) fn to_srgb([lightness, a, b]: [f64; 3]) -> [f64; 3] {
    let cube = |root: f64| root * root * root;
    let l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
    let m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
    let s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
    [
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
    ]
    // Adding 0 turns a -0 into 0.
    .map(|channel| 255.0 * companded(channel.clamp(0.0, 1.0)) + 0.0)
}

/// Linear light of an sRGB value, both 0 to 1.
fn linear(value: f64) -> f64 {
    if value <= 0.04045 { value / 12.92 } else { libm::pow((value + 0.055) / 1.055, 2.4) }
}

/// The sRGB value of linear light, both 0 to 1.
fn companded(light: f64) -> f64 {
    if light <= 0.0031308 { light * 12.92 } else { 1.055 * libm::pow(light, 1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_colours() {
        // The pairs of Ottosson's post, at the three digits it gives, and the sRGB primaries.
        let near = |bytes: [f64; 3], expected: [f64; 3]| {
            let got = from_srgb(bytes);
            for (got, expected) in got.iter().zip(expected) {
                assert!((got - expected).abs() < 6e-4, "{bytes:?}: {got} for {expected}");
            }
        };
        near([255.0; 3], [1.0, 0.0, 0.0]);
        near([0.0; 3], [0.0, 0.0, 0.0]);
        near([255.0, 0.0, 0.0], [0.628, 0.225, 0.126]);
        near([0.0, 255.0, 0.0], [0.866, -0.234, 0.179]);
        near([0.0, 0.0, 255.0], [0.452, -0.032, -0.312]);
    }

    proptest! {
        #[test]
        fn round_trip(bytes: [u8; 3]) {
            let bytes = bytes.map(f64::from);
            let back = to_srgb(from_srgb(bytes));
            for (back, byte) in back.into_iter().zip(bytes) {
                prop_assert!((back - byte).abs() < 1e-2, "{bytes:?} came back as {back}");
            }
        }
    }
}
