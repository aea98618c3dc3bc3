//! The picture of a new site's figure.

use image::{ImageFormat, RgbImage};
use std::io::Cursor;

const WIDTH: u32 = 480;
const HEIGHT: u32 = 300;

/// Hills at dusk, as PNG: many colours in few bytes. Only operations that are the same everywhere are
/// used, so that it has the same bytes everywhere.
pub(super) fn hills() -> Vec<u8> {
    let picture = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let at = |part: u32, whole: u32| (f64::from(part) + 0.5) / f64::from(whole);
        image::Rgb(colour(at(x, WIDTH), at(y, HEIGHT)).map(|channel| channel.round() as u8))
    });
    let mut png = Cursor::new(Vec::new());
    // Writing to memory cannot fail, and the format is compiled in.
    let _ = picture.write_to(&mut png, ImageFormat::Png);
    png.into_inner()
}

/// The colour at a place of the picture, from 0 to 1 across and down.
fn colour(x: f64, y: f64) -> [f64; 3] {
    // From far to near: where a ridge stands, how high it is, how many hills it has, its colour.
    const RIDGES: [(f64, f64, f64, [f64; 3]); 4] = [
        (0.56, 0.09, 2.3, [196.0, 122.0, 120.0]),
        (0.66, 0.10, 3.1, [138.0, 84.0, 112.0]),
        (0.78, 0.11, 2.2, [84.0, 56.0, 96.0]),
        (0.91, 0.10, 3.7, [36.0, 30.0, 58.0]),
    ];
    let ridge = RIDGES.iter().enumerate().rev().find_map(|(at, (line, height, hills, colour))| {
        let top = line - height * wave(hills * x + 0.37 * (at + 1) as f64);
        // Mist lies in the valleys, the more of it the farther away.
        let mist = (1.8 * (y - line + height)).clamp(0.0, 0.5) * (1.0 - 0.25 * at as f64);
        (y > top).then(|| mix(*colour, [236.0, 170.0, 138.0], mist))
    });
    ridge.unwrap_or_else(|| sky(x, y))
}

fn sky(x: f64, y: f64) -> [f64; 3] {
    let high = mix([52.0, 64.0, 118.0], [232.0, 138.0, 112.0], (1.7 * y).min(1.0));
    let (dx, dy) = ((x - 0.68) * f64::from(WIDTH) / f64::from(HEIGHT), y - 0.42);
    let away = (dx * dx + dy * dy).sqrt();
    if away < 0.075 {
        return mix([255.0, 244.0, 206.0], [255.0, 214.0, 140.0], away / 0.075);
    }
    let glow = 1.0 / (1.0 + 40.0 * away * away);
    mix(high, [255.0, 206.0, 140.0], 0.8 * glow)
}

/// A soft wave from -1 to 1 and back, once a unit: a parabola in the place of a sine, whose bits
/// depend on the machine.
fn wave(t: f64) -> f64 {
    let swing = |t: f64| {
        let part = 2.0 * (t - t.floor()) - 1.0;
        4.0 * part * (1.0 - part.abs())
    };
    0.7 * swing(t) + 0.3 * swing(2.7 * t + 0.2)
}

fn mix(from: [f64; 3], to: [f64; 3], share: f64) -> [f64; 3] {
    std::array::from_fn(|channel| from[channel] + share * (to[channel] - from[channel]))
}
