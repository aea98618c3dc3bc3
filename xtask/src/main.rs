//! `cargo xtask`: chores, in Rust.
fn main() {}
