//! A site in a temporary folder, whose programs are real.
#![cfg(unix)]

use crate::fake::Heard;
use prebake::diagnostic::render;
use prebake::disk::RealDisk;
use prebake::program::Permission;
use prebake::site::{Build, Options, Site};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

pub(crate) struct Scratch {
    folder: TempDir,
    pub(crate) heard: Heard,
}

impl Scratch {
    /// One article that says `article`, and one program, `figures/figure.sh`, of the component
    /// `Figure`, which takes a number `n`; `keys` are more of its table.
    pub(crate) fn new(article: &str, script: &str, keys: &str) -> Self {
        let scratch = Self { folder: tempfile::tempdir().unwrap(), heard: Heard::default() };
        scratch.write("content/a/index.md", &format!("---\ntitle: A\n---\n\n{article}\n"));
        scratch.write("figures/figure.sh", script);
        let toml = format!(
            "[components.Figure]\ncommand = [\"sh\", \"figures/figure.sh\"]\n{keys}\n\
             [components.Figure.props.properties]\nn = {{ type = \"number\" }}\n"
        );
        scratch.write("prebake.toml", &toml);
        scratch
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn run(&self) -> Build {
        let site = Site::new(Arc::new(RealDisk), self.folder.path().to_owned());
        let options = Options { commands: Permission::Granted, ..Options::default() };
        site.build(&options, &self.heard)
    }

    pub(crate) fn says(&self) -> String {
        render(&self.run().diagnostics, false, 100)
    }

    pub(crate) fn page(&self) -> String {
        let build = self.run();
        assert!(build.diagnostics.is_empty(), "{}", render(&build.diagnostics, false, 100));
        let output = build.output.unwrap();
        String::from_utf8(output.get("a/index.html").unwrap().to_vec()).unwrap()
    }

    pub(crate) fn log(&self) -> Vec<String> {
        self.heard.0.lock().unwrap().clone()
    }
}
