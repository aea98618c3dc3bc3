//! The build halves of `<KMeansImage>` and `<KMeansSteps>`: props, jobs, and the HTML of figures.
#![doc = include_str!("../README.md")]

mod component;
mod figure;
mod frames;
mod markup;
mod numbers;
mod packed;
mod picture;
mod props;
mod steps;
mod widget;

pub use component::{Job, KMeansImage};
pub use figure::{Colour, Figure, State};
pub use props::{ColourSpace, Ks, Props};
pub use steps::{Guess, Half, KMeansSteps, Start, StepsJob, StepsProps, Walk, WalkState};
