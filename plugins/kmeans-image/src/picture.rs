//! The canonical picture: what every frame, number and canvas of a figure is about.
//!
//! One picture, 8-bit, opaque, sRGB, without metadata. In this order: 16 bits are reduced to 8 by
//! `(v · 255 + 32767) / 65535`; profile, gamma and chromaticities are resolved to sRGB; alpha is
//! composited over white in sRGB bytes, as a browser does on a white page; the EXIF orientation is
//! applied; a picture wider than the working width is resampled in linear light. Of an animation
//! the first frame is taken. No step depends on the platform: floats are IEEE doubles with
//! `libm`'s functions and no fused multiply-add, and the decoders are plain integer code.

mod colour;
mod decode;
mod encode;
mod icc;
mod matrix;
mod orientation;
mod webp;

use prebake_kmeans_image_core::to_width;
use prebake_plugin::Problem;

/// The widest canonical picture where the author gives no `width`.
pub(crate) const DEFAULT_WIDTH: u32 = 1600;

/// The most pixels that a picture may have, before anything of it is decoded.
const MOST_PIXELS: u64 = 50_000_000;

/// The canonical picture, and what its source was like.
pub(crate) struct Picture {
    /// In pixels.
    pub(crate) width: u32,
    /// In pixels.
    pub(crate) height: u32,
    /// sRGB bytes, row by row.
    pub(crate) pixels: Vec<[u8; 3]>,
    /// An `<img>` of the source may show the canonical picture instead: the source is lossless,
    /// opaque and still, and the author asked for no width of their own.
    pub(crate) replaces_source: bool,
    /// What the author should know.
    pub(crate) problems: Vec<Problem>,
}

/// A picture as a file.
pub(crate) struct PictureFile {
    /// `picture.webp` or `picture.png`.
    pub(crate) name: String,
    /// Its bytes, without metadata.
    pub(crate) bytes: Vec<u8>,
}

/// Why there is no canonical picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PictureError {
    /// No format that is read here; says what it is instead.
    Unsupported(String),
    /// More than 50 megapixels.
    TooLarge {
        /// As the header says.
        width: u32,
        /// As the header says.
        height: u32,
    },
    /// The decoder gave up; says why.
    Corrupt(String),
}

impl Picture {
    /// Decodes a PNG, JPEG or WebP, told apart by content, and makes it canonical.
    ///
    /// # Errors
    /// Where the bytes are no such picture, are damaged, or hold more than 50 megapixels.
    pub(crate) fn decode(bytes: &[u8], width: Option<u32>) -> Result<Self, PictureError> {
        let decoded = decode::decode(bytes)?;
        let (lossless, still) = (decoded.lossless, decoded.still);
        let orientation = decoded.orientation;
        let (conversion, problem) = colour::Conversion::new(&decoded.colour, decoded.channels);
        let mut problems: Vec<Problem> = problem.into_iter().collect();
        problems.extend(decoded.cmyk.then(|| {
            Problem::warning(
                "cmyk-picture",
                "the picture is CMYK and is converted without its profile",
            )
            .prop("src")
            .hint("save it as sRGB to choose its colours yourself")
        }));
        let (source_width, source_height) = (decoded.width, decoded.height);
        let (pixels, opaque) = conversion.opaque_srgb(&decoded.samples, decoded.channels);
        let (pixels, source_width, source_height) =
            orientation.apply(pixels, source_width, source_height);
        let working = width.unwrap_or(DEFAULT_WIDTH);
        let (pixels, width_now, height_now) =
            to_width(pixels, source_width, source_height, working);
        Ok(Self {
            width: width_now,
            height: height_now,
            pixels,
            replaces_source: lossless && still && opaque && width.is_none(),
            problems,
        })
    }

    /// FNV-1a over the RGBA bytes that a canvas reads back.
    pub(crate) fn digest(&self) -> u64 {
        digest(&self.pixels)
    }

    /// Lossless WebP or PNG, whichever is smaller; PNG where they tie.
    pub(crate) fn encode(&self) -> PictureFile {
        self.encode_as("picture", &self.pixels)
    }

    /// The same for other pixels of this size, in a file of that stem.
    pub(crate) fn encode_as(&self, stem: &str, pixels: &[[u8; 3]]) -> PictureFile {
        encode::smallest(stem, self.width, self.height, pixels)
    }
}

/// FNV-1a over the RGBA bytes that a canvas reads back.
pub(crate) fn digest(pixels: &[[u8; 3]]) -> u64 {
    let rgba: Vec<u8> = pixels.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect();
    prebake_quantize::digest(&rgba)
}

/// Refuses what is too large, by its header alone.
fn check_size(width: u32, height: u32) -> Result<(), PictureError> {
    if width == 0 || height == 0 {
        return Err(PictureError::Corrupt("it has no pixels".to_owned()));
    }
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(PictureError::TooLarge { width, height });
    }
    Ok(())
}
