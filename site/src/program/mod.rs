//! Components that are programs in any language, and anywidget modules: declared in `prebake.toml`,
//! known when the site is read.
//!
//! A program gets one JSON object on its standard input and answers with one on its standard output
//! (`protocol.rs`); its standard error is the log. It writes files into a folder that it is given.
//! What it says that it read joins the cache key. The protocol is told in full in
//! `examples/languages/README.md`.

mod collect;
mod component;
mod conversation;
mod failure;
mod markup;
mod outbox;
mod permission;
mod props;
mod protocol;
mod server;
mod widget;
mod workshop;

pub use component::ProgramComponent;
pub use permission::{Ask, Command, Permission};
pub use workshop::{Shift, Tools, Workshop};

/// The module by which a program in Python makes figures: one file, without dependencies.
pub const PYTHON_MODULE: &str = include_str!("../../python/prebake.py");
