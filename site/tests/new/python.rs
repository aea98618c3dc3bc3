//! A component in Python, run by the Python of this machine.

use crate::alone::{Alone, text};
use std::fs;

#[test]
fn a_component_in_python_is_run_and_shown() {
    let alone = Alone::new();
    alone.done(&["new", "."]);
    let said = alone.done(&["new", "--component", "Wave", "--language", "python"]);
    assert!(said.contains("put <Wave/> into an article"), "{said}");
    let refused = alone.refused(&["new", "--component", "Wave", "--language", "python"]);
    assert!(refused.contains("`prebake.toml` declares `Wave` already"), "{refused}");
    fs::write(alone.path("desk/content/mine.md"), "---\ntitle: Mine\n---\n\n<Wave terms={3}/>\n")
        .unwrap();
    let mut build = alone.command(&["build", "--allow-commands"]);
    let built = build.envs(std::env::var_os("PATH").map(|path| ("PATH", path))).output().unwrap();
    assert_eq!(built.status.code(), Some(0), "{}", text(&built.stderr));
    let page = alone.read("dist/mine/index.html");
    assert!(page.contains("alt=\"A square wave of 3 sines\""), "{page}");
}
