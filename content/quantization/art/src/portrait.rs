//! The whole picture: rays for the skin, eyes and nose, then fur, then the film.

use rayon::prelude::*;

use crate::backdrop::Backdrop;
use crate::camera::Camera;
use crate::canvas::Canvas;
use crate::coat;
use crate::dog::Dog;
use crate::fur;
use crate::lens;
use crate::shading;
use crate::vector::Vec3;
use crate::whiskers;

/// Samples along each edge of a pixel.
const SUPERSAMPLING: usize = 2;

/// Renders the portrait: `width` × `height` × 3 sRGB bytes, rows from the top. `coat` is how many
/// roots are tried in each cell, [`fur::FULL_COAT`] for the published picture.
pub(crate) fn render(width: usize, height: usize, coat: u32) -> Vec<u8> {
    let dog = Dog::posed();
    let (wide, high) = (width * SUPERSAMPLING, height * SUPERSAMPLING);
    let camera = Camera::portrait(wide, high);
    let mut canvas = look(&dog, &camera, wide, high);
    canvas.paint(&fur::grow(&dog, &camera, coat));
    canvas.paint(&whiskers::grow(&dog, &camera));
    lens::focus(&canvas, &camera).develop(SUPERSAMPLING)
}

/// One ray through each sample.
fn look(dog: &Dog, camera: &Camera, width: usize, height: usize) -> Canvas {
    let backdrop = Backdrop::new();
    let samples: Vec<(Vec3, f32)> = (0..width * height)
        .into_par_iter()
        .map(|index| {
            let (x, y) = ((index % width) as f32 + 0.5, (index / width) as f32 + 0.5);
            let direction = camera.ray(x, y);
            match march(dog, camera.position(), direction) {
                Some(p) => {
                    let normal = dog.normal(p);
                    let coat = coat::at(dog, p, normal).colour;
                    let colour = shading::skin(dog, p, normal, -direction, coat);
                    (colour, camera.project(p).depth)
                }
                None => {
                    let scale = 1.0 / height as f32;
                    let (u, v) = (x - width as f32 * 0.5, y - height as f32 * 0.5);
                    (backdrop.at(u * scale, v * scale), f32::INFINITY)
                }
            }
        })
        .collect();
    let (colour, depth): (Vec<_>, Vec<_>) = samples.into_iter().unzip();
    Canvas { width, height, colour, painted: depth.clone(), depth }
}

/// First point of the dog along a ray, if it is met.
fn march(dog: &Dog, from: Vec3, direction: Vec3) -> Option<Vec3> {
    let (mut along, far) = (8.5, 14.0);
    for _ in 0..160 {
        let p = from + direction * along;
        let clear = dog.distance(p);
        if clear < 0.0006 {
            return Some(p);
        }
        along += clear * 0.75;
        if along > far {
            break;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_the_same_whatever_the_threads() {
        let with = |threads| {
            rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .map(|pool| pool.install(|| render(48, 36, 10)))
                .expect("a small pool can be made")
        };
        let one = with(1);
        assert_eq!(one.len(), 48 * 36 * 3);
        assert_eq!(one, with(3));
    }
}
