//! From parsed articles to jobs: which component each tag names, with which props, in which place.

use crate::diagnostic::{Diagnostic, SourceFile};
use crate::html::{self, Seen};
use crate::links;
use crate::parse::{Article, Tag, props};
use prebake_plugin::{AnyComponent, AnyJob, AnyProps, Context, Digest, Problem, SitePath};
use serde_json::{Value, json};
use std::sync::Arc;

/// The components that tags may name.
pub struct Components<'a>(Vec<Known<'a>>);

struct Known<'a> {
    component: &'a Arc<dyn AnyComponent>,
    /// The schema of its props.
    schema: Value,
    digest: Digest,
}

impl<'a> Components<'a> {
    /// Takes the components of a site.
    #[must_use]
    pub fn new(components: &'a [Arc<dyn AnyComponent>]) -> Self {
        let known = |component: &'a Arc<dyn AnyComponent>| {
            let schema = component.schema().to_value();
            let (name, artifact) = (component.name(), component.artifact());
            let (version, face) = (component.version(), component.face());
            let all = json!([name, artifact, version, face, component.bindable(), schema]);
            Known { component, schema, digest: Digest::of(all.to_string().as_bytes()) }
        };
        Self(components.iter().map(known).collect())
    }

    /// Their names, in the order they were given.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.0.iter().map(|known| known.component.name()).collect()
    }

    /// Whether there is a component of that name with that prop.
    #[must_use]
    pub fn has_prop(&self, component: &str, prop: &str) -> bool {
        self.find(component).is_some_and(|known| is_prop(&known.schema, prop))
    }

    /// What changes with everything that the component of this name does; `None` where there is none.
    #[must_use]
    pub fn digest(&self, name: &str) -> Option<Digest> {
        Some(self.find(name)?.digest)
    }

    fn find(&self, name: &str) -> Option<&Known<'a>> {
        self.0.iter().find(|known| known.component.name() == name)
    }
}

/// A tag that is ready to be baked.
pub struct PlannedTag {
    /// What it names.
    pub component: Arc<dyn AnyComponent>,
    /// Its resolved props.
    pub props: AnyProps,
    /// What has to be computed for it.
    pub job: AnyJob,
}

/// Plans every tag of an article, in document order; `None` where a diagnostic says why not.
#[must_use]
pub fn plan(
    article: &Article,
    components: &Components<'_>,
) -> (Vec<Option<PlannedTag>>, Vec<Diagnostic>) {
    let folder = article.source.path.parent();
    let tags = html::tags(&article.body);
    let mut planned: Vec<Option<PlannedTag>> = Vec::new();
    planned.resize_with(tags.len(), || None);
    let mut diagnostics = Vec::new();
    let mut last_picture: Option<SitePath> = None;
    for seen in html::survey(&article.body) {
        match seen {
            Seen::Picture(src) => {
                last_picture = links::local(&src)
                    .and_then(|local| folder.resolve(&local.path).ok())
                    .or(last_picture);
            }
            Seen::Tag(number) => {
                let Some(tag) = tags.get(number) else { continue };
                // The parser has reported the unknown ones.
                let Some(known) = components.find(&tag.component) else { continue };
                let Known { component, schema, .. } = known;
                let context = Context {
                    folder: &folder,
                    last_picture: last_picture.as_ref(),
                    heading: heading_before(article, tag),
                };
                match plan_tag(tag, component, schema, &context, &article.source) {
                    Ok(ready) => {
                        last_picture = component.picture(&ready.props).cloned().or(last_picture);
                        planned[number] = Some(ready);
                    }
                    Err(found) => diagnostics.extend(found),
                }
            }
        }
    }
    (planned, diagnostics)
}

fn plan_tag(
    tag: &Tag,
    component: &Arc<dyn AnyComponent>,
    schema: &Value,
    context: &Context<'_>,
    source: &Arc<SourceFile>,
) -> Result<PlannedTag, Vec<Diagnostic>> {
    let mut found = props::check(tag, schema, source);
    let unbindable = unbindable(tag, &**component, schema, source);
    // Then it does not matter whether the state's value would do.
    found.retain(|one| unbindable.iter().all(|other| one.span != other.span));
    found.extend(unbindable);
    if !found.is_empty() {
        return Err(found);
    }
    let at = |problems| locate_all(problems, tag, source);
    let props = component.resolve(Value::Object(tag.props.clone()), context).map_err(at)?;
    let job = component.job(&props).map_err(at)?;
    Ok(PlannedTag { component: Arc::clone(component), props, job })
}

/// The binds of props that the component does not keep in step with its control. What is no prop at
/// all is told elsewhere.
fn unbindable(
    tag: &Tag,
    component: &dyn AnyComponent,
    schema: &Value,
    source: &Arc<SourceFile>,
) -> Vec<Diagnostic> {
    let bindable = component.bindable();
    let wrong =
        tag.binds.keys().filter(|prop| !bindable.contains(&prop.as_str()) && is_prop(schema, prop));
    wrong
        .map(|prop| {
            let message = format!("`{prop}` of `<{}>` cannot be bound", tag.component);
            let names: Vec<String> = bindable.iter().map(|name| format!("`bind:{name}`")).collect();
            let hint = if names.is_empty() {
                format!("none of its props can; write `{prop}={{{}}}`", tag.binds[prop])
            } else {
                format!("there is {}", names.join(", "))
            };
            let span = tag.prop_spans.get(prop).unwrap_or(&tag.name_span).clone();
            Diagnostic::error("unbindable-prop", message).at(source, span).hint(hint)
        })
        .collect()
}

fn is_prop(schema: &Value, name: &str) -> bool {
    schema.pointer("/properties").is_some_and(|all| all.get(name).is_some())
}

fn heading_before<'a>(article: &'a Article, tag: &Tag) -> Option<&'a str> {
    let before = article.headings.iter().rev().find(|h| h.span.start < tag.span.start)?;
    Some(before.text.trim())
}

/// Gives a plugin's problems their place in the article.
#[must_use]
pub fn locate_all(problems: Vec<Problem>, tag: &Tag, source: &Arc<SourceFile>) -> Vec<Diagnostic> {
    let place = |problem: &Problem| {
        let prop = problem.prop.as_ref().and_then(|prop| tag.prop_spans.get(prop));
        prop.unwrap_or(&tag.span).clone()
    };
    problems
        .into_iter()
        .map(|problem| {
            let range = place(&problem);
            Diagnostic::from(problem).at(source, range)
        })
        .collect()
}
