//! One figure as a self-contained anywidget module.

use crate::bake::{self, BakeJob, Interim, Oven, in_pool};
use crate::cache::Cache;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::html;
use crate::island::kebab;
use crate::links::encode;
use crate::output::media_type;
use crate::parse::{self, Node, Tag};
use crate::plan::{Components, PlannedTag, locate_all, plan};
use crate::program::Workshop;
use crate::progress::Progress;
use crate::read::CONTENT;
use crate::site::{Options, Site};
use crate::source::SiteSource;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use prebake_plugin::{Artifact, Digest, Markup, Place, Severity, SitePath};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The half of the module that is the same for all.
const MODULE: &str = include_str!(concat!(env!("OUT_DIR"), "/export.js"));

/// What is to be exported.
#[derive(Debug, Clone)]
pub struct Request {
    /// A tag, as an article would have it, or just a component's name.
    pub tag: String,
    /// The folder of the article that the tag stands in, as far as its paths are concerned.
    pub folder: SitePath,
    /// Holds every file of the figure, not just those that its module needs: where a kernel paints,
    /// the baked frames are for browsers that do not let a canvas be read as it is.
    pub all_files: bool,
}

/// A module, and what its author should know.
#[derive(Debug)]
pub struct Exported {
    /// The component's name.
    pub component: String,
    /// The module; `None` when a diagnostic is an error.
    pub module: Option<String>,
    /// The keys of its model that a host may share.
    pub bindable: Vec<(String, Value)>,
    /// Every mistake.
    pub diagnostics: Vec<Diagnostic>,
}

impl Site {
    /// Exports the figure that a tag makes; baked, or from the cache.
    pub fn export(
        &self,
        request: &Request,
        options: &Options,
        progress: &dyn Progress,
    ) -> Exported {
        let mut exported = Exported {
            component: String::new(),
            module: None,
            bindable: Vec::new(),
            diagnostics: Vec::new(),
        };
        match SiteSource::new(Arc::clone(&self.disk), &self.root) {
            Ok(source) => in_pool(options.jobs, || {
                self.export_from(&source, request, options, progress, &mut exported);
            }),
            Err(error) => {
                let message = format!("the site's folder cannot be read: {error}");
                exported.diagnostics.push(Diagnostic::error("unreadable-file", message));
            }
        }
        if exported.diagnostics.iter().any(|found| found.severity == Severity::Error) {
            exported.module = None;
        }
        exported
    }

    fn export_from(
        &self,
        source: &SiteSource,
        request: &Request,
        options: &Options,
        progress: &dyn Progress,
        exported: &mut Exported,
    ) {
        let found = &mut exported.diagnostics;
        let (config, wrong) = Config::load(source);
        found.extend(wrong);
        let workshop = Workshop::default();
        let (declared, shift, wrong) =
            workshop.open(&self.tools(options), &config, source, &self.components);
        found.extend(wrong);
        let all = [&self.components[..], &declared].concat();
        let components = Components::new(&all);

        let text = written(&request.tag);
        // A name that no file has, in the folder whose files the tag means.
        let path = request.folder.resolve("./the tag").unwrap_or_default();
        let file = Arc::new(SourceFile { path, text });
        let (article, wrong) = parse::article(&file, &components.names());
        found.extend(wrong);
        let (planned, wrong) = plan(&article, &components);
        found.extend(wrong);
        let tags = html::tags(&article.body);
        let ([tag], [planned]) = (&tags[..], &planned[..]) else {
            if found.is_empty() {
                let message = "one tag can be exported at a time";
                let hint = "write `prebake export-widget KMeansImage`, or a whole tag in quotes";
                found.push(Diagnostic::error("no-tag", message).hint(hint).at(&file, 0..0));
            }
            return;
        };
        let Some(planned) = planned else { return };
        let cache = Cache::new(Arc::clone(&self.disk), &self.root);
        let job = BakeJob { component: &*planned.component, job: planned.job.clone() };
        workshop.begin(&shift);
        let interim = Interim::default();
        let baked = bake::bake(&[job], Oven::new(source, &cache, &interim, progress)).pop();
        found.extend(cache.warning());
        found.extend(shift.end(progress));
        let artifact = match baked {
            Some(Ok(baked)) => baked.artifact,
            Some(Err(unbaked)) => {
                return found.extend(locate_all(unbaked.problems().to_vec(), tag, &file));
            }
            None => return,
        };
        found.extend(locate_all(artifact.problems.clone(), tag, &file));
        let base = format!("prebake:{}/", Digest::of(file.text.as_bytes()).short());
        match module(planned, tag, &artifact, &base, request.all_files) {
            Ok((module, markup)) => {
                found.extend(locate_all(markup.problems, tag, &file));
                exported.component = planned.component.name().to_owned();
                let model = markup.island.map(|island| island.model).unwrap_or_default();
                let keys = planned.component.bindable().into_iter();
                exported.bindable = keys
                    .filter_map(|key| Some((key.to_owned(), model.get(key)?.clone())))
                    .collect();
                exported.module = Some(module);
            }
            Err(wrong) => found.extend(wrong.into_iter().map(|it| match it.span {
                None => it.at(&file, tag.name_span.clone()),
                Some(_) => it,
            })),
        }
    }

    /// The folder whose files a tag means when nobody says: that of the only article.
    #[must_use]
    pub fn only_folder(&self) -> SitePath {
        let content = SitePath::new(CONTENT).unwrap_or_default();
        let Ok(source) = SiteSource::new(Arc::clone(&self.disk), &self.root) else {
            return content;
        };
        let articles = source.files_under(&content).files;
        let mut articles = articles.iter().filter(|path| path.extension() == "md");
        match (articles.next(), articles.next()) {
            (Some(article), None) => article.parent(),
            _ => content,
        }
    }
}

/// A tag, or the name of a component as a tag.
fn written(tag: &str) -> String {
    let tag = tag.trim();
    if tag.starts_with('<') { format!("{tag}\n") } else { format!("<{tag}/>\n") }
}

/// The module, and what the component made.
fn module(
    planned: &PlannedTag,
    tag: &Tag,
    artifact: &Artifact,
    base: &str,
    all_files: bool,
) -> Result<(String, Markup), Vec<Diagnostic>> {
    let name = planned.component.name();
    let no_widget = || {
        let message = format!("`<{name}>` has no browser half that could be exported");
        vec![Diagnostic::error("no-widget", message)]
    };
    let widget = planned.component.widget().ok_or_else(no_widget)?;
    let unique =
        format!("{}-{}", kebab(name), base.trim_end_matches('/').trim_start_matches("prebake:"));
    let children = children(tag);
    let place = Place { base, unique: &unique, inline: false, children: &children };
    let markup = planned
        .component
        .render(&planned.props, artifact, &place)
        .map_err(|problems| problems.into_iter().map(Diagnostic::from).collect::<Vec<_>>())?;
    let island = markup.island.clone().ok_or_else(no_widget)?;

    let mut files = BTreeMap::new();
    let mut model = island.model;
    let mut add = |name: String, bytes: &[u8]| {
        let entry = json!([media_type(&name), STANDARD.encode(bytes)]);
        files.insert(encode(&name), entry);
        format!("{base}{}", encode(&name))
    };
    // Names of the widget's own files, which no file of the figure may have: it has no folders.
    for file in &widget.files {
        model.insert(file.key.to_owned(), add(format!("widget/{}", file.name), file.bytes).into());
    }
    if let (true, Some(kernel)) = (island.kernel, &widget.kernel) {
        model.insert("wasm".to_owned(), add("widget/kernel.wasm".to_owned(), kernel.wasm).into());
        if let Some(glue) = kernel.glue {
            let glue = add("widget/glue.js".to_owned(), glue.as_bytes());
            model.insert("glue".to_owned(), glue.into());
        }
    }
    add("widget/widget.js".to_owned(), widget.module.as_bytes());
    // A model that names the folder may ask for any file in it, by its name; where a kernel paints
    // the states, only in need.
    let model_text = Value::Object(model.clone()).to_string();
    let whole = model.values().any(|value| value == base) && (all_files || !island.kernel);
    let mut listed = Vec::new();
    for file in &artifact.files {
        let url = format!("{base}{}", encode(&file.name));
        if whole || markup.html.contains(&url) || model_text.contains(&url) {
            add(file.name.clone(), &file.bytes);
        }
        if whole {
            listed.push(encode(&file.name));
        }
    }
    let exported = json!({
        "base": base,
        "html": markup.html,
        "style": widget.style,
        "model": model,
        "module": "widget/widget.js",
        "bindable": planned.component.bindable(),
        "whole": listed,
        "files": files.into_iter().collect::<Map<_, _>>(),
    });
    Ok((format!("const exported={exported};\n{MODULE}\n"), markup))
}

/// The HTML between the tags; components in it are left out, since each is exported by itself.
fn children(tag: &Tag) -> String {
    let html = |node: &Node| match node {
        Node::Html(html) => html.clone(),
        Node::Component(_) | Node::Interpolation(_) => String::new(),
    };
    tag.children.iter().map(html).collect()
}
