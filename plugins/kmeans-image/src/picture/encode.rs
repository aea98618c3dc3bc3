//! Pixels as the smallest lossless file that browsers read.

use super::{PictureFile, webp};
use crate::frames;

/// Tries lossless WebP and PNG; the smaller stays, and PNG where they tie. The file is called
/// `stem.webp` or `stem.png`.
pub(crate) fn smallest(stem: &str, width: u32, height: u32, pixels: &[[u8; 3]]) -> PictureFile {
    let (png, webp) =
        rayon::join(|| frames::png(width, height, pixels), || webp::encode(width, height, pixels));
    match webp.filter(|webp| webp.len() < png.len()) {
        Some(bytes) => PictureFile { name: format!("{stem}.webp"), bytes },
        None => PictureFile { name: format!("{stem}.png"), bytes: png },
    }
}
