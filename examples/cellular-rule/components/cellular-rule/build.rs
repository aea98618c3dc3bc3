//! Makes the browser half, and the version of the build half.

fn main() -> Result<(), prebake_bundle::Error> {
    prebake_bundle::version()?;
    prebake_bundle::kernel("kernel")?;
    prebake_bundle::module("widget.js")
}
