//! What a figure tells the rest of its article: the values of its control, and its numbers.

use crate::figure::{Figure, State};
use prebake_plugin::{Domain, Numbers};

impl Figure {
    /// The values that `k` or `selected` can take.
    pub(crate) fn domain(&self, prop: &str) -> Option<Domain> {
        match prop {
            "k" => Some(Domain::Values(self.ks.iter().map(|&k| f64::from(k)).collect())),
            "selected" => {
                Some(Domain::Range { min: 0.0, max: self.states.len() as f64 - 1.0, step: 1.0 })
            }
            _ => None,
        }
    }

    /// The numbers that expressions may ask for, under the names of `figure.json`. `psnr_db` is
    /// infinite where the frame is exact.
    pub(crate) fn told(&self) -> Numbers {
        let column = |of: fn(&State) -> f64| self.states.iter().map(of).collect();
        Numbers {
            control: "k".to_owned(),
            columns: [
                ("k", column(|state| f64::from(state.k))),
                ("psnr_db", column(|state| state.psnr_db.unwrap_or(f64::INFINITY))),
                ("inertia", column(|state| state.inertia)),
                ("bits_per_pixel", column(|state| state.bits_per_pixel)),
                ("entropy_bits_per_pixel", column(|state| state.entropy_bits_per_pixel)),
                ("frame_bytes", column(|state| state.frame_bytes as f64)),
            ]
            .map(|(name, column)| (name.to_owned(), column))
            .into(),
            whole: [("width", self.width), ("height", self.height)]
                .map(|(name, side)| (name.to_owned(), f64::from(side)))
                .into(),
        }
    }
}
