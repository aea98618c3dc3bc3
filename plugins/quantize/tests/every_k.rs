//! What `every_k` promises, seen from outside.

use prebake_quantize::{
    Effort, Palette, Space, assign, digest, distinct, every_k, every_k_reporting,
};
use proptest::prelude::*;
use std::sync::Mutex;

const EFFORTS: [Effort; 2] = [Effort::Fast, Effort::Best];
const SPACES: [Space; 2] = [Space::Srgb, Space::Oklab];

/// A picture in integer arithmetic only: soft blobs of colour, texture, and noise.
fn scene(width: u32, height: u32) -> Vec<[u8; 3]> {
    let mut noise = 1_u32;
    let mut random = move || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (noise >> 24) as i32 / 8 - 16
    };
    let pixel = |i: u32| {
        let (x, y) = ((i % width * 256 / width) as i32, (i / width * 256 / height) as i32);
        let blob = |at: [i32; 2], reach: i32| {
            let away = (x - at[0]).pow(2) + (y - at[1]).pow(2);
            (255 - 255 * away / (reach * reach)).max(0)
        };
        let texture = (x * 3 + y * 5) % 32 - 16;
        let (dog, sky, grass) = (blob([90, 120], 100), blob([200, 30], 180), blob([140, 240], 140));
        [
            40 + dog * 2 / 3 + sky / 5 + texture,
            50 + dog / 3 + sky / 3 + grass / 2 - texture,
            40 + sky * 3 / 4 - grass / 8 + texture / 2,
        ]
        .map(|channel| (channel + random()).clamp(0, 255) as u8)
    };
    (0..width * height).map(pixel).collect()
}

fn squared_distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// Sums and sizes of the clusters about float centroids, and the inertia, the slow way.
fn plainly(centroids: &[[f64; 3]], pixels: &[[u8; 3]]) -> (Vec<([u64; 3], u64)>, f64) {
    let mut clusters = vec![([0; 3], 0); centroids.len()];
    let mut inertia = 0.0;
    for pixel in pixels {
        let distances = centroids.iter().map(|&c| squared_distance(c, pixel.map(f64::from)));
        let nearest = distances.enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
        let (cluster, distance) = nearest.expect("there are centroids");
        inertia += distance;
        clusters[cluster].1 += 1;
        for (sum, &byte) in clusters[cluster].0.iter_mut().zip(pixel) {
            *sum += u64::from(byte);
        }
    }
    (clusters, inertia)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) + 1e-9
}

/// Every bit of some palettes.
fn fingerprint(palettes: &[Palette]) -> u64 {
    let mut bytes = Vec::new();
    for palette in palettes {
        palette.centroids.iter().flatten().for_each(|x| bytes.extend(x.to_bits().to_le_bytes()));
        bytes.extend(palette.colours.iter().flatten());
        bytes.extend(palette.inertia.to_bits().to_le_bytes());
    }
    digest(&bytes)
}

fn pictures() -> impl Strategy<Value = Vec<[u8; 3]>> {
    let few = prop::array::uniform3(prop::sample::select(vec![0, 1, 90, 91, 255]));
    prop_oneof![
        prop::collection::vec(few, 0..200),
        prop::collection::vec(any::<[u8; 3]>(), 0..200),
        // Tight clouds about three colours.
        prop::collection::vec((0..3_usize, prop::array::uniform3(0..20_u8)), 1..300).prop_map(
            |points| {
                let centres = [[10, 10, 200], [220, 30, 0], [100, 120, 140]];
                let place = |(i, by): (usize, [u8; 3])| [0, 1, 2].map(|c| centres[i][c] + by[c]);
                points.into_iter().map(place).collect()
            }
        ),
    ]
}

/// Every space with every effort.
fn every_way() -> impl Iterator<Item = (Space, Effort)> {
    SPACES.into_iter().flat_map(|space| EFFORTS.map(|effort| (space, effort)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn centroids_are_means_and_inertia_falls(pixels in pictures()) {
        let ks: Vec<usize> = (1..=20).collect();
        let palettes = every_k(&pixels, &ks, Space::Srgb, Effort::Best);
        prop_assert_eq!(palettes.len(), distinct(&pixels).min(20));
        for (palette, k) in palettes.iter().zip(ks) {
            prop_assert_eq!(palette.centroids.len(), k);
            let (clusters, inertia) = plainly(&palette.centroids, &pixels);
            prop_assert!(close(palette.inertia, inertia), "k {k}: {} for {inertia}", palette.inertia);
            for (centroid, (sum, size)) in palette.centroids.iter().zip(clusters) {
                prop_assert!(size > 0, "k {k}: a centroid without pixels");
                let mean = sum.map(|sum| sum as f64 / size as f64);
                prop_assert!(squared_distance(mean, *centroid) < 1e-18, "k {k}: {centroid:?} for {mean:?}");
            }
        }
        for pair in palettes.windows(2) {
            prop_assert!(pair[1].inertia < pair[0].inertia);
        }
    }

    #[test]
    fn fast_keeps_its_word_too(pixels in pictures()) {
        let ks: Vec<usize> = (1..=20).collect();
        let palettes = every_k(&pixels, &ks, Space::Srgb, Effort::Fast);
        prop_assert_eq!(palettes.len(), distinct(&pixels).min(20));
        for (palette, k) in palettes.iter().zip(ks) {
            prop_assert_eq!(palette.centroids.len(), k);
            let (clusters, inertia) = plainly(&palette.centroids, &pixels);
            prop_assert!(close(palette.inertia, inertia), "k {k}: {} for {inertia}", palette.inertia);
            prop_assert!(clusters.iter().all(|&(_, size)| size > 0), "k {k}: no pixels");
        }
        for pair in palettes.windows(2) {
            prop_assert!(pair[1].inertia < pair[0].inertia);
        }
    }

    #[test]
    fn oklab_reports_in_srgb(pixels in pictures()) {
        let palettes = EFFORTS.map(|effort| every_k(&pixels, &[1, 2, 3, 7, 12], Space::Oklab, effort));
        for palette in palettes.into_iter().flatten() {
            let (_, inertia) = plainly(&palette.centroids, &pixels);
            prop_assert!(close(palette.inertia, inertia), "{} for {inertia}", palette.inertia);
            prop_assert!(palette.centroids.iter().flatten().all(|x| (0.0..=255.0).contains(x)));
        }
    }

    #[test]
    fn the_order_of_pixels_is_of_no_account(pixels in pictures(), turn in 0_usize..200) {
        let mut other = pixels.clone();
        other.reverse();
        other.rotate_left(turn % pixels.len().max(1));
        for (space, effort) in every_way() {
            let of = |pixels: &[[u8; 3]]| every_k(pixels, &[1, 3, 8], space, effort);
            prop_assert_eq!(of(&pixels), of(&other));
        }
    }

    #[test]
    fn as_many_as_there_are_is_exact(pixels in pictures()) {
        let k = distinct(&pixels);
        prop_assume!((1..=256).contains(&k));
        for (space, effort) in every_way() {
            let palettes = every_k(&pixels, &[k, k + 1], space, effort);
            prop_assert_eq!(palettes.len(), 1);
            prop_assert_eq!(palettes[0].inertia, 0.0);
            let colours = &palettes[0].colours;
            let indices = assign(colours, &pixels);
            prop_assert!(indices.iter().zip(&pixels).all(|(&i, p)| colours[usize::from(i)] == *p));
        }
    }
}

#[test]
fn threads_change_no_bit() {
    // More colours than the coarse and the middle stage have cells.
    let pixels = scene(240, 180);
    assert!(distinct(&pixels) > 33_000);
    let ks: Vec<usize> = (1..=16).collect();
    let with = |threads, (space, effort)| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        fingerprint(&pool.install(|| every_k(&pixels, &ks, space, effort)))
    };
    for way in every_way() {
        assert_eq!(with(1, way), with(8, way));
    }
}

#[test]
fn reports_rise_to_one_and_change_nothing() {
    let pixels = scene(64, 48);
    let ks: Vec<usize> = (1..=24).collect();
    for (space, effort) in every_way() {
        let shares = Mutex::new(Vec::new());
        let report = |share| shares.lock().expect("no report panics").push(share);
        let palettes = every_k_reporting(&pixels, &ks, space, effort, &report);
        assert_eq!(palettes, every_k(&pixels, &ks, space, effort));
        let shares = shares.into_inner().expect("no report panics");
        assert!(shares.len() > 20 && shares.is_sorted_by(|a, b| a < b), "{shares:?}");
        assert!(shares[0] > 0.0 && shares[shares.len() / 2] < 0.9, "{shares:?}");
        assert_eq!(shares.last(), Some(&1.0));
    }
    let shares = Mutex::new(Vec::new());
    let report = |share| shares.lock().expect("no report panics").push(share);
    assert_eq!(every_k_reporting(&[], &ks, Space::Srgb, Effort::Fast, &report), []);
    assert_eq!(shares.into_inner().expect("no report panics").last(), Some(&1.0));
}

/// The same bits on every platform and in every build: a change of these is a change of every
/// baked figure.
#[test]
fn bits_are_pinned() {
    let pixels = scene(96, 72);
    let ks: Vec<usize> = (1..=32).collect();
    let bits = |effort| SPACES.map(|space| fingerprint(&every_k(&pixels, &ks, space, effort)));
    assert_eq!(bits(Effort::Best), [3_076_006_126_538_873_743, 16_007_350_364_261_909_956]);
    assert_eq!(bits(Effort::Fast), [17_943_153_215_033_248_871, 11_778_481_206_290_473_120]);
}

#[test]
fn a_picture_of_many_colours_falls_all_the_way() {
    let pixels = scene(240, 180);
    let ks: Vec<usize> = (1..=32).chain([64, 96]).collect();
    for effort in EFFORTS {
        let palettes = every_k(&pixels, &ks, Space::Srgb, effort);
        assert_eq!(palettes.len(), ks.len());
        for (palette, &k) in palettes.iter().zip(&ks) {
            assert_eq!(palette.centroids.len(), k);
        }
        for pair in palettes.windows(2) {
            assert!(pair[1].inertia < pair[0].inertia);
        }
        let (_, inertia) = plainly(&palettes[9].centroids, &pixels);
        assert!(close(palettes[9].inertia, inertia));
    }
}

#[test]
fn fast_is_near_to_best() {
    let pixels = scene(240, 180);
    let ks: Vec<usize> = (1..=64).collect();
    let [fast, best] = EFFORTS.map(|effort| every_k(&pixels, &ks, Space::Srgb, effort));
    let ratios: Vec<f64> = fast.iter().zip(&best).map(|(f, b)| f.inertia / b.inertia).collect();
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    let worst = ratios.iter().fold(0.0_f64, |worst, &ratio| worst.max(ratio));
    assert!(mean < 1.01 && worst < 1.04, "mean {mean}, worst {worst}");
}

#[test]
fn clouds_far_apart_are_found() {
    // Eight corners of different weight: any start that misses one is caught in a poor place.
    let corner = |i: usize| [i & 1, i >> 1 & 1, i >> 2].map(|bit| (bit * 200 + 10) as u8);
    let cloud = |i: usize| (0..=i * i * 9).map(move |n| corner(i).map(|byte| byte + (n % 5) as u8));
    let pixels: Vec<[u8; 3]> = (0..8).flat_map(cloud).collect();
    for (space, effort) in every_way() {
        let palettes = every_k(&pixels, &[8], space, effort);
        let mut rounded: Vec<[u8; 3]> = palettes[0].colours.clone();
        rounded.iter_mut().flatten().for_each(|byte| *byte = if *byte < 100 { 10 } else { 210 });
        rounded.sort_unstable();
        let mut corners: Vec<[u8; 3]> = (0..8).map(corner).collect();
        corners.sort_unstable();
        assert_eq!(rounded, corners, "{space:?} {effort:?}");
    }
}

#[test]
fn palettes_go_from_dark_to_light() {
    let pixels = scene(64, 48);
    for space in SPACES {
        for palette in every_k(&pixels, &[2, 5, 16], space, Effort::Best) {
            let rounded: Vec<[u8; 3]> =
                palette.centroids.iter().map(|c| c.map(|x| x.round() as u8)).collect();
            assert_eq!(rounded, palette.colours);
            let light = |[r, g, b]: [f64; 3]| 0.3 * r + 0.6 * g + 0.1 * b;
            let ends = palette.centroids[0]..*palette.centroids.last().expect("k is at least 2");
            assert!(light(ends.start) < light(ends.end));
        }
    }
    let palettes = every_k(&[[255; 3], [0; 3], [0, 0, 255]], &[3], Space::Srgb, Effort::Best);
    assert_eq!(palettes[0].colours, [[0, 0, 0], [0, 0, 255], [255, 255, 255]]);
}

#[test]
fn small_and_odd_asks() {
    for (space, effort) in every_way() {
        assert_eq!(every_k(&[], &[1, 2], space, effort), []);
        assert_eq!(every_k(&[[1, 2, 3]], &[], space, effort), []);
        let one = every_k(&[[7, 8, 9]; 5], &[1, 2, 3], space, effort);
        assert_eq!(one.len(), 1);
        assert_eq!((&one[0].colours[..], one[0].inertia), (&[[7, 8, 9]][..], 0.0));
        let two = every_k(&[[0; 3], [0; 3], [90; 3]], &[1, 2, 3], space, effort);
        assert_eq!(two.len(), 2);
        assert_eq!(two[1].colours, [[0; 3], [90; 3]]);
        assert_eq!(every_k(&[[0; 3], [90; 3]], &[0, 1], space, effort), []);
        assert_eq!(every_k(&scene(64, 48), &[256, 257], space, effort).len(), 1);
    }
}
