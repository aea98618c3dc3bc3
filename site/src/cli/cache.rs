//! `prebake cache`.

use super::session::Session;
use super::{Answer, Outcome};
use crate::cache::{Keep, Removal, Share, Survey, removal};
use crate::report::{Columns, counted, grouped};
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Shows what the cache holds, or removes what the site does not use.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  prebake cache --stats
  prebake cache --gc                      keep what the site uses as it is now
  prebake cache --gc --keep-days 30       and what was baked in the last 30 days
  prebake cache --gc --max-size 1G        and the latest that fit into so much
  prebake cache --gc --dry-run            only say what would go

What the site uses, drafts included, always stays. `prebake clean --cache` removes everything.")]
pub(super) struct Cache {
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) root: PathBuf,

    /// Show what the cache holds [default]
    #[arg(long, conflicts_with = "gc")]
    pub(super) stats: bool,

    /// Remove what the site does not use
    #[arg(long)]
    pub(super) gc: bool,

    /// Keep what was baked in the last N days, too
    #[arg(long, value_name = "N", requires = "gc", conflicts_with = "max_size")]
    pub(super) keep_days: Option<u32>,

    /// Keep as much as this, the latest first: 500M, 1.5G, or bytes
    #[arg(long, value_name = "SIZE", requires = "gc", value_parser = size)]
    pub(super) max_size: Option<u64>,

    /// Remove nothing, only say what would go
    #[arg(long, requires = "gc")]
    pub(super) dry_run: bool,
}

impl Session<'_> {
    pub(super) fn cache(&self, args: Cache) -> Answer {
        let Cache { root, stats: _, gc, keep_days, max_size, dry_run } = args;
        if let Err(outcome) = self.check_root(&root) {
            return Ok(outcome);
        }
        let site = (self.make)(Arc::clone(&self.disk), self.current.join(&root));
        let keep = match (keep_days, max_size) {
            (_, Some(bytes)) => Keep::AtMost(bytes),
            (Some(days), _) => {
                let days = Duration::from_hours(24 * u64::from(days));
                SystemTime::now().checked_sub(days).map_or(Keep::AtMost(u64::MAX), Keep::Since)
            }
            (None, None) => Keep::Used,
        };
        let text = if gc && !dry_run {
            site.prune_cache(keep, self.progress).map(|gone| freed(&gone, keep, "removed", "stay"))
        } else {
            site.survey_cache().map(|survey| match gc {
                true => freed(&removal(&survey, keep), keep, "would remove", "would stay"),
                false => stats(&survey, SystemTime::now()),
            })
        };
        match text {
            Ok(text) => {
                self.terminal.say(&text)?;
                Ok(Outcome::Done)
            }
            Err(diagnostics) => {
                self.terminal.show(&diagnostics);
                Ok(Outcome::Failed)
            }
        }
    }
}

/// What there is, as a table.
fn stats(survey: &Survey, now: SystemTime) -> String {
    let total = survey.total();
    if total.files == 0 {
        return "the cache is empty\n".to_owned();
    }
    let row = |name: &str, all: Share, used: Share| {
        let number = |number: usize| grouped(number as u64);
        [
            name.to_owned(),
            number(all.results),
            grouped(all.bytes),
            number(used.results),
            grouped(used.bytes),
        ]
    };
    let mut rows =
        vec![["component", "results", "bytes", "used results", "used bytes"].map(str::to_owned)];
    rows.extend(
        survey
            .components()
            .into_iter()
            .map(|name| row(name, survey.of_component(name), survey.used(Some(name)))),
    );
    let (pages, mut used) = (survey.pages(), survey.used(None));
    if pages.files > 0 {
        rows.push(row("pages", pages, pages));
        used.bytes += pages.bytes;
    }
    rows.push(row("total", total, used));
    let columns = Columns::of(rows.iter(), [false, true, true, true, true]);
    let mut text: String = rows.iter().map(|row| columns.row(row) + "\n").collect();
    let unused = removal(survey, Keep::Used);
    if !unused.is_empty() {
        let bytes = grouped(unused.bytes);
        text += &format!("the site does not use {bytes} bytes; `prebake cache --gc` frees them\n");
    }
    if let Some(age) = survey.oldest().and_then(|oldest| now.duration_since(oldest).ok()) {
        let days = usize::try_from(age.as_secs() / (24 * 3600)).unwrap_or(usize::MAX);
        text += &match days {
            0 => "the oldest result was baked today\n".to_owned(),
            days => format!("the oldest result was baked {} ago\n", counted(days, "day")),
        };
    }
    text
}

/// What went, or would go, and what is left.
fn freed(gone: &Removal, keep: Keep, removes: &str, stay: &str) -> String {
    let left = grouped(gone.left);
    let mut text = if gone.is_empty() {
        format!("nothing to remove: {left} bytes {stay}\n")
    } else {
        let (results, files) = (counted(gone.results, "result"), counted(gone.files(), "file"));
        let bytes = grouped(gone.bytes);
        format!("{removes} {results}: {files} of {bytes} bytes; {left} bytes {stay}\n")
    };
    if let Keep::AtMost(most) = keep
        && gone.left > most
    {
        text += &format!("the site needs more than {} bytes for what it uses\n", grouped(most));
    }
    text
}

/// A size in bytes: `1500`, `500K`, `1.5G`; powers of 1,000.
fn size(text: &str) -> Result<u64, &'static str> {
    let wrong = "write a number of bytes, or a size such as 500M or 1.5G";
    let text = text.trim().trim_end_matches(['B', 'b']);
    let (digits, unit) = match text.find(|c: char| c.is_ascii_alphabetic()) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let unit = match unit.to_ascii_uppercase().as_str() {
        "" => 1.0,
        "K" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        _ => return Err(wrong),
    };
    let number: f64 = digits.trim().parse().map_err(|_| wrong)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is checked to be no negative number, and more than fits is as good as no limit"
    )]
    if number.is_finite() && number >= 0.0 { Ok((number * unit) as u64) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_read() {
        for (text, expect) in [
            ("0", Some(0)),
            ("1500", Some(1500)),
            ("500K", Some(500_000)),
            ("1.5G", Some(1_500_000_000)),
            ("1.5 GB", Some(1_500_000_000)),
            ("2t", Some(2_000_000_000_000)),
            ("1e30", None),
            ("-1", None),
            ("inf", None),
            ("NaN", None),
            ("G", None),
            ("", None),
            ("1Q", None),
            ("ä", None),
        ] {
            assert_eq!(size(text).ok(), expect, "{text}");
        }
    }
}
