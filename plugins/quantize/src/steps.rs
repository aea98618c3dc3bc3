//! Lloyd's two steps one at a time, on whole sRGB bytes, for looking on.
//!
//! Stuart P. Lloyd, "Least squares quantization in PCM" (1957; IEEE Transactions on Information
//! Theory 28, 1982).

use crate::assign as nearest_indices;
use alloc::vec;
use alloc::vec::Vec;

/// Which of the two steps was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// Every pixel went to its nearest colour.
    Assign,
    /// Every colour moved to the mean of its pixels.
    Update,
}

/// What a step led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which step it was.
    pub kind: StepKind,
    /// The colours after it, in the order of the start.
    pub palette: Vec<[u8; 3]>,
    /// The index of every pixel's colour: its [`nearest`](crate::nearest) after
    /// [`StepKind::Assign`]; after [`StepKind::Update`] the index that it had.
    pub indices: Vec<u8>,
    /// What changed: pixels that went to another colour (the first step counts them all), or
    /// colours that moved.
    pub moved: usize,
    /// The sum over pixels of the squared distance to their colours, in sRGB bytes: an integer,
    /// because the colours are.
    pub inertia: u64,
}

/// The walk of k-means from the first 256 colours of `start`: assign, update, assign, and so on,
/// to the first step that changes nothing, which is the last. No steps without pixels or colours.
///
/// Colours are whole bytes, as a palette's are: a mean is rounded, halves up, to the nearest colour
/// that there is. That colour is still the best one for its pixels, so that `inertia` never rises.
/// Where it stays as it is, pixels go to colours of lower index only, so that the walk ends. A
/// colour without pixels stays where it is.
///
/// Only the latest step is held: about 4 bytes a pixel.
pub fn lloyd_steps(pixels: &[[u8; 3]], start: &[[u8; 3]]) -> impl Iterator<Item = Step> {
    let start = &start[..start.len().min(256)];
    let mut last: Option<Step> = None;
    let mut over = pixels.is_empty() || start.is_empty();
    core::iter::from_fn(move || {
        if over {
            return None;
        }
        let step = match &last {
            None => {
                let mut first = assign(pixels, start, &vec![0; pixels.len()]);
                first.moved = pixels.len();
                first
            }
            Some(Step { kind: StepKind::Assign, palette, indices, .. }) => {
                update(pixels, palette, indices)
            }
            Some(Step { kind: StepKind::Update, palette, indices, .. }) => {
                assign(pixels, palette, indices)
            }
        };
        over = step.moved == 0;
        last = Some(step.clone());
        Some(step)
    })
}

fn assign(pixels: &[[u8; 3]], palette: &[[u8; 3]], before: &[u8]) -> Step {
    let indices = nearest_indices(palette, pixels);
    let moved = indices.iter().zip(before).filter(|(now, before)| now != before).count();
    let inertia = inertia(pixels, palette, &indices);
    Step { kind: StepKind::Assign, palette: palette.to_vec(), indices, moved, inertia }
}

fn update(pixels: &[[u8; 3]], palette: &[[u8; 3]], indices: &[u8]) -> Step {
    let mut sums = vec![([0_u64; 3], 0_u64); palette.len()];
    for (pixel, &index) in pixels.iter().zip(indices) {
        let (sum, count) = &mut sums[usize::from(index)];
        *count += 1;
        for (sum, &byte) in sum.iter_mut().zip(pixel) {
            *sum += u64::from(byte);
        }
    }
    let means: Vec<[u8; 3]> = palette
        .iter()
        .zip(&sums)
        .map(|(&colour, &(sum, count))| match count {
            0 => colour,
            // At most the largest byte of the pixels.
            _ => sum.map(|sum| ((2 * sum + count) / (2 * count)) as u8),
        })
        .collect();
    let moved = means.iter().zip(palette).filter(|(now, before)| now != before).count();
    let inertia = inertia(pixels, &means, indices);
    Step { kind: StepKind::Update, palette: means, indices: indices.to_vec(), moved, inertia }
}

fn inertia(pixels: &[[u8; 3]], palette: &[[u8; 3]], indices: &[u8]) -> u64 {
    let distance = |(pixel, &index): (&[u8; 3], &u8)| {
        let colour = palette[usize::from(index)];
        pixel.iter().zip(colour).map(|(a, b)| u64::from(a.abs_diff(b)).pow(2)).sum::<u64>()
    };
    pixels.iter().zip(indices).map(distance).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nearest;
    use proptest::prelude::*;

    /// Few values, so that ties, equal colours and colours without pixels are common.
    fn colour() -> impl Strategy<Value = [u8; 3]> {
        let coarse = prop::array::uniform3(prop::sample::select(vec![0, 1, 2, 100, 103, 255]));
        prop_oneof![coarse, any::<[u8; 3]>()]
    }

    /// The first of the colours that lie nearest to the mean, tried one by one, halves up.
    fn best_byte(bytes: &[u8]) -> u8 {
        let cost = |c: u8| bytes.iter().map(|&b| u64::from(b.abs_diff(c)).pow(2)).sum::<u64>();
        (0..=255).rev().min_by_key(|&c| cost(c)).unwrap_or(0)
    }

    proptest! {
        #[test]
        fn steps_are_what_they_say(
            pixels in prop::collection::vec(colour(), 1..120),
            start in prop::collection::vec(colour(), 1..10),
        ) {
            let steps: Vec<Step> = lloyd_steps(&pixels, &start).collect();
            let mut palette = start;
            let mut before: Option<Vec<u8>> = None;
            for (at, step) in steps.iter().enumerate() {
                if at % 2 == 0 {
                    prop_assert_eq!(step.kind, StepKind::Assign);
                    prop_assert_eq!(&step.palette, &palette);
                    let plain: Vec<u8> =
                        pixels.iter().map(|&pixel| nearest(&palette, pixel) as u8).collect();
                    prop_assert_eq!(&step.indices, &plain);
                    let moved = before.map_or(pixels.len(), |before| {
                        before.iter().zip(&plain).filter(|(a, b)| a != b).count()
                    });
                    prop_assert_eq!(step.moved, moved);
                    before = Some(plain);
                } else {
                    prop_assert_eq!(step.kind, StepKind::Update);
                    prop_assert_eq!(Some(&step.indices), before.as_ref());
                    for (index, colour) in step.palette.iter().enumerate() {
                        let own: Vec<[u8; 3]> = pixels
                            .iter()
                            .zip(&step.indices)
                            .filter(|(_, of)| usize::from(**of) == index)
                            .map(|(&pixel, _)| pixel)
                            .collect();
                        let expected = if own.is_empty() {
                            palette[index]
                        } else {
                            [0, 1, 2].map(|channel| {
                                best_byte(&own.iter().map(|pixel| pixel[channel]).collect::<Vec<_>>())
                            })
                        };
                        prop_assert_eq!(*colour, expected);
                    }
                    let moved = step.palette.iter().zip(&palette).filter(|(a, b)| a != b).count();
                    prop_assert_eq!(step.moved, moved);
                    palette.clone_from(&step.palette);
                }
                let error: u64 = pixels
                    .iter()
                    .zip(&step.indices)
                    .flat_map(|(pixel, &index)| pixel.iter().zip(step.palette[usize::from(index)]))
                    .map(|(&a, b)| u64::from(a.abs_diff(b)).pow(2))
                    .sum();
                prop_assert_eq!(step.inertia, error);
            }
            prop_assert!(steps.windows(2).all(|pair| pair[1].inertia <= pair[0].inertia));
            let last = steps.last().unwrap();
            prop_assert!(steps[..steps.len() - 1].iter().all(|step| step.moved > 0));
            prop_assert_eq!(last.moved, 0);
            // From where it ended, the walk goes nowhere.
            let again: Vec<Step> = lloyd_steps(&pixels, &last.palette).collect();
            prop_assert_eq!(&again[1].palette, &last.palette);
            prop_assert_eq!(again[1].inertia, last.inertia);
        }
    }

    #[test]
    fn six_grey_pixels_by_hand() {
        let pixels = [10, 20, 60, 180, 200, 220].map(|grey| [grey; 3]);
        let told: Vec<_> = lloyd_steps(&pixels, &[[10; 3], [20; 3]])
            .map(|step| (step.palette[0][0], step.palette[1][0], step.moved, step.inertia / 3))
            .collect();
        assert_eq!(
            told,
            [
                (10, 20, 6, 99_600),
                (10, 136, 1, 32_320),
                (10, 136, 2, 15_688),
                (30, 200, 2, 2_200),
                (30, 200, 0, 2_200),
            ]
        );
    }

    #[test]
    fn nothing_to_do_is_no_steps() {
        assert_eq!(lloyd_steps(&[], &[[1, 2, 3]]).count(), 0);
        assert_eq!(lloyd_steps(&[[1, 2, 3]], &[]).count(), 0);
        // All pixels go to the one colour, which is theirs already.
        let steps: Vec<Step> = lloyd_steps(&[[1, 2, 3]; 4], &[[1, 2, 3]]).collect();
        assert_eq!(steps.iter().map(|step| step.moved).collect::<Vec<_>>(), [4, 0]);
    }
}
