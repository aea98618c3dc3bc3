//! Figures in the place of tags.

use super::pending;
use super::{Figures, Shown, Told};
use crate::bake::{Baked, Unbaked};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::island::kebab;
use crate::links::picture_size;
use crate::parse::Tag;
use crate::plan::{PlannedTag, locate_all};
use crate::read::Entry;
use prebake_plugin::{DeliveryCost, Digest, Place, Problem, SitePath, Source, Twin};
use std::collections::{BTreeMap, BTreeSet};

/// The pictures that a figure's own files show as well, and where.
pub(super) fn twins(figures: &Figures<'_>) -> BTreeMap<SitePath, (String, Twin)> {
    let mut twins = BTreeMap::new();
    for baked in figures.baked.iter().flatten().flatten() {
        if let Some(twin) = &baked.artifact.twin {
            let place = (figure_base(baked), twin.clone());
            twins.entry(twin.picture.clone()).or_insert(place);
        }
    }
    twins
}

/// The folder of a figure's files, from its article's page.
fn figure_base(baked: &Baked) -> String {
    format!("figures/{}/", baked.folder())
}

/// Puts figures in the place of tags.
pub(super) struct Placing<'a> {
    entry: &'a Entry,
    figures: &'a Figures<'a>,
    root: &'a str,
    source: &'a dyn Source,
    pub(super) files: BTreeMap<String, Shown>,
    pub(super) told: Vec<Told>,
    placed: BTreeSet<String>,
    /// What was last reported of each figure's folder.
    deliveries: BTreeMap<String, Vec<DeliveryCost>>,
    pub(super) components: BTreeSet<&'a str>,
    pub(super) islands: bool,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'a> Placing<'a> {
    /// `root` leads from the page to the site's root.
    pub(super) fn new(
        entry: &'a Entry,
        figures: &'a Figures<'a>,
        root: &'a str,
        source: &'a dyn Source,
    ) -> Self {
        Self {
            entry,
            figures,
            root,
            source,
            files: BTreeMap::new(),
            told: Vec::new(),
            placed: BTreeSet::new(),
            deliveries: BTreeMap::new(),
            components: BTreeSet::new(),
            islands: false,
            diagnostics: Vec::new(),
        }
    }

    /// The HTML of a tag, given its number in document order and the HTML of its children.
    pub(super) fn place(&mut self, number: usize, tag: &Tag, children: &str) -> String {
        let planned = self.figures.planned.get(number).and_then(Option::as_ref);
        let baked = self.figures.baked.get(number).and_then(Option::as_ref);
        let (Some(planned), Some(baked)) = (planned, baked) else { return String::new() };
        let article = &self.entry.article.source;
        let baked = match baked {
            Ok(baked) => baked,
            Err(Unbaked::Pending(action)) => {
                return self.placeholder(planned, *action, number, tag, children);
            }
            Err(Unbaked::Problems(problems)) => {
                self.tell(problems.clone(), tag);
                return String::new();
            }
        };
        let base = figure_base(baked);
        let first = self.placed.insert(base.clone());
        // A control that computes nothing has no place in the table.
        if !baked.artifact.files.is_empty() {
            self.report(number, planned, baked, &base, first);
        }
        if first {
            for file in &baked.artifact.files {
                let path = format!("{}{base}{}", self.entry.dir, file.name);
                self.files.insert(path, Shown::Baked(number, file.name.clone()));
            }
            self.tell(baked.artifact.problems.clone(), tag);
        }
        let name = planned.component.name();
        let unique = format!("{}-{}", kebab(name), number + 1);
        let place = Place { base: &base, unique: &unique, inline: tag.inline, children };
        match planned.component.render(&planned.props, &baked.artifact, &place) {
            Ok(markup) => {
                self.components.insert(name);
                self.diagnostics.extend(locate_all(markup.problems, tag, article));
                match (markup.island, self.figures.widgets.get(name)) {
                    (Some(island), Some(widget)) => {
                        self.islands = true;
                        widget.wrap(&markup.html, &island, self.root, &tag.binds)
                    }
                    _ => markup.html,
                }
            }
            Err(problems) => {
                self.diagnostics.extend(locate_all(problems, tag, article));
                String::new()
            }
        }
    }

    /// What stands in the place of a tag until its figure is baked. The page gets the scripts and styles
    /// that the figure will want.
    fn placeholder(
        &mut self,
        planned: &'a PlannedTag,
        action: Digest,
        number: usize,
        tag: &Tag,
        children: &str,
    ) -> String {
        let name = planned.component.name();
        self.components.insert(name);
        self.islands |= self.figures.widgets.contains_key(name);
        let unique = format!("{}-{}", kebab(name), number + 1);
        let place = Place { base: "", unique: &unique, inline: tag.inline, children };
        let picture = planned.component.picture(&planned.props);
        let picture = picture.and_then(|it| picture_size(&self.source.read(it).ok()?));
        let known = planned.component.placeholder(&planned.props, picture, &place);
        pending::markup(name, action, &place, known.as_deref())
    }

    /// Gives problems their place: in a file that was read, where they name one, or at the tag.
    fn tell(&mut self, problems: Vec<Problem>, tag: &Tag) {
        for problem in problems {
            let place = problem.place.clone();
            let found = locate_all(vec![problem], tag, &self.entry.article.source);
            let elsewhere = place.and_then(|place| SourceFile::place(&place, self.source));
            self.diagnostics.extend(found.into_iter().map(|found| match &elsewhere {
                Some((file, range)) => found.at(file, range.clone()),
                None => found,
            }));
        }
    }

    fn report(&mut self, tag: usize, planned: &PlannedTag, baked: &Baked, base: &str, first: bool) {
        let mut deliveries = planned.component.deliveries(&planned.props, &baked.artifact);
        if self.deliveries.get(base) == Some(&deliveries) {
            deliveries.clear();
        } else if !deliveries.is_empty() {
            self.deliveries.insert(base.to_owned(), deliveries.clone());
        }
        let component = planned.component.name().to_owned();
        self.told.push(Told { tag, component, shared: !first, deliveries });
    }
}
