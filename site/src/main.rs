//! The command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    prebake::Site::cli().run()
}
