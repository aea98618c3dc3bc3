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
    /// Steps there, up to `MANY` clusters and beyond.
    on_middle: [Pace; 2],
    /// Cells for the last steps before every colour is looked at.
    pub(crate) fine: usize,
    /// The same there.
    on_fine: [usize; 2],
    /// Steps on every colour, before it is looked at once more to tell the inertia.
    pub(crate) on_colours: usize,
    /// Pictures of no more colours are settled on them to the end instead.
    settled: usize,
}

/// With so many clusters steps cost most, and others are far behind who take only a few.
const MANY: usize = 64;

/// Where few steps have not led to as many clusters as were asked for, and before the end.
const ON_COLOURS: Pace = Pace { steps: 100, gain: 1e-6, still: 0.0, reach: 1.6 };
/// Until nothing moves: every centroid is the mean of its points.
const TO_THE_END: Pace = Pace { steps: 1_000, gain: -1.0, still: 0.0, reach: 1.0 };

impl Plan {
    pub(crate) fn on_middle(&self, k: usize) -> Pace {
        self.on_middle[usize::from(k > MANY)]
    }

    pub(crate) fn on_fine(&self, k: usize) -> usize {
        self.on_fine[usize::from(k > MANY)]
    }

    /// Whether so many colours are settled to the end.
    pub(crate) fn settles(&self, colours: usize) -> bool {
        colours <= self.settled
    }

    /// The steps to settle by.
    pub(crate) fn settling(&self, colours: usize) -> impl Iterator<Item = Pace> {
        std::iter::once(ON_COLOURS).chain(self.settles(colours).then_some(TO_THE_END))
    }
}

impl Effort {
    pub(crate) fn plan(self) -> Plan {
        match self {
            Self::Fast => {
                let on_middle = Pace { steps: 4, gain: 2e-4, still: 1e-4, reach: 1.6 };
                Plan {
                    search: Search {
                        pace: Pace { steps: 10, gain: 2e-3, still: 1e-3, reach: 1.8 },
                        beyond: 2,
                        seeded: 16,
                        seeds: 8,
                        rounds: 1,
                        thorough: 64,
                        ranks: [3, 1],
                        swaps: [1, 0],
                    },
                    few: 512,
                    cells: 2_048,
                    middle: 4_096,
                    on_middle: [on_middle, Pace { steps: 2, ..on_middle }],
                    fine: 16_384,
                    on_fine: [2, 1],
                    on_colours: 0,
                    settled: 0,
                }
            }
            Self::Best => Plan {
                search: Search {
                    pace: Pace { steps: 30, gain: 2e-4, still: 1e-4, reach: 1.8 },
                    beyond: 2,
                    seeded: 16,
                    seeds: 8,
                    rounds: 2,
                    thorough: 64,
                    ranks: [3, 1],
                    swaps: [2, 1],
                },
                few: 1_024,
                cells: 4_096,
                middle: 16_384,
                on_middle: [Pace { steps: 100, gain: 1e-5, still: 0.0, reach: 1.6 }; 2],
                fine: 16_384,
                on_fine: [0; 2],
                on_colours: 3,
                settled: 32_768,
            },
        }
    }
}
