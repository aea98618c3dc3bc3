//! What a site's own `Cargo.toml` and `main.rs` are told of a new component, beside all that the
//! author has written there.

use super::Refusal;
use toml::de::DeTable;

/// What a component's manifest takes from that of the site.
const SHARED: [&str; 5] =
    ["prebake-bundle", "prebake-plugin", "serde", "serde_json", "wasm-bindgen"];

/// The manifest, with one line more under `[dependencies]`.
pub(super) fn add_dependency(manifest: &str, line: &str) -> Result<String, Refusal> {
    let refuse = |reason: String| Refusal::Unfit(format!("`Cargo.toml` {reason}"));
    let table = DeTable::parse(manifest)
        .map_err(|error| refuse(format!("cannot be read: {}", error.message())))?;
    let inside = |path: &[&str]| {
        path.iter().try_fold(table.get_ref(), |at, key| at.get(*key)?.get_ref().as_table())
    };
    let shared = inside(&["workspace", "dependencies"]);
    let lacks: Vec<&str> = SHARED
        .into_iter()
        .filter(|name| !shared.is_some_and(|shared| shared.contains_key(*name)))
        .collect();
    if !lacks.is_empty() {
        let lacks = lacks.join("`, `");
        return Err(refuse(format!("lacks under `[workspace.dependencies]`: `{lacks}`")));
    }
    let name = line.split(' ').next().unwrap_or(line);
    if inside(&["dependencies"]).is_some_and(|known| known.contains_key(name)) {
        return Err(refuse(format!("has a dependency `{name}` already")));
    }
    let heading = manifest.split_inclusive('\n').find(|line| line.trim_end() == "[dependencies]");
    let Some(heading) = heading.filter(|heading| heading.ends_with('\n')) else {
        return Err(refuse("has no line `[dependencies]`".to_owned()));
    };
    let end = if heading.ends_with("\r\n") { "\r\n" } else { "\n" };
    Ok(manifest.replacen(heading, &format!("{heading}{line}{end}"), 1))
}

/// `main.rs`, with one component more in the command line that it runs.
pub(super) fn add_to_command_line(main: &str, component: &str) -> Result<String, Refusal> {
    let start = main.find("Site::cli()");
    let run = start.and_then(|start| Some(start + main[start..].find(".run()")?));
    let Some(run) = run else {
        let reason = "`src/main.rs` has no `Site::cli()` with `.run()` behind it";
        return Err(Refusal::Unfit(reason.to_owned()));
    };
    let (before, after) = main.split_at(run);
    let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    // A chain that stands in a column goes on in it.
    let column = if line.trim().is_empty() { format!("\n{line}") } else { String::new() };
    Ok(format!("{before}.component({component}){column}{after}"))
}

#[cfg(test)]
mod tests {
    use super::{add_dependency, add_to_command_line};

    const MANIFEST: &str = include_str!("../../scaffold/crate/manifest.toml");

    #[test]
    fn the_rest_of_a_manifest_stays() {
        let manifest = MANIFEST.replace("%prebake", "\"%prebake").replace("%\n", "%\"\n");
        let added = add_dependency(&manifest, "one = { path = \"components/one\" }").unwrap();
        let added = add_dependency(&added, "two = { path = \"components/two\" }").unwrap();
        let expected = "[dependencies]\ntwo = { path = \"components/two\" }\n\
                        one = { path = \"components/one\" }\nprebake.workspace = true\n";
        assert!(added.contains(expected), "{added}");
        let again = add_dependency(&added, "one = { path = \"components/one\" }").unwrap_err();
        assert!(again.to_string().contains("has a dependency `one` already"));
        let windows = add_dependency(&manifest.replace('\n', "\r\n"), "one = \"1\"").unwrap();
        assert!(windows.contains("[dependencies]\r\none = \"1\"\r\nprebake"));
    }

    #[test]
    fn a_manifest_of_another_kind_is_left_alone() {
        for (manifest, reason) in [
            ("[dependencies\n", "cannot be read"),
            ("[dependencies]\n", "lacks under `[workspace.dependencies]`: `prebake-bundle`, "),
            (
                "[dependencies]\n[workspace.dependencies]\nserde = \"1\"\n",
                "`prebake-plugin`, `serde_json`",
            ),
        ] {
            let refused = add_dependency(manifest, "one = \"1\"").unwrap_err().to_string();
            assert!(refused.contains(reason), "{refused}");
        }
    }

    #[test]
    fn a_component_more_is_a_call_more() {
        for (main, expect) in [
            ("prebake::Site::cli().run()", "prebake::Site::cli().component(b::B).run()"),
            ("Site::cli().component(A).run()", "Site::cli().component(A).component(b::B).run()"),
            (
                "Site::cli()\n    .component(A) // first\n    .run()\n",
                "Site::cli()\n    .component(A) // first\n    .component(b::B)\n    .run()\n",
            ),
        ] {
            assert_eq!(add_to_command_line(main, "b::B").unwrap(), expect);
        }
        for main in ["", "fn main() {}", "x.run(); Site::cli();"] {
            assert!(add_to_command_line(main, "b::B").is_err(), "{main}");
        }
    }
}
