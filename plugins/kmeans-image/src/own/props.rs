//! What an author can write on the tag.

use crate::props::{ColourSpace, Ks, check_width};
use prebake_plugin::schemars::{self, JsonSchema};
use prebake_plugin::{Problem, check_id};
use serde::Deserialize;

/// The widest that a reader's picture is shown where the author gives no `width`.
const DEFAULT_WIDTH: u32 = 960;

/// The attributes of `<OwnPicture>`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(crate = "schemars")]
pub struct OwnProps {
    /// The numbers of colours that the reader can choose: a range such as `"1..64"` with both ends
    /// included, or a rising array such as `[1, 2, 4, 8]`; 1 to 256.
    pub ks: Ks,
    /// The number of colours shown first; 8 without it. Where `ks` does not hold it, the nearest.
    pub k: Option<i64>,
    /// The colour space in which distances are measured while clustering.
    pub space: ColourSpace,
    /// Text under the figure, before the promise that the picture stays where it is.
    pub caption: Option<String>,
    /// The width in pixels at which a wider picture is shown; 960 without it. All its pixels, up to
    /// 12 megapixels, are clustered whatever the width.
    pub width: Option<i64>,
    /// The `id` of the figure, for links to it.
    pub id: Option<String>,
    #[serde(skip)]
    pub(super) resolved: Resolved,
}

/// What the props come to.
#[derive(Debug, Clone, Default)]
pub(super) struct Resolved {
    /// The numbers of colours, rising.
    pub(super) ks: Vec<u16>,
    /// The number of colours shown first.
    pub(super) k: u16,
    /// In pixels.
    pub(super) width: u32,
}

impl OwnProps {
    /// Checks everything.
    pub(super) fn resolve(mut self) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut keep = |problem: Problem| problems.push(problem);
        let ks = self.ks.numbers().map_err(&mut keep).unwrap_or_default();
        let k = check_first(self.k).map_err(&mut keep).unwrap_or_default();
        let width = check_width(self.width).map_err(&mut keep).unwrap_or_default();
        if let Some(id) = &self.id {
            check_id(id).unwrap_or_else(keep);
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        self.resolved = Resolved { ks, k, width: width.unwrap_or(DEFAULT_WIDTH) };
        Ok(self)
    }
}

fn check_first(k: Option<i64>) -> Result<u16, Problem> {
    let k = k.unwrap_or(8);
    u16::try_from(k).ok().filter(|k| (1..=256).contains(k)).ok_or_else(|| {
        Problem::error("k-outside-domain", format!("{k} is no number of colours from 1 to 256"))
            .prop("k")
    })
}
