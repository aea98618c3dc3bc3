//! What each effort spends, and where.

use crate::Effort;
use crate::lloyd::Pace;
use crate::path::Search;

#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) search: Search,
    /// Cells on which starts are told apart while clusters are few.
    pub(crate) few: usize,
    /// Cells for the search.
    pub(crate) cells: usize,
    /// Cells for most of the steps after it.
    pub(crate) middle: usize,
    pub(crate) on_middle: Pace,
    /// Cells for the last two steps where all colours are only glanced at.
    pub(crate) fine: usize,
    /// Whether all colours are looked at once only, to tell the inertia.
    pub(crate) glances: bool,
    on_colours: Pace,
}

/// Until nothing moves: every centroid is the mean of its points.
const TO_THE_END: Pace = Pace { steps: 1_000, gain: -1.0, still: 0.0, reach: 1.0 };
/// Pictures of no more colours are settled to the end.
const FEW_COLOURS: usize = 32_768;

impl Plan {
    /// The steps to take on every colour.
    pub(crate) fn on_colours(&self, colours: usize) -> impl Iterator<Item = Pace> {
        let to_the_end = (!self.glances && colours <= FEW_COLOURS).then_some(TO_THE_END);
        std::iter::once(self.on_colours).chain(to_the_end)
    }
}

impl Effort {
    pub(crate) fn plan(self) -> Plan {
        match self {
            Self::Fast => Plan {
                search: Search {
                    pace: Pace { steps: 6, gain: 2e-3, still: 1e-3, reach: 1.5 },
                    seeded: 16,
                    seeds: 4,
                    rounds: 1,
                    ranks: 1,
                    swaps: 0,
                    thorough: 20,
                },
                few: 512,
                cells: 2_048,
                middle: 4_096,
                on_middle: Pace { steps: 12, gain: 2e-4, still: 1e-4, reach: 1.6 },
                fine: 16_384,
                glances: true,
                on_colours: Pace { steps: 2, gain: 1e-4, still: 1e-5, reach: 1.6 },
            },
            Self::Best => Plan {
                search: Search {
                    pace: Pace { steps: 30, gain: 2e-4, still: 1e-4, reach: 1.6 },
                    seeded: 24,
                    seeds: 8,
                    rounds: 3,
                    ranks: 2,
                    swaps: 1,
                    thorough: 32,
                },
                few: 1_024,
                cells: 4_096,
                middle: 16_384,
                on_middle: Pace { steps: 100, gain: 1e-5, still: 0.0, reach: 1.6 },
                fine: 0,
                glances: false,
                on_colours: Pace { steps: 100, gain: 1e-6, still: 0.0, reach: 1.6 },
            },
        }
    }
}
