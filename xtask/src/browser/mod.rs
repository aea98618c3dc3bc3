//! A real browser for tests: Chromium, driven over the Chrome DevTools Protocol.
//!
//! The protocol is documented at <https://chromedevtools.github.io/devtools-protocol/>. Everything
//! here is synchronous and has a deadline: a page that hangs fails its test, it never hangs it.
//!
//! ```no_run
//! # fn main() -> xtask::Result<()> {
//! let server = xtask::serve_folder("dist")?;
//! let browser = xtask::Browser::launch()?;
//! let page = browser.page()?;
//! page.goto(&server.url)?;
//! assert_eq!(page.evaluate("document.images.length")?, 3);
//! assert!(page.console()?.is_empty());
//! # Ok(()) }
//! ```

mod axe;
mod chromium;
mod connection;
mod emulation;
mod input;
mod journal;
mod launch;
mod layout;
mod page;

pub use axe::{Violation, axe};
pub use chromium::find as find_chromium;
pub use emulation::Media;
pub use input::Point;
pub use journal::{Level, Message, Request};
pub use launch::Browser;
pub use layout::{LayoutShift, Rect};
pub use page::Page;
