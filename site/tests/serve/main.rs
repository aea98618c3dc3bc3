//! `prebake serve`, as its author, an attacker and a browser meet it.

mod attacks;
mod browser;
mod live;
mod patch;
mod ports;
mod requests;
mod served;
