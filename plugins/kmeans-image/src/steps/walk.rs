//! The walk, step by step: `steps.json`, which the page fetches, and a frame for each step.

use super::Guess;
use super::cloud::Cloud;
use super::frame::frame;
use super::says::says;
use crate::figure::Colour;
use crate::picture::Picture;
use prebake_plugin::Problem;
use prebake_quantize::{Step, StepKind, assign, lloyd_steps, psnr_db};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// More rounds than these are more than a reader wants to see.
const MOST_ROUNDS: usize = 64;

/// k-means on one picture, from a guess to where nothing changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Walk {
    /// Width of the picture and of every frame, in pixels.
    pub width: u32,
    /// Height of the picture and of every frame, in pixels.
    pub height: u32,
    /// Whether the last step changed nothing; if not, the walk was cut short.
    pub settled: bool,
    /// The steps in order: assign, update, assign, and so on.
    pub states: Vec<WalkState>,
}

/// What a step led to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalkState {
    /// The round that the step belongs to, from 1.
    pub round: usize,
    /// Which half of the round it is.
    pub half: Half,
    /// Pixels that went to another colour (all of them in the first step), or colours that moved.
    pub moved: u64,
    /// Sum over pixels of the squared distance to their colours, over the three channels in sRGB
    /// bytes.
    pub inertia: u64,
    /// Peak signal-to-noise ratio of the frame in decibels; `null` where the frame is exact.
    pub psnr_db: Option<f64>,
    /// The colours after the step, in the order of the guess.
    pub palette: Vec<Colour>,
    /// Where the colours stand in the drawing of the cloud.
    pub at: Vec<[i32; 2]>,
    /// For every dot of the cloud the index of its nearest colour, one hexadecimal digit each;
    /// `null` after an update, which leaves them as they were.
    pub clusters: Option<String>,
    /// The name of the frame's file, an indexed PNG.
    pub frame: String,
    /// The size of that file.
    pub frame_bytes: u64,
    /// The words of the step, in two lines.
    pub says: [String; 2],
}

/// The two halves of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Half {
    /// Every pixel goes to its nearest colour.
    Assign,
    /// Every colour moves to the mean of its pixels.
    Update,
}

impl Walk {
    /// The name of the file among those of the artifact.
    pub const FILE: &'static str = "steps.json";

    /// Takes every step from `start`, and paints it.
    pub(super) fn new(picture: &Picture, cloud: &Cloud, start: &[[u8; 3]]) -> (Self, Vec<Vec<u8>>) {
        let pixels = &picture.pixels;
        let steps = lloyd_steps(pixels, start).take(2 * MOST_ROUNDS).enumerate();
        // Painted while the next ones are taken; no more steps are held than there are threads.
        let mut done: Vec<(WalkState, Vec<u8>)> =
            steps.par_bridge().map(|(at, step)| measure(picture, cloud, at, step)).collect();
        done.sort_by_key(|(state, _)| (state.round, state.half as u8));
        let (mut states, frames): (Vec<WalkState>, Vec<Vec<u8>>) = done.into_iter().unzip();
        let rounds = states.last().map_or(0, |state| state.round);
        for state in &mut states {
            let round = (state.round, rounds);
            let pixels = pixels.len() as u64;
            state.says = says(round, state.half, state.moved, state.inertia, pixels, state.psnr_db);
        }
        let settled = states.last().is_some_and(|state| state.moved == 0);
        (Self { width: picture.width, height: picture.height, settled, states }, frames)
    }

    /// What the author should know.
    pub(super) fn problem(&self, guess: &Guess) -> Option<Problem> {
        let k = self.states.first().map_or(0, |state| state.palette.len());
        match guess {
            Guess::Dark(wanted) if k < *wanted => Some(
                Problem::note(
                    "few-colours",
                    format!("the picture has too few distinct colours: {k} are shown"),
                )
                .prop("k"),
            ),
            _ if !self.settled => Some(
                Problem::note(
                    "cut-short",
                    format!(
                        "after {MOST_ROUNDS} rounds pixels still change sides: these are shown"
                    ),
                )
                .prop("start"),
            ),
            _ => None,
        }
    }

    /// The file's bytes.
    pub(super) fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec(self).expect("numbers and strings serialise");
        json.push(b'\n');
        json
    }
}

/// The colours of the first guess.
pub(super) fn start(pixels: &[[u8; 3]], guess: &Guess) -> Vec<[u8; 3]> {
    match guess {
        Guess::Dark(k) => darkest(pixels, *k),
        Guess::Colours(colours) => colours.iter().map(|colour| colour.0).collect(),
    }
}

/// The `k` distinct colours of least sum of channels; of equal ones the first in order.
fn darkest(pixels: &[[u8; 3]], k: usize) -> Vec<[u8; 3]> {
    let key = |colour: [u8; 3]| (colour.iter().map(|&byte| u32::from(byte)).sum::<u32>(), colour);
    let mut least: Vec<(u32, [u8; 3])> = Vec::with_capacity(k + 1);
    for &colour in pixels {
        let key = key(colour);
        if let Err(place) = least.binary_search(&key)
            && place < k
        {
            least.insert(place, key);
            least.truncate(k);
        }
    }
    least.into_iter().map(|(_, colour)| colour).collect()
}

fn measure(picture: &Picture, cloud: &Cloud, at: usize, step: Step) -> (WalkState, Vec<u8>) {
    let Step { kind, palette, indices, moved, inertia } = step;
    let frame = frame(picture.width, picture.height, &palette, &indices);
    let psnr_db = psnr_db(inertia, picture.pixels.len());
    let (half, clusters) = match kind {
        StepKind::Assign => {
            let digit = |index| char::from_digit(u32::from(index), 16).unwrap_or('0');
            let clusters = assign(&palette, &cloud.colours()).into_iter().map(digit).collect();
            (Half::Assign, Some(clusters))
        }
        StepKind::Update => (Half::Update, None),
    };
    let state = WalkState {
        round: at / 2 + 1,
        half,
        moved: moved as u64,
        inertia,
        psnr_db: psnr_db.is_finite().then_some(psnr_db),
        at: palette.iter().map(|&colour| cloud.view.project(colour)).collect(),
        palette: palette.into_iter().map(Colour).collect(),
        clusters,
        frame: format!("step-{at:03}.png"),
        frame_bytes: frame.len() as u64,
        says: Default::default(),
    };
    (state, frame)
}

#[cfg(test)]
mod tests {
    use super::darkest;

    #[test]
    fn the_darkest_colours_are_distinct() {
        let pixels = [[9, 0, 0], [0, 0, 1], [5, 5, 5], [0, 0, 1], [1, 0, 0], [0, 0, 0]];
        assert_eq!(darkest(&pixels, 3), [[0, 0, 0], [0, 0, 1], [1, 0, 0]]);
        assert_eq!(darkest(&pixels, 9).len(), 5);
    }
}
