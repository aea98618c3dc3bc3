//! Asking the author, once, whether a site's programs may run.

use crate::disk::{Disk, replace_file};
use crate::program::Command;
use prebake_plugin::Digest;
use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What this user has allowed: in the folder where programs keep what they know of a user, one file
/// for each list of commands, named by its digest.
pub(super) struct Consent {
    disk: Arc<dyn Disk>,
    /// What was answered in this run, so that a server asks once.
    answers: Mutex<BTreeMap<Digest, bool>>,
}

impl Consent {
    pub(super) fn new(disk: Arc<dyn Disk>) -> Self {
        Self { disk, answers: Mutex::default() }
    }

    /// Whether exactly these commands of the site at `root` may run.
    pub(super) fn covers(&self, root: &Path, commands: &[Command]) -> bool {
        let digest = Command::digest(commands, root);
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        *answers.entry(digest).or_insert_with(|| {
            let folder =
                user_folder(|name| env::var_os(name)).map(|it| it.join("allowed-commands"));
            let known = folder.as_ref().map(|folder| folder.join(digest.to_string()));
            if known.is_some_and(|file| self.disk.kind(&file).is_ok()) {
                return true;
            }
            let allowed = can_ask() && ask(root, commands);
            if let (true, Some(folder)) = (allowed, folder) {
                // Where it cannot be remembered, it is asked again.
                let _ = self.remember(&folder, digest, root, commands);
            }
            allowed
        })
    }

    fn remember(
        &self,
        folder: &Path,
        digest: Digest,
        root: &Path,
        commands: &[Command],
    ) -> io::Result<()> {
        self.disk.create_folder(folder)?;
        let text = listed(root, commands);
        replace_file(&*self.disk, folder, &folder.join(digest.to_string()), text.as_bytes())
    }
}

/// Whether somebody sits there who can answer.
fn can_ask() -> bool {
    // What continuous integration sets, whichever it is.
    let automatic = env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
    !automatic && io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn ask(root: &Path, commands: &[Command]) -> bool {
    let question = format!(
        "This site wants to run programs on this machine, as you:\n\n{}\nAllow them, now and in \
         future? Only this list is remembered. [y/N] ",
        listed(root, commands)
    );
    let mut answer = String::new();
    let asked = io::stderr().lock().write_all(question.as_bytes());
    asked
        .and_then(|()| io::stdin().lock().read_line(&mut answer))
        .is_ok_and(|_| matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

fn listed(root: &Path, commands: &[Command]) -> String {
    // Nothing in it may move the cursor.
    let mut text =
        format!("in {}\n", root.display()).replace(|c: char| c.is_control() && c != '\n', "?");
    for command in commands {
        text += &format!("  {}: {command}\n", command.component);
    }
    text
}

/// Where programs keep what they know of a user: as the XDG base directory specification has it, and
/// as macOS and Windows do.
fn user_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let path = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = if cfg!(windows) {
        path("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        path("HOME").map(|home| home.join("Library").join("Application Support"))
    } else {
        path("XDG_STATE_HOME").or_else(|| Some(path("HOME")?.join(".local").join("state")))
    };
    Some(folder?.join("prebake"))
}

#[cfg(test)]
mod tests {
    use super::user_folder;
    use std::ffi::OsString;
    use std::path::Path;

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn the_folder_is_the_users() {
        let folder = |set: &[(&str, &str)]| {
            user_folder(|name| {
                set.iter().find(|(it, _)| *it == name).map(|(_, value)| OsString::from(value))
            })
        };
        let (home, state) = (("HOME", "/home/ada"), ("XDG_STATE_HOME", "/state"));
        assert_eq!(folder(&[home, state]).as_deref(), Some(Path::new("/state/prebake")));
        let default = Path::new("/home/ada/.local/state/prebake");
        assert_eq!(folder(&[home, ("XDG_STATE_HOME", "relative")]).as_deref(), Some(default));
        assert_eq!(folder(&[("HOME", "")]), None);
    }
}
