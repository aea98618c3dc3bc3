//! Palettes of a picture, from its pixels to sorted sRGB bytes.

use crate::blocks::Blocks;
use crate::detail::{self, Found};
use crate::lloyd::Clustering;
use crate::oklab;
use crate::partition::Partition;
use crate::path;
use crate::points::{Point, STEPS_PER_BYTE, oklab_points, srgb_points};
use crate::progress::Progress;
use crate::tree::Tree;
use rayon::prelude::*;

/// Counting the colours, in the units of work of the rest: one settled k.
const READING: u64 = 4;

/// The space in which colours are clustered. Results are in sRGB bytes for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Space {
    /// The sRGB bytes as they are: distances are those of the usual squared error.
    Srgb,
    /// OKLab (Ottosson 2020): distances are near to what eyes see.
    Oklab,
}

/// How much time to spend on finding palettes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effort {
    /// Good palettes at about a third of [`Effort::Best`]'s time, for previews and for a reader's own
    /// picture. Lloyd's steps run on some thousand cells of colours, so that a centroid may lie a
    /// little beside the mean of its pixels; inertia is that of all pixels.
    Fast,
    /// The best palettes known here, for what is baked once.
    Best,
}

/// The palette of a picture for one k.
#[derive(Debug, Clone, PartialEq)]
pub struct Palette {
    /// The centroids in sRGB bytes (0 to 255), as floats, dark to light by OKLab lightness.
    ///
    /// For [`Space::Srgb`] each is the mean of the pixels nearest to it, save where Lloyd's steps
    /// were cut short. For [`Space::Oklab`] each is a mean in OKLab, converted.
    pub centroids: Vec<[f64; 3]>,
    /// The centroids rounded to bytes, in the same order; two may coincide.
    pub colours: Vec<[u8; 3]>,
    /// The sum over pixels of the squared distance, over three channels in sRGB bytes, to the
    /// nearest of `centroids`.
    pub inertia: f64,
}

/// The palettes of `pixels` for every k of `ks` (rising, each 1 to 256), by k-means in `space`.
///
/// Ends before the first k that exceeds the number of distinct colours (or is 0 or over 256), so
/// that no pixels give no palettes. Where k is the number of distinct colours, the palette is
/// these colours. In sRGB inertia falls from palette to palette. In OKLab what falls is the sum of
/// squares there; inertia, which is told in sRGB, can rise by a little.
///
/// The result depends on the multiset of pixels, on `ks` and on `space` only: the same bits for
/// any order of the pixels, any number of threads, any platform. Memory is bounded by about 200
/// bytes a distinct colour and 2 bytes a pixel.
///
/// Lloyd's steps (1982) are exact, with [`Effort::Best`] over all distinct colours with their weights,
/// from starts found on a coarser picture; the README names the papers, module by module.
#[must_use]
pub fn every_k(pixels: &[[u8; 3]], ks: &[usize], space: Space, effort: Effort) -> Vec<Palette> {
    every_k_reporting(pixels, ks, space, effort, &|_| {})
}

/// [`every_k`], which tells `report` now and then what share of the work is done.
///
/// Shares rise, each above the one before, and the last one is 1. `report` is called from any
/// thread, by one at a time, and from the caller's alone where there are no threads (wasm32). It
/// changes no result.
#[must_use]
pub fn every_k_reporting(
    pixels: &[[u8; 3]],
    ks: &[usize],
    space: Space,
    effort: Effort,
    report: &(dyn Fn(f64) + Sync),
) -> Vec<Palette> {
    let srgb = srgb_points(pixels);
    let reachable = ks.iter().take_while(|&&k| (1..=srgb.len().min(256)).contains(&k)).count();
    let ks = &ks[..reachable];
    let largest = ks.iter().max().copied().unwrap_or(0);
    let plan = effort.plan();
    let all = READING + path::work(largest, &plan.search) + ks.len() as u64;
    let progress = Progress::new(report, all);
    progress.add(READING);
    let palettes = if largest == 0 {
        Vec::new()
    } else {
        // Where there are as many as colours, these are the palette.
        let all = (largest == srgb.len()).then(|| exact(&srgb));
        let found = |points| detail::every_k(points, ks, largest, &plan, &progress);
        match space {
            Space::Srgb => in_srgb(found(srgb), all),
            Space::Oklab => in_oklab(found(oklab_points(&srgb)), srgb, all),
        }
    };
    progress.end();
    palettes
}

/// What was found, as palettes; `all` where nothing was sought.
fn in_srgb(found: Vec<Option<Found>>, all: Option<Palette>) -> Vec<Palette> {
    let palette = |found: Option<Found>| match found {
        Some(Found { centroids, inertia }) => {
            let bytes = centroids.iter().map(|&at| Space::Srgb.bytes(at)).collect();
            Some(sorted(bytes, inertia / (STEPS_PER_BYTE * STEPS_PER_BYTE)))
        }
        None => all.clone(),
    };
    found.into_iter().filter_map(palette).collect()
}

/// The same for what was found in OKLab. Inertia is told in sRGB all the same.
fn in_oklab(found: Vec<Option<Found>>, srgb: Vec<Point>, all: Option<Palette>) -> Vec<Palette> {
    let in_srgb = Blocks::new(Tree::new(srgb).into_points());
    let palette = |found: Option<Found>| match found {
        Some(Found { centroids, .. }) => {
            let bytes: Vec<[f64; 3]> = centroids.iter().map(|&at| Space::Oklab.bytes(at)).collect();
            let steps: Vec<[f64; 3]> =
                bytes.iter().map(|at| at.map(|byte| byte * STEPS_PER_BYTE)).collect();
            let partition = Partition::new(&in_srgb, steps, 0.0);
            let inertia = in_srgb.inertia(partition.clusters(), partition.centroids());
            Some(sorted(bytes, inertia / (STEPS_PER_BYTE * STEPS_PER_BYTE)))
        }
        None => all.clone(),
    };
    found.into_par_iter().filter_map(palette).collect()
}

/// The palette of a picture that has no more colours than it: exactly these.
fn exact(srgb: &[Point]) -> Palette {
    let centroids = srgb.iter().map(|point| Space::Srgb.bytes(point.at.map(f64::from)));
    sorted(centroids.collect(), 0.0)
}

fn sorted(mut centroids: Vec<[f64; 3]>, inertia: f64) -> Palette {
    // Equal lightness is settled by the channels, so that the order never depends on the way here.
    centroids.sort_by_cached_key(|&at| {
        let [lightness, ..] = oklab::from_srgb(at);
        // Floats from +0 on order as their bits do.
        [lightness.max(0.0) + 0.0, at[0], at[1], at[2]].map(f64::to_bits)
    });
    let colours = centroids.iter().map(|at| at.map(|byte| libm::round(byte) as u8)).collect();
    Palette { centroids, colours, inertia }
}
