//! The generator.

pub mod diagnostic;
pub mod disk;
pub mod parse;
pub mod source;
