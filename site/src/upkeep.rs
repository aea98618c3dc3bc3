//! What a site's cache holds, and what may leave it.

use crate::cache::{Action, Keep, Removal, Survey, removal};
use crate::diagnostic::Diagnostic;
use crate::jobs::distinct_jobs;
use crate::program::Workshop;
use crate::progress::Progress;
use crate::site::{Options, Site};
use prebake_plugin::Severity;
use std::io;

impl Site {
    /// All that is in the cache, and what of it the site uses, drafts included.
    ///
    /// # Errors
    /// The site's own mistakes, where they hide what it uses; `unreadable-cache`.
    pub fn survey_cache(&self) -> Result<Survey, Vec<Diagnostic>> {
        let source = self.source().map_err(|error| vec![error])?;
        // Nothing is baked, so that no command needs to be allowed.
        let options = Options { drafts: true, ..Options::default() };
        let (articles, _, mut diagnostics) = self.articles(&source, &options, &Workshop::default());
        diagnostics.retain(|found| found.severity == Severity::Error);
        if !diagnostics.is_empty() {
            let message = "what the site uses of its cache is not known while it has errors";
            diagnostics.push(Diagnostic::error("unknown-use", message));
            return Err(diagnostics);
        }
        let used: Vec<Action> =
            distinct_jobs(&articles).into_iter().map(|job| job.action).collect();
        self.cache().survey(&used, &source).map_err(|error| vec![failure("read", &error)])
    }

    /// Removes what the site does not use, but for what `keep` holds on to. No build of the site
    /// bakes meanwhile, and one that is told `waiting` waits for one that does.
    ///
    /// # Errors
    /// As for [`survey_cache`](Self::survey_cache); `unwritable-cache`, and then a part may be gone.
    pub fn prune_cache(
        &self,
        keep: Keep,
        progress: &dyn Progress,
    ) -> Result<Removal, Vec<Diagnostic>> {
        let cache = self.cache();
        if !cache.stands() {
            return Ok(Removal::default());
        }
        let _turn = cache.turn(|| progress.waiting());
        progress.end();
        let removal = removal(&self.survey_cache()?, keep);
        cache.remove(&removal).map_err(|error| vec![failure("pruned", &error)])?;
        Ok(removal)
    }
}

fn failure(verb: &str, error: &io::Error) -> Diagnostic {
    let code = if verb == "read" { "unreadable-cache" } else { "unwritable-cache" };
    Diagnostic::error(code, format!("the cache `.prebake/cache` cannot be {verb}: {error}"))
}
