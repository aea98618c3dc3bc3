//! The generator.

pub mod bake;
pub mod cache;
pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod disk;
pub mod emit;
pub mod output;
pub mod parse;
pub mod progress;
pub mod report;
pub mod serve;
pub mod site;
pub mod source;
