//! Frames: one indexed PNG for each palette.

use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter};
use std::io::Write;

/// How hard deflate tries. Neighbouring indices are no neighbouring colours, so PNG's filters only
/// hurt; level 7 is within a percent of level 9 at about half of its time.
const LEVEL: u8 = 7;

/// The file name of the frame with `k` colours.
pub(crate) fn frame_name(k: u16) -> String {
    format!("k-{k:02}.png")
}

/// An indexed PNG at the smallest bit depth that the palette allows. The same input gives the same
/// bytes: deflate is `miniz_oxide`'s, without threads.
pub(crate) fn indexed_png(width: u32, height: u32, palette: &[[u8; 3]], indices: &[u8]) -> Vec<u8> {
    let depth = match palette.len() {
        ..=2 => BitDepth::One,
        3..=4 => BitDepth::Two,
        5..=16 => BitDepth::Four,
        _ => BitDepth::Eight,
    };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(depth);
    encoder.set_palette(palette.as_flattened());
    encoder.set_filter(Filter::NoFilter);
    encoder.set_deflate_compression(DeflateCompression::Level(LEVEL));
    write(encoder, &pack_rows(indices, width as usize, depth as usize));
    bytes
}

/// Writes a PNG into memory.
///
/// # Panics
/// Where `data` does not fit the header: memory itself refuses nothing.
pub(crate) fn write<W: Write>(encoder: Encoder<'_, W>, data: &[u8]) {
    encoder
        .write_header()
        .and_then(|mut writer| {
            writer.write_image_data(data)?;
            writer.finish()
        })
        .expect("a picture's rows fit its own header");
}

/// Packs indices of `bits` bits into bytes, leftmost in the high bits; rows start at whole bytes.
fn pack_rows(indices: &[u8], width: usize, bits: usize) -> Vec<u8> {
    let in_byte = 8 / bits;
    indices
        .chunks_exact(width)
        .flat_map(|row| row.chunks(in_byte))
        .map(|group| {
            group
                .iter()
                .enumerate()
                .fold(0, |byte, (place, index)| byte | (index << (8 - bits * (place + 1))))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{indexed_png, pack_rows};
    use proptest::prelude::*;

    #[test]
    fn packs_from_the_left() {
        assert_eq!(pack_rows(&[1, 0, 1, 1, 0, 1], 3, 1), [0b1010_0000, 0b1010_0000]);
        assert_eq!(pack_rows(&[1, 2, 3, 0, 1], 5, 2), [0b0110_1100, 0b0100_0000]);
        assert_eq!(pack_rows(&[15, 1, 2], 3, 4), [0xF1, 0x20]);
        assert_eq!(pack_rows(&[255, 7], 2, 8), [255, 7]);
    }

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
            let png = indexed_png(width, height, &palette, &indices);
            let shown = image::load_from_memory(&png).unwrap().to_rgb8();
            prop_assert_eq!(shown.dimensions(), (width, height));
            for (pixel, &index) in shown.pixels().zip(&indices) {
                prop_assert_eq!(pixel.0, palette[usize::from(index)]);
            }
        }
    }
}
