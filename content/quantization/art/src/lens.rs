//! Depth of field: the face is sharp, the shoulders soften as they would through an open aperture.

use rayon::prelude::*;

use crate::camera::Camera;
use crate::canvas::Canvas;
use crate::vector::Vec3;

/// The plane of the world, between nose and ears, that is in focus.
const SHARP: f32 = 0.72;
/// What lies within this of the plane is sharp too.
const LATITUDE: f32 = 0.58;
/// Radius of the circle of confusion, in world units, for each unit beyond the latitude.
const APERTURE: f32 = 0.014;
/// Largest circle, in world units.
const WIDEST: f32 = 0.014;

/// The canvas as the lens draws it.
///
/// Each sample gathers from the circles of its neighbours. A nearer neighbour spreads over it by its
/// own circle; a farther one no more than this sample's circle lets in, so that what is sharp keeps
/// a sharp edge before what is not. The backdrop is painted out of focus and only receives.
pub(crate) fn focus(canvas: &Canvas, camera: &Camera) -> Canvas {
    let scale = camera.pixels_per_unit(camera.depth_of(SHARP));
    let plane = camera.depth_of(SHARP);
    let circles: Vec<f32> = canvas
        .painted
        .iter()
        .map(|&depth| {
            let beyond = ((depth - plane).abs() - LATITUDE).max(0.0);
            (beyond * APERTURE).min(WIDEST) * scale
        })
        .collect();
    let taps = disc((WIDEST * scale).ceil() as isize);
    let (width, height) = (canvas.width as isize, canvas.height as isize);
    let colour = (0..canvas.colour.len())
        .into_par_iter()
        .map(|here| {
            let (x, y) = (here as isize % width, here as isize / width);
            let (mut sum, mut total) = (Vec3::ZERO, 0.0);
            for &(dx, dy, distance) in &taps {
                if !(0..width).contains(&(x + dx)) || !(0..height).contains(&(y + dy)) {
                    continue;
                }
                let there = ((y + dy) * width + x + dx) as usize;
                let nearer = canvas.painted[there] < canvas.painted[here];
                let circle =
                    if nearer { circles[there] } else { circles[there].min(circles[here]) };
                // The sample itself always counts; a circle's light thins out over its area.
                let inside = (circle + 0.5 - distance).clamp(0.0, 1.0);
                let weight = inside / (1.0 + circles[there] * circles[there]);
                sum = sum + canvas.colour[there] * weight;
                total += weight;
            }
            if total > 0.0 { sum / total } else { canvas.colour[here] }
        })
        .collect();
    Canvas { colour, ..canvas.clone() }
}

/// Offsets within a radius, each with its distance.
fn disc(radius: isize) -> Vec<(isize, isize, f32)> {
    let mut taps = Vec::new();
    for dy in -radius..=radius {
        for dx in -radius..=radius {
            let distance = ((dx * dx + dy * dy) as f32).sqrt();
            if distance <= radius as f32 + 0.5 {
                taps.push((dx, dy, distance));
            }
        }
    }
    taps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(depth: f32) -> (Canvas, Camera) {
        let (width, height) = (96, 72);
        let mut colour = vec![Vec3::ZERO; width * height];
        colour[36 * width + 48] = Vec3::splat(1.0);
        let depth = vec![depth; width * height];
        let canvas = Canvas { width, height, colour, painted: depth.clone(), depth };
        (canvas, Camera::portrait(960, 720))
    }

    #[test]
    fn the_plane_of_focus_stays_as_it_is() {
        let (_, camera) = flat(0.0);
        let (canvas, _) = flat(camera.depth_of(SHARP));
        assert_eq!(focus(&canvas, &camera).colour, canvas.colour);
    }

    #[test]
    fn a_point_far_behind_spreads_and_keeps_its_light() {
        let (_, camera) = flat(0.0);
        let (canvas, _) = flat(camera.depth_of(SHARP - 3.0));
        let seen = focus(&canvas, &camera).colour;
        let centre = 36 * canvas.width + 48;
        assert!(seen[centre].x < 0.2);
        let light: f32 = seen.iter().map(|colour| colour.x).sum();
        assert!((light - 1.0).abs() < 0.02, "{light}");
    }
}
