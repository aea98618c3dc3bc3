//! The site in a browser while it is written.

use crate::diagnostic::Diagnostic;
use crate::progress::Progress;
use crate::site::{self, Site};

/// How to serve.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Builds again, and reloads the page, when a file of the site changes.
    pub watch: bool,
    /// The port on 127.0.0.1; one is chosen where it is not given.
    pub port: Option<u16>,
    /// Opens the page in the browser.
    pub open: bool,
    /// How to build.
    pub build: site::Options,
}

/// Serves the site until the process is interrupted.
///
/// # Errors
/// An `unavailable-port` diagnostic.
pub fn serve(_site: &Site, options: &Options, _progress: &dyn Progress) -> Result<(), Diagnostic> {
    let port = options.port.unwrap_or_default();
    Err(Diagnostic::error("unavailable-port", format!("port {port} cannot be served yet")))
}
