//! The coat: what colour, how long and which way the hair is at each place of the dog.

use crate::dog::{Dog, EYE, NOSE};
use crate::noise;
use crate::vector::{Vec3, lerp, mix, smoothstep, v3};

/// The hair that grows at one place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hair {
    /// Linear colour of the shaft, before chance varies it.
    pub(crate) colour: Vec3,
    /// Length in world units.
    pub(crate) length: f32,
    /// Unit direction in which it lies, along the skin or falling from it, in the world.
    pub(crate) lie: Vec3,
    /// How steeply it leaves the skin: sine of the angle.
    pub(crate) lift: f32,
    /// How strongly it waves, 0 for straight.
    pub(crate) wave: f32,
    /// How much nearer than it is the hair counts when strands are ordered: where it hangs, what
    /// grows above must lie over what grows below, like the tiles of a roof.
    pub(crate) overlap: f32,
}

const GOLD: Vec3 = v3(0.365, 0.180, 0.074);
const CHESTNUT: Vec3 = v3(0.165, 0.069, 0.028);
const CREAM: Vec3 = v3(0.70, 0.575, 0.42);
const DARK: Vec3 = v3(0.060, 0.026, 0.012);

/// Where the whiskers of the left flew grow, in the head's frame: rows of four, near the skin.
pub(crate) fn whisker_roots() -> impl Iterator<Item = Vec3> {
    (0..12).map(|i| {
        let (row, column) = ((i / 4) as f32, (i % 4) as f32);
        v3(0.33, -0.33 - 0.075 * row - 0.012 * column, 1.10 - 0.095 * column - 0.03 * row)
    })
}

/// Reads the coat at a world point on the skin with the given normal.
pub(crate) fn at(dog: &Dog, p: Vec3, normal: Vec3) -> Hair {
    let [head, ear, body] = dog.distances(p);
    // Low down, where cheek and neck push through from behind, the ear has the say.
    let low = smoothstep(-0.1, -0.4, p.y);
    let on_ear = smoothstep(mix(0.05, 0.14, low), -0.03, ear - head.min(body));
    let on_body = smoothstep(0.10, -0.10, body - head) * (1.0 - on_ear);
    // Where ear and cheek meet, the cheek's hair still covers the seam.
    let off_seam = smoothstep(0.0, -0.16, ear - head.min(body));
    let q = dog.in_head(p);
    let bare = dog.distance_to_bare(q);

    let lie = {
        let on_head = dog.head_direction(head_lie(q));
        let hanging = dog.head_direction(v3(0.05 * q.x.signum(), -1.0, 0.10));
        let fall = v3(0.25 * p.x, -1.0, 0.25);
        let mixed = lerp(lerp(on_head, fall.normalized(), on_body), hanging, on_ear);
        let swirl = noise::field(p * 2.1, 40) * mix(0.28, 0.42, on_body);
        let wanted = (mixed.normalized() + swirl).normalized();
        // Never into the skin; but hair may fall free of it, as it does off the tip of an ear.
        let outwards = wanted.dot(normal);
        (wanted - normal * outwards.min(outwards * 0.5)).normalized()
    };

    let hanging_down = smoothstep(0.25, -0.60, q.y);
    let ear_length = mix(0.13, 0.42, hanging_down);
    let length = mix(mix(head_length(q), 0.40, on_body), ear_length, on_ear);
    // Close to eyes, nose and lips the hair is short, so that they stay clear.
    let near_bare = smoothstep(0.0, 0.22, bare);
    // Beneath the hanging ear the coat is pressed flat, or it would pierce the leaf.
    let below = smoothstep(-0.15, -0.40, q.y) * (1.0 - on_ear);
    let pressed = mix(1.0, 0.15, below * smoothstep(0.14, 0.05, ear));
    let length = length * mix(0.22, 1.0, near_bare) * pressed;
    // And it is ordered behind the ear, so that the ear's fringe hangs over it.
    let covered = below * smoothstep(0.20, 0.08, ear);
    let tuft = noise::fractal(p * 3.7, 50);

    Hair {
        colour: lerp(
            lerp(head_colour(q, bare, dog.distance_to_lips(q)), body_colour(p), on_body),
            lerp(CHESTNUT * 0.80, GOLD, 0.22 * tuft + 0.06 * smoothstep(0.1, 0.5, q.y)),
            on_ear,
        ),
        length: length * mix(0.8, 1.2, tuft),
        lie,
        lift: mix(mix(0.34, 0.30, on_body), 0.30, on_ear) * mix(0.7, 1.0, near_bare),
        wave: mix(mix(0.10, 0.55, on_body), 0.75, on_ear) * near_bare,
        overlap: 0.7 * (off_seam + on_body).min(1.0) * (p.y - 0.5) - 0.9 * covered,
    }
}

/// On the head the hair runs away from the nose: back along the muzzle, up over the brow, out and
/// down over the cheeks.
fn head_lie(q: Vec3) -> Vec3 {
    let away = (q - NOSE).normalized();
    let droop = smoothstep(0.10, -0.55, q.y) * smoothstep(0.10, 0.45, q.x.abs());
    let chin = smoothstep(-0.45, -0.75, q.y);
    let outwards = v3(q.x.signum() * smoothstep(0.0, 0.3, q.x.abs()) * 0.45, 0.0, 0.0);
    away + outwards + v3(0.0, -0.9 * droop - 0.5 * chin, 0.0)
}

fn head_length(q: Vec3) -> f32 {
    let muzzle = smoothstep(0.35, 0.85, q.z);
    let cheek = smoothstep(0.0, -0.5, q.y) * smoothstep(0.25, 0.6, q.x.abs());
    let crown = smoothstep(0.35, 0.8, q.y);
    let skull = 0.085 + 0.13 * cheek + 0.03 * crown;
    mix(skull, 0.055, muzzle)
}

fn head_colour(q: Vec3, bare: f32, lips: f32) -> Vec3 {
    // Edges of the markings wander with the noise, as they do on a dog.
    let ragged = q + noise::field(q * 5.0, 60) * 0.045;
    let side = ragged.x.abs();
    // A blaze from the nose to the crown, narrow between the eyes.
    let width = mix(0.085, 0.15, smoothstep(0.25, 0.75, ragged.y))
        + 0.20 * smoothstep(0.05, -0.20, ragged.y);
    let blaze = smoothstep(width + 0.05, width - 0.05, side) * smoothstep(0.95, 0.55, ragged.y);
    let muzzle = smoothstep(0.50, 0.72, ragged.z) * smoothstep(0.0, -0.12, ragged.y + 0.10);
    let chin = smoothstep(-0.50, -0.68, ragged.y) * smoothstep(0.60, 0.40, side);
    let white = blaze.max(muzzle).max(chin);

    let crown = smoothstep(0.35, 0.85, q.y);
    let cheek = smoothstep(0.15, -0.45, q.y);
    let base = lerp(lerp(GOLD, CHESTNUT, 0.62 * crown), lerp(GOLD, CREAM, 0.35), 0.6 * cheek);
    let marked = lerp(base, CREAM, white);
    // The eyes sit in a darker patch, with a pale spot of brow above.
    let to_eye = v3(q.x.abs(), q.y, q.z) - EYE;
    let patch = smoothstep(0.36, 0.16, to_eye.length()) * (1.0 - white);
    let brow = smoothstep(0.10, 0.03, (to_eye - v3(-0.07, 0.21, 0.06)).length());
    // A dark pore about every whisker.
    let pore = whisker_roots().fold(0.0_f32, |dark, root| {
        let (up, along) = (q.y - root.y, (q.z - root.z) * 0.8);
        dark.max(smoothstep(0.027, 0.009, (up * up + along * along).sqrt()))
    }) * smoothstep(0.15, 0.22, q.x.abs())
        * 0.75;
    let marked = lerp(marked, DARK, pore);
    let rimmed = (smoothstep(0.030, 0.0, bare) * 0.75).max(smoothstep(0.075, 0.02, lips) * 0.8);
    lerp(lerp(lerp(marked, DARK, 0.45 * patch), GOLD * 1.25, brow * 0.6), DARK, rimmed)
}

fn body_colour(p: Vec3) -> Vec3 {
    let ragged = p + noise::field(p * 2.5, 70) * 0.12;
    let bib = smoothstep(0.55, 0.30, ragged.x.abs() + 0.15 * (ragged.y + 1.4));
    lerp(lerp(GOLD, CHESTNUT, 0.50), CREAM * 0.80, bib * smoothstep(-0.5, -0.1, ragged.z))
}
