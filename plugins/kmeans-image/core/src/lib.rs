//! From pixels to the states of a figure.
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod measure;
mod numbers;
mod opaque;
mod packed;
mod palettes;
mod resample;
pub mod srgb;

pub use measure::{Gauge, Measured};
pub use numbers::Numbers;
pub use opaque::over_white;
pub use packed::pack;
pub use palettes::palettes;
pub use resample::{scaled, to_width};
