//! The picture in linear light while it is painted: strands over what the rays saw.

use rayon::prelude::*;

use crate::fur::{JOINTS, Strand};
use crate::light::develop;
use crate::vector::{Vec3, lerp, mix};

/// Linear colour and depth at every sample; rows from the top.
#[derive(Clone, Debug)]
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) colour: Vec<Vec3>,
    /// Distance along the view to the skin; infinite where only the backdrop is seen.
    pub(crate) depth: Vec<f32>,
    /// Distance along the view to what was painted last, for focusing.
    pub(crate) painted: Vec<f32>,
}

/// Rows of one band; bands are painted independently, each in the strands' own order.
const BAND: usize = 48;
/// How far a strand may lie behind the skin and still be painted: hair rooted just beneath it.
const TOLERANCE: f32 = 0.03;

impl Canvas {
    /// Paints strands, farthest first, over what is there.
    pub(crate) fn paint(&mut self, strands: &[Strand]) {
        let (width, height) = (self.width, self.height);
        let spans: Vec<(f32, f32)> = strands
            .iter()
            .map(|strand| {
                strand.joints.iter().fold((f32::MAX, f32::MIN), |(low, high), joint| {
                    (low.min(joint.y - strand.width), high.max(joint.y + strand.width))
                })
            })
            .collect();
        self.colour
            .par_chunks_mut(width * BAND)
            .zip(self.painted.par_chunks_mut(width * BAND))
            .zip(self.depth.par_chunks(width * BAND))
            .enumerate()
            .for_each(|(band, ((colour, painted), depth))| {
                let top = band * BAND;
                let bottom = (top + BAND).min(height);
                let mut rows = Rows { width, top, bottom, colour, painted, depth };
                for (strand, &(low, high)) in strands.iter().zip(&spans) {
                    if high >= top as f32 - 1.0 && low <= bottom as f32 + 1.0 {
                        rows.stroke(strand);
                    }
                }
            });
    }

    /// Averages blocks of `factor` by `factor` samples and develops them to sRGB bytes.
    pub(crate) fn develop(&self, factor: usize) -> Vec<u8> {
        let (width, height) = (self.width / factor, self.height / factor);
        let mut bytes = Vec::with_capacity(width * height * 3);
        for y in 0..height {
            for x in 0..width {
                let mut sum = Vec3::ZERO;
                for row in y * factor..(y + 1) * factor {
                    let start = row * self.width + x * factor;
                    // One blazing sample must not outweigh its neighbours: cap before averaging.
                    for &sample in &self.colour[start..start + factor] {
                        sum = sum + sample * (3.0 / sample.max_component().max(3.0));
                    }
                }
                bytes.extend(develop(sum / (factor * factor) as f32));
            }
        }
        bytes
    }
}

/// The rows that one task paints.
struct Rows<'a> {
    width: usize,
    top: usize,
    bottom: usize,
    colour: &'a mut [Vec3],
    painted: &'a mut [f32],
    depth: &'a [f32],
}

impl Rows<'_> {
    fn stroke(&mut self, strand: &Strand) {
        for i in 1..JOINTS {
            let (a, b) = (&strand.joints[i - 1], &strand.joints[i]);
            let taper = |i: usize| {
                let t = i as f32 / (JOINTS - 1) as f32;
                strand.width * (1.0 - 0.92 * t * t)
            };
            let half = 0.25 * (taper(i - 1) + taper(i));
            let fade = if i + 1 == JOINTS { 0.7 } else { 1.0 };
            let pad = half + 0.5;
            let left = (a.x.min(b.x) - pad).floor().max(0.0) as usize;
            let right = ((a.x.max(b.x) + pad).ceil().max(0.0) as usize).min(self.width);
            let first = (a.y.min(b.y) - pad).floor().max(self.top as f32) as usize;
            let last = ((a.y.max(b.y) + pad).ceil().max(0.0) as usize).min(self.bottom);
            let (dx, dy) = (b.x - a.x, b.y - a.y);
            let square = dx * dx + dy * dy;
            // Seen end on, or past the end of a strand cut short: nothing to cover.
            if square < 1e-6 {
                continue;
            }
            let inverse = 1.0 / square;
            for y in first..last {
                for x in left..right {
                    let (px, py) = (x as f32 + 0.5 - a.x, y as f32 + 0.5 - a.y);
                    let along = (px * dx + py * dy) * inverse;
                    // Half-open joints: the shared end belongs to the later segment only.
                    if !(0.0..1.0).contains(&along) {
                        continue;
                    }
                    let off = (px * dy - py * dx).abs() * inverse.sqrt();
                    let cover = (half + 0.5 - off).clamp(0.0, 1.0) * (2.0 * half).min(1.0);
                    let index = (y - self.top) * self.width + x;
                    let depth = mix(a.depth, b.depth, along);
                    if cover <= 0.0 || depth > self.depth[index] + TOLERANCE {
                        continue;
                    }
                    let shade = lerp(a.colour, b.colour, along);
                    self.colour[index] = lerp(self.colour[index], shade, cover * fade);
                    if cover > 0.4 {
                        self.painted[index] = depth;
                    }
                }
            }
        }
    }
}
