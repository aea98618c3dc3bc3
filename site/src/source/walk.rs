//! All files below a folder.

use super::{Folder, SiteSource};
use prebake_plugin::SitePath;
use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

/// How many times links may lead into one folder: a bound for folders that link to each other in a
/// tangle, which would otherwise be walked along each of exponentially many ways.
const MOST_VISITS: usize = 8;

/// What stands below a folder.
#[derive(Debug, Default)]
pub struct Walk {
    /// Every file, sorted by path.
    pub files: Vec<SitePath>,
    /// What could not be entered, and why: links that lead out of the site, unreadable folders,
    /// names that no path of a site may have.
    pub refused: Vec<(SitePath, io::Error)>,
}

impl SiteSource {
    /// All files below `folder`; none where it does not exist.
    ///
    /// Hidden files and folders (a dot comes first) are left out, save `.well-known` (RFC 8615).
    /// Links to folders are followed, but not into a folder that holds them.
    #[must_use]
    pub fn files_under(&self, folder: &SitePath) -> Walk {
        let mut walker = Walker { source: self, above: Vec::new(), visits: HashMap::new() };
        let mut walk = Walk::default();
        walker.enter(folder, &mut walk);
        walk.files.sort_unstable();
        walk
    }
}

struct Walker<'a> {
    source: &'a SiteSource,
    /// Where the folders really are that hold the one being walked.
    above: Vec<PathBuf>,
    visits: HashMap<PathBuf, usize>,
}

impl Walker<'_> {
    fn enter(&mut self, folder: &SitePath, walk: &mut Walk) {
        let source = self.source;
        let entered = match source.folder(folder) {
            Ok(entered) => entered,
            Err(error) if error.kind() == ErrorKind::NotFound => return,
            Err(error) => return walk.refused.push((folder.clone(), error)),
        };
        let Folder { real, names, .. } = &*entered;
        if self.above.contains(real) {
            return;
        }
        let visits = self.visits.entry(real.clone()).or_default();
        *visits += 1;
        if *visits > MOST_VISITS {
            let error = io::Error::other("too many links lead here");
            return walk.refused.push((folder.clone(), error));
        }
        self.above.push(real.clone());
        for name in names.iter().filter(|name| !is_hidden(name)) {
            match (folder.resolve(name), name.ends_with('/')) {
                (Ok(path), true) => self.enter(&path, walk),
                (Ok(path), false) => walk.files.push(path),
                (Err(reason), _) => {
                    let message = format!("`{name}` {reason}");
                    let error = io::Error::new(ErrorKind::InvalidInput, message);
                    walk.refused.push((folder.clone(), error));
                }
            }
        }
        self.above.pop();
    }
}

fn is_hidden(name: &str) -> bool {
    name.starts_with('.') && name != ".well-known/"
}
