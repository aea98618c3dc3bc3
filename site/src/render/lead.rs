//! Where a URL that an article writes leads in the site.

use crate::links::Local;
use crate::world::Witness;
use prebake_plugin::SitePath;

/// Where a URL leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lead {
    /// To the page at this path of the output.
    Page(String),
    /// To an article that has no page.
    Unpublished(SitePath),
    /// To a file of the site, which is emitted for it.
    File(SitePath),
    /// To a file of `static/`, at this path of the output.
    Static(String),
    /// To nothing at this path of the site.
    Nothing(SitePath),
    /// Out of the site's folder.
    Outside,
}

impl Lead {
    /// Where `local` leads that an article in `folder` writes.
    #[must_use]
    pub fn of(local: &Local, folder: &SitePath, witness: &Witness<'_>) -> Self {
        let Ok(path) = folder.resolve(&local.path) else { return Self::Outside };
        let page = page_at(&path, witness).or_else(|| page_from_root(&local.path, witness));
        if let Some(page) = page {
            return Self::Page(page.to_owned());
        }
        let stands = |path: &SitePath| witness.source().read(path).is_ok();
        let is_article = |path: &SitePath| {
            witness.folders().iter().any(|folder| folder.holds(path)) && stands(path)
        };
        // Never the Markdown itself: it may be a draft's.
        if is_article(&path) || path.resolve("./index.md").is_ok_and(|index| is_article(&index)) {
            return Self::Unpublished(path);
        }
        if stands(&path) {
            return Self::File(path);
        }
        let below = local.path.strip_prefix('/').unwrap_or_default();
        match SitePath::new(&format!("static/{below}")) {
            Ok(in_static) if !below.is_empty() && stands(&in_static) => {
                Self::Static(below.to_owned())
            }
            _ => Self::Nothing(path),
        }
    }
}

/// The page at `/notes/`, as it stands in the finished site.
fn page_from_root<'a>(written: &str, witness: &Witness<'a>) -> Option<&'a str> {
    let below = written.strip_prefix('/')?;
    if below.is_empty() {
        return Some("index.html");
    }
    let mut sources = witness.folders().iter().filter_map(|folder| folder.source_of(written));
    sources.find_map(|path| page_at(&path, witness))
}

/// The page of an article, named by its file or by its folder.
fn page_at<'a>(path: &SitePath, witness: &Witness<'a>) -> Option<&'a str> {
    let index = path.resolve("./index.md").ok();
    witness.page(path).or_else(|| witness.page(&index?))
}
