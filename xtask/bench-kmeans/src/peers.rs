//! The rivals, each the way its own documentation runs it on sRGB bytes, and one measure of error
//! for all.

use quantette::deps::palette::Srgb;
use quantette::kmeans::{Kmeans, KmeansOptions};
use quantette::wu::{BinnerU8x3, WuU8x3};
use quantette::{PaletteBuf, PaletteSize};
use std::collections::BTreeMap;

/// Wu's cut, then one pass of online k-means, on one thread: bytes in, bytes out.
pub(crate) fn quantette(pixels: &[[u8; 3]], k: u16) -> PaletteBuf<Srgb<u8>> {
    let pixels: &[Srgb<u8>] = quantette::deps::palette::cast::from_array_slice(pixels);
    let centroids = wu(pixels, k);
    Kmeans::run_slice(pixels, centroids, KmeansOptions::new())
        .expect("a bench picture holds fewer than 2^32 pixels")
        .into_palette()
}

/// The same centroids before they are cut to bytes: the same seed draws the same samples.
pub(crate) fn quantette_in_floats(pixels: &[[u8; 3]], k: u16) -> Vec<[f64; 3]> {
    let bytes: &[Srgb<u8>] = quantette::deps::palette::cast::from_array_slice(pixels);
    let floats: Vec<Srgb<f32>> = pixels.iter().map(|p| Srgb::from(p.map(f32::from))).collect();
    let start: Vec<Srgb<f32>> = wu(bytes, k)
        .iter()
        .map(|c| Srgb::new(c.red.into(), c.green.into(), c.blue.into()))
        .collect();
    let start = PaletteBuf::new(start).expect("as many as before");
    let found = Kmeans::run_slice(&floats, start, KmeansOptions::new())
        .expect("a bench picture holds fewer than 2^32 pixels")
        .into_palette();
    found.iter().map(|c| [c.red, c.green, c.blue].map(f64::from)).collect()
}

fn wu(pixels: &[Srgb<u8>], k: u16) -> PaletteBuf<Srgb<u8>> {
    WuU8x3::run_slice(pixels, BinnerU8x3::rgb())
        .expect("a bench picture holds 1 to 2^32 pixels")
        .palette(PaletteSize::from_u16_clamped(k))
}

/// The distinct colours with the number of their pixels.
pub(crate) fn weighted(pixels: &[[u8; 3]]) -> Vec<([u8; 3], u64)> {
    let mut counts = BTreeMap::new();
    for &pixel in pixels {
        *counts.entry(pixel).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

/// The sum over pixels of the squared distance to the nearest centroid, asking every one.
pub(crate) fn inertia(colours: &[([u8; 3], u64)], centroids: &[[f64; 3]]) -> f64 {
    let one = |&(colour, weight): &([u8; 3], u64)| {
        let at = colour.map(f64::from);
        let squared = |c: &[f64; 3]| (0..3).map(|i| (c[i] - at[i]).powi(2)).sum::<f64>();
        weight as f64 * centroids.iter().map(squared).fold(f64::INFINITY, f64::min)
    };
    colours.iter().map(one).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::Kind;

    #[test]
    fn floats_cut_to_bytes_are_the_bytes() {
        let pixels = Kind::Landscape.render(80, 60);
        let bytes = quantette(&pixels, 16);
        for (float, byte) in quantette_in_floats(&pixels, 16).iter().zip(bytes.iter()) {
            let byte = [byte.red, byte.green, byte.blue].map(f64::from);
            assert!(
                (0..3).all(|i| (-1e-3..1.0).contains(&(float[i] - byte[i]))),
                "{float:?} {byte:?}"
            );
        }
    }

    #[test]
    fn errors_agree_with_ours() {
        use prebake_quantize::{Effort, Space, every_k};
        let pixels = Kind::Portrait.render(80, 60);
        let palette = &every_k(&pixels, &[9], Space::Srgb, Effort::Fast)[0];
        let plain = inertia(&weighted(&pixels), &palette.centroids);
        assert!((plain / palette.inertia - 1.0).abs() < 1e-9);
    }
}
