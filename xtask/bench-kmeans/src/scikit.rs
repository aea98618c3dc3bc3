//! scikit-learn, asked through a small script.

use std::io::Write;
use std::process::{Command, Stdio};

const SCRIPT: &str = include_str!("scikit.py");

/// What scikit-learn found for one k.
pub(crate) struct Run {
    pub(crate) k: usize,
    pub(crate) inertia: f64,
    /// Process CPU.
    pub(crate) seconds: f64,
}

/// One run for each k of `ks`.
///
/// # Errors
/// In words: no Python, no scikit-learn, or an answer that cannot be read.
pub(crate) fn run(colours: &[([u8; 3], u64)], ks: &[usize]) -> Result<Vec<Run>, String> {
    let mut python = Command::new("python3")
        .args(["-c", SCRIPT])
        .args(ks.iter().map(usize::to_string))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("python3 does not start: {error}"))?;
    let mut text = String::new();
    for ([red, green, blue], weight) in colours {
        text.push_str(&format!("{red} {green} {blue} {weight}\n"));
    }
    if let Some(mut input) = python.stdin.take() {
        // A Python without scikit-learn ends before it reads; its status says so.
        input.write_all(text.as_bytes()).ok();
    }
    let output = python.wait_with_output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err("python3 has no scikit-learn".to_owned());
    }
    let said = String::from_utf8_lossy(&output.stdout);
    said.lines().map(|line| read(line).ok_or_else(|| format!("cannot read `{line}`"))).collect()
}

fn read(line: &str) -> Option<Run> {
    let mut words = line.split(' ');
    let mut next = || words.next();
    Some(Run {
        k: next()?.parse().ok()?,
        inertia: next()?.parse().ok()?,
        seconds: next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_line_is_three_numbers() {
        let run = read("64 123.5 0.25").unwrap();
        assert_eq!((run.k, run.inertia, run.seconds), (64, 123.5, 0.25));
        assert!(read("64 123.5").is_none() && read("").is_none());
    }
}
