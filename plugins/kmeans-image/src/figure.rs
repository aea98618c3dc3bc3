//! `figure.json`: everything that the build knows of a figure, for people, tools and tests.

use crate::delivery::Deliveries;
use crate::frames::{self, frame_name, paint};
use crate::picture::Picture;
use crate::props::ColourSpace;
use prebake_kmeans_image_core::{self as core, Gauge, Numbers};
use prebake_plugin::schemars::{self, JsonSchema, Schema, SchemaGenerator};
use prebake_quantize::Palette;
use rayon::prelude::*;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A picture in every number of colours of a domain. The page does not fetch it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars", title = "A figure of <KMeansImage>")]
pub struct Figure {
    /// Width of the picture and of every frame, in pixels.
    #[schemars(range(min = 1))]
    pub width: u32,
    /// Height of the picture and of every frame, in pixels.
    #[schemars(range(min = 1))]
    pub height: u32,
    /// The space in which the colours were clustered.
    pub space: ColourSpace,
    /// The numbers of colours, rising; `states` stand in the same order. Fewer than were asked for
    /// where the picture has fewer distinct colours.
    #[schemars(length(min = 1), inner(range(min = 1, max = 256)))]
    pub ks: Vec<u16>,
    /// What the reader can choose from.
    #[schemars(length(min = 1))]
    pub states: Vec<State>,
    /// The ways in which the frames can reach a reader, and what each costs.
    pub delivery: Deliveries,
}

/// The picture in `k` colours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars")]
pub struct State {
    /// The number of colours.
    #[schemars(range(min = 1, max = 256))]
    pub k: u16,
    /// The colours of the frame, dark to light: the centroids, rounded.
    pub palette: Vec<Colour>,
    /// What k-means found, in sRGB bytes and in the palette's order.
    pub centroids: Vec<[f64; 3]>,
    /// How many pixels of the frame show each colour.
    pub counts: Vec<u64>,
    /// Sum over all pixels of the squared Euclidean distance to the nearest centroid, over the
    /// three channels in sRGB bytes.
    pub inertia: f64,
    /// Peak signal-to-noise ratio of the frame as shown, in decibels, over the three channels in
    /// sRGB bytes; `null` where the frame is exact, which would be infinite.
    pub psnr_db: Option<f64>,
    /// Bits of one index, fixed in width: log2 of `k`, rounded up. 0 for one colour.
    pub bits_per_pixel: f64,
    /// Entropy of the indices, taken one by one: what an ideal coder would need.
    pub entropy_bits_per_pixel: f64,
    /// The name of the frame's file: a PNG.
    pub frame: String,
    /// The size of that file.
    pub frame_bytes: u64,
}

/// An sRGB colour, written `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

/// A palette's frame, before it is told.
pub(crate) struct Frame {
    pub(crate) palette: Vec<[u8; 3]>,
    pub(crate) png: Vec<u8>,
    /// Sum of squared distances of the shown pixels to the picture's, in sRGB bytes.
    pub(crate) error: u64,
}

/// How much of the work on a figure palettes are; frames are the rest.
const PALETTES_SHARE: f64 = 0.3;

/// Clusters the picture for every k, paints every frame and measures it. `report` is told the share
/// of the work done, up to 1.
pub(crate) fn measure(
    picture: &Picture,
    ks: &[u16],
    space: ColourSpace,
    report: &(dyn Fn(f64) + Sync),
) -> (Vec<State>, Vec<Frame>) {
    let report_palettes = |share: f64| report(PALETTES_SHARE * share);
    let palettes = core::palettes(&picture.pixels, ks, space.into(), &report_palettes);
    let gauge = Gauge::new(&picture.pixels);
    let (all, done) = (palettes.len() as f64, AtomicUsize::new(0));
    let frame = |palette| {
        let frame = frame(picture, &gauge, palette);
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        report(PALETTES_SHARE + (1.0 - PALETTES_SHARE) * done as f64 / all);
        frame
    };
    palettes.into_par_iter().with_max_len(1).map(frame).unzip()
}

fn frame(picture: &Picture, gauge: &Gauge<'_>, palette: Palette) -> (State, Frame) {
    let Palette { centroids, colours, inertia, .. } = palette;
    let measured = gauge.measure(&colours);
    let shown = paint(&colours, &measured.indices);
    let png = frames::png(picture.width, picture.height, &shown);
    let k = colours.len() as u16;
    let state = State {
        k,
        palette: colours.iter().copied().map(Colour).collect(),
        centroids,
        counts: measured.counts,
        inertia,
        psnr_db: measured.psnr_db,
        bits_per_pixel: measured.bits_per_pixel,
        entropy_bits_per_pixel: measured.entropy_bits_per_pixel,
        frame: frame_name(k),
        frame_bytes: png.len() as u64,
    };
    (state, Frame { palette: colours, png, error: measured.error })
}

/// `None` where nothing is off.
pub(crate) fn psnr_db(error: u64, picture: &Picture) -> Option<f64> {
    Some(prebake_quantize::psnr_db(error, picture.pixels.len())).filter(|db| db.is_finite())
}

impl Figure {
    /// The name of the file among those of the artifact.
    pub const FILE: &'static str = "figure.json";

    /// The name of the file that the page fetches: the numbers and the palettes, packed.
    pub(crate) const PALETTES: &'static str = "palettes.bin";

    /// The name of the same file for the index map.
    pub(crate) const MAP_PALETTES: &'static str = "map-palettes.bin";

    /// The JSON Schema of the file, as `figure.schema.json` publishes it.
    #[must_use]
    pub fn schema() -> Schema {
        schemars::schema_for!(Self)
    }

    /// The file's bytes; floats are in the shortest form that reads back the same.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec(self).expect("numbers and strings serialise");
        json.push(b'\n');
        json
    }
}

impl State {
    /// What the packed palettes say of it.
    pub(crate) fn packed(&self) -> (Numbers, Vec<[u8; 3]>) {
        (self.numbers(), self.palette.iter().map(|colour| colour.0).collect())
    }

    /// The rounded numbers that captions say.
    pub(crate) fn numbers(&self) -> Numbers {
        Numbers::new(self.k, self.psnr_db, self.bits_per_pixel, self.entropy_bits_per_pixel)
    }
}

impl Colour {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let well_formed = digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let value = u32::from_str_radix(digits, 16).ok().filter(|_| well_formed)?;
        let [_, rgb @ ..] = value.to_be_bytes();
        Some(Self(rgb))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

impl Serialize for Colour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| de::Error::custom(format!("`{text}` is no colour such as `#0a1b2c`")))
    }
}

impl JsonSchema for Colour {
    fn schema_name() -> Cow<'static, str> {
        "Colour".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "description": "An sRGB colour, written `#rrggbb`.",
            "type": "string",
            "pattern": "^#[0-9a-f]{6}$",
        })
    }
}
