//! The canonical picture as the smallest lossless file that browsers read.

use super::PictureFile;
use crate::frames;
use image_webp::{ColorType, WebPEncoder};
use png::{BitDepth, DeflateCompression, Encoder, Filter};
use std::collections::BTreeSet;

const PNG: &str = "picture.png";
const WEBP: &str = "picture.webp";

/// Tries lossless WebP, PNG and, for 256 colours or fewer, indexed PNG; the smallest stays, and
/// PNG where they tie.
pub(super) fn smallest(width: u32, height: u32, pixels: &[[u8; 3]]) -> PictureFile {
    let (png, webp) = rayon::join(|| png(width, height, pixels), || webp(width, height, pixels));
    let indexed = indexed_png(width, height, pixels);
    [(PNG, indexed), (PNG, Some(png)), (WEBP, webp)]
        .into_iter()
        .filter_map(|(name, bytes)| Some(PictureFile { name, bytes: bytes? }))
        .min_by_key(|file| file.bytes.len())
        .unwrap_or(PictureFile { name: PNG, bytes: Vec::new() })
}

fn webp(width: u32, height: u32, pixels: &[[u8; 3]]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    // Refused only where a side is longer than the format can say.
    WebPEncoder::new(&mut bytes)
        .encode(pixels.as_flattened(), width, height, ColorType::Rgb8)
        .ok()
        .map(|()| bytes)
}

fn png(width: u32, height: u32, pixels: &[[u8; 3]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_filter(Filter::Adaptive);
    encoder.set_deflate_compression(DeflateCompression::Level(9));
    frames::write(encoder, pixels.as_flattened());
    bytes
}

fn indexed_png(width: u32, height: u32, pixels: &[[u8; 3]]) -> Option<Vec<u8>> {
    let mut colours = BTreeSet::new();
    for &pixel in pixels {
        if colours.insert(pixel) && colours.len() > 256 {
            return None;
        }
    }
    let palette: Vec<[u8; 3]> = colours.into_iter().collect();
    let indices: Vec<u8> = pixels
        .iter()
        .map(|pixel| palette.binary_search(pixel).map_or(0, |index| index as u8))
        .collect();
    Some(frames::indexed_png(width, height, &palette, &indices))
}
