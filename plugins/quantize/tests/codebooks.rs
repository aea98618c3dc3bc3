//! What `codebooks` promises, seen from outside.

use prebake_quantize::{Codebook, CodebookError, codebooks, digest};
use proptest::prelude::*;

/// Values and weights from integer arithmetic and one division: heavy tails, the same everywhere.
fn sample(count: u32) -> (Vec<f32>, Vec<f32>) {
    let mut noise = 7_u32;
    let mut random = move || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (noise >> 8) as f32
    };
    let unit = (1 << 24) as f32;
    let value = |a: f32, b: f32, c: f32| (a + b - unit) / (c + unit / 64.0);
    let values = (0..count).map(|_| value(random(), random(), random())).collect();
    let weights = (0..count).map(|_| random() / unit).collect();
    (values, weights)
}

fn sorted(values: &[f32], weights: Option<&[f32]>) -> Vec<(f64, f64)> {
    let weight = |i: usize| weights.map_or(1.0, |weights| f64::from(weights[i]));
    let mut pairs: Vec<(f64, f64)> =
        values.iter().enumerate().map(|(i, &value)| (f64::from(value), weight(i))).collect();
    pairs.retain(|pair| pair.1 > 0.0);
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    pairs
}

/// Weight, mean and scatter.
fn level(pairs: &[(f64, f64)]) -> (f64, f64, f64) {
    let weight: f64 = pairs.iter().map(|pair| pair.1).sum();
    let from = pairs[0].0;
    let mean = from + pairs.iter().map(|(x, w)| w * (x - from)).sum::<f64>() / weight;
    (weight, mean, pairs.iter().map(|(x, w)| w * (x - mean) * (x - mean)).sum())
}

/// The least distortion for 1, 2, … `largest` levels: every last interval tried.
fn least(pairs: &[(f64, f64)], largest: usize) -> Vec<f64> {
    let mut before: Vec<f64> =
        (0..=pairs.len()).map(|i| if i == 0 { 0.0 } else { level(&pairs[..i]).2 }).collect();
    let mut found = vec![before[pairs.len()]];
    for _ in 1..largest {
        let best = |i: usize| {
            let last = |j: usize| before[j] + if j < i { level(&pairs[j..i]).2 } else { 0.0 };
            (0..=i).map(last).fold(f64::INFINITY, f64::min)
        };
        before = (0..=pairs.len()).map(best).collect();
        found.push(before[pairs.len()]);
    }
    found
}

/// Distortion where every value goes to its nearest centroid, all asked.
fn nearest(pairs: &[(f64, f64)], centroids: &[f64]) -> f64 {
    let one = |&(x, w): &(f64, f64)| {
        w * centroids.iter().map(|c| (x - c) * (x - c)).fold(f64::INFINITY, f64::min)
    };
    pairs.iter().map(one).sum()
}

fn close(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within * a.abs().max(b.abs())
}

fn fingerprint(books: &[Codebook]) -> u64 {
    let numbers = |book: &Codebook| {
        let rest = book.weights.iter().chain([&book.distortion]);
        book.centroids
            .iter()
            .chain(rest)
            .flat_map(|x| x.to_bits().to_le_bytes())
            .collect::<Vec<_>>()
    };
    digest(&books.iter().flat_map(numbers).collect::<Vec<_>>())
}

fn values() -> impl Strategy<Value = Vec<f32>> {
    prop_oneof![
        prop::collection::vec(-9.0_f32..9.0, 1..40),
        prop::collection::vec(prop::sample::select(vec![-2.0_f32, -0.0, 0.0, 0.1, 5.0]), 1..40),
        // Of all magnitudes.
        prop::collection::vec(
            (-90_i32..90, -1.0_f32..1.0).prop_map(|(exponent, x)| x * 2.0_f32.powi(exponent)),
            1..40
        ),
    ]
}

fn weighted() -> impl Strategy<Value = (Vec<f32>, Option<Vec<f32>>)> {
    values().prop_flat_map(|values| {
        let some = prop_oneof![3 => 0.01_f32..4.0, 1 => Just(0.0)];
        let weights = prop::collection::vec(some, values.len());
        let weights = weights.prop_map(|mut weights| {
            weights[0] = 1.0;
            weights
        });
        (Just(values), prop::option::of(weights))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn few_values_are_exact((values, weights) in weighted()) {
        let weights = weights.as_deref();
        let pairs = sorted(&values, weights);
        let ks: Vec<usize> = (1..=12).collect();
        let books = codebooks(&values, weights, &ks).unwrap();
        // What f64 can tell apart, where magnitudes differ by many powers of ten.
        let noise = 1e-13 * level(&pairs).2;
        for (book, least) in books.iter().zip(least(&pairs, 12)) {
            prop_assert!(
                (book.distortion - least).abs() <= 1e-9 * least + noise,
                "{} levels: {} for {least}", book.centroids.len(), book.distortion
            );
            let plain = nearest(&pairs, &book.centroids);
            prop_assert!((book.distortion - plain).abs() <= 1e-9 * plain + noise);
        }
    }

    #[test]
    fn centroids_are_means_and_distortion_falls((values, weights) in weighted()) {
        let weights = weights.as_deref();
        let pairs = sorted(&values, weights);
        let distinct = pairs.chunk_by(|a, b| a.0 == b.0).count();
        let ks: Vec<usize> = (1..=40).collect();
        let books = codebooks(&values, weights, &ks).unwrap();
        for (book, k) in books.iter().zip(ks) {
            prop_assert_eq!(book.centroids.len(), k.min(distinct));
            prop_assert!(book.centroids.is_sorted_by(|a, b| a < b));
            let mut rest = &pairs[..];
            for (&centroid, &weight) in book.centroids.iter().zip(&book.weights) {
                // As many values as make the weight.
                let mut sum = 0.0;
                let count = rest.iter().take_while(|pair| {
                    sum += pair.1;
                    sum <= weight * (1.0 + 1e-6)
                });
                let (own, others) = rest.split_at(count.count());
                let (plain, mean, scatter) = level(own);
                prop_assert!(close(plain, weight, 1e-9));
                let reach = (scatter / plain).sqrt() + mean.abs();
                prop_assert!((mean - centroid).abs() <= 1e-6 * reach, "{centroid} for {mean}");
                rest = others;
            }
            prop_assert!(rest.is_empty());
        }
        for pair in books.windows(2) {
            prop_assert!(pair[1].distortion <= pair[0].distortion);
        }
        prop_assert_eq!(books.last().map(|book| book.distortion), (distinct <= 40).then_some(0.0));
    }

    #[test]
    fn order_is_of_no_account((mut values, mut weights) in weighted(), turn in 0_usize..40) {
        let of = |values: &[f32], weights: &Option<Vec<f32>>| {
            fingerprint(&codebooks(values, weights.as_deref(), &[1, 2, 5]).unwrap())
        };
        let before = of(&values, &weights);
        let turn = turn % values.len();
        values.rotate_left(turn);
        values.reverse();
        if let Some(weights) = &mut weights {
            weights.rotate_left(turn);
            weights.reverse();
        }
        prop_assert_eq!(before, of(&values, &weights));
    }

    #[test]
    fn powers_of_two_only_scale((values, weights) in weighted()) {
        let ks = [1, 3, 7];
        let books = codebooks(&values, weights.as_deref(), &ks).unwrap();
        let twice: Vec<f32> = values.iter().map(|x| x * 4.0).collect();
        let half = weights.map(|weights| weights.iter().map(|w| w / 8.0).collect::<Vec<f32>>());
        let by = if half.is_some() { 0.125 } else { 1.0 };
        for (a, b) in books.iter().zip(codebooks(&twice, half.as_deref(), &ks).unwrap()) {
            let scaled: Vec<f64> = a.centroids.iter().map(|c| c * 4.0).collect();
            prop_assert_eq!(scaled, b.centroids);
            prop_assert_eq!(a.distortion * 16.0 * by, b.distortion);
        }
    }
}

#[test]
fn many_values_come_near_to_the_best() {
    let (values, weights) = sample(20_000);
    for weights in [None, Some(&weights[..])] {
        let pairs = sorted(&values, weights);
        let ks = [1, 2, 4, 16, 64, 256];
        let books = codebooks(&values, weights, &ks).unwrap();
        for (book, k) in books.iter().zip(ks) {
            let plain = nearest(&pairs, &book.centroids);
            assert!(plain <= book.distortion * (1.0 + 1e-9), "k {k}");
            assert!(book.distortion <= plain * 1.001, "k {k}: {} for {plain}", book.distortion);
            // No step of Lloyd's gains more than the bins may cost.
            let mut rest = &pairs[..];
            let mut after = 0.0;
            for i in 0..k {
                let bound = book.centroids.get(i + 1).map(|next| (book.centroids[i] + next) / 2.0);
                let count = rest.partition_point(|pair| bound.is_none_or(|bound| pair.0 <= bound));
                after += level(&rest[..count]).2;
                rest = &rest[count..];
            }
            assert!(plain <= after * 1.001, "k {k}: {plain} where {after} is a step away");
        }
    }
}

#[test]
fn distortion_falls_with_every_level() {
    let (values, weights) = sample(60_000);
    let ks: Vec<usize> = (1..=256).collect();
    let books = codebooks(&values, Some(&weights), &ks).unwrap();
    assert!(books.is_sorted_by(|a, b| a.distortion > b.distortion));
    assert!(books.iter().zip(&ks).all(|(book, &k)| book.centroids.len() == k));
}

#[test]
fn many_values_in_any_order() {
    let (values, weights) = sample(60_000);
    let of = |values: &[f32], weights: &[f32]| {
        fingerprint(&codebooks(values, Some(weights), &[3, 40, 256]).unwrap())
    };
    let back = |numbers: &[f32]| numbers.iter().rev().copied().collect::<Vec<f32>>();
    assert_eq!(of(&values, &weights), of(&back(&values), &back(&weights)));
}

#[test]
fn threads_change_no_bit() {
    // More than one thread takes at a time.
    let (values, weights) = sample(1_200_000);
    let ks: Vec<usize> = (1..=64).collect();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| fingerprint(&codebooks(&values, Some(&weights), &ks).unwrap()))
    };
    assert_eq!(with(1), with(8));
}

/// The same bits on every platform and in every build.
#[test]
fn bits_are_pinned() {
    let (values, weights) = sample(50_000);
    let ks: Vec<usize> = (1..=256).collect();
    let bits = |count: usize| {
        let weighted = codebooks(&values[..count], Some(&weights[..count]), &ks).unwrap();
        [fingerprint(&codebooks(&values[..count], None, &ks).unwrap()), fingerprint(&weighted)]
    };
    assert_eq!(bits(1_000), [9_921_906_406_663_874_922, 12_577_518_907_826_904_539]);
    assert_eq!(bits(50_000), [17_884_590_199_932_673_527, 2_374_441_776_954_008_097]);
}

#[test]
fn few_values_among_many_are_found() {
    // 300 values that bins cannot tell apart, and two far away.
    let mut values: Vec<f32> =
        (0..40_000_u32).map(|i| 1.0 + (i % 300) as f32 * f32::EPSILON).collect();
    values.extend([-1e30, 1e30]);
    let books = codebooks(&values, None, &[2, 3, 256]).unwrap();
    assert_eq!(books[1].centroids[0], f64::from(-1e30_f32));
    assert_eq!(books[1].centroids[2], f64::from(1e30_f32));
    let step = f64::from(f32::EPSILON);
    assert!((books[1].centroids[1] - 1.0 - 149.5 * step).abs() < 2.0 * step);
    // 254 levels for 300 values: 46 pairs that lie one step apart, of 134 or 133 values each.
    let pairs = books[2].distortion / (step * step / 2.0 * 133.0);
    assert!((pairs - 46.0).abs() < 0.6, "{pairs}");
}

#[test]
fn narrow_peaks_are_not_lost_in_bins() {
    // Peaks of 2,000 neighbouring floats each: next to nothing of a bucket of bins.
    let peak = |i: u32| f32::from_bits((1.0 + (i % 8) as f32 / 8.0).to_bits() + i * 7 % 2_000);
    let values: Vec<f32> = (0..60_000).map(peak).collect();
    let book = &codebooks(&values, None, &[64]).unwrap()[0];
    // Eight levels for each peak, of a width of 2,000 spacings.
    let uniform = 60_000.0 * (2_000.0 / 8.0 * f64::from(f32::EPSILON)).powi(2) / 12.0;
    assert!(close(book.distortion, uniform, 0.02), "{} for {uniform}", book.distortion);
}

#[test]
fn small_and_odd_asks() {
    use CodebookError::{Empty, K, Lengths, Value, Weight};
    assert_eq!(codebooks(&[], None, &[1]), Err(Empty));
    assert_eq!(codebooks(&[1.0], Some(&[]), &[1]), Err(Lengths));
    assert_eq!(codebooks(&[1.0], None, &[1, 0]), Err(K));
    assert_eq!(codebooks(&[1.0], None, &[257]), Err(K));
    for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        assert_eq!(codebooks(&[1.0, odd], None, &[1]), Err(Value));
        assert_eq!(codebooks(&[1.0, 2.0], Some(&[1.0, odd]), &[1]), Err(Weight));
        let mut many = vec![1.0; 20_000];
        many[7] = odd;
        assert_eq!(codebooks(&many, None, &[1]), Err(Value));
    }
    assert_eq!(codebooks(&[1.0, 2.0], Some(&[1.0, -1.0]), &[1]), Err(Weight));
    assert_eq!(codebooks(&[1.0, 2.0], Some(&[0.0, -0.0]), &[1]), Err(Weight));

    assert_eq!(codebooks(&[1.0], None, &[]), Ok(vec![]));
    let equal = codebooks(&vec![-0.0; 30_000], None, &[2, 1]).unwrap();
    assert_eq!(equal[0], equal[1]);
    assert_eq!((&equal[0].centroids[..], equal[0].distortion), (&[0.0][..], 0.0));
    assert!(equal[0].centroids[0].is_sign_positive());
    assert_eq!(equal[0].weights, [30_000.0]);
    // As asked for, not rising; fewer distinct values than k; none of weight 0.
    let books = codebooks(&[3.0, 1.0, 9.0], Some(&[1.0, 3.0, 0.0]), &[200, 1]).unwrap();
    assert_eq!(books[0].centroids, [1.0, 3.0]);
    assert_eq!(books[0].weights, [3.0, 1.0]);
    assert_eq!((books[1].centroids[0], books[1].distortion), (1.5, 3.0));
    let ends = codebooks(&[f32::MIN, f32::MAX, 1e-45], None, &[1, 2, 3]).unwrap();
    assert_eq!(ends[2].distortion, 0.0);
    assert!(ends[0].distortion.is_finite());
}
