//! Growing the fur: roots spread evenly over the skin, and a strand combed out from each.

use rayon::prelude::*;

use crate::camera::Camera;
use crate::coat::{self, Hair};
use crate::dog::{Dog, Part};
use crate::light::Reach;
use crate::noise::{self, Dice};
use crate::shading;
use crate::vector::{Vec3, lerp, mix, smoothstep, v3};

/// Joints of a strand, root and tip included.
pub(crate) const JOINTS: usize = 9;

/// One joint as drawn: place in pixels, depth, and the light leaving it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Joint {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) depth: f32,
    pub(crate) colour: Vec3,
}

/// A strand ready to draw.
#[derive(Clone, Debug)]
pub(crate) struct Strand {
    pub(crate) joints: [Joint; JOINTS],
    /// Width at the root, in pixels.
    pub(crate) width: f32,
    /// Mean depth, less the coat's overlap: what is farther is painted first.
    pub(crate) order: f32,
}

/// Edge of the lattice cells in which roots are sought.
const CELL: f32 = 0.08;
/// Half thickness of the layer about the skin that catches candidate roots.
const SHELL: f32 = 0.02;
/// Candidates to a cell that give the densest (shortest) fur its full cover.
pub(crate) const FULL_COAT: u32 = 1_300;

/// All strands that the camera may see, farthest first.
///
/// Cells are visited in a fixed order and each has its own dice, so that the fur is the same
/// whatever the number of threads.
pub(crate) fn grow(dog: &Dog, camera: &Camera, candidates: u32) -> Vec<Strand> {
    let range = |from: f32, to: f32| (from / CELL) as i32..(to / CELL) as i32;
    let mut cells = Vec::new();
    for z in range(-1.6, 1.7) {
        for y in range(-2.4, 1.4) {
            for x in range(-2.0, 2.2) {
                let centre = v3(x as f32 + 0.5, y as f32 + 0.5, z as f32 + 0.5) * CELL;
                if dog.distance(centre).abs() < CELL + SHELL {
                    cells.push((x, y, z));
                }
            }
        }
    }
    let mut strands: Vec<Strand> = cells
        .into_par_iter()
        .map(|cell| strands_in(dog, camera, cell, candidates))
        .collect::<Vec<_>>()
        .into_iter()
        .flatten()
        .collect();
    strands.sort_by(|a, b| b.order.total_cmp(&a.order));
    strands
}

fn strands_in(
    dog: &Dog,
    camera: &Camera,
    (x, y, z): (i32, i32, i32),
    candidates: u32,
) -> Vec<Strand> {
    let corner = v3(x as f32, y as f32, z as f32);
    let mut strands = Vec::new();
    for candidate in 0..candidates {
        let mut dice = Dice::new(noise::hash_cell(x, y, z, candidate));
        let p = (corner + v3(dice.roll(), dice.roll(), dice.roll())) * CELL;
        let distance = dog.distance(p);
        if distance.abs() > SHELL {
            continue;
        }
        let normal = dog.normal(p);
        let to_camera = (camera.position() - p).normalized();
        // Hair just past the silhouette still shows over it; farther round it cannot.
        if normal.dot(to_camera) < -0.30 {
            continue;
        }
        let root = p - normal * distance;
        if !matches!(dog.part(root), Part::Head | Part::Ear | Part::Body) {
            continue;
        }
        let hair = coat::at(dog, root, normal);
        // Long hair covers more skin, so fewer are needed.
        if dice.roll() > (0.075 / hair.length).clamp(0.16, 1.0) {
            continue;
        }
        let path = comb(dog, root, normal, &hair, &mut dice);
        strands.push(light_up(dog, camera, normal, &hair, &path, &mut dice));
    }
    strands
}

/// Walks a strand out from its root: it leaves at its lift, then bends into its lie, waves, gathers
/// with its neighbours into a lock, and sinks a little under its own weight.
fn comb(dog: &Dog, root: Vec3, normal: Vec3, hair: &Hair, dice: &mut Dice) -> [Vec3; JOINTS] {
    let length = hair.length * mix(0.65, 1.15, dice.roll());
    let step = length / (JOINTS - 1) as f32;
    let stray = v3(dice.swing(), dice.swing(), dice.swing()) * 0.16;
    let rise = hair.lift * mix(0.7, 1.5, dice.roll());
    // Locks: all roots of a lattice cell about as large as the hair is long lean alike.
    let lock_size = hair.length * 0.34;
    let lock = noise::field(root / lock_size, 80);
    let mut path = [root; JOINTS];
    for i in 1..JOINTS {
        let here = path[i - 1];
        let t = i as f32 / (JOINTS - 1) as f32;
        let bend = noise::field(here * (1.1 / hair.length) + v3(0.0, 0.0, 3.0), 90);
        let heading = hair.lie
            + normal * (rise * (1.0 - 0.75 * t))
            + stray
            + lock * ((0.12 + 0.30 * t) * (1.0 + 0.25 * hair.wave))
            + bend * hair.wave
            + v3(0.0, -0.9 * t * hair.length, 0.0);
        let mut next = here + heading.normalized() * step;
        let depth = dog.distance(next);
        // Head on against another part, as from cheek to ear: the strand ends behind it.
        if depth < -0.4 * step {
            path[i..].fill(here);
            break;
        }
        // Along its own skin it is lifted back out.
        let floor = 0.012 * t;
        if depth < floor {
            next = next + dog.normal(next) * (floor - depth);
        }
        path[i] = next;
    }
    path
}

/// Shades a combed strand joint by joint and sees it through the camera.
pub(crate) fn light_up(
    dog: &Dog,
    camera: &Camera,
    normal: Vec3,
    hair: &Hair,
    path: &[Vec3; JOINTS],
    dice: &mut Dice,
) -> Strand {
    // The light that matters is what reaches the outside of the coat, not the root.
    let reach = Reach::at(dog, path[JOINTS / 2], normal);
    // Shafts differ a little in darkness and in how red they are.
    let shade = mix(0.72, 1.22, dice.roll());
    let redness = dice.swing() * 0.06;
    let lock_shade = mix(0.66, 1.24, noise::value(path[0] / (hair.length * 0.34), 95));
    let tint = v3(1.0 + redness, 1.0, 1.0 - redness);
    let colour = hair.colour.times(tint) * (shade * lock_shade);

    let mut joints = [Joint::default(); JOINTS];
    for (i, joint) in joints.iter_mut().enumerate() {
        let t = i as f32 / (JOINTS - 1) as f32;
        let tangent = (path[(i + 1).min(JOINTS - 1)] - path[i.saturating_sub(1)]).normalized();
        let to_camera = (camera.position() - path[i]).normalized();
        // Deep in the coat little light arrives; tips are sun-bleached.
        let buried = mix(0.34, 1.0, smoothstep(0.0, 0.55, t));
        let bleached = lerp(colour, colour * 1.18, t);
        let seen = camera.project(path[i]);
        *joint = Joint {
            x: seen.x,
            y: seen.y,
            depth: seen.depth,
            colour: shading::hair(bleached, tangent, normal, to_camera, &reach) * buried,
        };
    }
    let depth = joints.iter().map(|joint| joint.depth).sum::<f32>() / JOINTS as f32;
    let world_width = 0.0052 * mix(0.75, 1.25, dice.roll());
    Strand {
        joints,
        width: world_width * camera.pixels_per_unit(depth),
        order: depth - hair.overlap,
    }
}
