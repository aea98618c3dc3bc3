//! What an author can write on the tag, and what it comes to at its place.

use super::{Guess, StepsJob};
use crate::figure::Colour;
use crate::props::Props as FigureProps;
use prebake_plugin::schemars::{self, JsonSchema};
use prebake_plugin::{Context, Problem};
use serde::{Deserialize, Serialize};

/// Colours where the author says nothing.
const DEFAULT_K: usize = 4;

/// The most colours whose ways can still be told apart; one hexadecimal digit names each.
pub(super) const MOST_COLOURS: usize = 16;

/// The picture takes half of the column, on screens of up to two device pixels to one.
const DEFAULT_WIDTH: i64 = 480;

/// The attributes of `<KMeansSteps>`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(crate = "schemars")]
pub struct StepsProps {
    /// The picture: a path relative to the article, or from the site's root with a leading `/`.
    /// Without it, the picture shown last before the tag.
    pub src: Option<String>,
    /// The number of colours, from 2 to 16: 4, or as many as `start` lists.
    pub k: Option<i64>,
    /// The first guess: `"dark"` for the picture's darkest colours, or colours such as
    /// `["#000000", "#0a0a0a"]`.
    pub start: Start,
    /// The step shown first, counted from 0; without it the last one, where nothing changes.
    pub selected: Option<i64>,
    /// What the picture shows, for readers who cannot see it, whatever the step. Without it, the
    /// file's name.
    pub alt: Option<String>,
    /// Text under the panels, before the words of the step.
    pub caption: Option<String>,
    /// The width in pixels to which a wider picture is resampled; 480 without it.
    pub width: Option<i64>,
    /// The `id` of the figure, for links to it.
    pub id: Option<String>,
    #[serde(skip)]
    resolved: Option<StepsJob>,
}

/// The first guess, as it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(crate = "schemars")]
pub enum Start {
    /// `"dark"`: the picture's darkest colours, which lie close together.
    Named(String),
    /// These colours: `["#000000", "#0a0a0a"]`.
    Colours(Vec<String>),
}

impl Default for Start {
    fn default() -> Self {
        Self::Named("dark".to_owned())
    }
}

impl StepsProps {
    /// What [`StepsProps::resolve`] found.
    ///
    /// # Panics
    /// Before it.
    pub(super) fn resolved(&self) -> &StepsJob {
        self.resolved.as_ref().expect("props are resolved before anything else is asked of them")
    }

    /// Checks everything that can be checked without files, and finds the picture.
    pub(super) fn resolve(mut self, context: &Context<'_>) -> Result<Self, Vec<Problem>> {
        let (mut problems, mut start) = (Vec::new(), None);
        match self.start.guess(self.k) {
            Ok(guess) => start = Some(guess),
            Err(problem) => problems.push(problem),
        }
        if let Some(selected) = self.selected.filter(|&selected| selected < 0) {
            problems.push(
                Problem::error("selected-outside-domain", format!("{selected} is no step"))
                    .prop("selected")
                    .hint("steps are counted from 0"),
            );
        }
        // The props that both components have follow one set of rules.
        let mut shared = FigureProps::default();
        shared.src.clone_from(&self.src);
        shared.width = self.width.or(Some(DEFAULT_WIDTH));
        shared.id.clone_from(&self.id);
        match (shared.resolve(context), start) {
            (Ok(shared), Some(start)) if problems.is_empty() => {
                let shared = shared.resolved();
                let width = shared.width.unwrap_or(DEFAULT_WIDTH as u32);
                self.resolved = Some(StepsJob { src: shared.picture.clone(), width, start });
                Ok(self)
            }
            (Ok(_), _) => Err(problems),
            (Err(more), _) => Err(more.into_iter().chain(problems).collect()),
        }
    }
}

impl Start {
    fn guess(&self, k: Option<i64>) -> Result<Guess, Problem> {
        let k = k.map(check_k).transpose()?;
        match self {
            Self::Named(name) if name == "dark" => Ok(Guess::Dark(k.unwrap_or(DEFAULT_K))),
            Self::Named(name) => Err(invalid_start(format!("there is no start `{name}`"))),
            Self::Colours(colours) => {
                let colours: Vec<Colour> = colours
                    .iter()
                    .map(|text| {
                        serde_json::from_value(text.to_lowercase().into())
                            .map_err(|_| invalid_start(format!("`{text}` is no colour")))
                    })
                    .collect::<Result<_, _>>()?;
                if !(2..=MOST_COLOURS).contains(&colours.len()) {
                    return Err(invalid_start(format!(
                        "`start` lists {} colours, and not 2 to {MOST_COLOURS}",
                        colours.len()
                    )));
                }
                match k {
                    Some(k) if k != colours.len() => Err(Problem::error(
                        "two-numbers-of-colours",
                        format!("`k` is {k}, but `start` lists {} colours", colours.len()),
                    )
                    .prop("k")
                    .hint("leave `k` away: the list says it")),
                    _ => Ok(Guess::Colours(colours)),
                }
            }
        }
    }
}

fn check_k(k: i64) -> Result<usize, Problem> {
    usize::try_from(k).ok().filter(|k| (2..=MOST_COLOURS).contains(k)).ok_or_else(|| {
        Problem::error("invalid-k", format!("{k} is no number of colours from 2 to {MOST_COLOURS}"))
            .prop("k")
    })
}

fn invalid_start(message: String) -> Problem {
    Problem::error("invalid-start", message)
        .prop("start")
        .hint("write `\"dark\"` or colours such as `{[\"#000000\", \"#0a0a0a\"]}`")
}

#[cfg(test)]
mod tests {
    use super::StepsProps;
    use crate::steps::Guess;
    use prebake_plugin::{Context, SitePath};
    use serde_json::json;

    fn resolved(props: serde_json::Value) -> Result<Guess, Vec<String>> {
        let folder = SitePath::new("content/a").unwrap();
        let context = Context { folder: &folder, last_picture: None, heading: None };
        let props: StepsProps = serde_json::from_value(props).unwrap();
        let codes = |problems: Vec<prebake_plugin::Problem>| -> Vec<String> {
            let said = |p: prebake_plugin::Problem| format!("{} {}", p.code, p.prop.unwrap());
            problems.into_iter().map(said).collect()
        };
        props.resolve(&context).map(|props| props.resolved().start.clone()).map_err(codes)
    }

    #[test]
    fn the_start_says_how_many_colours() {
        assert_eq!(resolved(json!({ "src": "a.png" })), Ok(Guess::Dark(4)));
        assert_eq!(resolved(json!({ "src": "a.png", "k": 16 })), Ok(Guess::Dark(16)));
        let two = json!({ "src": "a.png", "start": ["#000000", "#0A0a0a"] });
        let Ok(Guess::Colours(colours)) = resolved(two) else { panic!("two colours") };
        assert_eq!(colours[1].to_string(), "#0a0a0a");
    }

    #[test]
    fn mistakes_come_at_once_and_name_their_props() {
        let wrong = |props| resolved(props).unwrap_err();
        assert_eq!(
            wrong(json!({ "k": 1, "selected": -1, "width": 0, "id": "" })),
            [
                "no-picture-before src",
                "invalid-width width",
                "invalid-id id",
                "invalid-k k",
                "selected-outside-domain selected"
            ]
        );
        for start in [json!("light"), json!([]), json!(["#000"]), json!(["#00000g", "#000000"])] {
            assert_eq!(wrong(json!({ "src": "a", "start": start })), ["invalid-start start"]);
        }
        let both = json!({ "src": "a", "k": 3, "start": ["#000000", "#0a0a0a"] });
        assert_eq!(wrong(both), ["two-numbers-of-colours k"]);
    }
}
