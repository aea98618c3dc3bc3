//! `figure.json`, the frames and `palettes.bin` agree with one another and with the rule.

mod support;

use prebake_kmeans_image::{Colour, Figure};
use serde_json::json;
use support::{Site, canonical, figure_of, gradient, rgb_png};

#[test]
fn frames_show_the_nearest_colour_of_their_palette() {
    let figured =
        figure_of(rgb_png(31, 22, &gradient(31, 22)), &[1, 2, 3, 5, 16, 17, 64, 100, 256]);
    let picture = canonical(&figured.artifact);
    assert_eq!(figured.artifact.states, 9);
    for state in &figured.figure.states {
        let bytes = figured.artifact.file(&state.frame).unwrap();
        assert_eq!(state.frame_bytes, bytes.len() as u64);
        let frame = image::load_from_memory(bytes).unwrap().to_rgb8();
        assert_eq!(frame.dimensions(), picture.dimensions());
        let palette: Vec<[u8; 3]> = state.palette.iter().map(|&Colour(rgb)| rgb).collect();
        assert_eq!(palette.len(), usize::from(state.k));
        let mut counts = vec![0; palette.len()];
        let mut error = 0_u64;
        for (shown, pixel) in frame.pixels().zip(picture.pixels()) {
            // The rule, written out once more: least squared distance, lowest index.
            let distance = |colour: &[u8; 3]| -> u64 {
                colour.iter().zip(pixel.0).map(|(a, b)| u64::from(a.abs_diff(b)).pow(2)).sum()
            };
            let nearest =
                (0..palette.len()).min_by_key(|&index| distance(&palette[index])).unwrap();
            assert_eq!(shown.0, palette[nearest]);
            counts[nearest] += 1;
            error += distance(&palette[nearest]);
        }
        assert_eq!(state.counts, counts);
        let mse = error as f64 / (3.0 * f64::from(picture.width() * picture.height()));
        let psnr = 10.0 * (255.0 * 255.0 / mse).log10();
        assert!((state.psnr_db.unwrap() - psnr).abs() < 1e-9);
        assert_eq!(state.bits_per_pixel, f64::from(state.k).log2().ceil());
        assert!(state.entropy_bits_per_pixel <= f64::from(state.k).log2() + 1e-9);
    }
    assert_eq!(figured.figure.states[0].frame, "k-01.png");
    assert_eq!(figured.figure.states[8].frame, "k-256.png");
}

#[test]
fn no_frame_is_larger_than_oxipng_makes_it() {
    let options = oxipng::Options::from_preset(2);
    // A photograph's texture, a drawing's flat shapes, grays, and nothing at all.
    let texture = gradient(80, 60);
    let flat: Vec<u8> = (0..80 * 60)
        .flat_map(|n| [(n % 80 / 9 * 30) as u8, (n / 80 / 11 * 50) as u8, 90])
        .collect();
    let grays: Vec<u8> = (0..80 * 60).flat_map(|n| [(n * n / 97 % 251) as u8; 3]).collect();
    for samples in [texture, flat, grays, vec![7; 80 * 60 * 3]] {
        let figured = figure_of(rgb_png(80, 60, &samples), &[1, 2, 3, 7, 16, 17, 40, 64, 256]);
        for state in &figured.figure.states {
            let frame = figured.artifact.file(&state.frame).unwrap();
            let pixels = image::load_from_memory(frame).unwrap().to_rgb8();
            for source in [frame.to_vec(), rgb_png(80, 60, pixels.as_raw())] {
                let smaller = oxipng::optimize_from_memory(&source, &options).unwrap();
                assert!(frame.len() <= smaller.len(), "{}: {}", state.frame, smaller.len());
            }
        }
    }
}

#[test]
fn palettes_bin_says_the_same_as_figure_json() {
    let figured = figure_of(rgb_png(9, 7, &gradient(9, 7)), &[1, 3, 63]);
    let bytes = figured.artifact.file("palettes.bin").unwrap();
    let picture = canonical(&figured.artifact);
    let rgba: Vec<u8> = picture.pixels().flat_map(|p| [p.0[0], p.0[1], p.0[2], 255]).collect();
    let u16_at = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    assert_eq!(bytes[..8], prebake_quantize::digest(&rgba).to_le_bytes());
    let states = &figured.figure.states;
    assert_eq!(usize::from(u16_at(8)), states.len());
    let mut palette = 10 + 8 * states.len();
    for (index, state) in states.iter().enumerate() {
        let at = 10 + 8 * index;
        let psnr = state.psnr_db.map_or(u16::MAX, |db| (db * 10.0).round() as u16);
        let hundredths = |bits: f64| (bits * 100.0).round() as u16;
        assert_eq!(
            [u16_at(at), u16_at(at + 2), u16_at(at + 4), u16_at(at + 6)],
            [
                state.k,
                psnr,
                hundredths(state.bits_per_pixel),
                hundredths(state.entropy_bits_per_pixel)
            ]
        );
        for colour in &state.palette {
            assert_eq!(bytes[palette..palette + 3], colour.0);
            palette += 3;
        }
    }
    assert_eq!(palette, bytes.len());
    assert_eq!(u16_at(10 + 8 * 2 + 2), u16::MAX, "63 colours are exact here");
}

#[test]
fn the_map_shows_what_figure_json_says() {
    let figured = figure_of(rgb_png(90, 60, &gradient(90, 60)), &[1, 2, 3, 5, 16, 17, 40, 64]);
    let mapped = &figured.figure.delivery.index_map;
    let bytes = figured.artifact.file(&mapped.map).unwrap();
    assert_eq!(mapped.map_bytes, bytes.len() as u64);
    let map = image::load_from_memory(bytes).unwrap().to_rgb8();
    let picture = canonical(&figured.artifact);
    assert_eq!(map.dimensions(), picture.dimensions());
    let distinct: std::collections::BTreeSet<_> = map.pixels().map(|pixel| pixel.0).collect();
    assert_eq!(distinct.len(), usize::from(mapped.colours));
    assert!(distinct.len() <= 256);

    let packed = figured.artifact.file("map-palettes.bin").unwrap();
    assert_eq!(mapped.palettes_bytes, packed.len() as u64);
    let rgba: Vec<u8> = map.pixels().flat_map(|p| [p.0[0], p.0[1], p.0[2], 255]).collect();
    assert_eq!(packed[..8], prebake_quantize::digest(&rgba).to_le_bytes());
    let mut at = 10 + 8 * mapped.states.len();
    let mut worst = 0.0_f64;
    for (index, (state, exact)) in mapped.states.iter().zip(&figured.figure.states).enumerate() {
        let palette: Vec<[u8; 3]> = state.palette.iter().map(|&Colour(rgb)| rgb).collect();
        assert_eq!(&packed[at..at + 3 * palette.len()], palette.as_flattened());
        at += 3 * palette.len();
        // What the kernel paints: the nearest colour to the map's, not to the picture's.
        let nearest = |p: &image::Rgb<u8>| palette[prebake_quantize::nearest(&palette, p.0)];
        let shown: Vec<u8> = map.pixels().flat_map(nearest).collect();
        let error = |shown: &[u8]| -> u64 {
            let of = |(a, b): (&[u8], &image::Rgb<u8>)| -> u64 {
                a.iter().zip(b.0).map(|(a, b)| u64::from(a.abs_diff(b)).pow(2)).sum()
            };
            shown.chunks_exact(3).zip(picture.pixels()).map(of).sum()
        };
        let frame = figured.artifact.file(&exact.frame).unwrap();
        let frame = image::load_from_memory(frame).unwrap().to_rgb8();
        let ratio = error(&shown) as f64 / error(&frame) as f64;
        let told = state.error_ratio.unwrap();
        assert!((told - ratio).abs() < 1e-12, "k = {}: {told}, not {ratio}", state.k);
        worst = worst.max(ratio);
        let mse = error(&shown) as f64 / (3.0 * f64::from(picture.width() * picture.height()));
        let psnr = 10.0 * (255.0 * 255.0 / mse).log10();
        assert!((state.psnr_db.unwrap() - psnr).abs() < 1e-9);
        let said = u16::from_le_bytes([packed[12 + 8 * index], packed[13 + 8 * index]]);
        assert_eq!(said, (psnr * 10.0).round() as u16);
    }
    assert_eq!(at, packed.len());
    assert!((mapped.worst_error_ratio.unwrap() - worst).abs() < 1e-12);
    // The map's colours are parts of the finest clusters, so that nothing changes sides there.
    assert!(mapped.states.last().unwrap().error_ratio.unwrap() <= 1.01);
}

#[test]
fn a_map_of_few_colours_is_the_picture() {
    let pixels = [[250, 250, 250], [10, 10, 10], [20, 20, 20], [200, 30, 30]].concat();
    let mapped = figure_of(rgb_png(2, 2, &pixels), &[1, 4]).figure.delivery.index_map;
    assert_eq!(mapped.colours, 4);
    assert_eq!(mapped.states[1].error_ratio, Some(1.0));
    assert_eq!(mapped.states[1].psnr_db, None);
}

#[test]
fn figure_json_of_a_tiny_picture() {
    let pixels = [[250, 250, 250], [10, 10, 10], [20, 20, 20], [200, 30, 30]].concat();
    let figured = figure_of(rgb_png(2, 2, &pixels), &[1, 2, 4, 8]);
    let json: serde_json::Value = figured.artifact.json(Figure::FILE).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json).unwrap());
}

#[test]
fn oklab_is_reported_in_srgb() {
    let site = Site::with("content/a/dog.png", rgb_png(24, 24, &gradient(24, 24)));
    let tag = |space: &str| site.tag(json!({ "src": "dog.png", "ks": "2..4", "space": space }));
    let (srgb, oklab) = (tag("srgb").unwrap().figure, tag("oklab").unwrap().figure);
    assert_ne!(srgb.states, oklab.states);
    for (state, other) in oklab.states.iter().zip(&srgb.states) {
        assert_eq!(state.counts.iter().sum::<u64>(), 24 * 24);
        for (centroid, colour) in state.centroids.iter().zip(&state.palette) {
            for (real, byte) in centroid.iter().zip(colour.0) {
                assert!((real - f64::from(byte)).abs() <= 0.5 + 1e-9);
            }
        }
        assert!(state.inertia >= other.inertia * 0.99, "sRGB's is made small in sRGB");
    }
}

/// Set `PREBAKE_REFRESH=1` to write the schema anew.
#[test]
fn the_published_schema_is_the_type() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/figure.schema.json");
    let schema = serde_json::to_string_pretty(&Figure::schema()).unwrap() + "\n";
    if std::env::var_os("PREBAKE_REFRESH").is_some() {
        std::fs::write(path, &schema).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(published, schema, "run the tests with PREBAKE_REFRESH=1");
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let bake = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let site = Site::with("content/a/dog.png", rgb_png(90, 60, &gradient(90, 60)));
        pool.install(|| {
            site.tag(json!({ "src": "dog.png", "ks": "1..24", "width": 70 })).unwrap().artifact
        })
    };
    assert_eq!(bake(1), bake(8));
}
