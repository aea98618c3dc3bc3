//! `prebake new`, as an author meets it.

mod alone;
mod component;
mod plain;
mod python;
