//! Opens a place of the site in the author's editor.
//!
//! The server starts the editor itself: a link of a scheme such as `vscode:` would work for one editor
//! only, and only where it has registered the scheme. No shell takes part, and nothing that a page
//! sends is an argument by itself: it names a file of the site, a line and a column.

use crate::disk::{Disk, Kind};
use prebake_plugin::SitePath;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

/// Where the author says which editor to start, the first that has a window.
const VARIABLES: [&str; 3] = ["PREBAKE_EDITOR", "VISUAL", "EDITOR"];

/// What an editor that opens a window wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// `-g FILE:LINE:COLUMN`
    Goto,
    /// `FILE:LINE:COLUMN`
    Colons,
    /// `--line LINE --column COLUMN FILE`
    Line,
    /// `+LINE FILE`
    Plus,
    /// `+LINE:COLUMN FILE`
    PlusColumn,
    /// `-l LINE -c COLUMN FILE`
    Letters,
}

/// Editors with a window of their own: one without would need the terminal that the server has. The
/// first that is found is taken where the author names none.
const EDITORS: [(&str, Dialect); 25] = [
    ("code", Dialect::Goto),
    ("cursor", Dialect::Goto),
    ("codium", Dialect::Goto),
    ("code-insiders", Dialect::Goto),
    ("windsurf", Dialect::Goto),
    ("zed", Dialect::Colons),
    ("zeditor", Dialect::Colons),
    ("subl", Dialect::Colons),
    ("sublime_text", Dialect::Colons),
    ("rustrover", Dialect::Line),
    ("idea", Dialect::Line),
    ("webstorm", Dialect::Line),
    ("pycharm", Dialect::Line),
    ("clion", Dialect::Line),
    ("goland", Dialect::Line),
    ("phpstorm", Dialect::Line),
    ("rubymine", Dialect::Line),
    ("kate", Dialect::Letters),
    ("gedit", Dialect::Plus),
    ("gnome-text-editor", Dialect::Plus),
    ("xed", Dialect::Plus),
    ("pluma", Dialect::Plus),
    ("gvim", Dialect::Plus),
    ("mvim", Dialect::Plus),
    ("emacsclient", Dialect::PlusColumn),
];

/// Opens files of one site.
pub(super) struct Editor {
    disk: Arc<dyn Disk>,
    root: PathBuf,
}

impl Editor {
    pub(super) fn new(disk: Arc<dyn Disk>, root: PathBuf) -> Self {
        Self { disk, root }
    }

    /// Opens the file at `path`, from the site's root, at a line and a column, both counted from 1.
    ///
    /// # Errors
    /// What to tell the author: there is no such file in the site, or no editor with a window.
    pub(super) fn open(&self, path: &str, line: u32, column: u32) -> Result<(), String> {
        let file = self.file(path).ok_or_else(|| format!("{path} is no file of this site"))?;
        let said = |name: &str| env::var(name).ok();
        let mut command = command(&said, &|name| self.find(name), &file, line, column).ok_or(
            "no editor with a window was found: name one in VISUAL, such as `VISUAL=code`",
        )?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let started = command.current_dir(&self.root).spawn();
        let mut child = started.map_err(|error| {
            format!("{} did not start: {error}", command.get_program().to_string_lossy())
        })?;
        // Somebody has to wait for it, lest it stays behind when it has ended.
        thread::spawn(move || child.wait());
        Ok(())
    }

    /// Where a file of the site stands; none that a link leads to outside.
    fn file(&self, path: &str) -> Option<PathBuf> {
        let path = SitePath::new(path).ok()?;
        let named = path.as_str().split('/').fold(self.root.clone(), |at, part| at.join(part));
        let real = self.disk.canonicalize(&named).ok()?;
        let inside = real.starts_with(self.disk.canonicalize(&self.root).ok()?);
        let is_file = matches!(self.disk.kind(&real), Ok(Kind::File(_)));
        // By the name that the author knows it by: a real path on Windows is one that few programs take.
        (inside && is_file).then_some(named)
    }

    /// A program, by its path or by its name on the search path.
    fn find(&self, program: &str) -> Option<PathBuf> {
        let is_file = |path: &PathBuf| matches!(self.disk.kind(path), Ok(Kind::File(_)));
        if Path::new(program).is_absolute() {
            return Some(PathBuf::from(program)).filter(is_file);
        }
        // A relative path would mean something else wherever the server was started.
        if Path::new(program).components().count() != 1 {
            return None;
        }
        let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ""] } else { &[""] };
        env::split_paths(&env::var_os("PATH")?)
            .flat_map(|folder| {
                endings.iter().map(move |end| folder.join(format!("{program}{end}")))
            })
            .find(is_file)
    }
}

/// The command that opens `file`: the author's own choice, or else the first editor there is.
fn command(
    said: &dyn Fn(&str) -> Option<String>,
    find: &dyn Fn(&str) -> Option<PathBuf>,
    file: &Path,
    line: u32,
    column: u32,
) -> Option<Command> {
    let chosen = VARIABLES.iter().filter_map(|name| said(name)).find_map(|words| {
        let mut words = words.split_whitespace().map(str::to_owned);
        let program = words.next()?;
        let dialect = dialect(&program)?;
        Some((find(&program)?, words.collect::<Vec<_>>(), dialect))
    });
    let first = || {
        let mut editors = EDITORS.iter();
        editors.find_map(|(name, dialect)| Some((find(name)?, Vec::new(), *dialect)))
    };
    let (program, words, dialect) = chosen.or_else(first)?;
    let mut command = Command::new(program);
    command.args(words).args(arguments(dialect, file, line, column));
    Some(command)
}

fn dialect(program: &str) -> Option<Dialect> {
    let stem = Path::new(program).file_stem()?.to_str()?.to_ascii_lowercase();
    EDITORS.iter().find(|(name, _)| *name == stem).map(|(_, dialect)| *dialect)
}

/// The arguments, none of which can be taken for an option: the file's path is absolute.
fn arguments(dialect: Dialect, file: &Path, line: u32, column: u32) -> Vec<OsString> {
    let path = file.as_os_str().to_owned();
    let mut place = path.clone();
    place.push(format!(":{line}:{column}"));
    let plus = OsString::from(format!("+{line}"));
    let plus_column = OsString::from(format!("+{line}:{column}"));
    let [line, column] = [line, column].map(|number| OsString::from(number.to_string()));
    match dialect {
        Dialect::Goto => vec!["-g".into(), place],
        Dialect::Colons => vec![place],
        Dialect::Line => vec!["--line".into(), line, "--column".into(), column, path],
        Dialect::Plus => vec![plus, path],
        Dialect::PlusColumn => vec![plus_column, path],
        Dialect::Letters => vec!["-l".into(), line, "-c".into(), column, path],
    }
}

#[cfg(test)]
mod tests {
    use super::{Editor, command};
    use crate::disk::{Disk, MemoryDisk};
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    /// The command for what the variables say, where these programs are on the search path.
    fn started(variables: &[(&str, &str)], programs: &[&str]) -> Option<String> {
        let said = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, it)| (*it).to_owned())
        };
        let find = |name: &str| programs.contains(&name).then(|| Path::new("/bin").join(name));
        let command = command(&said, &find, Path::new("/site/a b.md"), 3, 6)?;
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        Some(words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn the_author_s_editor_is_started_if_it_has_a_window() {
        let all = ["code", "zed", "kate", "gvim", "vim", "idea", "emacsclient"];
        for (variables, expect) in [
            (&[("VISUAL", "zed --wait")][..], "/bin/zed|--wait|/site/a b.md:3:6"),
            (&[("VISUAL", "vim"), ("EDITOR", "kate")], "/bin/kate|-l|3|-c|6|/site/a b.md"),
            (&[("EDITOR", "gvim")], "/bin/gvim|+3|/site/a b.md"),
            (&[("EDITOR", "idea")], "/bin/idea|--line|3|--column|6|/site/a b.md"),
            (&[("EDITOR", "emacsclient -n")], "/bin/emacsclient|-n|+3:6|/site/a b.md"),
            (&[("PREBAKE_EDITOR", "code"), ("VISUAL", "zed")], "/bin/code|-g|/site/a b.md:3:6"),
            (&[("EDITOR", "vim; rm -rf /")], "/bin/code|-g|/site/a b.md:3:6"),
            (&[], "/bin/code|-g|/site/a b.md:3:6"),
        ] {
            assert_eq!(started(variables, &all).as_deref(), Some(expect), "{variables:?}");
        }
        assert_eq!(started(&[("EDITOR", "vim")], &["vim"]), None);
    }

    #[test]
    fn only_files_of_the_site_are_opened() {
        let disk = MemoryDisk::default();
        for path in ["/site/content", "/other"] {
            disk.create_folder(Path::new(path)).unwrap();
        }
        for path in ["/site/content/a.md", "/other/b.md"] {
            disk.write(Path::new(path), b"x").unwrap();
        }
        let editor = Editor::new(Arc::new(disk), PathBuf::from("/site"));
        assert_eq!(editor.file("content/a.md"), Some(PathBuf::from("/site/content/a.md")));
        for path in [
            "content",
            "",
            "/site/content/a.md",
            "../other/b.md",
            "content/../../other/b.md",
            "c.md",
        ] {
            assert_eq!(editor.file(path), None, "{path}");
            assert!(editor.open(path, 1, 1).unwrap_err().contains("is no file of this site"));
        }
    }
}
