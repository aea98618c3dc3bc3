//! The generator.
#![doc = include_str!("../README.md")]

pub mod assemble;
pub mod bake;
pub mod blob;
pub mod body;
pub mod cache;
pub mod check;
pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod disk;
pub mod emit;
pub mod export;
pub mod expression;
pub mod external;
pub mod html;
pub mod island;
mod jobs;
pub mod links;
pub mod memory;
pub mod outline;
pub mod output;
pub mod page;
pub mod parse;
pub mod plan;
pub mod process;
pub mod program;
pub mod progress;
pub mod read;
pub mod render;
pub mod report;
mod run;
mod scaffold;
pub mod section;
pub mod serve;
pub mod site;
pub mod source;
pub mod theme;
mod upkeep;
pub mod verify;
pub mod world;

pub use prebake_plugin as plugin;
pub use site::Site;
