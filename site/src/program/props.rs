//! The props of a component whose schema stands in `prebake.toml`.

use prebake_plugin::{Context, Domain, Problem, SitePath, check_id};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The props that every such component takes, unless its own schema names them, with what they say.
/// They change the page, and not the job.
const EVERYWHERE: [(&str, &str); 3] = [
    ("id", "The element's `id`, by which prose asks for the figure's numbers"),
    ("alt", "What the picture shows, for those who do not see it"),
    ("caption", "The caption, in place of the program's"),
];

/// A schema, prepared.
pub(super) struct Schema {
    pub(super) json: Value,
    /// Which of [`EVERYWHERE`] are Prebake's own.
    own: Vec<&'static str>,
}

/// The props of one tag.
pub(super) struct ProgramProps {
    pub(super) id: Option<String>,
    pub(super) alt: Option<String>,
    pub(super) caption: Option<String>,
    pub(super) job: Job,
}

/// What a program computes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Job {
    /// The author's props; those that name files hold paths from the site's root.
    pub(super) props: Map<String, Value>,
    /// The props that name files.
    pub(super) inputs: BTreeMap<String, SitePath>,
    /// The folder of the article.
    pub(super) folder: SitePath,
}

impl Schema {
    pub(super) fn new(schema: &Value) -> Self {
        let mut json = schema.clone();
        let mut own = Vec::new();
        for (name, says) in EVERYWHERE {
            if json["properties"].get(name).is_none() {
                own.push(name);
                json["properties"][name] = json!({ "type": "string", "description": says });
            }
        }
        Self { json, own }
    }

    fn properties(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.json["properties"].as_object().into_iter().flatten()
    }

    /// Fills in defaults and finds files.
    pub(super) fn resolve(
        &self,
        props: Value,
        context: &Context<'_>,
    ) -> Result<ProgramProps, Vec<Problem>> {
        let Value::Object(mut props) = props else {
            return Err(vec![Problem::error("invalid-props", "the props are no object")]);
        };
        let mut take = |name: &str| {
            let is_own = self.own.contains(&name);
            let value = if is_own { props.remove(name) } else { None };
            value.and_then(|value| value.as_str().map(str::to_owned))
        };
        let (id, alt, caption) = (take("id"), take("alt"), take("caption"));
        let mut problems: Vec<Problem> =
            id.as_deref().and_then(|id| check_id(id).err()).into_iter().collect();
        let mut inputs = BTreeMap::new();
        for (name, property) in self.properties() {
            if let Some(default) = property.get("default")
                && !props.contains_key(name)
            {
                props.insert(name.clone(), default.clone());
            }
            if property["format"] == "file"
                && let Some(Value::String(written)) = props.get_mut(name)
            {
                match context.path(name, written) {
                    Ok(path) => {
                        written.clone_from(&path.to_string());
                        inputs.insert(name.clone(), path);
                    }
                    Err(problem) => problems.push(problem),
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let job = Job { props, inputs, folder: context.folder.clone() };
        Ok(ProgramProps { id, alt, caption, job })
    }

    /// The values that a prop can take, as far as its schema says.
    pub(super) fn domain(&self, prop: &str) -> Option<Domain> {
        let property = self.json["properties"].get(prop)?;
        if let Some(values) = property["enum"].as_array() {
            let mut values = values.iter().map(Value::as_f64).collect::<Option<Vec<f64>>>()?;
            values.sort_by(f64::total_cmp);
            return Some(Domain::Values(values));
        }
        let number = |keyword: &str| property[keyword].as_f64();
        let step = match (number("multipleOf"), property["type"].as_str()) {
            (Some(step), _) => step,
            (None, Some("integer")) => 1.0,
            _ => return None,
        };
        Some(Domain::Range { min: number("minimum")?, max: number("maximum")?, step })
    }
}
