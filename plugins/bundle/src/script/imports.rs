//! A module and what it imports made one, by putting imported modules in front of it.
//!
//! That is all a widget needs to be cut into files, and no more than that is understood: whole
//! lines `import { a, b } from "./file.js";`, and `export` before a declaration. Names keep their
//! spelling, so that two files may not declare the same one.

use crate::{Error, watch};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// The source of the module at `path` behind the sources of all that it imports, each once. Has the
/// build script run again when any of them changes.
pub(super) fn gather(path: &Path) -> Result<String, Error> {
    let mut gathered = Gathered::default();
    gathered.add(path, true)?;
    Ok(gathered.source)
}

#[derive(Default)]
struct Gathered {
    source: String,
    /// What was met: `None` while the module's own imports are still being added.
    modules: BTreeMap<PathBuf, Option<Vec<String>>>,
    /// Names declared at the top of any module, and by which.
    names: BTreeMap<String, PathBuf>,
}

impl Gathered {
    fn add(&mut self, path: &Path, entry: bool) -> Result<(), Error> {
        watch(path)?;
        self.modules.insert(path.to_owned(), None);
        let source = std::fs::read_to_string(path)
            .map_err(|error| Error::File { path: path.to_owned(), error })?;
        let mut own = String::with_capacity(source.len());
        let mut exports = Vec::new();
        for (number, line) in (1..).zip(source.lines()) {
            let wrong = |message| script_error(path, number, message);
            if line.starts_with("import ") {
                self.import(path, line, &wrong)?;
                continue;
            }
            let kept = match line.strip_prefix("export ") {
                Some(declaration) if !entry => {
                    let name = declared(declaration).ok_or_else(|| {
                        wrong("an imported module exports declarations, one by one")
                    })?;
                    exports.push(name.to_owned());
                    declaration
                }
                _ => line,
            };
            if let Some(name) = declared(kept)
                && self.names.insert(name.to_owned(), path.to_owned()).is_some()
            {
                return Err(wrong("a module that is bundled with this one declares this name too"));
            }
            own.push_str(kept);
            own.push('\n');
        }
        self.source.push_str(&own);
        self.modules.insert(path.to_owned(), Some(exports));
        Ok(())
    }

    /// Adds the module that `line` imports from, and checks that it exports the names.
    fn import(
        &mut self,
        from: &Path,
        line: &str,
        wrong: &impl Fn(&'static str) -> Error,
    ) -> Result<(), Error> {
        let (names, file) = import(line)
            .ok_or_else(|| wrong("write `import { name } from \"./file.js\";` in one line"))?;
        let path = resolve(from, file);
        if !self.modules.contains_key(&path) {
            self.add(&path, false)?;
        }
        match &self.modules[&path] {
            None => Err(wrong("these modules import each other in a circle")),
            Some(exports) => names.iter().try_for_each(|name| {
                let exported = exports.iter().any(|export| export == name);
                if exported { Ok(()) } else { Err(wrong("that module exports no such name")) }
            }),
        }
    }
}

/// The names and the relative path of a line that imports.
fn import(line: &str) -> Option<(Vec<&str>, &str)> {
    let rest = line.strip_prefix("import ")?.trim_start().strip_prefix('{')?;
    let (names, rest) = rest.split_once('}')?;
    let file = rest.trim().strip_prefix("from")?.trim().strip_suffix(';')?.trim();
    let file = file.strip_prefix('"')?.strip_suffix('"')?;
    let names: Vec<&str> =
        names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let plain = names.iter().all(|name| name.chars().all(super::token::is_of_a_word));
    (plain && file.starts_with('.')).then_some((names, file))
}

/// The name that a line declares, if it stands at the top of its module.
fn declared(line: &str) -> Option<&str> {
    let line = line.strip_prefix("async ").unwrap_or(line);
    let keywords = ["const ", "let ", "function* ", "function ", "class "];
    let rest = keywords.iter().find_map(|keyword| line.strip_prefix(keyword))?;
    let end = rest.find(|it| !super::token::is_of_a_word(it)).unwrap_or(rest.len());
    (end > 0).then_some(&rest[..end])
}

/// The path of `file`, seen from the module `from`, without `.` and `..`.
fn resolve(from: &Path, file: &str) -> PathBuf {
    let mut path = from.parent().unwrap_or(Path::new("")).to_owned();
    for part in Path::new(file).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    path
}

fn script_error(path: &Path, line: usize, message: &'static str) -> Error {
    let script = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Error::Script { script, line, message }
}

#[cfg(test)]
mod tests {
    use super::gather;
    use std::fs;

    fn gathered(files: &[(&str, &str)]) -> Result<String, String> {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, source) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, source).expect("written");
        }
        gather(&folder.path().join(files[0].0)).map_err(|error| error.to_string())
    }

    #[test]
    fn imported_modules_stand_once_and_in_front() {
        let source = gathered(&[
            (
                "a.js",
                "import { b } from \"./in/b.js\";\nimport { c, d } from \"./c.js\";\nb(c);\nexport default { a };",
            ),
            ("in/b.js", "import { c } from \"../c.js\";\nexport function b() {\n  c();\n}"),
            ("c.js", "export const c = 1;\nexport async function d() {}\nconst hidden = 2;"),
        ]);
        let expected = "const c = 1;\nasync function d() {}\nconst hidden = 2;\nfunction b() {\n  \
                        c();\n}\nb(c);\nexport default { a };\n";
        assert_eq!(source.as_deref(), Ok(expected));
    }

    #[test]
    fn what_is_not_understood_is_an_error_at_its_line() {
        let c = ("c.js", "export const c = 1;");
        for (files, expected) in [
            (vec![("a.js", "\nimport c from \"./c.js\";"), c], "a.js:2: write `import { name }"),
            (vec![("a.js", "import { x } from \"c\";"), c], "a.js:1: write `import { name }"),
            (vec![("a.js", "import { x } from \"./c.js\";"), c], "a.js:1: that module exports no"),
            (
                vec![("a.js", "import { c } from \"./c.js\";\nlet c = 2;"), c],
                "a.js:2: a module that",
            ),
            (
                vec![
                    ("a.js", "import { b } from \"./b.js\";"),
                    ("b.js", "import { a } from \"./a.js\";\nexport const b = 1;"),
                ],
                "b.js:1: these modules import each other",
            ),
            (
                vec![("a.js", "import { c } from \"./b.js\";"), ("b.js", "export default 1;")],
                "b.js:1: an imported module exports declarations",
            ),
        ] {
            let error = gathered(&files).expect_err(expected);
            assert!(error.contains(expected), "{error}");
        }
    }
}
