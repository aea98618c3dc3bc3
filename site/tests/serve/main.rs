//! `prebake serve`, as its author, an attacker and a browser meet it.

mod attacks;
mod browser;
mod live;
mod ports;
mod requests;
mod served;
