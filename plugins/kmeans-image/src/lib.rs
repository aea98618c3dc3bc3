//! The build half of `<KMeansImage>`: props, job, and the HTML of the figure.
#![doc = include_str!("../README.md")]

mod component;
mod figure;
mod frames;
mod markup;
mod own;
mod picture;
mod props;
mod told;
mod widget;

pub use component::{Job, KMeansImage};
pub use figure::{Colour, Figure, State};
pub use own::{NoJob, OwnPicture, OwnProps};
pub use props::{ColourSpace, Ks, Props};
