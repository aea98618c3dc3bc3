//! Frames: one PNG for each palette, as small as oxipng's level 2 makes it.

use oxipng::{BitDepth, ColorType, Options, RawImage};

/// The level of oxipng: it tries orders of the palette, bit depths and filters with a quick
/// deflate, and packs what came out best with a thorough one. The levels above take twice its time
/// and more for the last percent.
const LEVEL: u8 = 2;

/// The file name of the frame with `k` colours.
pub(crate) fn frame_name(k: u16) -> String {
    format!("k-{k:02}.png")
}

/// The pixels of a frame, as sRGB bytes.
pub(crate) fn paint(palette: &[[u8; 3]], indices: &[u8]) -> Vec<[u8; 3]> {
    indices.iter().map(|&index| palette[usize::from(index)]).collect()
}

/// A PNG of these pixels. Its kind, depth and order of colours are oxipng's choice. oxipng is built
/// without its threads and decides by integers alone, and so does libdeflate below it: the same
/// pixels give the same bytes everywhere.
///
/// # Panics
/// Where the pixels do not fill the picture.
pub(crate) fn png(width: u32, height: u32, pixels: &[[u8; 3]]) -> Vec<u8> {
    // As RGB: oxipng then finds the palette by itself, and judges orders of colours better than
    // where it is given one to hold on to.
    let colour = ColorType::RGB { transparent_color: None };
    RawImage::new(width, height, colour, BitDepth::Eight, pixels.as_flattened().to_vec())
        .and_then(|image| image.create_optimized_png(&Options::from_preset(LEVEL)))
        .expect("a picture's pixels fit its own size")
}

#[cfg(test)]
mod tests {
    use super::{paint, png};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn decodes_to_its_palette(
            k in 1_usize..=256, width in 1_u32..20, height in 1_u32..20, seed: u64,
        ) {
            let palette: Vec<[u8; 3]> =
                (0..k).map(|i| [i as u8, (i * 7) as u8, (seed >> (i % 56)) as u8]).collect();
            let indices: Vec<u8> = (0..u64::from(width * height))
                .map(|n| (n.wrapping_mul(seed | 1) >> 7) as usize % k)
                .map(|index| index as u8)
                .collect();
            let pixels = paint(&palette, &indices);
            let shown = image::load_from_memory(&png(width, height, &pixels)).unwrap().to_rgb8();
            prop_assert_eq!(shown.dimensions(), (width, height));
            for (pixel, expected) in shown.pixels().zip(pixels) {
                prop_assert_eq!(pixel.0, expected);
            }
        }
    }
}
