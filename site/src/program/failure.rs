//! What a program can do wrong, in words.

use super::conversation::REPLY_LIMIT;
use crate::config::ComponentConfig;
use crate::process::Exit;
use prebake_plugin::Problem;
use std::io::{self, ErrorKind};

/// Why a job got no reply.
#[derive(Debug)]
pub(super) enum Failure {
    /// It could not be started.
    Unstarted(io::Error),
    /// It ended without a reply, or badly; with the last lines of its log.
    Ended(Exit, Vec<String>),
    /// It took longer than its component allows; with the last lines of its log.
    TimedOut(Vec<String>),
    /// Its reply is longer than any may be.
    Flood,
    /// The system lost sight of it.
    Lost(io::Error),
}

impl Failure {
    pub(super) fn problem(self, config: &ComponentConfig) -> Problem {
        let program = config.command.first().map_or("", String::as_str);
        match self {
            Self::Unstarted(error) if error.kind() == ErrorKind::NotFound => Problem::error(
                "missing-program",
                format!("`{program}`, which makes `<{}>`, is not there", config.name),
            )
            .hint(missing_hint(program)),
            Self::Unstarted(error) => Problem::error(
                "unstartable-program",
                format!("`{program}`, which makes `<{}>`, cannot be started: {error}", config.name),
            )
            .hint(unstartable_hint(program, &error)),
            Self::Ended(exit, log) => {
                let mut hint = quoted(&log, "it said nothing on its standard error");
                if config.memory.is_some() && matches!(exit, Exit::Code(1..) | Exit::Signal(_)) {
                    hint += "\n(its component limits its memory)";
                }
                Problem::error("program-failed", format!("{} {exit}", words(config))).hint(hint)
            }
            Self::TimedOut(log) => {
                let seconds = config.timeout.as_secs_f64();
                let message = format!("{} took longer than {seconds} s", words(config));
                let said = quoted(&log, "it had said nothing on its standard error");
                let hint = format!("raise `timeout` in `[components.{}]`; {said}", config.name);
                Problem::error("program-timed-out", message).hint(hint)
            }
            Self::Flood => {
                let message = format!(
                    "{} wrote more than {} MiB to its standard output",
                    words(config),
                    REPLY_LIMIT >> 20
                );
                Problem::error("program-output-too-large", message).hint(
                    "only the reply belongs there: write files to the folder `out`, and the log to \
                     standard error",
                )
            }
            Self::Lost(error) => {
                Problem::error("program-failed", format!("{} was lost: {error}", words(config)))
            }
        }
    }
}

/// A reply that is none.
pub(super) fn invalid_reply(config: &ComponentConfig, what: impl AsRef<str>) -> Problem {
    let message = format!("{} gave no valid reply: {}", words(config), what.as_ref());
    Problem::error("invalid-reply", message)
}

/// The command as one would type it.
fn words(config: &ComponentConfig) -> String {
    format!("`{}`", shown(&config.command))
}

/// An argument vector as one would type it in a shell, control characters made visible.
pub(super) fn shown(command: &[String]) -> String {
    let word = |word: &String| {
        let plain = |c: char| c.is_alphanumeric() || "-_./:=+,@%".contains(c);
        if !word.is_empty() && word.chars().all(plain) { word.clone() } else { format!("{word:?}") }
    };
    command.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn quoted(log: &[String], silence: &str) -> String {
    match log {
        [] => silence.to_owned(),
        [line] => format!("it said: {line}"),
        lines => format!("it said:\n  {}", lines.join("\n  ")),
    }
}

fn missing_hint(program: &str) -> String {
    if program.contains('/') {
        "the path is taken from the site's root".to_owned()
    } else {
        format!("install it, or name a file of the site with its folder: `./{program}`")
    }
}

fn unstartable_hint(program: &str, error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied if program.contains('/') => {
            format!("make it executable (`chmod +x {program}`), or name its interpreter first")
        }
        _ if program.contains('/') => {
            "a script needs a first line such as `#!/bin/sh`, or its interpreter named first \
             in `command`"
                .to_owned()
        }
        _ => "look at `command` in `prebake.toml`".to_owned(),
    }
}
