//! The dog's body as a signed distance field.
//!
//! The head has a frame of its own: x to the side, y up, z along the muzzle; one unit is a little
//! more than half the skull's width. Most of it is mirrored, so x is taken as |x| first.

use crate::solid::{carve, ellipsoid, join, limb, sphere};
use crate::vector::{Rotation, Vec3, v3};

/// What a point of the surface is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Head,
    Ear,
    Body,
    Eye,
    Lid,
    Nose,
    Mouth,
}

/// The centre of the left eye (mirror it for the right), in the head's frame.
pub(crate) const EYE: Vec3 = v3(0.335, 0.165, 0.455);
/// Radius of the eyeball.
pub(crate) const EYE_RADIUS: f32 = 0.134;
/// The centre of the nose leather, in the head's frame.
pub(crate) const NOSE: Vec3 = v3(0.0, -0.235, 1.24);
/// The nose is drawn at unit size and scaled by this.
const NOSE_SIZE: f32 = 1.12;
/// Where the head turns on the neck, in the world.
const PIVOT: Vec3 = v3(0.0, -0.35, -0.35);

/// The posed dog.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dog {
    turn: Rotation,
}

impl Dog {
    /// Sitting, looking past the camera by a little, head tilted.
    pub(crate) fn posed() -> Self {
        Self { turn: Rotation::from_yaw_pitch_roll(0.30, 0.05, -0.10) }
    }

    /// A world point in the head's frame.
    pub(crate) fn in_head(&self, p: Vec3) -> Vec3 {
        self.turn.undo(p - PIVOT) + PIVOT
    }

    /// A point of the head's frame, in the world.
    pub(crate) fn in_world(&self, q: Vec3) -> Vec3 {
        self.turn.apply(q - PIVOT) + PIVOT
    }

    /// A direction of the head's frame, in the world.
    pub(crate) fn head_direction(&self, d: Vec3) -> Vec3 {
        self.turn.apply(d)
    }

    /// A direction of the world, in the head's frame.
    pub(crate) fn direction_in_head(&self, d: Vec3) -> Vec3 {
        self.turn.undo(d)
    }

    /// Signed distance from a world point to the dog without its fur.
    pub(crate) fn distance(&self, p: Vec3) -> f32 {
        let q = mirrored(self.in_head(p));
        let furred = join(join(head(q), body(p), 0.25), ear(q), 0.09);
        furred.min(eyeball(q)).min(lids(q)).min(nose(q)).min(mouth(q))
    }

    /// The part whose surface is nearest to a world point.
    pub(crate) fn part(&self, p: Vec3) -> Part {
        let q = mirrored(self.in_head(p));
        let parts = [
            (head(q), Part::Head),
            (ear(q), Part::Ear),
            (body(p), Part::Body),
            (eyeball(q), Part::Eye),
            (lids(q), Part::Head),
            (rim(q) - 1e-4, Part::Lid),
            (nose(q), Part::Nose),
            (mouth(q), Part::Mouth),
        ];
        parts.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).map_or(Part::Head, |nearest| nearest.1)
    }

    /// How far a head-frame point is from the bare parts: eye rims, nose and lips.
    pub(crate) fn distance_to_bare(&self, q: Vec3) -> f32 {
        let q = mirrored(q);
        // Lips are half hidden: the hair of the flews hangs over them.
        rim(q).min(eyeball(q) + 0.02).min(nose(q)).min(mouth(q) + 0.04)
    }

    /// How far a head-frame point is from the line of the lips.
    pub(crate) fn distance_to_lips(&self, q: Vec3) -> f32 {
        mouth(mirrored(q))
    }

    /// Distances from a world point to head, ear and body, for blending what grows on them.
    pub(crate) fn distances(&self, p: Vec3) -> [f32; 3] {
        let q = mirrored(self.in_head(p));
        [head(q), ear(q), body(p)]
    }

    /// Unit normal: the gradient of the distance, by differences over a tetrahedron.
    pub(crate) fn normal(&self, p: Vec3) -> Vec3 {
        const STEP: f32 = 0.002;
        let corners =
            [v3(1.0, -1.0, -1.0), v3(-1.0, -1.0, 1.0), v3(-1.0, 1.0, -1.0), v3(1.0, 1.0, 1.0)];
        corners
            .into_iter()
            .fold(Vec3::ZERO, |sum, c| sum + c * self.distance(p + c * STEP))
            .normalized()
    }
}

fn mirrored(q: Vec3) -> Vec3 {
    v3(q.x.abs(), q.y, q.z)
}

fn head(q: Vec3) -> f32 {
    let cranium = ellipsoid(q - v3(0.0, 0.27, -0.22), v3(0.68, 0.55, 0.78));
    let brow = ellipsoid(q - v3(0.27, 0.40, 0.28), v3(0.29, 0.22, 0.27));
    let cheek = ellipsoid(q - v3(0.42, -0.22, 0.02), v3(0.38, 0.44, 0.50));
    let bridge = limb(q, (v3(0.0, -0.07, 0.42), 0.34), (v3(0.0, -0.31, 1.06), 0.235));
    let flews = ellipsoid(q - v3(0.15, -0.45, 0.90), v3(0.21, 0.215, 0.36));
    let jaw = limb(q, (v3(0.0, -0.56, 0.20), 0.28), (v3(0.0, -0.67, 0.93), 0.150));

    let skull = join(join(cranium, brow, 0.22), cheek, 0.30);
    let muzzle = join(bridge, flews, 0.14);
    let face = join(skull, muzzle, 0.20);
    // The stop: the hollow between the eyes where the forehead meets the muzzle.
    let stop = ellipsoid(q - v3(0.0, 0.28, 0.72), v3(0.09, 0.26, 0.16));
    let face = carve(face, stop, 0.16);
    let socket = sphere(q - EYE - v3(0.03, -0.01, 0.10), 0.14);
    let face = carve(face, socket, 0.10);
    // The lip: jaw and flews meet in a crease rather than a fillet.
    let face = join(face, jaw, 0.05);
    let philtrum = limb(q, (v3(0.0, -0.34, 1.27), 0.012), (v3(0.0, -0.52, 1.26), 0.02));
    carve(face, philtrum, 0.05)
}

/// A pendant ear: a leaf folded out of the side of the skull at the height of the eye, hanging
/// beside the cheek. It faces outwards and a little forwards, and leans in towards the skull.
fn ear(q: Vec3) -> f32 {
    let leaf = |p: Vec3, lean: f32, radii: Vec3| {
        const COS: f32 = 0.825;
        const SIN: f32 = 0.565;
        let p = v3(COS * p.x + SIN * p.z, p.y, COS * p.z - SIN * p.x);
        ellipsoid(v3(p.x + lean * p.y, p.y, p.z), radii)
    };
    let fold = leaf(q - v3(0.70, 0.24, -0.12), 0.55, v3(0.13, 0.26, 0.30));
    let middle = leaf(q - v3(0.83, -0.10, -0.05), 0.12, v3(0.10, 0.38, 0.30));
    let tip = leaf(q - v3(0.905, -0.47, -0.01), 0.0, v3(0.08, 0.36, 0.25));
    join(join(fold, middle, 0.34), tip, 0.16)
}

fn body(p: Vec3) -> f32 {
    let neck = limb(p, (v3(0.0, -0.35, -0.50), 0.58), (v3(-0.02, -1.55, -0.62), 0.86));
    let q = v3(p.x.abs(), p.y, p.z);
    let chest = ellipsoid(p - v3(0.0, -2.05, -0.35), v3(0.86, 1.0, 0.80));
    let shoulder = ellipsoid(q - v3(0.72, -2.15, -0.60), v3(0.50, 0.85, 0.62));
    join(join(neck, chest, 0.3), shoulder, 0.25)
}

/// The eye's opening lies between two planes through its horizontal axis, which makes the almond
/// shape by itself: (tilt of the upper lid, of the lower lid) as slopes y/z.
const UPPER_LID: f32 = 0.60;
const LOWER_LID: f32 = -0.74;

/// A head-frame point in the left eye socket's frame, which faces outwards by twenty degrees.
fn in_socket(q: Vec3) -> Vec3 {
    const COS: f32 = 0.940;
    const SIN: f32 = 0.342;
    let p = q - EYE;
    // Turn about y so that z is the socket's axis, then drop the outer corner a little.
    let p = v3(COS * p.x - SIN * p.z, p.y, COS * p.z + SIN * p.x);
    v3(p.x - 0.10 * p.y, p.y + 0.10 * p.x, p.z)
}

fn eyeball(q: Vec3) -> f32 {
    sphere(q - EYE, EYE_RADIUS)
}

/// Signed distance to the wedge in front of the eye that the lids leave open; `p` in the socket.
fn opening(p: Vec3) -> f32 {
    let above = (p.y - UPPER_LID * p.z) / (1.0 + UPPER_LID * UPPER_LID).sqrt();
    let below = (LOWER_LID * p.z - p.y) / (1.0 + LOWER_LID * LOWER_LID).sqrt();
    above.max(below)
}

fn lids(q: Vec3) -> f32 {
    let p = in_socket(q);
    let shell = sphere(p, EYE_RADIUS + 0.006).abs() - 0.011;
    carve(shell, opening(p), 0.012)
}

/// The bare black margin of the lids; beyond it they are furred like the rest of the face.
fn rim(q: Vec3) -> f32 {
    lids(q).max(opening(in_socket(q)) - 0.013)
}

fn nose(q: Vec3) -> f32 {
    let p = (q - NOSE) / NOSE_SIZE;
    let pad = ellipsoid(p - v3(0.0, 0.02, 0.0), v3(0.185, 0.115, 0.135));
    let wing = ellipsoid(p - v3(0.105, -0.02, 0.0), v3(0.09, 0.095, 0.12));
    let foot = ellipsoid(p - v3(0.0, -0.10, 0.01), v3(0.075, 0.085, 0.09));
    let leather = join(join(pad, wing, 0.05), foot, 0.07);
    let nostril = ellipsoid(p - v3(0.088, -0.022, 0.125), v3(0.040, 0.034, 0.09));
    let slit = limb(p, (v3(0.10, -0.035, 0.12), 0.018), (v3(0.175, -0.045, 0.06), 0.012));
    let leather = carve(leather, join(nostril, slit, 0.02), 0.025);
    let groove = limb(p, (v3(0.0, 0.0, 0.15), 0.004), (v3(0.0, -0.16, 0.12), 0.010));
    carve(leather, groove, 0.03) * NOSE_SIZE
}

/// The dark rim of the lips, in the crease between the flews and the jaw.
fn mouth(q: Vec3) -> f32 {
    let front = limb(q, (v3(0.0, -0.545, 1.13), 0.026), (v3(0.15, -0.630, 1.05), 0.026));
    let side = limb(q, (v3(0.15, -0.630, 1.05), 0.026), (v3(0.262, -0.605, 0.72), 0.026));
    let corner = limb(q, (v3(0.262, -0.605, 0.72), 0.026), (v3(0.345, -0.50, 0.46), 0.004));
    join(join(front, side, 0.02), corner, 0.02)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inside_is_negative_and_the_outside_positive() {
        let dog = Dog::posed();
        assert!(dog.distance(v3(0.0, 0.0, -0.3)) < -0.2);
        assert!(dog.distance(v3(0.0, -2.0, -0.4)) < -0.2);
        assert!(dog.distance(v3(0.0, 3.0, 0.0)) > 1.0);
    }

    #[test]
    fn the_distance_never_grows_faster_than_the_step() {
        let dog = Dog::posed();
        let mut dice = crate::noise::Dice::new(5);
        for _ in 0..2_000 {
            let p = v3(dice.swing() * 1.6, dice.swing() * 1.6, dice.swing() * 1.6);
            let step = v3(dice.swing(), dice.swing(), dice.swing()) * 0.02;
            let grown = (dog.distance(p + step) - dog.distance(p)).abs();
            // Ellipsoids are only bounds: rays therefore take less than the full step.
            assert!(grown <= step.length() * 2.5 + 1e-5, "{grown} over {}", step.length());
        }
    }

    #[test]
    fn eyes_and_nose_are_at_the_surface() {
        let dog = Dog::posed();
        assert_eq!(dog.part(dog.in_world(EYE + v3(0.03, 0.0, EYE_RADIUS - 0.004))), Part::Eye);
        assert_eq!(dog.part(dog.in_world(NOSE + v3(0.04, 0.08, 0.12))), Part::Nose);
    }
}
