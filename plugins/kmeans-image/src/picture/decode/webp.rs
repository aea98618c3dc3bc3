//! WebP, lossy and lossless.

use super::{Channels, DeclaredColour, Decoded, MOST_METADATA};
use crate::picture::orientation::Orientation;
use crate::picture::{PictureError, check_size};
use image_webp::{DecodingError, WebPDecoder};
use std::io::Cursor;

pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(corrupt)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    decoder.set_memory_limit(MOST_METADATA);
    let size = decoder
        .output_buffer_size()
        .ok_or_else(|| PictureError::Corrupt("its size overflows".to_owned()))?;
    let mut samples = vec![0; size];
    decoder.read_image(&mut samples).map_err(corrupt)?;
    let still = !decoder.is_animated();
    Ok(Decoded {
        width,
        height,
        samples,
        channels: if decoder.has_alpha() { Channels::Rgba } else { Channels::Rgb },
        // Metadata that cannot be read says nothing about pixels that could.
        colour: match decoder.icc_profile() {
            Ok(Some(profile)) => DeclaredColour::Icc(profile),
            _ => DeclaredColour::Srgb,
        },
        orientation: match decoder.exif_metadata() {
            Ok(Some(exif)) => Orientation::from_exif(&exif),
            _ => Orientation::default(),
        },
        lossless: still && !decoder.is_lossy(),
        still,
        cmyk: false,
    })
}

fn corrupt(error: DecodingError) -> PictureError {
    PictureError::Corrupt(match error {
        DecodingError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "the file ends too early".to_owned()
        }
        error => error.to_string(),
    })
}
