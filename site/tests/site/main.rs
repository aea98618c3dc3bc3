//! Small sites, built whole in memory: what comes out for what goes in.

mod builder;
mod catalogue;
mod check;
mod errors;
mod external;
mod incremental;
mod pages;
mod provoked;
mod reproducible;
mod sections;
mod seed;
mod state;
mod toy;
