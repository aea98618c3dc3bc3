//! A site in memory: `SiteTest::new().article("a", "…").picture("a/dog.png").build()`.

use prebake::check::Check;
use prebake::diagnostic::{SourceFile, render};
use prebake::disk::MemoryDisk;
use prebake::output::Output;
use prebake::progress::Silent;
use prebake::site::{Build, Options, Site};
use prebake_plugin::SitePath;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Arc;

const ROOT: &str = "/site";

pub(crate) struct SiteTest {
    disk: MemoryDisk,
    pub(crate) options: Options,
}

impl SiteTest {
    pub(crate) fn new() -> Self {
        Self { disk: MemoryDisk::new().with_folder(ROOT), options: Options::default() }
    }

    /// A file, by its path from the site's root.
    pub(crate) fn file(mut self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.disk = self.disk.with_file(format!("{ROOT}/{path}"), bytes);
        self
    }

    /// `content/<name>/index.md`.
    pub(crate) fn article(self, name: &str, text: &str) -> Self {
        self.file(&format!("content/{name}/index.md"), text)
    }

    /// A lossless picture of 24x16 in `content/`: a few dozen colours.
    pub(crate) fn picture(self, path: &str) -> Self {
        let picture = image::RgbImage::from_fn(24, 16, |x, y| {
            image::Rgb([(x * 10) as u8, (y * 15) as u8, ((x + y) * 6) as u8])
        });
        let mut png = Vec::new();
        picture.write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
        self.file(&format!("content/{path}"), png)
    }

    /// A picture far wider than a page, in `content/`.
    pub(crate) fn wide_picture(self, path: &str) -> Self {
        let mut png = Vec::new();
        let picture = image::RgbImage::new(1_600, 2);
        picture.write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
        self.file(&format!("content/{path}"), png)
    }

    /// What `prebake check` says.
    pub(crate) fn check(self) -> Check {
        Site::new(Arc::new(self.disk), PathBuf::from(ROOT)).check(&self.options)
    }

    pub(crate) fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    pub(crate) fn run(self) -> Build {
        let site = Site::new(Arc::new(self.disk), PathBuf::from(ROOT));
        site.build(&self.options, &Silent)
    }

    /// The files of a site that builds without a word.
    pub(crate) fn build(self) -> Output {
        let build = self.run();
        assert!(build.diagnostics.is_empty(), "{}", render(&build.diagnostics, false, 100));
        build.output.unwrap()
    }

    /// What a site that does not build says.
    pub(crate) fn errors(self) -> String {
        let build = self.run();
        assert!(build.output.is_none(), "it builds");
        render(&build.diagnostics, false, 100)
    }
}

/// A text file of a site.
pub(crate) fn source(path: &str, text: &str) -> Arc<SourceFile> {
    let path = SitePath::new(path).unwrap();
    Arc::new(SourceFile { path, text: text.to_owned() })
}

/// The text of a file of the output.
pub(crate) fn text(output: &Output, path: &str) -> String {
    let paths: Vec<&str> = output.iter().map(|(path, _)| path).collect();
    let bytes = output.get(path).unwrap_or_else(|| panic!("no `{path}` in {paths:#?}"));
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The body of an article's page.
pub(crate) fn prose(output: &Output, path: &str) -> String {
    let page = text(output, path);
    let start = page.find("<div class=\"prose").expect("the template has a place for prose");
    let body = &page[start..];
    let body = &body[body.find('>').unwrap() + 1..];
    body[..body.find("</article>").unwrap()].trim_end_matches("</div>\n").trim().to_owned()
}
