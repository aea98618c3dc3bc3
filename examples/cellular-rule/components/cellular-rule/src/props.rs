//! What an author can write on the tag.

use prebake_plugin::schemars::{self, JsonSchema};
use prebake_plugin::{Problem, check_id};
use serde::Deserialize;

/// The attributes of `<CellularRule>`. Their names and types are checked by their schema.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars")]
pub struct Props {
    /// The rule that is shown first. The prop to bind.
    #[serde(default = "thirty")]
    pub number: u8,
    /// How many rows are drawn.
    #[serde(default = "forty_eight")]
    #[schemars(range(min = 2, max = 128))]
    pub rows: u16,
    /// What stands beneath the figure.
    pub caption: Option<String>,
    /// What the figure shows, for readers who cannot see it.
    pub alt: Option<String>,
    /// The name by which prose asks for the figure's numbers, and links find it.
    pub id: Option<String>,
}

fn thirty() -> u8 {
    30
}

fn forty_eight() -> u16 {
    48
}

impl Props {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        if !(2..=128).contains(&self.rows) {
            let message = format!("{} is no number of rows from 2 to 128", self.rows);
            return Err(Problem::error("invalid-rows", message).prop("rows"));
        }
        self.id.as_deref().map_or(Ok(()), check_id)
    }
}
