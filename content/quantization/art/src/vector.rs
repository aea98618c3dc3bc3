//! Points, directions and linear-light colours: three floats with the usual arithmetic.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A point, a direction or a linear RGB colour.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Vec3 {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) z: f32,
}

/// Shorthand constructor; the geometry is mostly numbers and reads better with it.
pub(crate) const fn v3(x: f32, y: f32, z: f32) -> Vec3 {
    Vec3 { x, y, z }
}

impl Vec3 {
    pub(crate) const ZERO: Self = v3(0.0, 0.0, 0.0);
    pub(crate) const UP: Self = v3(0.0, 1.0, 0.0);

    pub(crate) const fn splat(value: f32) -> Self {
        v3(value, value, value)
    }

    pub(crate) fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    pub(crate) fn cross(self, other: Self) -> Self {
        v3(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )
    }

    pub(crate) fn length(self) -> f32 {
        self.dot(self).sqrt()
    }

    /// Unit vector; the zero vector stays zero rather than turning into NaN.
    pub(crate) fn normalized(self) -> Self {
        let length = self.length();
        if length > 1e-12 { self / length } else { Self::ZERO }
    }

    pub(crate) fn mirrored_about(self, normal: Self) -> Self {
        normal * (2.0 * self.dot(normal)) - self
    }

    /// Componentwise product: a colour under a coloured light.
    pub(crate) fn times(self, other: Self) -> Self {
        v3(self.x * other.x, self.y * other.y, self.z * other.z)
    }

    /// Componentwise quotient.
    pub(crate) fn over(self, other: Self) -> Self {
        v3(self.x / other.x, self.y / other.y, self.z / other.z)
    }

    pub(crate) fn max_component(self) -> f32 {
        self.x.max(self.y).max(self.z)
    }
}

impl Add for Vec3 {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        v3(self.x + o.x, self.y + o.y, self.z + o.z)
    }
}

impl Sub for Vec3 {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        v3(self.x - o.x, self.y - o.y, self.z - o.z)
    }
}

impl Mul<f32> for Vec3 {
    type Output = Self;
    fn mul(self, s: f32) -> Self {
        v3(self.x * s, self.y * s, self.z * s)
    }
}

impl Div<f32> for Vec3 {
    type Output = Self;
    fn div(self, s: f32) -> Self {
        self * (1.0 / s)
    }
}

impl Neg for Vec3 {
    type Output = Self;
    fn neg(self) -> Self {
        v3(-self.x, -self.y, -self.z)
    }
}

/// Linear interpolation of points or colours, `t` unclamped.
pub(crate) fn lerp(a: Vec3, b: Vec3, t: f32) -> Vec3 {
    a + (b - a) * t
}

/// Linear interpolation of scalars, `t` unclamped.
pub(crate) fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// Hermite step: 0 at `from`, 1 at `to`; also falls where `from > to`.
pub(crate) fn smoothstep(from: f32, to: f32, x: f32) -> f32 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Three orthonormal axes: a rigid turn between a part's own frame and the one it sits in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rotation {
    x: Vec3,
    y: Vec3,
    z: Vec3,
}

impl Rotation {
    /// Roll about z, then pitch about x (positive looks down), then yaw about y; radians.
    pub(crate) fn from_yaw_pitch_roll(yaw: f32, pitch: f32, roll: f32) -> Self {
        let (sy, cy) = (libm::sinf(yaw), libm::cosf(yaw));
        let (sp, cp) = (libm::sinf(pitch), libm::cosf(pitch));
        let (sr, cr) = (libm::sinf(roll), libm::cosf(roll));
        let turn = |p: Vec3| {
            let p = v3(cr * p.x - sr * p.y, sr * p.x + cr * p.y, p.z);
            let p = v3(p.x, cp * p.y - sp * p.z, sp * p.y + cp * p.z);
            v3(cy * p.x + sy * p.z, p.y, cy * p.z - sy * p.x)
        };
        Self { x: turn(v3(1.0, 0.0, 0.0)), y: turn(Vec3::UP), z: turn(v3(0.0, 0.0, 1.0)) }
    }

    /// From the part's frame outwards.
    pub(crate) fn apply(&self, p: Vec3) -> Vec3 {
        self.x * p.x + self.y * p.y + self.z * p.z
    }

    /// From the outer frame into the part's.
    pub(crate) fn undo(&self, p: Vec3) -> Vec3 {
        v3(self.x.dot(p), self.y.dot(p), self.z.dot(p))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rotation_undoes_itself() {
        let turn = Rotation::from_yaw_pitch_roll(0.3, -0.2, 0.15);
        let p = v3(0.4, -1.2, 0.7);
        assert!((turn.undo(turn.apply(p)) - p).length() < 1e-5);
    }

    #[test]
    fn positive_pitch_looks_down() {
        let turn = Rotation::from_yaw_pitch_roll(0.0, 0.3, 0.0);
        assert!(turn.apply(v3(0.0, 0.0, 1.0)).y < 0.0);
    }
}
