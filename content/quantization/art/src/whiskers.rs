//! The whiskers: long, stiff, pale, each from its own pore.

use crate::camera::Camera;
use crate::coat::{self, Hair};
use crate::dog::Dog;
use crate::fur::{self, JOINTS, Strand};
use crate::noise::Dice;
use crate::vector::{Vec3, v3};

/// The whiskers of both sides, in a fixed order.
pub(crate) fn grow(dog: &Dog, camera: &Camera) -> Vec<Strand> {
    let mut dice = Dice::new(77);
    let mut strands = Vec::new();
    for side in [-1.0, 1.0] {
        for near in coat::whisker_roots() {
            let root = onto_skin(dog, dog.in_world(v3(side * near.x, near.y, near.z)));
            let normal = dog.normal(root);
            let out = v3(side * 0.8, -0.25 + 0.35 * dice.swing(), -0.15 + 0.4 * dice.swing());
            let hair = Hair {
                colour: v3(0.50, 0.44, 0.36),
                length: 0.14 + 0.26 * dice.roll(),
                lie: dog.head_direction(out).normalized(),
                lift: 0.0,
                wave: 0.0,
                overlap: 0.0,
            };
            let path = arc(root, normal, &hair);
            let strand = fur::light_up(dog, camera, normal, &hair, &path, &mut dice);
            strands.push(Strand { width: strand.width * 0.8, ..strand });
        }
    }
    strands
}

/// A few Newton steps along the gradient.
fn onto_skin(dog: &Dog, mut p: Vec3) -> Vec3 {
    for _ in 0..6 {
        p = p - dog.normal(p) * dog.distance(p);
    }
    p
}

/// A stiff bow that leaves the skin outwards and droops towards its tip.
fn arc(root: Vec3, normal: Vec3, hair: &Hair) -> [Vec3; JOINTS] {
    let step = hair.length / (JOINTS - 1) as f32;
    let mut path = [root; JOINTS];
    for i in 1..JOINTS {
        let t = i as f32 / (JOINTS - 1) as f32;
        let heading = hair.lie + normal * (0.5 * (1.0 - t)) + v3(0.0, -0.55 * t, 0.0);
        path[i] = path[i - 1] + heading.normalized() * step;
    }
    path
}
