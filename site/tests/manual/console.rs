//! Commands, and what they print.

use crate::fence::Fence;
use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Output};

const PREBAKE: &str = env!("CARGO_BIN_EXE_prebake");

/// Runs the commands of a block in a site, one after the other. The block as it should be: as it is,
/// where what it says is printed fits what is printed.
pub(crate) fn test(fence: &Fence, site: &Path) -> Result<String, String> {
    let exit: i32 = fence.option("exit").map_or(0, |code| code.parse().unwrap());
    let mut whole = String::new();
    for block in blocks(&fence.text) {
        let (command, expected) = block.split_once('\n').unwrap_or((block, ""));
        let Output { status, stdout, stderr } = shell(command, site);
        let printed = [stdout, stderr].concat();
        let printed = String::from_utf8(printed).map_err(|error| error.to_string())?;
        if status.code() != Some(exit) {
            return Err(format!("`{command}` ended with {status}:\n{printed}"));
        }
        let shown =
            if !expected.is_empty() && fits(expected, &printed) { expected } else { &printed };
        whole += format!("$ {command}\n{shown}").trim_end();
        whole += "\n";
    }
    Ok(whole)
}

/// From one `$` to the next.
fn blocks(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_prefix("$ ").expect("a block of `console` begins with `$ `");
    text.split("\n$ ").map(|block| block.trim_end_matches('\n'))
}

fn shell(command: &str, site: &Path) -> Output {
    let own = Path::new(PREBAKE).parent().unwrap().to_owned();
    let others = env::var_os("PATH").unwrap_or_default();
    let path: OsString =
        env::join_paths([own].into_iter().chain(env::split_paths(&others))).unwrap();
    Command::new("sh")
        .args(["-c", command])
        .current_dir(site)
        .env("PATH", path)
        .env_remove("CARGO")
        .output()
        .expect("a shell runs the manual's commands")
}

/// Whether what is printed is as stated, where `…` stands for anything in a line, and by itself for
/// any lines.
fn fits(stated: &str, printed: &str) -> bool {
    fn lines(stated: &[&str], printed: &[&str]) -> bool {
        match stated {
            [] => printed.is_empty(),
            ["…", rest @ ..] => {
                (0..=printed.len()).any(|skipped| lines(rest, &printed[skipped..]))
            }
            [first, rest @ ..] => match printed {
                [line, others @ ..] => parts(first, line) && lines(rest, others),
                [] => false,
            },
        }
    }
    fn parts(stated: &str, printed: &str) -> bool {
        let Some((before, rest)) = stated.split_once('…') else { return stated == printed };
        printed.strip_prefix(before).is_some_and(|printed| {
            let starts = printed.char_indices().map(|(at, _)| at).chain([printed.len()]);
            starts.into_iter().any(|at| parts(rest, &printed[at..]))
        })
    }
    let stated: Vec<&str> = stated.trim_end().lines().map(str::trim_end).collect();
    let printed: Vec<&str> = printed.trim_end().lines().map(str::trim_end).collect();
    lines(&stated, &printed)
}

/// Whether the program knows the command and the options of a line, if it is one for it.
pub(crate) fn known_options(line: &str) -> Result<(), String> {
    let words: Vec<&str> = line.split('#').next().unwrap_or_default().split_whitespace().collect();
    let (["prebake", name, rest @ ..] | ["cargo", "run", "--", name, rest @ ..]) = &words[..]
    else {
        return Ok(());
    };
    let help = help(name)?;
    for option in rest.iter().filter(|word| word.starts_with("--")) {
        let option = option.split('=').next().unwrap_or_default();
        let known =
            help.split(|c: char| !(c.is_alphanumeric() || c == '-')).any(|word| word == option);
        if !known {
            return Err(format!("`prebake {name}` has no `{option}`"));
        }
    }
    Ok(())
}

fn help(command: &str) -> Result<String, String> {
    let output = Command::new(PREBAKE).args(["help", command]).output().unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(format!("there is no `prebake {command}`"))
    }
}

#[test]
fn dots_stand_for_anything() {
    for (stated, printed, expect) in [
        ("a", "a\n", true),
        ("a", "b\n", false),
        ("a…c", "abbc", true),
        ("a…c", "abb", false),
        ("…", "", true),
        ("…\nz", "x\ny\nz", true),
        ("a\n…", "a", true),
        ("a\n…", "b\nc", false),
        ("a", "a\nb", false),
    ] {
        assert_eq!(fits(stated, printed), expect, "{stated:?} {printed:?}");
    }
}
