//! What a reader sees, in a real Chromium: built pages, served from a folder or opened from a file.

mod budget;
mod exact;
mod own;
mod page;
mod scratch;
mod step;
