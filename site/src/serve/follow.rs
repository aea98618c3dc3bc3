//! Keeps what is served in step with the site's files.

use super::Event;
use super::baker::{Baker, Board};
use super::burst::Change;
use super::publish::Publisher;
use super::watch::{News, Watcher};
use crate::memory::Memory;
use crate::progress::Progress;
use crate::site::{Options, Site};
use prebake_plugin::SitePath;
use std::thread;

/// Builds whenever a file has changed, and does not wait for figures: these are baked on the side, and
/// each is shown when it is there.
pub(super) struct Follower<'a> {
    site: &'a Site,
    memory: &'a Memory,
    options: &'a Options,
    publisher: &'a Publisher,
    tell: &'a dyn Fn(Event<'_>),
    baker: Baker,
}

impl<'a> Follower<'a> {
    pub(super) fn new(
        site: &'a Site,
        memory: &'a Memory,
        options: &'a Options,
        publisher: &'a Publisher,
        tell: &'a dyn Fn(Event<'_>),
    ) -> Self {
        Self { site, memory, options, publisher, tell, baker: Baker::new() }
    }

    /// Follows the site until nothing more can come.
    pub(super) fn follow(&self, mut watcher: Watcher, terminal: &dyn Progress, url: &str) {
        let changes = watcher.sender();
        // Nobody listens once the server ends.
        let done = || drop(changes.send(Change::Baked));
        let board = Board { terminal, publisher: self.publisher.clone(), done: &done };
        let (baker, site, memory, options) = (&self.baker, self.site, self.memory, self.options);
        thread::scope(|scope| {
            scope.spawn(move || baker.work(site, memory, options, &board));
            let mut reads = self.build(News::Files);
            (self.tell)(Event::Listening(url));
            loop {
                // What is watched from now on may have changed since it was read.
                let is_more = watcher.attend(&reads);
                let news = if is_more { Some(News::Files) } else { watcher.wait() };
                let Some(news) = news else { break };
                reads = self.build(news);
            }
            baker.close();
        });
    }

    /// Builds once, and says what was read.
    fn build(&self, news: News) -> Vec<SitePath> {
        if news == News::Files {
            self.memory.interim.forget_unproven();
        }
        let mut build = self.site.glance(self.memory, self.options);
        build.diagnostics.extend(self.baker.found());
        let is_whole = build.pending == 0;
        match news {
            News::Files => {
                (self.tell)(Event::Built(&build));
                if !is_whole {
                    self.baker.order();
                }
            }
            News::Figures if is_whole => (self.tell)(Event::Baked(&build)),
            News::Figures => {}
        }
        let built = build.output.is_some();
        self.publisher.publish(&mut build);
        // Nobody waits for this. Where the site has gone, nothing shall come to stand in its place.
        if built && is_whole {
            self.site.remember(self.memory);
        }
        build.reads
    }
}
