//! Expressions in prose: what they are worth, and what is wrong with them.

mod figures;
mod grammar;
mod javascript;
mod mistakes;
mod properties;
mod values;
