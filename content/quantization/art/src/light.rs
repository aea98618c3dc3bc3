//! The studio: a soft key light, a rim light behind, a sky and a warm ground; and how much of each
//! reaches a point of the dog.

use crate::dog::Dog;
use crate::vector::{Vec3, lerp, mix, smoothstep, v3};

/// Towards the key light: high, to the left of the camera.
pub(crate) const KEY: Vec3 = v3(-0.560, 0.600, 0.571);
/// Colour of the key light, linear.
pub(crate) const KEY_COLOUR: Vec3 = v3(2.75, 2.45, 2.05);
/// Towards the window that shines in eyes and nose: a little lower than the key light, so that the
/// upper lid does not hide it.
const WINDOW: Vec3 = v3(-0.520, 0.400, 0.755);
/// Towards the rim light: behind, to the right.
pub(crate) const RIM: Vec3 = v3(0.660, 0.420, -0.623);
/// Colour of the rim light, linear.
pub(crate) const RIM_COLOUR: Vec3 = v3(2.6, 2.1, 1.45);

/// What the dog's own shape lets through at a point of its surface.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    /// Share of the key light, 0 in full shadow.
    pub(crate) key: f32,
    /// Share of the rim light.
    pub(crate) rim: f32,
    /// Share of the surroundings (ambient occlusion).
    pub(crate) ambient: f32,
}

impl Reach {
    /// Marches towards both lights and looks around along the normal.
    pub(crate) fn at(dog: &Dog, p: Vec3, normal: Vec3) -> Self {
        let ambient = openness(dog, p, normal);
        let start = p + normal * 0.05;
        Self {
            // A flag keeps the key light off the chest, so that the face is brightest.
            key: soft_shadow(dog, start, KEY, 7.0) * mix(0.42, 1.0, smoothstep(-1.7, -0.7, p.y)),
            // What is hemmed in gets little of so narrow a light, whatever a single ray says.
            rim: soft_shadow(dog, start, RIM, 10.0) * smoothstep(0.1, 0.8, ambient),
            ambient,
        }
    }
}

/// Share of a wide light that passes, from how narrowly the ray misses: larger `sharpness` stands
/// for a smaller light.
fn soft_shadow(dog: &Dog, from: Vec3, towards: Vec3, sharpness: f32) -> f32 {
    let mut share: f32 = 1.0;
    let mut along = 0.03;
    for _ in 0..40 {
        let clear = dog.distance(from + towards * along);
        share = share.min(0.5 + 0.5 * sharpness * clear / along);
        if share <= 0.0 || along > 3.0 {
            break;
        }
        along += clear.clamp(0.03, 0.25);
    }
    let share = share.clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// Ambient occlusion: how much nearer the dog is than open space would be, at growing distances.
fn openness(dog: &Dog, p: Vec3, normal: Vec3) -> f32 {
    let mut hidden = 0.0;
    let mut weight = 0.42;
    for step in [0.06, 0.14, 0.28, 0.52] {
        hidden += weight * (step - dog.distance(p + normal * step)).max(0.0) / step;
        weight *= 0.72;
    }
    (1.0 - hidden).clamp(0.0, 1.0)
}

/// Light from all around on a surface facing `normal`: a pale sky above, warm ground below.
pub(crate) fn surroundings(normal: Vec3) -> Vec3 {
    let sky = v3(0.50, 0.50, 0.48);
    let ground = v3(0.30, 0.20, 0.11);
    lerp(ground, sky, normal.y * 0.5 + 0.5)
}

/// What a wet surface mirrors: the sky's gradient, and a window to the left that makes the
/// catchlight.
pub(crate) fn mirrored(direction: Vec3) -> Vec3 {
    let horizon =
        lerp(v3(0.10, 0.075, 0.045), v3(0.42, 0.47, 0.52), smoothstep(-0.25, 0.9, direction.y));
    let side = WINDOW.cross(Vec3::UP).normalized();
    let up = side.cross(WINDOW);
    let (x, y, front) = (direction.dot(side), direction.dot(up), direction.dot(WINDOW));
    let inside = |offset: f32, half: f32| ((half - offset.abs()) * 14.0).clamp(0.0, 1.0);
    let window = if front > 0.0 { inside(x, 0.27) * inside(y, 0.27) } else { 0.0 };
    horizon + v3(15.0, 14.6, 13.8) * window
}

/// Exposure, a filmic shoulder (Narkowicz's fit of ACES), and the sRGB curve; bytes.
pub(crate) fn develop(linear: Vec3) -> [u8; 3] {
    let film = |x: f32| {
        let x = x.max(0.0) * 0.62;
        (x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14)).clamp(0.0, 1.0)
    };
    let encode = |x: f32| {
        let v = if x <= 0.003_130_8 { 12.92 * x } else { 1.055 * libm::powf(x, 1.0 / 2.4) - 0.055 };
        (v * 255.0 + 0.5) as u8
    };
    [linear.x, linear.y, linear.z].map(|channel| encode(film(channel)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn developing_keeps_black_and_never_dims_what_is_brighter() {
        assert_eq!(develop(Vec3::ZERO), [0, 0, 0]);
        let greys: Vec<u8> = (0..200).map(|i| develop(Vec3::splat(i as f32 * 0.05))[0]).collect();
        assert!(greys.is_sorted());
    }

    #[test]
    fn the_chin_is_darker_than_the_crown() {
        let dog = Dog::posed();
        let crown = Reach::at(&dog, v3(0.0, 0.85, -0.2), Vec3::UP);
        let throat = Reach::at(&dog, v3(0.05, -0.85, 0.2), v3(0.0, -0.6, 0.8));
        assert!(crown.key > throat.key);
        assert!(crown.ambient > throat.ambient);
    }
}
