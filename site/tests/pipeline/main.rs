//! Baking, the cache and emitting, on disks that fail, are damaged, or are shared.

mod bake;
mod cache;
mod concurrent;
mod damage;
mod destination;
mod prune;
mod small;
mod toy;
mod update;
mod verify;
mod whole;
mod why;
