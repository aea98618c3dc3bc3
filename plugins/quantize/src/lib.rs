#![doc = include_str!("../README.md")]
#![cfg_attr(not(any(feature = "std", test)), no_std)]
#![deny(unsafe_code)]

extern crate alloc;

mod assign;
mod candidates;
mod digest;
mod histogram;
mod indexed;
mod measure;
mod steps;

#[cfg(feature = "std")]
mod blocks;
#[cfg(feature = "std")]
mod detail;
#[cfg(feature = "std")]
mod gather;
#[cfg(feature = "std")]
mod line;
#[cfg(feature = "std")]
mod lloyd;
#[cfg(feature = "std")]
mod mask;
#[cfg(feature = "std")]
mod moves;
#[cfg(feature = "std")]
mod oklab;
#[cfg(feature = "std")]
mod palette;
#[cfg(feature = "std")]
mod partition;
#[cfg(feature = "std")]
mod path;
#[cfg(feature = "std")]
mod plain;
#[cfg(feature = "std")]
mod plan;
#[cfg(feature = "std")]
mod points;
#[cfg(feature = "std")]
mod progress;
#[cfg(feature = "std")]
mod seed;
#[cfg(feature = "std")]
mod tree;
#[cfg(feature = "std")]
mod vectors;

pub use assign::{assign, nearest, recolour};
pub use digest::digest;
pub use histogram::distinct;
pub use indexed::{Indexed, Marks, index, room};
#[cfg(feature = "std")]
pub use line::{Codebook, CodebookError, codebooks};
pub use measure::{counts, entropy_bits, psnr_db};
#[cfg(feature = "std")]
pub use palette::{Effort, Palette, Space, every_k, every_k_reporting};
pub use steps::{Step, StepKind, lloyd_steps};
