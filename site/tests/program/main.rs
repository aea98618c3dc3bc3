//! Components that are programs: what they may do, what they may get wrong, and who may run them.

#[cfg(unix)]
mod dithering;
#[cfg(unix)]
mod examples;
mod fake;
#[cfg(unix)]
mod limits;
#[cfg(unix)]
mod permission;
#[cfg(unix)]
mod real;
mod reply;
mod scratch;
