//! The generator.

pub mod bake;
pub mod cache;
pub mod config;
pub mod diagnostic;
pub mod disk;
pub mod emit;
pub mod output;
pub mod parse;
pub mod progress;
pub mod source;
