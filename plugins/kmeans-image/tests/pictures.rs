//! Every kind of picture that an author may have, and every kind of damage.

mod support;

use image::ExtendedColorType::{L8, L16, La8, Rgb8, Rgb16, Rgba8};
use proptest::prelude::*;
use serde_json::json;
use support::{Site, canonical, codes_of, figure_of, gradient, jpeg, png, rgb_png, webp};

#[test]
fn lossless_pictures_keep_every_pixel() {
    let samples = gradient(20, 12);
    for bytes in [rgb_png(20, 12, &samples), webp(20, 12, &samples, Rgb8)] {
        let figured = figure_of(bytes, &[1]);
        assert_eq!(canonical(&figured.artifact).as_raw(), &samples);
        let twin = figured.artifact.twin.unwrap();
        assert_eq!((twin.width, twin.height, twin.picture.as_str()), (20, 12, "content/a/dog.png"));
        assert!(figured.artifact.files.iter().any(|file| file.name == twin.file));
    }
}

#[test]
fn jpegs_are_decoded_and_have_no_twin() {
    let samples = gradient(33, 17);
    let figured = figure_of(jpeg(33, 17, &samples, Rgb8, None), &[1]);
    assert_eq!(figured.artifact.twin, None);
    let shown = canonical(&figured.artifact);
    assert_eq!(shown.dimensions(), (33, 17));
    let error: u64 = shown.iter().zip(&samples).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    assert!(error / (samples.len() as u64) < 20, "mean error {}", error / samples.len() as u64);
}

#[test]
fn gray_alpha_palettes_and_sixteen_bits_become_opaque_srgb_bytes() {
    let first = |bytes: Vec<u8>| canonical(&figure_of(bytes, &[1]).artifact).get_pixel(0, 0).0;
    assert_eq!(first(png(1, 1, &[77], L8)), [77; 3]);
    assert_eq!(first(png(1, 1, &[77, 0], La8)), [255; 3]);
    assert_eq!(first(png(1, 1, &[10, 20, 30, 128], Rgba8)), [132, 137, 142]);
    assert_eq!(first(webp(1, 1, &[10, 20, 30, 128], Rgba8)), [132, 137, 142]);
    assert_eq!(first(jpeg(8, 8, &[200; 64], L8, None)), [200; 3]);
    // 0x00FF is nearer to 1 than to 0, which cutting off its low byte would give.
    let wide = 0x00FF_u16.to_ne_bytes();
    assert_eq!(first(png(1, 1, &wide, L16)), [1; 3]);
    assert_eq!(first(png(1, 1, &[wide, [0, 0], [255, 255]].concat(), Rgb16)), [1, 0, 255]);
    assert_eq!(first(indexed()), [1, 2, 3]);
}

/// Two pixels of a palette of two, one bit each.
fn indexed() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 2, 1);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_palette(vec![200, 100, 50, 1, 2, 3]);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[0b1000_0000]).unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn a_picture_with_transparency_stays_as_it_is_in_the_article() {
    let figured = figure_of(png(1, 1, &[10, 20, 30, 128], Rgba8), &[1]);
    assert_eq!(figured.artifact.twin, None);
    let opaque = figure_of(png(1, 1, &[10, 20, 30, 255], Rgba8), &[1]);
    assert!(opaque.artifact.twin.is_some());
}

#[test]
fn exif_turns_the_picture() {
    let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    // Left half black, right half white; turned by a quarter clockwise the top is black.
    let samples: Vec<u8> = (0..16 * 8).map(|n| if n % 16 < 8 { 0 } else { 255 }).collect();
    let shown = canonical(&figure_of(jpeg(16, 8, &samples, L8, Some(exif)), &[1]).artifact);
    assert_eq!(shown.dimensions(), (8, 16));
    assert!(shown.get_pixel(4, 2).0[0] < 20 && shown.get_pixel(4, 13).0[0] > 235);
}

#[test]
fn a_png_gamma_is_resolved() {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 1, 1);
    encoder.set_source_gamma(png::ScaledFloat::new(1.0));
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[55]).unwrap();
    writer.finish().unwrap();
    assert_eq!(canonical(&figure_of(bytes, &[1]).artifact).get_pixel(0, 0).0, [128; 3]);
}

#[test]
fn a_wide_picture_is_resampled_once() {
    let bytes = rgb_png(64, 32, &gradient(64, 32));
    let site = Site::with("content/a/dog.png", bytes.clone());
    let narrow = site.tag(json!({ "src": "dog.png", "ks": [1], "width": 16 })).unwrap();
    assert_eq!((narrow.figure.width, narrow.figure.height), (16, 8));
    assert_eq!(narrow.artifact.twin, None);
    assert_eq!(canonical(&narrow.artifact).dimensions(), (16, 8));
    let wider = site.tag(json!({ "src": "dog.png", "ks": [1], "width": 100 })).unwrap();
    assert_eq!((wider.figure.width, wider.figure.height), (64, 32));
    let default = figure_of(rgb_png(1700, 2, &gradient(1700, 2)), &[1]);
    assert_eq!((default.figure.width, default.figure.height), (1600, 2));
}

#[test]
fn one_colour_and_two_colours_end_early() {
    let one = figure_of(rgb_png(1, 1, &[9, 8, 7]), &[1, 2, 3]);
    assert_eq!(one.figure.ks, [1]);
    assert_eq!(one.figure.states[0].psnr_db, None);
    let two = figure_of(rgb_png(2, 1, &[9, 8, 7, 200, 100, 0]), &[1, 2, 3]);
    assert_eq!(two.figure.ks, [1, 2]);
    assert_eq!(two.figure.states[1].counts, [1, 1]);
    let none_fits = figure_of(rgb_png(2, 1, &[9, 8, 7, 200, 100, 0]), &[64, 128]);
    assert_eq!(none_fits.figure.ks, [2]);
}

#[test]
fn what_is_no_picture_is_said() {
    assert_eq!(codes_of(Vec::new()), ["unsupported-picture"]);
    assert_eq!(codes_of(b"GIF89a\x01\0\x01\0".to_vec()), ["unsupported-picture"]);
    assert_eq!(codes_of(b"<svg/>".to_vec()), ["unsupported-picture"]);
    assert_eq!(codes_of(vec![0xFF, 0xD8, 0xFF]), ["corrupt-picture"]);
    assert_eq!(codes_of(b"\x89PNG\r\n\x1a\n".to_vec()), ["corrupt-picture"]);
    assert_eq!(codes_of(b"RIFF\x04\0\0\0WEBP".to_vec()), ["corrupt-picture"]);
}

#[test]
fn a_header_that_promises_too_much_is_not_decoded() {
    let mut huge = rgb_png(1, 1, &[0; 3]);
    huge[16..24].copy_from_slice(&[0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10]);
    let mut crc = crc32(&huge[12..29]).to_be_bytes().to_vec();
    huge.splice(29..33, crc.drain(..));
    assert_eq!(codes_of(huge), ["picture-too-large"]);
    let mut huge = jpeg(8, 8, &[0; 64], L8, None);
    let frame = huge.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    huge[frame + 5..frame + 9].copy_from_slice(&[0xFF; 4]);
    assert_eq!(codes_of(huge), ["picture-too-large"]);
}

/// CRC-32 as PNG has it.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[test]
fn truncated_pictures_are_corrupt() {
    let samples = gradient(40, 30);
    for bytes in [
        rgb_png(40, 30, &samples),
        jpeg(40, 30, &samples, Rgb8, None),
        webp(40, 30, &samples, Rgb8),
    ] {
        let half = bytes[..bytes.len() / 2].to_vec();
        assert_eq!(codes_of(half), ["corrupt-picture"]);
    }
}

#[test]
fn a_missing_picture_names_its_neighbour() {
    let site = Site::with("content/a/dog.png", rgb_png(1, 1, &[0; 3]));
    let problem = site.tag(json!({ "src": "Dgo.png" })).err().unwrap().remove(0);
    assert_eq!(problem.code, "missing-file");
    assert_eq!(problem.prop.as_deref(), Some("src"));
    assert_eq!(problem.hint.as_deref(), Some("did you mean `dog.png`?"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Whatever one flips or cuts, there is a figure or a diagnostic.
    #[test]
    fn no_damage_crashes(
        format in 0..3,
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let samples = gradient(24, 16);
        let mut bytes = match format {
            0 => rgb_png(24, 16, &samples),
            1 => jpeg(24, 16, &samples, Rgb8, None),
            _ => webp(24, 16, &samples, Rgb8),
        };
        for (at, byte) in &flips {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        if flips.len() % 2 == 0 {
            bytes.truncate(cut.index(bytes.len()));
        }
        for code in codes_of(bytes) {
            let known = ["corrupt-picture", "unsupported-picture", "picture-too-large"];
            prop_assert!(known.contains(&code.as_str()), "{}", code);
        }
    }
}
