#![doc = include_str!("../README.md")]

#[cfg(target_arch = "wasm32")]
mod exports;

#[cfg(target_arch = "wasm32")]
pub use exports::{Made, cluster};

use prebake_kmeans_image_core::{Gauge, Numbers, over_white, pack, palettes, to_width};
use prebake_quantize::{Space, digest};

/// The part of the work that clustering is; the rest is measuring.
const CLUSTERING: f64 = 0.9;

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
/// `rgba` is in sRGB bytes and composited over white. `report` is told the share of the work that
/// is done. A picture without pixels has no states.
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

    let palettes = palettes(&pixels, ks, space, &|share| report(CLUSTERING * share));
    let (pixels, width, height) = match pixels.is_empty() {
        true => (pixels, 0, 0),
        false => to_width(pixels, width, height, working.max(1)),
    };
    let gauge = Gauge::new(&pixels);
    let all = palettes.len() as f64;
    let states: Vec<_> = palettes
        .into_iter()
        .enumerate()
        .map(|(state, palette)| {
            report(CLUSTERING + (1.0 - CLUSTERING) * state as f64 / all);
            let measured = gauge.measure(&palette.colours);
            let (bits, entropy) = (measured.bits_per_pixel, measured.entropy_bits_per_pixel);
            let k = palette.colours.len() as u16;
            (Numbers::new(k, measured.psnr_db, bits, entropy), palette.colours)
        })
        .collect();
    let picture: Vec<u8> = pixels.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect();
    let palettes = pack(digest(&picture), &states);
    OwnFigure { width, height, picture, palettes, states: states.len() }
}

#[cfg(test)]
mod tests {
    use super::figure;
    use prebake_quantize::{Effort, Space, digest, every_k};
    use std::sync::Mutex;

    /// Many colours, opaque.
    fn gradient(width: u32, height: u32) -> Vec<u8> {
        (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .flat_map(|(x, y)| [x as u8 * 3, y as u8 * 5, ((x * 7 + y * 13) % 97) as u8, 255])
            .collect()
    }

    fn opaque(rgba: &[u8]) -> Vec<[u8; 3]> {
        rgba.as_chunks::<4>().0.iter().map(|&[r, g, b, _]| [r, g, b]).collect()
    }

    #[test]
    fn palettes_are_those_of_every_k_on_all_pixels() {
        let rgba = gradient(60, 40);
        let ks: Vec<u16> = (1..=20).collect();
        for (space, working) in [(Space::Srgb, 60), (Space::Srgb, 13), (Space::Oklab, 13)] {
            let made = figure(rgba.clone(), 60, working, &ks, space, &|_| {});
            let every: Vec<usize> = (1..=20).collect();
            let expected = every_k(&opaque(&rgba), &every, space, Effort::Best);
            let colours: Vec<u8> = expected
                .iter()
                .flat_map(|palette| palette.colours.as_flattened())
                .copied()
                .collect();
            assert_eq!(made.palettes[10 + 8 * 20..], colours);
            assert_eq!(made.states, 20);
        }
    }

    #[test]
    fn what_is_shown_is_what_the_digest_is_of() {
        let rgba = gradient(60, 41);
        let whole = figure(rgba.clone(), 60, 60, &[1, 2], Space::Srgb, &|_| {});
        assert_eq!((whole.width, whole.height), (60, 41));
        assert_eq!(whole.picture, rgba);
        let small = figure(rgba, 60, 13, &[1, 2], Space::Srgb, &|_| {});
        assert_eq!((small.width, small.height), (13, 9));
        assert_eq!(small.picture.len(), 4 * 13 * 9);
        assert_eq!(small.palettes[..8], digest(&small.picture).to_le_bytes());
    }

    #[test]
    fn shares_rise_towards_all_of_it() {
        let shares = Mutex::new(Vec::new());
        let report = |share| shares.lock().unwrap().push(share);
        let _ = figure(gradient(30, 20), 30, 20, &[1, 2, 3, 4, 5], Space::Srgb, &report);
        let shares = shares.into_inner().unwrap();
        assert!(shares.is_sorted() && shares.len() > 5, "{shares:?}");
        assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "{shares:?}");
    }

    #[test]
    fn odd_pictures_do_no_harm() {
        for (rgba, width) in [(vec![], 0), (vec![], 7), (vec![1, 2, 3], 1), (vec![9; 8], 0)] {
            let made = figure(rgba, width, 0, &[1, 2], Space::Srgb, &|_| {});
            assert_eq!((made.width, made.height, made.states), (0, 0, 0));
        }
        // A row that is not whole is left out.
        let made = figure(vec![9; 4 * 5], 2, 0, &[1, 2, 8], Space::Srgb, &|_| {});
        assert_eq!((made.width, made.height, made.states), (1, 1, 1));
        let few = figure(vec![9, 9, 9, 255, 0, 0, 0, 255], 2, 9, &[8, 9], Space::Srgb, &|_| {});
        assert_eq!(few.states, 1, "one palette of both colours");
    }
}
