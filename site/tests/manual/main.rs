//! The manual in `docs/`, under test: its code blocks are built and run, and its tables and lists are
//! those of the program.
//!
//! What follows a block's language, which readers do not see, says how it is tested:
//!
//! | block | test |
//! | --- | --- |
//! | `markdown` | an article, which builds without a word |
//! | `markdown live` | the same, and the page shows what it makes, right below |
//! | `markdown fails=CODE,CODE` | an article with these mistakes and no others |
//! | `toml` | `prebake.toml`, with which the site builds without a word |
//! | `console`, `console exit=1` | commands behind `$`, run in turn, and what they print; `…` stands for anything |
//! | any, with `file=PATH` | a file that the blocks below find in the site |
//! | any, with `quote=PATH` | a part of that file of the repository |
//! | `sh` | commands for the reader's own machine: their options must be those of the program |
//! | `text`, or any with `shown` | not tested |
//!
//! The blocks of a page share one site, in their order. `INSTA_UPDATE=always` writes what is printed
//! into the pages, and the tables that are made from the program.

mod console;
mod fence;
mod page;
mod tables;

use page::Page;
use prebake::diagnostic::render;
use prebake::disk::RealDisk;
use prebake::site::{Options, Site};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The root of the repository.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Every page of the manual, in the order of their names.
fn pages() -> Vec<Page> {
    let mut paths: Vec<PathBuf> = fs::read_dir(root().join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    assert!(paths.len() >= 10, "the manual is in `docs/`: {paths:?}");
    paths.into_iter().map(Page::read).collect()
}

/// The page of that name.
fn page(name: &str) -> Page {
    Page::read(root().join(format!("docs/{name}.md")))
}

/// Whether pages are to be brought into step rather than tested.
fn updates() -> bool {
    std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always")
}

/// Held by a test that may change pages.
static WRITING: Mutex<()> = Mutex::new(());

#[test]
fn every_block_is_true() {
    let _alone = WRITING.lock();
    let wrong: Vec<String> = pages().iter_mut().flat_map(Page::test).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
}

/// Links and anchors of the manual, and all else of this repository's site.
#[test]
fn this_site_is_clean() {
    let site = Site::new(Arc::new(RealDisk), root().to_owned());
    let found = site.check(&Options::default()).diagnostics;
    assert!(found.is_empty(), "{}", render(&found, false, 100));
}
