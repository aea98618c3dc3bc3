//! Makes the browser half, and the version of the build half.

fn main() -> Result<(), prebake_bundle::Error> {
    prebake_bundle::version()?;
    prebake_bundle::kernel("kernel")?;
    prebake_bundle::module("curve.js")?;
    prebake_bundle::module("steps.js")?;
    prebake_bundle::kernel("own-kernel")?;
    for script in ["own.js", "own-worker.js"] {
        prebake_bundle::module(script)?;
    }
    prebake_bundle::module("widget.js")
}
