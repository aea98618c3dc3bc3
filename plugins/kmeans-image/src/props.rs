//! What an author can write on the tag, and what it comes to at its place.

use crate::delivery::Delivery;
use prebake_plugin::schemars::{self, JsonSchema};
use prebake_plugin::{Context, Problem, SitePath, check_id};
use prebake_quantize::Space;
use serde::{Deserialize, Serialize};

/// The most colours that a palette can have: an index is one byte.
const MOST_COLOURS: u16 = 256;

/// The widest picture that WebP, one of the two canonical formats, can hold.
const WIDEST: u32 = 16_383;

/// The attributes of `<KMeansImage>`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(crate = "schemars")]
pub struct Props {
    /// The picture: a path relative to the article, or from the site's root with a leading `/`.
    /// Without it, the picture shown last before the tag.
    pub src: Option<String>,
    /// The state shown first: an index into `ks`, counted from 0; 0 without it.
    pub selected: Option<i64>,
    /// The number of colours shown first, one of `ks`: another way to say `selected`.
    pub k: Option<i64>,
    /// The numbers of colours that the reader can choose: a range such as `"1..64"` with both ends
    /// included, or a rising array such as `[1, 2, 4, 8]`; 1 to 256.
    pub ks: Ks,
    /// The colour space in which distances are measured while clustering.
    pub space: ColourSpace,
    /// What the picture shows, for readers who cannot see it. It stays when the slider moves, so it
    /// should hold for every number of colours. Without it, the file's name.
    pub alt: Option<String>,
    /// Text under the picture, before the numbers that the build computes.
    pub caption: Option<String>,
    /// The width in pixels to which a wider picture is resampled; 1600 without it.
    pub width: Option<i64>,
    /// How the other states reach a reader who slides: `"recolour"`, `"index-map"`, `"frames"`, or
    /// `"auto"` for the smaller of the two exact ones, which are the first and the last.
    pub delivery: Delivery,
    /// The `id` of the figure, for links to it.
    pub id: Option<String>,
    #[serde(skip)]
    resolved: Resolved,
}

/// The numbers of colours, as they are written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(crate = "schemars")]
pub enum Ks {
    /// `"1..64"`: every number from the first to the last, both included.
    Range(String),
    /// `[1, 2, 4, 8]`: these numbers, rising.
    List(Vec<i64>),
}

impl Default for Ks {
    fn default() -> Self {
        Self::Range("1..64".to_owned())
    }
}

/// The space in which k-means measures distance. Palettes are reported and painted in sRGB either
/// way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(crate = "schemars")]
pub enum ColourSpace {
    /// Gamma-encoded sRGB bytes.
    #[default]
    Srgb,
    /// OKLab (Björn Ottosson, 2020), in which equal distances look about equally large.
    Oklab,
}

impl From<ColourSpace> for Space {
    fn from(space: ColourSpace) -> Self {
        match space {
            ColourSpace::Srgb => Self::Srgb,
            ColourSpace::Oklab => Self::Oklab,
        }
    }
}

/// What the props come to at their place in the article.
#[derive(Debug, Clone, Default)]
pub(crate) struct Resolved {
    /// The picture.
    pub(crate) picture: SitePath,
    /// The numbers of colours, rising.
    pub(crate) ks: Vec<u16>,
    /// An index into `ks`.
    pub(crate) selected: usize,
    /// The author's working width.
    pub(crate) width: Option<u32>,
}

impl Props {
    /// The values that [`Props::resolve`] found; empty before it.
    pub(crate) fn resolved(&self) -> &Resolved {
        &self.resolved
    }

    /// Checks everything that can be checked without files, and finds the picture.
    pub(crate) fn resolve(mut self, context: &Context<'_>) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut keep = |problem: Problem| problems.push(problem);
        let picture = find_picture(self.src.as_deref(), context).map_err(&mut keep).ok();
        let ks = self.ks.numbers().map_err(&mut keep).ok();
        let width = check_width(self.width).map_err(&mut keep).ok();
        let selected = ks
            .as_deref()
            .and_then(|ks| first_state(self.selected, self.k, ks).map_err(&mut keep).ok());
        if let Some(id) = &self.id {
            check_id(id).unwrap_or_else(keep);
        }
        match (picture, ks, selected, width) {
            (Some(picture), Some(ks), Some(selected), Some(width)) if problems.is_empty() => {
                self.resolved = Resolved { picture, ks, selected, width };
                Ok(self)
            }
            _ => Err(problems),
        }
    }
}

impl Ks {
    /// The numbers themselves: rising, each from 1 to 256, at least one.
    ///
    /// # Errors
    /// An `invalid-ks` problem.
    pub fn numbers(&self) -> Result<Vec<u16>, Problem> {
        let invalid = |message: String| {
            Problem::error("invalid-ks", message).prop("ks").hint(
                "write a range such as `\"1..64\"` or a rising array such as `{[1, 2, 4, 8]}`",
            )
        };
        let in_domain = |k: i64| {
            u16::try_from(k)
                .ok()
                .filter(|k| (1..=MOST_COLOURS).contains(k))
                .ok_or_else(|| invalid(format!("{k} is no number of colours from 1 to 256")))
        };
        match self {
            Self::Range(text) => {
                let no_range = || invalid(format!("`{text}` is no range of numbers of colours"));
                let (first, last) = text.split_once("..").ok_or_else(no_range)?;
                let number = |text: &str| text.trim().parse::<i64>().map_err(|_| no_range());
                let (first, last) = (in_domain(number(first)?)?, in_domain(number(last)?)?);
                if first > last {
                    return Err(invalid(format!("the range `{text}` falls")));
                }
                Ok((first..=last).collect())
            }
            Self::List(list) => {
                let ks = list.iter().map(|&k| in_domain(k)).collect::<Result<Vec<u16>, _>>()?;
                if ks.is_empty() {
                    return Err(invalid("`ks` is empty".to_owned()));
                }
                if let Some(pair) = ks.windows(2).find(|pair| pair[0] >= pair[1]) {
                    let [before, after] = [pair[0], pair[1]];
                    return Err(invalid(format!("{after} stands behind {before} in `ks`")));
                }
                Ok(ks)
            }
        }
    }
}

fn find_picture(src: Option<&str>, context: &Context<'_>) -> Result<SitePath, Problem> {
    match src {
        Some(src) if src.trim().is_empty() => {
            Err(Problem::error("missing-file", "`src` is empty").prop("src"))
        }
        Some(src) => context.path("src", src),
        None => context.last_picture.cloned().ok_or_else(|| {
            Problem::error("no-picture-before", "no picture is shown before this tag")
                .prop("src")
                .hint("name one with `src=\"picture.png\"`, or show one before the tag")
        }),
    }
}

/// The index of the state that `selected` or `k` names; where both do, they must agree.
fn first_state(selected: Option<i64>, k: Option<i64>, ks: &[u16]) -> Result<usize, Problem> {
    let by_k = k.map(|k| check_k(k, ks)).transpose()?;
    let by_index = selected.map(|selected| check_selected(selected, ks)).transpose()?;
    match (by_index, by_k) {
        (Some(index), Some(other)) if index != other => Err(Problem::error(
            "selected-and-k-differ",
            format!("`selected={{{index}}}` means {} colours, but `k` is {}", ks[index], ks[other]),
        )
        .prop("k")
        .hint("write one of the two")),
        (index, other) => Ok(index.or(other).unwrap_or(0)),
    }
}

fn check_k(k: i64, ks: &[u16]) -> Result<usize, Problem> {
    u16::try_from(k).ok().and_then(|k| ks.binary_search(&k).ok()).ok_or_else(|| {
        // `ks` rises and is not empty.
        let nearest = ks.iter().min_by_key(|&&other| i64::from(other).abs_diff(k));
        let problem =
            Problem::error("k-outside-domain", format!("`k` is {k}, which is not in `ks`"))
                .prop("k");
        match nearest {
            Some(nearest) => problem.hint(format!("the nearest that `ks` holds is {nearest}")),
            None => problem,
        }
    })
}

fn check_selected(selected: i64, ks: &[u16]) -> Result<usize, Problem> {
    usize::try_from(selected).ok().filter(|&index| index < ks.len()).ok_or_else(|| {
        let hint = u16::try_from(selected).ok().and_then(|k| ks.binary_search(&k).ok()).map_or_else(
            || "`selected` is an index into `ks`, counted from 0".to_owned(),
            |index| format!("for {selected} colours write `k={{{selected}}}` or `selected={{{index}}}`: it is an index into `ks`, counted from 0"),
        );
        let last = ks.len() - 1;
        Problem::error(
            "selected-outside-domain",
            format!("`selected` is {selected}, but the indices of `ks` end at {last}"),
        )
        .prop("selected")
        .hint(hint)
    })
}

pub(crate) fn check_width(width: Option<i64>) -> Result<Option<u32>, Problem> {
    let Some(width) = width else { return Ok(None) };
    match u32::try_from(width) {
        Ok(width) if (1..=WIDEST).contains(&width) => Ok(Some(width)),
        _ => Err(Problem::error(
            "invalid-width",
            format!("{width} is no width in pixels from 1 to {WIDEST}"),
        )
        .prop("width")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Ks, Props};
    use prebake_plugin::{Context, SitePath};
    use proptest::prelude::*;
    use serde_json::json;

    fn codes(props: serde_json::Value) -> Vec<String> {
        let folder = SitePath::new("content/a").unwrap();
        let context = Context { folder: &folder, last_picture: None, heading: None };
        let props: Props = serde_json::from_value(props).unwrap();
        match props.resolve(&context) {
            Ok(_) => Vec::new(),
            Err(problems) => problems
                .into_iter()
                .map(|p| format!("{} {}", p.code, p.prop.unwrap_or_default()))
                .collect(),
        }
    }

    #[test]
    fn the_defaults_need_only_a_picture() {
        assert_eq!(codes(json!({ "src": "dog.png" })), [""; 0]);
        assert_eq!(codes(json!({})), ["no-picture-before src"]);
    }

    #[test]
    fn reports_every_mistake_at_once() {
        let props = json!({
            "src": "../../../dog.png", "ks": [2, 1], "width": 0, "id": "a b", "selected": -1
        });
        assert_eq!(
            codes(props),
            ["path-outside-site src", "invalid-ks ks", "invalid-width width", "invalid-id id"]
        );
    }

    #[test]
    fn selected_counts_into_ks() {
        let with = |selected: i64| json!({ "src": "a", "ks": [1, 2, 64], "selected": selected });
        assert_eq!(codes(with(2)), [""; 0]);
        for outside in [3, -1, 64, i64::MAX, i64::MIN] {
            assert_eq!(codes(with(outside)), ["selected-outside-domain selected"], "{outside}");
        }
    }

    #[test]
    fn k_is_another_name_of_a_state() {
        let with = |k: i64| json!({ "src": "a", "ks": [1, 2, 64], "k": k });
        assert_eq!(codes(with(64)), [""; 0]);
        for outside in [0, 3, 65, -1, i64::MAX, i64::MIN] {
            assert_eq!(codes(with(outside)), ["k-outside-domain k"], "{outside}");
        }
        let both = |selected: i64| json!({ "src": "a", "selected": selected, "k": 3 });
        assert_eq!(codes(both(2)), [""; 0]);
        assert_eq!(codes(both(0)), ["selected-and-k-differ k"]);
    }

    #[test]
    fn unknown_props_are_refused() {
        assert!(serde_json::from_value::<Props>(json!({ "resolved": {} })).is_err());
        assert!(serde_json::from_value::<Props>(json!({ "sorce": "dog.png" })).is_err());
    }

    #[test]
    fn ranges_hold_both_ends() {
        let numbers = |text: &str| Ks::Range(text.to_owned()).numbers().map_err(|p| p.message);
        assert_eq!(numbers("2..4"), Ok(vec![2, 3, 4]));
        assert_eq!(numbers(" 256 .. 256 "), Ok(vec![256]));
        for wrong in ["", "1", "1...4", "1..=4", "4..1", "0..4", "1..257", "a..b", "..", "1..4..8"]
        {
            assert!(numbers(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_range_panics(text in "\\PC{0,12}") {
            let _ = Ks::Range(text).numbers();
        }

        #[test]
        fn lists_that_pass_rise(list in proptest::collection::vec(-2_i64..300, 0..6)) {
            if let Ok(ks) = Ks::List(list.clone()).numbers() {
                prop_assert_eq!(ks.len(), list.len());
                prop_assert!(ks.is_sorted_by(|a, b| a < b));
                prop_assert!(ks.iter().all(|k| (1..=256).contains(k)));
            }
        }
    }
}
