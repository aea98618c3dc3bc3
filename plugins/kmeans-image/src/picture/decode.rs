//! From a file's bytes to samples of 8 bits, with what the file says about them.

mod jpeg;
mod png;
mod webp;

use super::PictureError;
use super::orientation::Orientation;
use std::panic::{self, AssertUnwindSafe};

/// The most memory that a decoder may take for anything but the pixels: profiles, chunks.
const MOST_METADATA: usize = 64 << 20;

/// A decoded picture, its colours still as the file has them.
pub(super) struct Decoded {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Interleaved, 8 bits each.
    pub(super) samples: Vec<u8>,
    pub(super) channels: Channels,
    pub(super) colour: DeclaredColour,
    pub(super) orientation: Orientation,
    /// The file stores its pixels without loss.
    pub(super) lossless: bool,
    /// The file is no animation.
    pub(super) still: bool,
    /// The samples came from CMYK.
    pub(super) cmyk: bool,
}

/// What one pixel's samples are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channels {
    Gray,
    GrayAlpha,
    Rgb,
    Rgba,
}

/// What the file says that its samples mean.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum DeclaredColour {
    /// sRGB, or nothing at all.
    Srgb,
    /// An ICC profile.
    Icc(Vec<u8>),
    /// PNG's `gAMA` and `cHRM`.
    Gamma { gamma: Option<f64>, chromaticities: Option<Chromaticities> },
    /// PNG's `cICP`: code points of ITU-T H.273.
    Cicp { primaries: u8, transfer: u8 },
}

/// CIE xy of white and of the three primaries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Chromaticities {
    pub(super) white: [f64; 2],
    pub(super) primaries: [[f64; 2]; 3],
}

/// Decodes by content, whatever the file's name says.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let decoder = match bytes {
        [0x89, b'P', b'N', b'G', ..] => png::decode,
        [0xFF, 0xD8, 0xFF, ..] => jpeg::decode,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp::decode,
        _ => return Err(PictureError::Unsupported(name_format(bytes).to_owned())),
    };
    // The decoders are other people's code and the bytes are anyone's: should one panic on a
    // damaged file, that is a damaged file and no crash.
    panic::catch_unwind(AssertUnwindSafe(|| decoder(bytes)))
        .unwrap_or_else(|_| Err(PictureError::Corrupt("its data contradict each other".to_owned())))
}

/// What a file that cannot be read seems to be.
fn name_format(bytes: &[u8]) -> &'static str {
    match bytes {
        [] => "empty",
        [b'G', b'I', b'F', b'8', ..] => "a GIF",
        [b'B', b'M', ..] => "a BMP",
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => "a TIFF",
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f' | b's', ..] => "an AVIF",
        [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'm', ..] => "a HEIF",
        [0xFF, 0x0A, ..] => "a JPEG XL",
        [b'<', b's', b'v', b'g', ..] | [b'<', b'?', b'x', b'm', b'l', ..] => "an SVG",
        _ => "no PNG, JPEG or WebP",
    }
}

impl Channels {
    /// Samples in a pixel.
    pub(super) fn count(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::GrayAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// Reduces big-endian samples of 16 bits to 8, to the nearest, in place.
fn reduce_16_bits(samples: &mut Vec<u8>) {
    for index in 0..samples.len() / 2 {
        let value = u32::from(u16::from_be_bytes([samples[2 * index], samples[2 * index + 1]]));
        samples[index] = ((value * 255 + 32_767) / 65_535) as u8;
    }
    samples.truncate(samples.len() / 2);
}

#[cfg(test)]
mod tests {
    use super::reduce_16_bits;

    #[test]
    fn sixteen_bits_go_to_the_nearest_eight() {
        for value in 0..=u16::MAX {
            let mut samples = value.to_be_bytes().to_vec();
            reduce_16_bits(&mut samples);
            let nearest = (f64::from(value) / 257.0).round();
            assert_eq!(f64::from(samples[0]), nearest, "{value}");
            assert_eq!(samples.len(), 1);
        }
    }
}
