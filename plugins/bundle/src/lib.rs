//! For the `build.rs` of a plugin.
