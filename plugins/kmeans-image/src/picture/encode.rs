//! Pixels as the smallest lossless file that browsers read.

use super::PictureFile;
use crate::frames;
use image_webp::{ColorType, WebPEncoder};

/// Tries lossless WebP and PNG; the smaller stays, and PNG where they tie. The file is called
/// `stem.webp` or `stem.png`.
pub(crate) fn smallest(stem: &str, width: u32, height: u32, pixels: &[[u8; 3]]) -> PictureFile {
    let (png, webp) =
        rayon::join(|| frames::png(width, height, pixels), || webp(width, height, pixels));
    match webp.filter(|webp| webp.len() < png.len()) {
        Some(bytes) => PictureFile { name: format!("{stem}.webp"), bytes },
        None => PictureFile { name: format!("{stem}.png"), bytes: png },
    }
}

fn webp(width: u32, height: u32, pixels: &[[u8; 3]]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    // Refused only where a side is longer than the format can say.
    WebPEncoder::new(&mut bytes)
        .encode(pixels.as_flattened(), width, height, ColorType::Rgb8)
        .ok()
        .map(|()| bytes)
}
