#![doc = include_str!("../README.md")]

mod clock;
mod line;
mod peers;
mod pictures;
mod report;
mod scikit;

use report::Table;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut table = Table::new(std::io::stdout());
    let written = report::times(&mut table)
        .and_then(|()| report::errors(&mut table))
        .and_then(|()| report::growth(&mut table))
        .and_then(|()| line::codebooks_and_ckmeans(&mut table))
        .and_then(|()| report::against_scikit(&mut table))
        .and_then(|()| table.goals());
    match written {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody reads on.
        Err(_) => ExitCode::FAILURE,
    }
}
