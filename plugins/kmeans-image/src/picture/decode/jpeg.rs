//! JPEG, baseline and progressive, decoded by integer code that is the same on every platform.

use super::{Channels, DeclaredColour, Decoded, MOST_METADATA, reduce_16_bits};
use crate::picture::orientation::Orientation;
use crate::picture::{MOST_PIXELS, PictureError, check_size};
use jpeg_decoder::{CodingProcess, Decoder, Error, PixelFormat};
use std::io::Cursor;

pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_max_decoding_buffer_size(MOST_PIXELS as usize * 4 + MOST_METADATA);
    decoder.read_info().map_err(corrupt)?;
    let info = decoder.info().ok_or_else(|| PictureError::Corrupt("it has no frame".to_owned()))?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    check_size(width, height)?;
    let mut samples = decoder.decode().map_err(corrupt)?;
    let channels = match info.pixel_format {
        PixelFormat::L8 => Channels::Gray,
        PixelFormat::L16 => {
            // This decoder's 16-bit samples are in the machine's byte order.
            for pair in samples.chunks_exact_mut(2) {
                let sample = u16::from_ne_bytes([pair[0], pair[1]]);
                pair.copy_from_slice(&sample.to_be_bytes());
            }
            reduce_16_bits(&mut samples);
            Channels::Gray
        }
        PixelFormat::RGB24 => Channels::Rgb,
        PixelFormat::CMYK32 => {
            samples = samples.chunks_exact(4).flat_map(rgb_of_cmyk).collect();
            Channels::Rgb
        }
    };
    let cmyk = info.pixel_format == PixelFormat::CMYK32;
    let colour = match decoder.icc_profile() {
        Some(profile) if !cmyk => DeclaredColour::Icc(profile),
        _ => DeclaredColour::Srgb,
    };
    Ok(Decoded {
        width,
        height,
        samples,
        channels,
        colour,
        orientation: decoder.exif_data().map(Orientation::from_exif).unwrap_or_default(),
        lossless: info.coding_process == CodingProcess::Lossless,
        still: true,
        cmyk,
    })
}

/// Ink as light: each ink takes away its share, and so does black.
fn rgb_of_cmyk(ink: &[u8]) -> [u8; 3] {
    let white = 255 - u32::from(ink[3]);
    [0, 1, 2].map(|channel| (((255 - u32::from(ink[channel])) * white + 127) / 255) as u8)
}

fn corrupt(error: Error) -> PictureError {
    match error {
        Error::Unsupported(feature) => PictureError::Unsupported(format!(
            "a JPEG with a feature that is not read ({feature:?})"
        )),
        Error::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            PictureError::Corrupt("the file ends too early".to_owned())
        }
        error => PictureError::Corrupt(error.to_string()),
    }
}
