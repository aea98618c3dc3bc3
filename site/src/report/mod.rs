//! What a build made, for its author.

mod columns;
mod table;

pub(crate) use columns::Columns;
pub(crate) use table::{counted, grouped};

use crate::cache::Why;
use prebake_plugin::DeliveryCost;
use std::fmt;

/// What a build made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// One for each article, in the order of the pages' URLs.
    pub articles: Vec<ArticleRow>,
    /// How long the build took, in seconds of wall time, emitting aside.
    pub seconds: f64,
}

/// One article.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ArticleRow {
    /// The path of its page in the output: `quantization/index.html`.
    pub page: String,
    /// The size of its HTML.
    pub bytes: u64,
    /// One for each component's tag, in document order.
    pub figures: Vec<FigureRow>,
}

/// One component's tag.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureRow {
    /// The component's name.
    pub component: String,
    /// The artifact's name: the picture's stem.
    pub name: String,
    /// How many states a reader can reach.
    pub states: usize,
    /// The size of the artifact's files.
    pub bytes: u64,
    /// How long baking took, or finding it in the cache, in seconds.
    pub seconds: f64,
    /// Where the artifact comes from.
    pub made: Made,
    /// The ways in which its states can reach a reader; told once for tags that share and agree.
    pub deliveries: Vec<DeliveryCost>,
    /// What else its author should know.
    pub notes: Vec<String>,
}

/// Where an artifact comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// It was computed by this build, for this reason.
    Baked(Why),
    /// It was in the cache.
    Cached,
    /// An earlier tag asked for the same; counted there.
    Shared,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Baked(why) => write!(f, "baked: {why}"),
            Self::Cached => f.write_str("cached"),
            Self::Shared => f.write_str("shared"),
        }
    }
}

impl Report {
    /// The report as an aligned table, ending in a line end; `bold` sets its head in bold, for a
    /// terminal.
    #[must_use]
    pub fn table(&self, bold: bool) -> String {
        table::table(self, bold)
    }
}
