//! Small sites, built for real into temporary folders.

use prebake::disk::RealDisk;
use prebake::emit::{Destination, Turn};
use prebake::progress::Silent;
use prebake::site::{Options, Site};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use xtask::browser::{Browser, Page};
use xtask::{StaticServer, serve_folder};

/// A built site, and a server for it.
pub(crate) struct Scratch {
    _folder: TempDir,
    pub(crate) dist: PathBuf,
    pub(crate) server: StaticServer,
}

impl Scratch {
    /// Builds a site of one article, `article/`, beside `dog.png` and `dog.jpg`, a made-up photograph
    /// of 400 × 300 pixels.
    pub(crate) fn build(article: &str) -> Self {
        Self::with_picture(article, 400, 300)
    }

    /// The same with a photograph of another size.
    pub(crate) fn with_picture(article: &str, width: u32, height: u32) -> Self {
        Self::showing(article, &photograph(width, height))
    }

    /// The same with this picture.
    pub(crate) fn showing(article: &str, picture: &image::RgbImage) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let content = root.join("content/article");
        fs::create_dir_all(&content).unwrap();
        fs::write(content.join("index.md"), article).unwrap();
        for name in ["dog.png", "dog.jpg"] {
            picture.save(content.join(name)).unwrap();
        }
        let disk = Arc::new(RealDisk);
        let build = Site::new(disk.clone(), root.clone()).build(&Options::default(), &Silent);
        let output = build.output.unwrap_or_else(|| panic!("{:#?}", build.diagnostics));
        let dist = root.join("dist");
        let destination = Destination::new(&*disk, &dist, &root, folder.path()).unwrap();
        Turn::wait(&*disk, &destination).emit(&output).unwrap();
        let server = serve_folder(&dist).unwrap();
        Self { _folder: folder, dist, server }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url)
    }

    /// The article's page, opened in a browser of its own.
    pub(crate) fn open(&self) -> (Browser, Page) {
        let browser = Browser::launch().unwrap();
        let page = browser.page().unwrap();
        page.goto(&self.url("article/index.html")).unwrap();
        (browser, page)
    }
}

/// Soft blobs of colour with some grain: many colours, as a photograph has.
fn photograph(width: u32, height: u32) -> image::RgbImage {
    let mut noise = 0x2545_f491_u32;
    image::RgbImage::from_fn(width, height, |x, y| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let (x, y) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
        let blob = |cx: f64, cy: f64| (-8.0 * ((x - cx).powi(2) + (y - cy).powi(2))).exp();
        let grain = f64::from(noise % 16);
        let channel = |a: f64, b: f64, c: f64| {
            (30.0 + a * blob(0.3, 0.4) + b * blob(0.7, 0.6) + c * y + grain) as u8
        };
        image::Rgb([
            channel(170.0, 40.0, 30.0),
            channel(110.0, 120.0, 20.0),
            channel(50.0, 60.0, 90.0),
        ])
    })
}
