//! The build halves of `<KMeansImage>` and `<KMeansSteps>`: props, jobs, and the HTML of figures.
#![doc = include_str!("../README.md")]

mod component;
mod curve;
mod delivery;
mod figure;
mod frames;
mod index_map;
mod markup;
mod own;
mod picture;
mod props;
mod steps;
mod told;
mod widget;

/// What the problems of these components mean ([`prebake_plugin::Component::EXPLANATIONS`]).
const EXPLANATIONS: &str = include_str!("../explanations.md");

pub use component::{Job, KMeansImage};
pub use curve::{CurveProps, PaletteCurve};
pub use delivery::{Deliveries, Delivery, Frames, MapState, Mapped, Recolour};
pub use figure::{Colour, Figure, State};
pub use own::{NoJob, OwnPicture, OwnProps};
pub use props::{ColourSpace, Ks, Props};
pub use steps::{Guess, Half, KMeansSteps, Start, StepsJob, StepsProps, Walk, WalkState};
