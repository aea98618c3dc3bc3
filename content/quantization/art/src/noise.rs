//! Hash noise: the only source of chance, a pure function of integers or places.

use crate::vector::{Vec3, mix, v3};

/// Well-mixed 32 bits (the PCG output permutation on a congruential step).
pub(crate) fn hash(seed: u32) -> u32 {
    let state = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let word = ((state >> ((state >> 28) + 4)) ^ state).wrapping_mul(277_803_737);
    (word >> 22) ^ word
}

/// Hash of a lattice cell and a channel, for independent values at one place.
pub(crate) fn hash_cell(x: i32, y: i32, z: i32, channel: u32) -> u32 {
    hash(hash(hash(hash(channel) ^ x as u32) ^ y as u32) ^ z as u32)
}

/// Uniform in `[0, 1)` from the top 24 bits, so that every value is exact in `f32`.
pub(crate) fn unit(bits: u32) -> f32 {
    (bits >> 8) as f32 / 16_777_216.0
}

/// A short stream of uniform numbers.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u32);

impl Dice {
    pub(crate) fn new(seed: u32) -> Self {
        Self(hash(seed ^ 0x9e37_79b9))
    }

    /// The next number in `[0, 1)`.
    pub(crate) fn roll(&mut self) -> f32 {
        self.0 = hash(self.0.wrapping_add(0x6d2b_79f5));
        unit(self.0)
    }

    /// The next number in `[-1, 1)`.
    pub(crate) fn swing(&mut self) -> f32 {
        self.roll() * 2.0 - 1.0
    }
}

/// Value noise in `[0, 1]` with quintic interpolation, one lattice unit a feature.
pub(crate) fn value(p: Vec3, channel: u32) -> f32 {
    let (fx, fy, fz) = (p.x.floor(), p.y.floor(), p.z.floor());
    let (ix, iy, iz) = (fx as i32, fy as i32, fz as i32);
    let fade = |t: f32| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let (u, v, w) = (fade(p.x - fx), fade(p.y - fy), fade(p.z - fz));
    let corner = |x, y, z| unit(hash_cell(ix + x, iy + y, iz + z, channel));
    let edge = |y, z| mix(corner(0, y, z), corner(1, y, z), u);
    let face = |z| mix(edge(0, z), edge(1, z), v);
    mix(face(0), face(1), w)
}

/// Three octaves of value noise, still in `[0, 1]`.
pub(crate) fn fractal(p: Vec3, channel: u32) -> f32 {
    (value(p, channel) * 4.0 + value(p * 2.03, channel + 1) * 2.0 + value(p * 4.11, channel + 2))
        / 7.0
}

/// A smooth vector field, each component in `[-1, 1]`.
pub(crate) fn field(p: Vec3, channel: u32) -> Vec3 {
    v3(value(p, channel), value(p, channel + 1), value(p, channel + 2)) * 2.0 - Vec3::splat(1.0)
}

/// Distance to the nearest of the jittered points, one to a lattice cell: pebbles.
pub(crate) fn pebbles(p: Vec3, channel: u32) -> f32 {
    let (ix, iy, iz) = (p.x.floor() as i32, p.y.floor() as i32, p.z.floor() as i32);
    let mut nearest = f32::MAX;
    for z in iz - 1..=iz + 1 {
        for y in iy - 1..=iy + 1 {
            for x in ix - 1..=ix + 1 {
                let jitter = |k| unit(hash_cell(x, y, z, channel + k));
                let centre = v3(x as f32 + jitter(0), y as f32 + jitter(1), z as f32 + jitter(2));
                nearest = nearest.min((centre - p).length());
            }
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_stays_in_range_and_is_continuous_across_cells() {
        for i in 0..2_000 {
            let x = i as f32 * 0.0137 - 9.0;
            let here = fractal(v3(x, 0.3, -x), 7);
            assert!((0.0..=1.0).contains(&here));
            let near = fractal(v3(x + 1e-4, 0.3, -x), 7);
            assert!((here - near).abs() < 5e-3);
        }
    }

    #[test]
    fn dice_are_fair_enough() {
        let mut dice = Dice::new(3);
        let mean = (0..10_000).map(|_| dice.roll()).sum::<f32>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02);
    }
}
