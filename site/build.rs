//! Minifies the scripts that pages carry, and makes the generator's version.

fn main() -> Result<(), prebake_bundle::Error> {
    prebake_bundle::version()?;
    prebake_bundle::module("client/loader.js")?;
    prebake_bundle::module("client/anywidget.js")?;
    prebake_bundle::module("client/export.js")?;
    prebake_bundle::module("client/state.js")?;
    prebake_bundle::module("client/live.js")
}
