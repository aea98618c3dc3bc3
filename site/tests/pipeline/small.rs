//! A small site whose figures are `<Shout>`s, on a disk in memory.

use crate::toy::{ROOT, Shout};
use prebake::cache::{Keep, Removal};
use prebake::diagnostic::{Diagnostic, render};
use prebake::disk::MemoryDisk;
use prebake::output::Output;
use prebake::progress::Silent;
use prebake::site::{self, Site};
use prebake::verify::{self, Verification};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Two articles, three figures.
pub(crate) fn disk() -> MemoryDisk {
    let article = |text: &str| format!("---\ntitle: Loud\n---\n\n{text}\n");
    crate::toy::site()
        .with_file("/site/content/a/index.md", article("<Shout src=\"content/a/one.txt\"/>"))
        .with_file(
            "/site/content/b/index.md",
            article(
                "<Shout src=\"content/b/two.txt\"/>\n\n\
                 <Shout src=\"content/b/two.txt\" name=\"again.txt\"/>\n\n\
                 <Shout src=\"content/b/two.txt\"/>",
            ),
        )
}

pub(crate) fn site(disk: &MemoryDisk) -> Site {
    with(disk, Shout::default())
}

pub(crate) fn with(disk: &MemoryDisk, shout: Shout) -> Site {
    Site::new(Arc::new(disk.clone()), PathBuf::from(ROOT)).component(shout)
}

/// Builds; says how many figures were baked.
#[track_caller]
pub(crate) fn build(disk: &MemoryDisk) -> (Output, usize) {
    // One thread, so that the n-th access is the same one in every run.
    let options = site::Options { jobs: Some(1), ..site::Options::default() };
    let built = site(disk).build(&options, &Silent);
    let text = render(&built.diagnostics, false, 100);
    let figures = built.report.articles.iter().flat_map(|article| &article.figures);
    let baked = figures.filter(|figure| figure.made.to_string().starts_with("baked")).count();
    (built.output.expect(&text), baked)
}

pub(crate) fn prune(disk: &MemoryDisk, keep: Keep) -> Result<Removal, Vec<Diagnostic>> {
    site(disk).prune_cache(keep, &Silent)
}

pub(crate) fn verify(site: &Site, repair: bool) -> Verification {
    let options = verify::Options { repair, jobs: Some(1), ..verify::Options::default() };
    site.verify(&options, &Silent)
}

/// What is in the cache, by its path there.
pub(crate) fn cached(disk: &MemoryDisk) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = Path::new("/site/.prebake/cache/v2");
    let file = |(path, bytes): (PathBuf, Vec<u8>)| {
        Some((path.strip_prefix(folder).ok()?.to_owned(), bytes))
    };
    disk.files().into_iter().filter_map(file).collect()
}

/// Another disk with the same files.
pub(crate) fn copy(disk: &MemoryDisk) -> MemoryDisk {
    let files = disk.files().into_iter();
    files.fold(MemoryDisk::new(), |copy, (path, bytes)| copy.with_file(path, bytes))
}
