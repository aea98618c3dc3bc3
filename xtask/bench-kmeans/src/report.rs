//! What is compared, and the lines that say so.

use crate::clock::{Race, seconds};
use crate::peers::{inertia, quantette, quantette_in_floats, weighted};
use crate::pictures::Kind;
use crate::scikit;
use prebake_quantize::{Effort, Space, every_k};
use std::io::{Result, Write};

const SMALL: (u32, u32) = (400, 300);
const QUARTER: (u32, u32) = (200, 150);
const ONE_MEGAPIXEL: (u32, u32) = (1_155, 866);
const TWELVE_MEGAPIXELS: (u32, u32) = (4_000, 3_000);

/// Rows of one width, each written as soon as it is known.
pub(crate) struct Table<W> {
    out: W,
    goals: Vec<Goal>,
}

/// A figure that shall be at most so much, and the largest that was measured.
struct Goal {
    what: &'static str,
    at_most: f64,
    measured: f64,
}

impl<W: Write> Table<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, goals: Vec::new() }
    }

    pub(crate) fn head(&mut self, title: &str) -> Result<()> {
        writeln!(self.out, "\n{title}")?;
        self.out.flush()
    }

    /// Takes a figure down for the table of goals.
    fn goal(&mut self, what: &'static str, at_most: f64, measured: f64) {
        match self.goals.iter_mut().find(|goal| goal.what == what) {
            Some(goal) => goal.measured = goal.measured.max(measured),
            None => self.goals.push(Goal { what, at_most, measured }),
        }
    }

    /// Every goal beside the worst that was measured.
    pub(crate) fn goals(&mut self) -> Result<()> {
        self.head("goals")?;
        for Goal { what, at_most, measured } in std::mem::take(&mut self.goals) {
            let met = if measured <= at_most { "met" } else { "missed" };
            self.row(what, &format!("at most {at_most:<8.4} worst {measured:<8.4} {met}"))?;
        }
        Ok(())
    }

    pub(crate) fn row(&mut self, what: &str, figures: &str) -> Result<()> {
        writeln!(self.out, "  {what:<46} {figures}")?;
        self.out.flush()
    }
}

fn ours(pixels: &[[u8; 3]], largest: usize, effort: Effort) -> Vec<prebake_quantize::Palette> {
    let ks: Vec<usize> = (1..=largest).collect();
    every_k(pixels, &ks, Space::Srgb, effort)
}

/// All 64 k beside one run of quantette, and beside 64.
pub(crate) fn times<W: Write>(table: &mut Table<W>) -> Result<()> {
    table.head("process CPU, all k = 1..64 by quantette 0.6 k-means (goal: fast/one at most 8, fast/64 at most 0.15)")?;
    let plan = [
        (SMALL, 9, &Kind::ALL[..]),
        (ONE_MEGAPIXEL, 5, &Kind::PHOTOGRAPHS[..]),
        (TWELVE_MEGAPIXELS, 3, &Kind::PHOTOGRAPHS[..]),
    ];
    for ((width, height), rounds, kinds) in plan {
        for &kind in kinds {
            let pixels = kind.render(width, height);
            let mut fast = || seconds(|| ours(&pixels, 64, Effort::Fast));
            let mut one = || seconds(|| quantette(&pixels, 64));
            let race = Race::run(rounds, [&mut fast, &mut one]);
            let all = seconds(|| (1..=64).map(|k| quantette(&pixels, k).len()).sum::<usize>());
            let best = seconds(|| ours(&pixels, 64, Effort::Best));
            let figures = format!(
                "fast {:8.1} ms  best {:8.1} ms  quantette k=64 {:6.1} ms  fast/one {:6.1}  fast/64 {:5.2}  best/one {:6.1}",
                1e3 * race.seconds(0),
                1e3 * best,
                1e3 * race.seconds(1),
                race.ratio(0, 1),
                race.seconds(0) / all,
                best / race.seconds(1),
            );
            table.row(&format!("{}, {width} x {height}", kind.name()), &figures)?;
            let (one, many) = match kind {
                Kind::Noise => {
                    ("noise: fast by quantette at k = 64", "noise: fast by 64 quantettes")
                }
                _ => ("fast by quantette at k = 64", "fast by 64 quantettes"),
            };
            table.goal(one, 8.0, race.ratio(0, 1));
            table.goal(many, 0.15, race.seconds(0) / all);
        }
    }
    Ok(())
}

/// Error by quantette's at every k from 1 to 64.
pub(crate) fn errors<W: Write>(table: &mut Table<W>) -> Result<()> {
    table.head("error by quantette 0.6 k-means, k = 1..64 (goal: never over 1)")?;
    let small = Kind::ALL.map(|kind| (kind, SMALL));
    let larger = [(Kind::Portrait, ONE_MEGAPIXEL), (Kind::Landscape, (1, 1))];
    for (kind, (width, height)) in small.into_iter().chain(larger) {
        let pixels = kind.render(width, height);
        let colours = weighted(&pixels);
        let theirs: Vec<f64> =
            (1..=64).map(|k| inertia(&colours, &quantette_in_floats(&pixels, k))).collect();
        for effort in [Effort::Fast, Effort::Best] {
            let found = ours(&pixels, 64, effort);
            let ratios: Vec<f64> = found
                .iter()
                .zip(&theirs)
                .map(|(palette, &theirs)| match (palette.inertia, theirs) {
                    (0.0, 0.0) => 1.0,
                    (ours, theirs) => ours / theirs,
                })
                .collect();
            let worst = ratios.iter().fold(0.0_f64, |worst, &ratio| worst.max(ratio));
            table.goal(
                match effort {
                    Effort::Fast => "error by quantette's, fast",
                    Effort::Best => "error by quantette's, best",
                },
                1.0 + 1e-9,
                worst,
            );
            let over = ratios.iter().filter(|&&ratio| ratio > 1.0 + 1e-9).count();
            let name = format!("{}, {width} x {height}, {effort:?}", kind.name());
            table.row(&name, &format!("{}  over 1 at {over}", spread(&ratios)))?;
        }
    }
    Ok(())
}

/// What four times as many palettes cost.
pub(crate) fn growth<W: Write>(table: &mut Table<W>) -> Result<()> {
    table.head("process CPU, all k = 1..256 by all k = 1..64 (goal: at most 6)")?;
    for kind in Kind::PHOTOGRAPHS {
        let pixels = kind.render(SMALL.0, SMALL.1);
        for effort in [Effort::Fast, Effort::Best] {
            let few = seconds(|| ours(&pixels, 64, effort));
            let many = seconds(|| ours(&pixels, 256, effort));
            let figures = format!("{:8.1} ms  by 64 {:5.2}", 1e3 * many, many / few);
            table.row(&format!("{}, {effort:?}", kind.name()), &figures)?;
            let what = match effort {
                Effort::Fast => "K = 256 by K = 64, fast",
                Effort::Best => "K = 256 by K = 64, best",
            };
            table.goal(what, 6.0, many / few);
        }
    }
    Ok(())
}

/// Error and time beside scikit-learn's ten restarts, where Python has it.
///
/// Errors are taken on quarter pictures: at 400 x 300 scikit-learn alone takes minutes.
pub(crate) fn against_scikit<W: Write>(table: &mut Table<W>) -> Result<()> {
    table.head("by scikit-learn n_init=10 on weighted unique colours (goal for best: mean 1.000, worst 1.002; time 1/50 fast, 1/12 best)")?;
    for kind in Kind::PHOTOGRAPHS {
        let pixels = kind.render(QUARTER.0, QUARTER.1);
        let ks = [2, 4, 8, 16, 32, 64, 128, 256];
        let theirs = match scikit::run(&weighted(&pixels), &ks) {
            Ok(theirs) => theirs,
            Err(why) => return table.row("skipped", &why),
        };
        for effort in [Effort::Fast, Effort::Best] {
            let found = ours(&pixels, 256, effort);
            let ratios: Vec<f64> =
                theirs.iter().map(|one| found[one.k - 1].inertia / one.inertia).collect();
            if effort == Effort::Best {
                let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
                let worst = ratios.iter().fold(0.0_f64, |worst, &ratio| worst.max(ratio));
                table.goal("error by scikit-learn's, best, mean", 1.0, mean);
                table.goal("error by scikit-learn's, best, worst", 1.002, worst);
            }
            let each: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.4}")).collect();
            let name = format!("{}, error, {effort:?}", kind.name());
            table
                .row(&name, &format!("{}  k = 2, 4, … 256: {}", spread(&ratios), each.join(" ")))?;
        }
    }
    let pixels = Kind::Portrait.render(SMALL.0, SMALL.1);
    let theirs = match scikit::run(&weighted(&pixels), &[64]) {
        Ok(theirs) => theirs,
        Err(why) => return table.row("skipped", &why),
    };
    for one in theirs {
        for effort in [Effort::Fast, Effort::Best] {
            let own = seconds(|| ours(&pixels, 64, effort));
            let figures = format!(
                "{:.1} ms by {:.1} ms: 1/{:.1}",
                1e3 * own,
                1e3 * one.seconds,
                one.seconds / own
            );
            table.row(&format!("portrait, 400 x 300, {effort:?}"), &figures)?;
            match effort {
                Effort::Fast => table.goal("time by scikit-learn's, fast", 0.02, own / one.seconds),
                Effort::Best => {
                    table.goal("time by scikit-learn's, best", 1.0 / 12.0, own / one.seconds);
                }
            }
        }
    }
    Ok(())
}

fn spread(ratios: &[f64]) -> String {
    let mean = ratios.iter().sum::<f64>() / ratios.len().max(1) as f64;
    let worst = ratios.iter().fold(0.0_f64, |worst, &ratio| worst.max(ratio));
    format!("mean {mean:.4}  worst {worst:.4}")
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn a_spread_is_mean_and_worst() {
        assert_eq!(spread(&[0.5, 1.5]), "mean 1.0000  worst 1.5000");
    }
}
