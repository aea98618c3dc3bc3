//! Small sites, built whole in memory: what comes out for what goes in.

mod builder;
mod errors;
mod incremental;
mod pages;
mod reproducible;
mod sections;
mod seed;
mod state;
mod toy;
