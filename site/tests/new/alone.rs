//! The program, alone in the world.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A copy of the program, alone in a folder, and an empty folder beside it.
pub(crate) struct Alone {
    folder: tempfile::TempDir,
}

impl Alone {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let alone = Self { folder };
        fs::create_dir(alone.path("desk")).unwrap();
        fs::copy(env!("CARGO_BIN_EXE_prebake"), alone.program()).unwrap();
        alone
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        path.split('/').fold(self.folder.path().to_owned(), |at, part| at.join(part))
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.path(&format!("prebake{}", std::env::consts::EXE_SUFFIX))
    }

    /// The program in the empty folder, without anything that cargo or a shell would tell it.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(self.program());
        command.args(args).current_dir(self.path("desk")).env_clear();
        // Windows has no sockets without it.
        command.envs(std::env::var_os("SYSTEMROOT").map(|root| ("SYSTEMROOT", root)));
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// What a run prints that ends well.
    pub(crate) fn done(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let said = (output.status.code(), text(&output.stderr));
        assert_eq!(said, (Some(0), String::new()), "{args:?}");
        text(&output.stdout)
    }

    /// What a run prints that is refused.
    pub(crate) fn refused(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(
            (output.status.code(), text(&output.stdout)),
            (Some(2), String::new()),
            "{args:?}"
        );
        text(&output.stderr)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(&format!("desk/{path}"))).unwrap()
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The paths of all files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(open) = folders.pop() {
        for entry in fs::read_dir(open).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}
