//! The ways in which the frames can reach a reader, and what each costs.

use crate::figure::{self, Colour, Frame, State};
use crate::index_map::IndexMap;
use crate::picture::Picture;
use crate::widget::widget;
use prebake_kmeans_image_core::Numbers;
use prebake_plugin::DeliveryCost;
use prebake_plugin::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};

/// How the other states reach a reader who slides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(crate = "schemars")]
pub enum Delivery {
    /// The smaller of `recolour` and `frames`, which are exact; `recolour` where they tie.
    #[default]
    Auto,
    /// The canonical picture and every palette, painted by the kernel: exact.
    Recolour,
    /// One picture of at most 256 colours and palettes of its own, painted by the kernel: the
    /// smallest, and a little off.
    IndexMap,
    /// The PNG frames, one by one: exact, and without WebAssembly.
    Frames,
}

/// What each way costs a reader who visits every state, in bytes of files as they are, the kernel
/// aside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars")]
pub struct Deliveries {
    /// The canonical picture, recoloured.
    pub recolour: Recolour,
    /// A picture of few colours, recoloured.
    pub index_map: Mapped,
    /// The frames.
    pub frames: Frames,
}

/// `recolour`: exact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars")]
pub struct Recolour {
    /// The name of the canonical picture's file.
    pub picture: String,
    /// Its size.
    pub picture_bytes: u64,
    /// The size of `palettes.bin`.
    pub palettes_bytes: u64,
    /// Whether an `<img>` of the source shows the same file, so that it costs nothing more.
    pub picture_is_shown: bool,
}

/// `index-map`: inexact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars")]
pub struct Mapped {
    /// The name of the map's file.
    pub map: String,
    /// Its size.
    pub map_bytes: u64,
    /// The size of `map-palettes.bin`.
    pub palettes_bytes: u64,
    /// How many colours the map has.
    #[schemars(range(min = 1, max = 256))]
    pub colours: u16,
    /// The largest `error_ratio`; `null` where one is infinite.
    pub worst_error_ratio: Option<f64>,
    /// What is shown in the place of each frame.
    pub states: Vec<MapState>,
}

/// What the map shows in the place of a frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars")]
pub struct MapState {
    /// The number of colours.
    #[schemars(range(min = 1, max = 256))]
    pub k: u16,
    /// The colours, in the order of the exact frame's.
    pub palette: Vec<Colour>,
    /// Squared error of what is shown over that of the exact frame; `null` where only the exact
    /// frame has none, which would be infinite.
    pub error_ratio: Option<f64>,
    /// Peak signal-to-noise ratio of what is shown, in decibels, over the three channels in sRGB
    /// bytes; `null` where it is exact.
    pub psnr_db: Option<f64>,
    /// Entropy of the indices, taken one by one.
    pub entropy_bits_per_pixel: f64,
}

/// `frames`: exact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars")]
pub struct Frames {
    /// The size of all frames.
    pub frames_bytes: u64,
    /// The size of `palettes.bin`, which holds the numbers too.
    pub palettes_bytes: u64,
}

/// The size of the kernel, which all figures of a page share.
pub(crate) fn kernel_bytes() -> u64 {
    widget().kernel.map_or(0, |kernel| kernel.wasm.len() as u64)
}

impl Mapped {
    /// Compares what the map shows with the exact frames; `palettes_bytes` is told later.
    pub(crate) fn new(picture: &Picture, map: &IndexMap, frames: &[Frame]) -> Self {
        let states: Vec<MapState> = map
            .shown
            .iter()
            .zip(frames)
            .map(|(shown, frame)| MapState {
                k: shown.palette.len() as u16,
                palette: shown.palette.iter().copied().map(Colour).collect(),
                error_ratio: match (shown.error, frame.error) {
                    (0, 0) => Some(1.0),
                    (_, 0) => None,
                    (shown, exact) => Some(shown as f64 / exact as f64),
                },
                psnr_db: figure::psnr_db(shown.error, picture),
                entropy_bits_per_pixel: prebake_quantize::entropy_bits(&shown.counts),
            })
            .collect();
        let mut ratios = states.iter().map(|state| state.error_ratio);
        Self {
            map: map.file.name.clone(),
            map_bytes: map.file.bytes.len() as u64,
            palettes_bytes: 0,
            colours: map.colours as u16,
            worst_error_ratio: ratios.try_fold(0.0_f64, |worst, ratio| Some(worst.max(ratio?))),
            states,
        }
    }

    /// What `map-palettes.bin` says of each state; the width of an index is that of `exact`.
    pub(crate) fn packed(&self, exact: &[State]) -> Vec<(Numbers, Vec<[u8; 3]>)> {
        self.states
            .iter()
            .zip(exact)
            .map(|(state, exact)| {
                let (bits, entropy) = (exact.bits_per_pixel, state.entropy_bits_per_pixel);
                let palette = state.palette.iter().map(|colour| colour.0).collect();
                (Numbers::new(state.k, state.psnr_db, bits, entropy), palette)
            })
            .collect()
    }
}

impl Deliveries {
    /// The way that a tag means; `kernel` is the size of what recolours. The picture counts where
    /// the page has to fetch it besides. What is not exact is never picked by itself.
    pub(crate) fn pick(&self, wanted: Delivery, kernel: u64) -> Delivery {
        match wanted {
            Delivery::Auto if self.frames.bytes() < self.recolour.bytes() + kernel => {
                Delivery::Frames
            }
            Delivery::Auto => Delivery::Recolour,
            chosen => chosen,
        }
    }

    /// The lines of the build's table.
    pub(crate) fn costs(&self, picked: Delivery, kernel: u64) -> Vec<DeliveryCost> {
        let cost = |way, name: &str, bytes, remark: String| DeliveryCost {
            name: name.to_owned(),
            bytes,
            picked: picked == way,
            remark,
        };
        let recolour = if self.recolour.picture_is_shown {
            "exact; the page has the picture"
        } else {
            "exact; fetches the picture too"
        };
        let map = match self.index_map.worst_error_ratio {
            Some(ratio) => format!("at most {ratio:.3} times the error"),
            None => "not exact".to_owned(),
        };
        vec![
            cost(
                Delivery::Recolour,
                "recolour",
                self.recolour.bytes() + kernel,
                recolour.to_owned(),
            ),
            cost(Delivery::IndexMap, "index-map", self.index_map.bytes() + kernel, map),
            cost(Delivery::Frames, "frames", self.frames.bytes(), "exact".to_owned()),
        ]
    }
}

impl Recolour {
    fn bytes(&self) -> u64 {
        let picture = if self.picture_is_shown { 0 } else { self.picture_bytes };
        picture + self.palettes_bytes
    }
}

impl Mapped {
    fn bytes(&self) -> u64 {
        self.map_bytes + self.palettes_bytes
    }
}

impl Frames {
    fn bytes(&self) -> u64 {
        self.frames_bytes + self.palettes_bytes
    }
}
