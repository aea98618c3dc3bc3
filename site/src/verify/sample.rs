//! Which of many are looked at.

use prebake_plugin::Digest;
use std::str::FromStr;

/// How many of a site's results are compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sample {
    /// So many in a hundred, and at least one.
    Percent(f64),
    /// So many.
    Count(usize),
}

impl FromStr for Sample {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "write a number such as `20`, or a share such as `5%`";
        match text.strip_suffix('%') {
            Some(percent) => match percent.trim().parse::<f64>() {
                Ok(percent) if percent > 0.0 && percent <= 100.0 => Ok(Self::Percent(percent)),
                _ => Err(wrong),
            },
            None => match text.parse() {
                Ok(count @ 1..) => Ok(Self::Count(count)),
                _ => Err(wrong),
            },
        }
    }
}

impl Sample {
    /// How many of so many.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a site has fewer results than a double has whole numbers"
    )]
    fn size(self, all: usize) -> usize {
        match self {
            Self::Percent(percent) => (all as f64 * percent / 100.0).ceil() as usize,
            Self::Count(count) => count.min(all),
        }
    }

    /// Which of the things with these names to take, in their order: always the same ones for a
    /// seed, each as likely as any other.
    #[must_use]
    pub fn pick(self, names: &[Digest], seed: u64) -> Vec<usize> {
        let mut lots: Vec<(Digest, usize)> = names
            .iter()
            .enumerate()
            .map(|(index, name)| (Digest::of(format!("{seed} {name}").as_bytes()), index))
            .collect();
        lots.sort_unstable();
        let mut picked: Vec<usize> =
            lots.into_iter().take(self.size(names.len())).map(|(_, index)| index).collect();
        picked.sort_unstable();
        picked
    }
}

#[cfg(test)]
mod tests {
    use super::Sample;
    use prebake_plugin::Digest;

    #[test]
    fn shares_and_numbers_are_read() {
        for (text, expect) in [
            ("5%", Some(Sample::Percent(5.0))),
            ("0.5 %", Some(Sample::Percent(0.5))),
            ("100%", Some(Sample::Percent(100.0))),
            ("20", Some(Sample::Count(20))),
            ("0", None),
            ("0%", None),
            ("101%", None),
            ("-1", None),
            ("NaN%", None),
            ("many", None),
            ("", None),
        ] {
            assert_eq!(text.parse().ok(), expect, "{text}");
        }
    }

    #[test]
    fn samples_are_of_their_size_and_hang_on_the_seed() {
        let names: Vec<Digest> = (0..200).map(|n: u32| Digest::of(&n.to_le_bytes())).collect();
        let sample = Sample::Percent(5.0);
        assert_eq!(sample.pick(&names, 1).len(), 10);
        assert_eq!(sample.pick(&names, 1), sample.pick(&names, 1));
        assert_ne!(sample.pick(&names, 1), sample.pick(&names, 2));
        assert_eq!(sample.pick(&names[..1], 1), [0], "at least one");
        assert_eq!(Sample::Count(300).pick(&names, 1), (0..200).collect::<Vec<_>>());
        assert_eq!(sample.pick(&[], 1), [0; 0]);
        let mut seen: Vec<usize> = (0..150).flat_map(|seed| sample.pick(&names, seed)).collect();
        seen.sort_unstable();
        seen.dedup();
        assert!(seen.len() > 190, "{} of 200 have had their turn", seen.len());
    }
}
