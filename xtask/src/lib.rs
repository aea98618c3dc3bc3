//! Chores, in Rust.
