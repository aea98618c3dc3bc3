//! `cargo xtask screenshot`: a page as a reader would see it.

use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use xtask::browser::{Media, Page};
use xtask::{Browser, Context, Result};

/// Taller than any page that is looked at, in CSS pixels.
const TALL: u32 = 16_000;

/// Time for islands to wake and pictures to be decoded.
const SETTLE: Duration = Duration::from_millis(500);

#[derive(Args)]
pub(crate) struct Options {
    /// A URL, or a file to open without a server
    page: String,
    /// The PNG to write
    out: PathBuf,
    /// Serve this folder, and take the page as a path in it
    #[arg(long, value_name = "DIR")]
    serve: Option<PathBuf>,
    /// Width of the viewport in CSS pixels; below 600 it is a phone's
    #[arg(long, default_value_t = 1280)]
    width: u32,
    /// Height of the viewport in CSS pixels
    #[arg(long, default_value_t = 800)]
    height: u32,
    /// Device pixels a CSS pixel
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// Scroll to the first element that this CSS selector names
    #[arg(long, value_name = "SELECTOR", conflicts_with = "full_page")]
    at: Option<String>,
    /// Ask for the dark colours
    #[arg(long)]
    dark: bool,
    /// Run no script
    #[arg(long)]
    no_js: bool,
    /// The page from top to bottom, scrolled through once so that all of it has loaded
    #[arg(long)]
    full_page: bool,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let server = options.serve.as_ref().map(xtask::serve_folder).transpose()?;
    let url = match &server {
        Some(server) => format!("{}{}", server.url, options.page.trim_start_matches('/')),
        None => url_of(&options.page)?,
    };
    let browser = Browser::launch()?;
    let page = browser.page()?;
    page.set_viewport(options.width, options.height, options.scale, options.width < 600)?;
    page.emulate_media(Media { dark: options.dark, ..Media::default() })?;
    if options.no_js {
        page.disable_javascript()?;
    }
    page.goto(&url)?;
    if options.full_page && options.no_js {
        // Nothing can scroll it, so all of it has to be in sight.
        page.set_viewport(options.width, TALL, options.scale, options.width < 600)?;
    } else if options.full_page {
        scroll_through(&page)?;
    }
    if let Some(selector) = &options.at {
        let selector = serde_json::Value::from(selector.as_str());
        page.evaluate(&format!(
            "document.querySelector({selector}).scrollIntoView({{ block: 'center', behavior: 'instant' }})"
        ))?;
    }
    page.pause(SETTLE)?;
    page.set_viewport(options.width, options.height, options.scale, options.width < 600)?;
    let picture = page.screenshot(options.full_page)?;
    fs::write(&options.out, picture).context(format!("cannot write {}", options.out.display()))
}

/// A file's `file:` URL; anything with a scheme is a URL already.
fn url_of(page: &str) -> Result<String> {
    if page.contains("://") {
        return Ok(page.to_owned());
    }
    let path = Path::new(page).canonicalize().context(format!("cannot open {page}"))?;
    let mut url = String::from("file://");
    for byte in path.to_string_lossy().bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~:".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(url)
}

fn scroll_through(page: &Page) -> Result<()> {
    page.evaluate(
        "(async () => {
            const root = document.documentElement;
            for (let y = 0; y < root.scrollHeight; y += innerHeight / 2) {
                scrollTo({ top: y, behavior: 'instant' });
                await new Promise((done) => setTimeout(done, 60));
            }
            scrollTo({ top: 0, behavior: 'instant' });
        })()",
    )
    .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::url_of;

    #[test]
    fn a_file_becomes_a_url() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a b#.html");
        std::fs::write(&file, "").unwrap();
        let url = url_of(file.to_str().unwrap()).unwrap();
        assert!(url.starts_with("file:///") && url.ends_with("/a%20b%23.html"), "{url}");
        assert_eq!(url_of("http://127.0.0.1:1/").unwrap(), "http://127.0.0.1:1/");
        assert!(url_of("no/such/file").is_err());
    }
}
