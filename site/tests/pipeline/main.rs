//! Baking, the cache and emitting, on disks that fail, are damaged, or are shared.

mod bake;
mod cache;
mod concurrent;
mod destination;
mod toy;
mod update;
mod whole;
