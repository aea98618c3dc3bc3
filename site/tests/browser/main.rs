//! What a reader sees, in a real Chromium: built pages, served from a folder or opened from a file.

mod anywidget;
mod budget;
mod controls;
mod exact;
mod expressions;
mod own;
mod page;
mod scratch;
mod selection;
mod state;
mod steps;
