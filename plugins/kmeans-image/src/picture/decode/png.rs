//! PNG, with the chunks that say what its colours mean.

use super::{Channels, Chromaticities, DeclaredColour, Decoded, MOST_METADATA, reduce_16_bits};
use crate::picture::orientation::Orientation;
use crate::picture::{PictureError, check_size};
use ::png::{BitDepth, ColorType, Decoder, DecodingError, Info, Limits, Transformations};
use std::io::Cursor;

pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MOST_METADATA });
    decoder.set_ignore_text_chunk(true);
    let header = decoder.read_header_info().map_err(corrupt)?;
    check_size(header.width, header.height)?;
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(corrupt)?;
    let (color, depth) = reader.output_color_type();
    let channels = match color {
        ColorType::Grayscale => Channels::Gray,
        ColorType::GrayscaleAlpha => Channels::GrayAlpha,
        ColorType::Rgb => Channels::Rgb,
        ColorType::Rgba => Channels::Rgba,
        ColorType::Indexed => return Err(PictureError::Corrupt("it has no palette".to_owned())),
    };
    let size = reader
        .output_buffer_size()
        .ok_or_else(|| PictureError::Corrupt("its size overflows".to_owned()))?;
    let mut samples = vec![0; size];
    reader.next_frame(&mut samples).map_err(corrupt)?;
    if depth == BitDepth::Sixteen {
        reduce_16_bits(&mut samples);
    }
    let info = reader.info();
    Ok(Decoded {
        width: info.width,
        height: info.height,
        samples,
        channels,
        colour: declared(info),
        orientation: info.exif_metadata.as_deref().map(Orientation::from_exif).unwrap_or_default(),
        lossless: true,
        still: info.animation_control.is_none(),
        cmyk: false,
    })
}

/// What the chunks say, in the order of precedence of the PNG specification, third edition: `cICP`,
/// `iCCP`, `sRGB`, then `gAMA` and `cHRM`.
fn declared(info: &Info<'_>) -> DeclaredColour {
    if let Some(cicp) = info.coding_independent_code_points {
        DeclaredColour::Cicp { primaries: cicp.color_primaries, transfer: cicp.transfer_function }
    } else if let Some(profile) = &info.icc_profile {
        DeclaredColour::Icc(profile.to_vec())
    } else if info.srgb.is_some() || (info.gama_chunk.is_none() && info.chrm_chunk.is_none()) {
        DeclaredColour::Srgb
    } else {
        // The chunks hold integers; `into_scaled` gives them back, free of the crate's floats.
        let real = |(x, y): (::png::ScaledFloat, ::png::ScaledFloat)| {
            [f64::from(x.into_scaled()) / 1e5, f64::from(y.into_scaled()) / 1e5]
        };
        DeclaredColour::Gamma {
            gamma: info.gama_chunk.map(|gamma| f64::from(gamma.into_scaled()) / 1e5),
            chromaticities: info.chrm_chunk.map(|chrm| Chromaticities {
                white: real(chrm.white),
                primaries: [real(chrm.red), real(chrm.green), real(chrm.blue)],
            }),
        }
    }
}

fn corrupt(error: DecodingError) -> PictureError {
    PictureError::Corrupt(match error {
        DecodingError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "the file ends too early".to_owned()
        }
        error => error.to_string(),
    })
}
