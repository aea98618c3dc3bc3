//! The site's own command line: Prebake's, with the components of `components/`.

use std::process::ExitCode;

fn main() -> ExitCode {
    prebake::Site::cli().component(cellular_rule::CellularRule).run()
}
