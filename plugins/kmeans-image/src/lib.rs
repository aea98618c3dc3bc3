//! The build half of `<KMeansImage>`: props, job, and the HTML of the figure.
#![doc = include_str!("../README.md")]

mod component;
mod curve;
mod delivery;
mod figure;
mod frames;
mod index_map;
mod markup;
mod numbers;
mod packed;
mod picture;
mod props;
mod told;
mod widget;

pub use component::{Job, KMeansImage};
pub use curve::{CurveProps, PaletteCurve};
pub use delivery::{Deliveries, Delivery, Frames, MapState, Mapped, Recolour};
pub use figure::{Colour, Figure, State};
pub use props::{ColourSpace, Ks, Props};
