//! A page, and the site that its blocks make.

use crate::console;
use crate::fence::Fence;
use crate::{root, updates};
use prebake::diagnostic::{Diagnostic, render};
use prebake::disk::RealDisk;
use prebake::program::Permission;
use prebake::progress::Silent;
use prebake::site::{Options, Site};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a block that is an article stands in the site.
const ARTICLE: &str = "content/example/index.md";

/// A page of the manual.
pub(crate) struct Page {
    path: PathBuf,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        Self { path, text }
    }

    pub(crate) fn name(&self) -> String {
        self.path.file_name().unwrap().to_string_lossy().into_owned()
    }

    /// Puts `text` in the place of some bytes, in the file too.
    pub(crate) fn replace(&mut self, range: std::ops::Range<usize>, text: &str) {
        self.text.replace_range(range, text);
        fs::write(&self.path, &self.text).unwrap();
    }

    /// What is wrong with its blocks.
    pub(crate) fn test(&mut self) -> Vec<String> {
        // Its examples are the catalogue's, which has tests of its own.
        if self.name() == "diagnostics.md" {
            return Vec::new();
        }
        let site = Scratch::new();
        let mut wrong = Vec::new();
        let count = Fence::all(&self.text).len();
        for number in 0..count {
            // Anew, because an update moves what is below.
            let fence = Fence::all(&self.text).swap_remove(number);
            if let Err(why) = self.try_fence(&fence, &site) {
                wrong.push(format!("docs/{}:{}: {why}", self.name(), fence.line));
            }
        }
        wrong
    }

    fn try_fence(&mut self, fence: &Fence, site: &Scratch) -> Result<(), String> {
        if let Some(path) = fence.option("quote") {
            let whole =
                fs::read_to_string(root().join(path)).map_err(|e| format!("{path}: {e}"))?;
            if !format!("\n{whole}").contains(&format!("\n{}", fence.text)) {
                return Err(format!("`{path}` does not say that"));
            }
        }
        if let Some(path) = fence.option("file") {
            site.write(path, &fence.text);
            // An article is tested as well, in its own place.
            return if path.ends_with(".md") { site.expect(&[]) } else { Ok(()) };
        }
        match fence.language.as_str() {
            "markdown" => {
                site.write(ARTICLE, &fence.text);
                if fence.is("live") {
                    self.shows(fence)?;
                }
                let codes: Vec<&str> = fence
                    .option("fails")
                    .map(|codes| codes.split(',').collect())
                    .unwrap_or_default();
                let tested = site.expect(&codes);
                site.write(ARTICLE, "Words.\n");
                tested
            }
            "toml" => {
                site.write("prebake.toml", &fence.text);
                site.expect(&[])
            }
            "console" => match console::test(fence, site.folder())? {
                printed if printed == fence.text => Ok(()),
                printed if updates() => {
                    self.replace(fence.range.clone(), &printed);
                    Ok(())
                }
                printed => Err(format!("it prints something else:\n{printed}")),
            },
            "sh" => fence.text.lines().try_for_each(console::known_options),
            "text" => Ok(()),
            _ if fence.is("shown") || fence.option("quote").is_some() => Ok(()),
            other => Err(format!("nothing tests a block of `{other}` without `file` or `quote`")),
        }
    }

    /// Whether the page shows, below a block, what the block makes.
    fn shows(&self, fence: &Fence) -> Result<(), String> {
        let below = self.text[fence.end..].trim_start();
        if below.starts_with(fence.text.trim_end()) {
            Ok(())
        } else {
            Err("the page does not go on with what the block says".to_owned())
        }
    }
}

/// A site in a temporary folder.
struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    /// One article, with a small picture under every name that the manual's pictures have.
    fn new() -> Self {
        let site = Self { folder: tempfile::tempdir().unwrap() };
        site.write(ARTICLE, "Words.\n");
        let picture = image::RgbImage::from_fn(24, 16, |x, y| {
            image::Rgb([(x * 10) as u8, (y * 15) as u8, ((x + y) * 6) as u8])
        });
        let mut png = Vec::new();
        picture.write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
        fs::write(site.folder().join("content/example/dog.png"), png).unwrap();
        site
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Builds the site, which has these mistakes and no others.
    fn expect(&self, codes: &[&str]) -> Result<(), String> {
        let site = Site::new(Arc::new(RealDisk), self.folder().to_owned());
        // The manual's programs are ours.
        let options = Options { commands: Permission::Granted, ..Options::default() };
        let found = site.build(&options, &Silent).diagnostics;
        // The commands of the page find the site as its reader would: never built before.
        let _ = fs::remove_dir_all(self.folder().join(".prebake"));
        let mut got: Vec<&str> = found.iter().map(|found| found.code.as_str()).collect();
        got.dedup();
        if got == codes { Ok(()) } else { Err(told(&found, codes)) }
    }
}

fn told(found: &[Diagnostic], codes: &[&str]) -> String {
    let found = render(found, false, 100);
    if codes.is_empty() { found } else { format!("{} were expected:\n{found}", codes.join(", ")) }
}
