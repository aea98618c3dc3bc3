//! The contract that every Prebake plugin implements.
#![doc = include_str!("../README.md")]

mod artifact;
mod component;
mod context;
mod delivery;
mod erased;
mod inputs;
mod markup;
mod nearest;
mod numbers;
mod path;
mod problem;
mod widget;

pub use artifact::{Artifact, ArtifactFile, Twin};
pub use component::Component;
pub use context::Context;
pub use delivery::DeliveryCost;
pub use erased::{AnyComponent, AnyJob, AnyProps};
pub use inputs::{Digest, Inputs, Read, ReadKind, Source};
pub use markup::{Island, Markup, Place, Trigger, escape, escape_into};
pub use nearest::nearest;
pub use numbers::{Domain, Numbers};
pub use path::SitePath;
pub use problem::{FilePlace, Problem, Severity, check_id};
pub use schemars;
pub use widget::{Kernel, Widget, WidgetFile};
