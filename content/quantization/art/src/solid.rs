//! Signed distances to simple solids, and the smooth ways of joining them.
//!
//! Formulas in closed form; the ellipsoid's is a bound good near the surface, so that rays march at
//! a little less than the full step.

use crate::vector::Vec3;

/// Signed distance to a sphere about the origin.
pub(crate) fn sphere(p: Vec3, radius: f32) -> f32 {
    p.length() - radius
}

/// Approximate signed distance to an axis-aligned ellipsoid about the origin.
pub(crate) fn ellipsoid(p: Vec3, radii: Vec3) -> f32 {
    let scaled = p.over(radii);
    let gradient = scaled.over(radii).length();
    let level = scaled.length();
    // At the centre both vanish; the shortest radius is the right limit there.
    if gradient < 1e-6 {
        return -radii.x.min(radii.y).min(radii.z);
    }
    level * (level - 1.0) / gradient
}

/// Signed distance to a limb: a capsule whose radius runs from `ra` at `a` to `rb` at `b`.
pub(crate) fn limb(p: Vec3, (a, ra): (Vec3, f32), (b, rb): (Vec3, f32)) -> f32 {
    let (along, from_a) = (b - a, p - a);
    let t = (from_a.dot(along) / along.dot(along)).clamp(0.0, 1.0);
    (from_a - along * t).length() - (ra + (rb - ra) * t)
}

/// Union with a fillet of about `blend`.
pub(crate) fn join(a: f32, b: f32, blend: f32) -> f32 {
    let h = (blend - (a - b).abs()).max(0.0) / blend;
    a.min(b) - h * h * blend * 0.25
}

/// `a` without `b`, the edge rounded over about `blend`.
pub(crate) fn carve(a: f32, b: f32, blend: f32) -> f32 {
    -join(-a, b, blend)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::v3;

    #[test]
    fn signs_and_distances_hold() {
        assert!((sphere(v3(0.0, 3.0, 0.0), 1.0) - 2.0).abs() < 1e-6);
        let radii = v3(1.0, 2.0, 3.0);
        assert!(ellipsoid(v3(0.0, 1.99, 0.0), radii) < 0.0);
        assert!(ellipsoid(v3(0.0, 2.01, 0.0), radii) > 0.0);
        assert!(ellipsoid(Vec3::ZERO, radii) < 0.0);
        let bone = limb(v3(0.0, 1.0, 0.0), (Vec3::ZERO, 0.2), (v3(2.0, 0.0, 0.0), 0.4));
        assert!((bone - 0.8).abs() < 1e-6);
    }

    #[test]
    fn joining_only_adds_and_carving_only_takes() {
        for (a, b) in [(0.1, 0.3), (-0.2, 0.05), (0.0, 0.0), (0.5, -0.5)] {
            assert!(join(a, b, 0.2) <= a.min(b));
            assert!(carve(a, b, 0.2) >= a.max(-b));
        }
    }
}
