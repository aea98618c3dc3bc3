//! `cargo xtask`: the project's chores.

mod chores;

use chores::{bench, screenshot, setup, test};
use clap::{Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;

/// The project's chores: tests, what they need, pictures of pages
#[derive(Parser)]
#[command(bin_name = "cargo xtask", after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask test                    all that continuous integration runs
  cargo xtask test palette            only the tests whose names hold `palette`
  cargo xtask setup                   only what the tests need: wasm target, Chromium, npm packages
  cargo xtask bench kmeans            every k beside quantette and scikit-learn
  cargo xtask bench build             building 1,000 posts again when one was edited
  cargo xtask bench scrub             the slider in Chromium beside plain JavaScript
  cargo xtask bench save              from a save to the changed pixel in Chromium
  cargo xtask screenshot --serve dist quantization/ page.png --full-page
  cargo xtask screenshot http://127.0.0.1:4000/ phone.png --width 390 --height 844 --scale 3 --dark";

#[derive(Subcommand)]
enum Chore {
    /// Set up, then check format, lints, docs and wasm, then run every test
    Test {
        /// Run only the tests whose names hold one of these, and no other check
        filters: Vec<String>,
    },
    /// Set up what the tests need: the wasm target, a Chromium, test data from npm
    Setup,
    /// Measure, and print a table
    Bench {
        /// What to measure
        #[command(subcommand)]
        what: bench::What,
    },
    /// Take a picture of a page, as PNG
    Screenshot(screenshot::Options),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Test { filters } => test::run(&filters),
        Chore::Setup => setup::run(),
        Chore::Bench { what } => bench::run(what),
        Chore::Screenshot(options) => screenshot::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            writeln!(std::io::stderr(), "error: {error}").ok();
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Arguments, Chore};
    use clap::{CommandFactory, Parser};

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn several_filters_may_be_given() {
        let arguments = Arguments::parse_from(["xtask", "test", "palette", "tag::"]);
        let Chore::Test { filters } = arguments.chore else { panic!("another chore") };
        assert_eq!(filters, ["palette", "tag::"]);
    }
}
