//! The garden behind the dog, far out of focus.

use crate::noise::{self, Dice};
use crate::vector::{Vec3, lerp, smoothstep, v3};

/// Discs of light that an open aperture makes of small bright things.
#[derive(Clone, Debug)]
pub(crate) struct Backdrop {
    discs: Vec<Disc>,
}

#[derive(Clone, Copy, Debug)]
struct Disc {
    x: f32,
    y: f32,
    radius: f32,
    colour: Vec3,
}

impl Backdrop {
    pub(crate) fn new() -> Self {
        let mut dice = Dice::new(2_024);
        let discs = (0..34)
            .map(|_| Disc {
                x: dice.swing() * 0.75,
                y: dice.roll() * 0.68 - 0.55,
                radius: 0.040 + 0.055 * dice.roll(),
                colour: lerp(v3(0.26, 0.16, 0.05), v3(0.14, 0.17, 0.055), dice.roll())
                    * (0.06 + 0.34 * dice.roll()),
            })
            .collect();
        Self { discs }
    }

    /// Linear colour at a place of the picture: x and y from its centre in heights, y downwards.
    pub(crate) fn at(&self, x: f32, y: f32) -> Vec3 {
        let foliage = noise::fractal(v3(x * 2.1, y * 2.1, 0.4), 200);
        let leaf = lerp(v3(0.038, 0.040, 0.018), v3(0.110, 0.112, 0.045), foliage);
        let warmth = noise::value(v3(x * 1.5 + 9.0, y * 1.5, 0.0), 210);
        let autumn = lerp(leaf, v3(0.165, 0.075, 0.030), smoothstep(0.35, 0.85, warmth) * 0.75);
        // Sun through the leaves, up on the side of the key light.
        let (sx, sy) = (x + 0.52, y + 0.38);
        let sun = smoothstep(0.75, 0.0, (sx * sx + sy * sy).sqrt());
        let lit = autumn + v3(0.120, 0.105, 0.048) * sun;
        let earth = v3(0.088, 0.048, 0.023);
        let mut colour = lerp(lit, earth, smoothstep(0.0, 0.45, y));
        for disc in &self.discs {
            let (dx, dy) = (x - disc.x, y - disc.y);
            let reach = (dx * dx + dy * dy).sqrt() / disc.radius;
            // A faint bright edge, as real lenses draw it.
            let edge = 0.85 + 0.15 * smoothstep(0.5, 0.85, reach);
            colour = colour + disc.colour * (smoothstep(1.18, 0.82, reach) * edge);
        }
        let vignette = 1.0 - 0.55 * (x * x + y * y);
        colour * vignette
    }
}
