#![doc = include_str!("../README.md")]

#[cfg(target_arch = "wasm32")]
mod exports;

use prebake_kmeans_image_core::{Numbers, measure, over_white, pack, palettes, to_width};
use prebake_quantize::{Space, digest};

/// A reader's picture as the page shows it, and its states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFigure {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The opaque picture as RGBA bytes, row by row.
    pub picture: Vec<u8>,
    /// The states' numbers and palettes, as `palettes.bin` holds them.
    pub palettes: Vec<u8>,
    /// How many states there are; fewer than were asked for where the picture has fewer colours.
    pub states: usize,
}

/// Clusters a picture of `width` pixels a row for every k of `ks`, and measures the states on the
/// picture that is shown: the same, or, where it is wider than `working` pixels, resampled to that.
///
/// `rgba` is in sRGB bytes and composited over white. `report` is told the share of the clustering
/// that is done. A picture without pixels has no states.
#[must_use]
pub fn figure(
    rgba: Vec<u8>,
    width: u32,
    working: u32,
    ks: &[u16],
    space: Space,
    report: &(dyn Fn(f64) + Sync),
) -> OwnFigure {
    let opaque = |&[r, g, b, alpha]: &[u8; 4]| [r, g, b].map(|channel| over_white(channel, alpha));
    let mut pixels: Vec<[u8; 3]> = rgba.as_chunks().0.iter().map(opaque).collect();
    drop(rgba);
    let height = (pixels.len() / (width as usize).max(1)) as u32;
    pixels.truncate(width as usize * height as usize);

    let palettes = palettes(&pixels, ks, space, report);
    let (pixels, width, height) = match pixels.is_empty() {
        true => (pixels, 0, 0),
        false => to_width(pixels, width, height, working.max(1)),
    };
    let states: Vec<_> = palettes
        .into_iter()
        .map(|palette| {
            let measured = measure(&pixels, &palette.colours);
            let (bits, entropy) = (measured.bits_per_pixel, measured.entropy_bits_per_pixel);
            let k = palette.colours.len() as u16;
            (Numbers::new(k, measured.psnr_db, bits, entropy), palette.colours)
        })
        .collect();
    let picture: Vec<u8> = pixels.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect();
    let palettes = pack(digest(&picture), &states);
    OwnFigure { width, height, picture, palettes, states: states.len() }
}
