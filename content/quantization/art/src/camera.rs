//! A long lens: seen from far off, so that the muzzle does not swell as it does in a snapshot.

use crate::vector::{Vec3, v3};

/// A pinhole camera looking along −z, level, at `target`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Camera {
    target: Vec3,
    distance: f32,
    /// Height of the frame at the target, in world units.
    frame: f32,
    width: f32,
    height: f32,
}

/// Where a point falls: pixels from the top left corner, and its distance along the view.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Projected {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) depth: f32,
}

impl Camera {
    /// The portrait camera for a picture of `width` by `height` pixels.
    pub(crate) fn portrait(width: usize, height: usize) -> Self {
        Self {
            target: v3(0.08, -0.20, 0.0),
            distance: 11.0,
            frame: 2.85,
            width: width as f32,
            height: height as f32,
        }
    }

    pub(crate) fn position(&self) -> Vec3 {
        self.target + v3(0.0, 0.0, self.distance)
    }

    /// Unit direction through a point of the picture, in pixels.
    pub(crate) fn ray(&self, x: f32, y: f32) -> Vec3 {
        let unit = self.frame / self.height;
        v3((x - self.width * 0.5) * unit, (self.height * 0.5 - y) * unit, -self.distance)
            .normalized()
    }

    pub(crate) fn project(&self, p: Vec3) -> Projected {
        let local = p - self.position();
        let depth = -local.z;
        let scale = self.pixels_per_unit(depth);
        Projected {
            x: self.width * 0.5 + local.x * scale,
            y: self.height * 0.5 - local.y * scale,
            depth,
        }
    }

    /// Distance along the view to the plane `z` of the world.
    pub(crate) fn depth_of(&self, z: f32) -> f32 {
        self.position().z - z
    }

    /// Pixels that one world unit spans at a depth.
    pub(crate) fn pixels_per_unit(&self, depth: f32) -> f32 {
        self.height / self.frame * self.distance / depth
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_projected_ray_comes_back_to_its_pixel() {
        let camera = Camera::portrait(640, 480);
        let seen = camera.project(camera.position() + camera.ray(123.0, 321.0) * 9.0);
        assert!((seen.x - 123.0).abs() < 1e-2 && (seen.y - 321.0).abs() < 1e-2);
    }
}
