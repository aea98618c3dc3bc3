//! The generator.

mod boundary;
pub mod diagnostic;
pub mod disk;
pub mod parse;
