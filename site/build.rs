//! Minifies the loader, which every page with islands carries inline.

fn main() -> Result<(), prebake_bundle::Error> {
    prebake_bundle::module("client/loader.js")
}
