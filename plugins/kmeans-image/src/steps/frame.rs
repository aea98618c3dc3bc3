//! One indexed PNG a step.

use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter};

/// How hard deflate tries. Neighbouring indices are no neighbouring colours, so PNG's filters only
/// hurt; level 7 is within a percent of level 9 at about half of its time.
const LEVEL: u8 = 7;

/// A PNG of one byte a pixel whose palette is `palette` as it stands, right behind the header. An
/// update changes the palette alone, so that the page makes the frame after it from the one before.
///
/// # Panics
/// Where the indices do not fill the picture: memory itself refuses nothing.
pub(super) fn frame(width: u32, height: u32, palette: &[[u8; 3]], indices: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(palette.as_flattened());
    encoder.set_filter(Filter::NoFilter);
    encoder.set_deflate_compression(DeflateCompression::Level(LEVEL));
    encoder
        .write_header()
        .and_then(|mut writer| {
            writer.write_image_data(indices)?;
            writer.finish()
        })
        .expect("a picture's rows fit its own header");
    bytes
}

#[cfg(test)]
mod tests {
    use super::frame;

    #[test]
    fn the_palette_stands_where_the_page_puts_another() {
        let indices = [0, 1, 2, 1];
        let [one, other] = [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[9; 3], [8; 3], [9; 3]]]
            .map(|palette| frame(2, 2, &palette, &indices));
        assert_eq!(one[33..41], *b"\0\0\0\x09PLTE");
        assert_eq!(one[41..50], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(one[..41], other[..41]);
        // Behind the palette, its checksum.
        assert_eq!(one[54..], other[54..]);
        assert_eq!(image::load_from_memory(&one).unwrap().to_rgb8().into_raw()[3..6], [4, 5, 6]);
    }
}
