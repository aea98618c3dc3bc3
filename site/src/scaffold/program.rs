//! A new component that is a program in another language than Rust.

use super::{ComponentName, Refusal, Scaffold, fill, read};
use crate::config;
use crate::disk::Disk;
use crate::program::PYTHON_MODULE;
use std::path::Path;
use toml::de::DeTable;

/// The example, which is tested as it is, and the name in it for which that of the component is put.
const PYTHON: &str = include_str!("../../../examples/languages/figures/harmonics.py");
const EXAMPLE: &str = "harmonics";

const DECLARATION: &str = include_str!("../../scaffold/python.toml");

/// A component in Python for the site in `root`: a folder with the program and the module that it
/// imports, and a declaration in `prebake.toml`.
pub(crate) fn python_component(
    name: &ComponentName,
    disk: &dyn Disk,
    root: &Path,
) -> Result<Scaffold, Refusal> {
    let mut scaffold = Scaffold::default();
    let folder = name.kebab();
    scaffold
        .make(format!("components/{folder}/figure.py"), PYTHON.replace(EXAMPLE, &name.module()));
    scaffold.make(format!("components/{folder}/prebake.py"), PYTHON_MODULE);
    let declaration = fill(DECLARATION, &[("tag", name.tag()), ("folder", &folder)]);
    match read(disk, root, config::FILE)? {
        Some(before) => {
            let after = declared(&before, &declaration, name.tag())?;
            scaffold.changed.insert(config::FILE.to_owned(), after.into());
        }
        None => scaffold.make(config::FILE, declaration.trim_start()),
    }
    Ok(scaffold)
}

/// The configuration with a component more at its end.
fn declared(config: &str, declaration: &str, tag: &str) -> Result<String, Refusal> {
    let refuse = |reason: String| Refusal::Unfit(format!("`{}` {reason}", config::FILE));
    let unreadable = |error: toml::de::Error| refuse(format!("is no TOML: {}", error.message()));
    let table = DeTable::parse(config).map_err(unreadable)?;
    let known = table.get_ref().get("components").and_then(|known| known.get_ref().as_table());
    if known.is_some_and(|known| known.contains_key(tag)) {
        return Err(refuse(format!("declares `{tag}` already")));
    }
    let end = if config.is_empty() || config.ends_with('\n') { "" } else { "\n" };
    let after = format!("{config}{end}{declaration}");
    // Nothing can be added to components that are written between braces.
    DeTable::parse(&after).map_err(unreadable)?;
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::{declared, python_component};
    use crate::disk::MemoryDisk;
    use std::path::Path;

    #[test]
    fn a_configuration_keeps_what_it_says() {
        let added = declared("title = \"Mine\" # here", "\n[components.B]\n", "B").unwrap();
        assert_eq!(added, "title = \"Mine\" # here\n\n[components.B]\n");
        for (config, reason) in [
            ("[components.B]\n", "declares `B` already"),
            ("components = { A = {} }\n", "is no TOML"),
            ("title = \n", "is no TOML"),
        ] {
            let refused = declared(config, "\n[components.B]\n", "B").unwrap_err().to_string();
            assert!(refused.contains(reason), "{refused}");
        }
    }

    #[test]
    fn a_site_without_a_configuration_gets_one() {
        let disk = MemoryDisk::new().with_folder("/site");
        let name = "ColourWheel".parse().unwrap();
        let made = python_component(&name, &disk, Path::new("/site")).unwrap().made;
        let config = String::from_utf8(made["prebake.toml"].clone()).unwrap();
        assert!(config.starts_with("[components.ColourWheel]\n"), "{config}");
        let program = String::from_utf8(made["components/colour-wheel/figure.py"].clone()).unwrap();
        assert!(program.contains("def colour_wheel(job):"), "{program}");
    }
}
