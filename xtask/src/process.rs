//! Finding programs and running them.

use crate::{Context, Error, Result};
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The first of `names` that the search path holds, with its full path.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    find_in(&env::var_os("PATH")?, names)
}

fn find_in(search: &std::ffi::OsStr, names: &[&str]) -> Option<PathBuf> {
    // `npm` is a script named `npm.cmd` on Windows.
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd"] } else { &[""] };
    let folders: Vec<PathBuf> = env::split_paths(search).collect();
    names.iter().find_map(|name| {
        folders
            .iter()
            .flat_map(|folder| endings.iter().map(move |end| folder.join(format!("{name}{end}"))))
            .find(|path| is_program(path))
    })
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// A command without standard input, so that it can never wait for an answer.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null());
    command
}

/// The command as one would type it: program name, then arguments.
pub fn in_words(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy());
    std::iter::once(name).chain(arguments).collect::<Vec<_>>().join(" ")
}

/// Runs `command` with this process's output.
///
/// # Errors
/// It cannot be started, or ends with anything but success.
pub fn run(command: &mut Command) -> Result<()> {
    let words = in_words(command);
    let status = command.status().context(format!("cannot start `{words}`"))?;
    if status.success() { Ok(()) } else { Err(Error::new(format!("`{words}` failed ({status})"))) }
}

/// Runs `command` quietly and gives what it wrote to its standard output, trimmed.
///
/// # Errors
/// It cannot be started, or ends with anything but success; its standard error is in the message.
pub fn output(command: &mut Command) -> Result<String> {
    let words = in_words(command);
    let output = command.output().context(format!("cannot start `{words}`"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::new(format!("`{words}` failed ({}): {}", output.status, said.trim())))
}

#[cfg(test)]
mod tests {
    use super::{command, find, find_in, in_words, output, run};

    #[test]
    fn programs_are_found_by_the_first_name_that_is_there() {
        let cargo = find(&["no-such-program-here", "cargo"]).expect("cargo runs this test");
        assert!(cargo.is_absolute() && cargo.is_file());
        assert_eq!(find(&["no-such-program-here"]), None);
    }

    #[test]
    #[cfg(unix)]
    fn a_file_that_is_no_program_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("chromium"), "not a program").unwrap();
        assert_eq!(find_in(folder.path().as_os_str(), &["chromium"]), None);
    }

    #[test]
    fn a_command_reads_as_one_would_type_it() {
        let mut cargo = command("/somewhere/bin/cargo");
        cargo.args(["fmt", "--all"]);
        assert_eq!(in_words(&cargo), "cargo fmt --all");
    }

    #[test]
    fn failures_name_the_command() {
        let error = run(&mut command("no-such-program-here")).unwrap_err().to_string();
        assert!(error.starts_with("cannot start `no-such-program-here`: "), "{error}");
        let error = output(command("cargo").arg("no-such-command-here")).unwrap_err().to_string();
        assert!(error.contains("`cargo no-such-command-here` failed ("), "{error}");
        assert!(error.contains("no such command"), "{error}");
    }
}
